"""Every address of the exams, and to whom it opens: the table is the rule, whatever is not in it fails."""

import re
from collections.abc import Collection
from typing import NamedTuple

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve

from people import roles
from tests.make import NOON

from .everything import NOBODY, Everything, Undone, everything, names

pytestmark = pytest.mark.django_db

LOGIN = "login"
STRANGER = "anonymous"
EVERYBODY = frozenset((*roles.ROLES, "invigilator", "candidate", "dealer"))  # who has signed in
OFFICER = {"exam-officer"}
WATCHES = {"exam-officer", "invigilator"}
OWN = {"candidate"}
KEEPS = {"trainer", "exam-officer"}
READS = {"trainer", "exam-officer", "examiner", "auditor"}
REVIEWS = READS
PAPERS = {"trainer", "exam-officer", "examiner", "auditor", "certification-manager"}
FIGURES = {"trainer", "author", "exam-officer", "examiner", "auditor"}
APPEALS = {"exam-officer", "certification-manager"}
GRADES = {"exam-officer", "auditor"}
CERTIFICATES = {"certification-manager", "supervisor", "dispatcher", "auditor", "candidate"}


class Door(NamedTuple):
    """An address: to whom it opens and with what, what the others get, and what a stranger gets."""

    address: str
    opens: Collection[str] = EVERYBODY
    status: int = 200
    shut: int = 403
    stranger: object = LOGIN
    method: str = "GET"


def post(address: str, opens: Collection[str] = EVERYBODY, status: int = 302, **others: object) -> Door:
    """A door for a form, which is sent without a field."""
    return Door(address, opens, status, method="POST", **others)


DOORS = [
    # Candidates
    Door("exams"),
    Door("exam exam"),
    Door("exam inside", EVERYBODY - {"dealer"}, shut=404),
    post("check_in exam", status=409),
    post("check_in inside", EVERYBODY - {"dealer"}, 409, shut=404),
    Door("sitting sitting", OWN, shut=404),
    post("start_sitting sitting", OWN, shut=404),
    post("seat sitting", OWN, 200, shut=404),
    post("save_answer sitting", (), shut=401, stranger=401),  # none of them has a seat
    post("beat sitting", (), shut=401, stranger=401),
    post("finish_sitting sitting", OWN, shut=404),
    Door("result released", OWN, shut=404),
    Door("result unmarked", OWN, shut=404),
    Door("result_answers released", OWN, shut=404),
    Door("result_answers unmarked", OWN, 302, shut=404),
    post("appeal_item released", OWN, 409, shut=404),
    post("book_session to-book"),
    post("book_session session", (), shut=404),
    post("give_seat_back to-book"),
    post("give_seat_back session", (), shut=404),
    # Practice
    Door("practice"),
    Door("practice_due"),
    post("practice_due", (), shut=404),
    Door("practise practised"),
    Door("practise topic", (), shut=404),
    post("practise practised", (), shut=404),
    Door("practice_answer answer", OWN, shut=404),
    Door("practice_figures", FIGURES),
    # The desk and its sessions
    Door("desk", FIGURES | WATCHES | APPEALS, shut=404),
    Door("sessions", WATCHES),
    Door("new_session", OFFICER),
    post("new_session", OFFICER, 422),
    Door("exam_session session", WATCHES, shut=404),
    Door("edit_session session", OFFICER),
    post("edit_session session", OFFICER, 422),
    Door("tickets session", WATCHES, shut=404),
    Door("session_board session", WATCHES, shut=404),
    post("session_act session end", WATCHES, 422, shut=404),
    post("session_act session nonsense", (), shut=404),
    post("booking_act session booking check-in", WATCHES, shut=404),
    Door("exam_board exam", OFFICER),
    Door("sitting_log sitting", WATCHES, shut=404),
    Door("sitting_log unmarked", OFFICER, shut=404),
    post("sitting_act sitting end", WATCHES, 422, shut=404),
    Door("stuck", OFFICER),
    # Marking and results
    Door("marking", {"examiner"}),
    Door("mark_item essay", {"examiner"}),
    post("mark_item essay", {"examiner"}, 422),
    Door("releases", OFFICER),
    Door("exam_results exam", OFFICER),
    post("exam_results exam", OFFICER, 422),
    Door("sitting_grades released", GRADES),
    Door("late_answers", OFFICER),
    post("decide_late late", OFFICER, 422),
    Door("regrade version", OFFICER),
    post("regrade version", OFFICER, 409),
    Door("appeals", APPEALS),
    Door("decide_appeal appeal", APPEALS),
    post("decide_appeal appeal", APPEALS, 422),
    # Statistics
    Door("statistics_of_exams", FIGURES),
    Door("exam_statistics exam", FIGURES),
    post("exam_statistics exam", FIGURES),
    Door("question_statistics question", FIGURES),
    # The bank and its papers
    Door("import_questions", KEEPS),
    post("import_questions", KEEPS, 422),
    Door("export_questions", KEEPS),
    Door("question_template csv", KEEPS),
    Door("question question", READS),
    post("review_question question", REVIEWS, 404),
    post("bring_question question", READS, 409),
    post("preview_question", READS, 422),
    Door("paper_check", PAPERS),
    post("check_rows", OFFICER, 200),
    Door("paper_form form", READS),
    Door("paper_forms exam", READS),
    post("paper_forms exam", OFFICER, 409),
    Door("paper_exposure exam", READS),
    # Certification
    Door("certification", stranger=200),
    Door("decisions", {"certification-manager"}, stranger=403),
    Door("decide level person", {"certification-manager"}, stranger=403),
    post("decide level person", {"certification-manager"}, 422, stranger=403),
    Door("certificate certificate", CERTIFICATES, shut=404),
    post("publicity certificate", OWN, shut=404),
    Door("verify", stranger=200),
    Door("verify_number certificate", (), shut=404, stranger=404),
]


@pytest.fixture
def site():
    with time_machine.travel(NOON, tick=False):
        yield everything()


def ask(site: Everything, who: str, door: Door) -> object:
    """What the view answers to a form without a field, or to being opened; nothing of it has happened.

    The view alone is asked: a thousand times the way to it, and a page for each refusal, would take half a minute.
    """
    address = site.address(*door.address.split())
    request = RequestFactory().generic(door.method, address, "{}", "application/json")
    request.user, request.session = site.people[who] or AnonymousUser(), SessionStore()
    request._dont_enforce_csrf_checks, request._messages = True, FallbackStorage(request)
    request.resolver_match = view = resolve(address)
    with Undone():
        try:
            answer = view.func(request, *view.args, **view.kwargs)
        except PermissionDenied:
            return 403
        except Http404:
            return 404
    return LOGIN if answer.status_code == 302 and "/accounts/login/" in answer["Location"] else answer.status_code


def expected(door: Door, who: str) -> object:
    if who == STRANGER:
        return door.stranger
    return door.status if who in door.opens else door.shut


def test_every_address_of_the_exams_is_in_the_table():
    assert {door.address.split()[0] for door in DOORS} == set(names())


def test_each_address_opens_to_those_it_is_for_and_to_nobody_else(site):
    tried = [(who, door, ask(site, who, door)) for who in site.people for door in DOORS]

    wrong = [(who, door.method, door.address, got) for who, door, got in tried if got != expected(door, who)]
    assert wrong == []


# ------------------------------------------------------------------------ what there is, and what there is not

# Addresses of what is not known to others: the same with an id that nothing has must answer alike.
SECRETS = {
    "exam inside": "exam nothing",
    "sitting sitting": "sitting nobody",
    "result released": "result nobody",
    "result_answers released": "result_answers nobody",
    "exam_session session": "exam_session 987654321",
    "session_board session": "session_board 987654321",
    "tickets session": "tickets 987654321",
    "sitting_log sitting": "sitting_log nobody",
    "practise topic": "practise nothing",
    "practice_answer answer": "practice_answer nobody",
    "certificate certificate": "certificate BB-7K2M-9QX0-4T",
    "mark_item essay": "mark_item 987654321",
    "decide_appeal appeal": "decide_appeal 987654321",
    "sitting_grades released": "sitting_grades nobody",
    "question question": "question 987654321",
    "regrade version": "regrade 987654321",
}
FORMS = {
    "start_sitting sitting": "start_sitting nobody",
    "seat sitting": "seat nobody",
    "finish_sitting sitting": "finish_sitting nobody",
    "save_answer sitting": "save_answer nobody",
    "beat sitting": "beat nobody",
    "appeal_item released": "appeal_item nobody",
    "book_session session": "book_session 987654321",
    "session_act session end": "session_act 987654321 end",
    "sitting_act sitting end": "sitting_act nobody end",
    "booking_act session booking cancel": "booking_act 987654321 booking cancel",
    "publicity certificate": "publicity BB-7K2M-9QX0-4T",
    "check_in inside": "check_in nothing",
}


def scrubbed(answer, address: str) -> tuple[int, str]:
    """The answer without its address and what differs between any two answers."""
    words = answer.content.decode().replace(address, "")
    return answer.status_code, re.sub(
        r'nonce="[^"]+"|name="csrfmiddlewaretoken" value="\w+"|data-csrf="\w+"', "", words
    )


@pytest.mark.parametrize("who", ["technician", "dealer"])
def test_what_one_may_not_know_of_answers_as_if_it_were_not_there(client, site, who):
    site.ids["nobody"] = NOBODY
    client.force_login(site.people[who])
    wrong = []
    for send, pairs in ((client.get, SECRETS), (client.post, FORMS)):
        for there, nowhere in pairs.items():
            if who != "dealer" and "inside" in there:
                continue
            addresses = [site.address(*each.split()) for each in (there, nowhere)]
            said = [scrubbed(send(address), address) for address in addresses]
            if said[0] != said[1] or said[0][0] < 300:
                wrong.append((there, said[0][0], said[1][0]))

    assert wrong == []
