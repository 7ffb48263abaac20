"""A sitting and its clock as candidate and invigilator see them: each test goes through time by the addresses."""

import datetime
import json

import pytest
from django.test import Client
from django.urls import reverse

from exams import sit
from exams.invigilation import tickets
from exams.models import Booking, ExamSession, LateAnswer, Sitting
from people import roles
from tests import make
from tests.make import NOON

from .invigilation import hall
from .invigilation.hall import HOUR, MINUTE

pytestmark = pytest.mark.django_db

SECOND = datetime.timedelta(seconds=1)
CONFIRMED = {"confirm_identity": "on", "confirm_rules": "on"}


@pytest.fixture
def session(clock):
    return hall.session(make.exam(["truefalse", "single"], needs_session=True, minutes=20))


@pytest.fixture
def booking(session, technician):
    return hall.booking(session, technician)


@pytest.fixture
def officer(clock):
    client = Client()
    client.force_login(make.person(roles.EXAM_OFFICER))
    return client


@pytest.fixture
def candidate(client, technician):
    client.force_login(technician)
    return client


@pytest.fixture
def sitting(candidate, booking):
    """Begun at noon by the addresses; twenty minutes."""
    check_in(candidate, booking.session)
    made = Sitting.objects.get()
    candidate.post(reverse("start_sitting", args=[made.public_id]))
    return Sitting.objects.get()


def check_in(client, session, **form):
    return client.post(reverse("check_in", args=[session.exam.key]), CONFIRMED | form)


def seat(client, sitting) -> str:
    return posted(client, "seat", sitting, {"device": "a"}).json()["seat"]


def posted(client, name, sitting, body, token=""):
    address = reverse(name, args=[sitting.public_id])
    return client.post(address, json.dumps(body), "application/json", headers={"X-Seat": token} if token else {})


def save(client, sitting, token, response=True, base=0):
    n = make.item(sitting, "truefalse").n
    return posted(client, "save_answer", sitting, {"item": n, "response": response, "base": base}, token)


def act(officer, sitting, name, **form):
    answer = officer.post(reverse("sitting_act", args=[sitting.public_id, name]), {"words": "因为停电", **form})
    assert answer.status_code == 302


# ------------------------------------------------------------------------------------------------------------- breaks


def test_a_break_over_the_deadline_takes_no_time(candidate, officer, sitting, clock):
    token = seat(candidate, sitting)
    clock.move_to(NOON + 15 * MINUTE)
    act(officer, sitting, "pause")
    clock.move_to(NOON + 3 * HOUR)  # long after the deadline that was
    assert posted(candidate, "beat", sitting, {}, token).json()["remaining_ms"] == 5 * 60_000
    assert save(candidate, sitting, token).json()["reason"] == "paused"
    sit.sweep(at=NOON + 3 * HOUR)
    act(officer, sitting, "resume")

    reply = save(candidate, sitting, token).json()
    assert (reply["revision"], reply["remaining_ms"]) == (1, 5 * 60_000)
    clock.move_to(NOON + 3 * HOUR + 6 * MINUTE + SECOND)
    assert save(candidate, sitting, token, response=False, base=1).status_code == 410
    assert candidate.get(sitting.get_absolute_url()).status_code == 302
    found = Sitting.objects.get()
    assert (found.ended_by, found.finished_at) == ("timer", NOON + 3 * HOUR + 5 * MINUTE)


def test_what_was_under_way_when_the_break_began_is_taken_and_nothing_after_it(candidate, officer, sitting, clock):
    token = seat(candidate, sitting)
    act(officer, sitting, "pause")
    clock.move_to(NOON + MINUTE)
    assert save(candidate, sitting, token).status_code == 200
    clock.move_to(NOON + MINUTE + SECOND)
    assert save(candidate, sitting, token, response=False, base=1).status_code == 409


def test_on_a_break_the_questions_are_not_shown(candidate, officer, sitting):
    text = make.item(sitting, "single").version.text
    assert text in candidate.get(sitting.get_absolute_url()).content.decode()
    act(officer, sitting, "pause")
    assert text not in candidate.get(sitting.get_absolute_url()).content.decode()


def test_whoever_hands_in_on_a_break_has_handed_in(candidate, officer, sitting, clock):
    token = seat(candidate, sitting)
    save(candidate, sitting, token)
    act(officer, sitting, "pause")
    clock.move_to(NOON + HOUR)
    assert posted(candidate, "finish_sitting", sitting, {}, token).status_code == 200

    found = Sitting.objects.get()
    assert (found.ended_by, found.finished_at, found.paused_at) == ("candidate", NOON + HOUR, None)
    act(officer, sitting, "resume")  # too late, and no harm
    assert Sitting.objects.get().finished_at == NOON + HOUR


# --------------------------------------------------------------------------------------------------------- extra time


def test_extra_time_within_the_minute_after_the_deadline_opens_the_paper_again(candidate, officer, sitting, clock):
    token = seat(candidate, sitting)
    clock.move_to(NOON + 20 * MINUTE + 50 * SECOND)
    act(officer, sitting, "extra-time", minutes="10")

    clock.move_to(NOON + 25 * MINUTE)
    assert save(candidate, sitting, token).json()["remaining_ms"] == 5 * 60_000
    assert candidate.get(sitting.get_absolute_url()).status_code == 200


def test_extra_time_after_that_is_not_given_to_what_is_over(candidate, officer, sitting, clock):
    clock.move_to(NOON + 22 * MINUTE)
    act(officer, sitting, "extra-time", minutes="10")

    assert candidate.get(sitting.get_absolute_url()).status_code == 302
    assert Sitting.objects.get().finished_at == NOON + 20 * MINUTE


def test_extra_time_before_the_start_is_on_the_ready_page_and_on_the_clock(candidate, officer, booking):
    check_in(candidate, booking.session)
    ready = Sitting.objects.get()
    act(officer, ready, "extra-time", minutes="10")

    assert candidate.get(ready.get_absolute_url()).context["minutes"] == 30
    candidate.post(reverse("start_sitting", args=[ready.public_id]))
    assert Sitting.objects.get().deadline_at == NOON + 30 * MINUTE


def test_extra_minutes_of_the_booking_are_on_the_clock(candidate, booking):
    Booking.objects.update(extra_minutes=15)
    check_in(candidate, booking.session)
    candidate.post(reverse("start_sitting", args=[Sitting.objects.get().public_id]))
    assert Sitting.objects.get().deadline_at == NOON + 35 * MINUTE


# ------------------------------------------------------------------------------------------------------------ the end


def test_ended_by_the_officer_what_comes_after_it_is_kept_and_not_scored(candidate, officer, sitting, clock):
    token = seat(candidate, sitting)
    save(candidate, sitting, token, response=False)
    act(officer, sitting, "end")

    answer = save(candidate, sitting, token, response=True, base=1)
    assert (answer.status_code, answer.json()["response"]) == (410, False)
    assert answer.json()["url"] == reverse("result", args=[sitting.public_id])
    assert posted(candidate, "finish_sitting", sitting, {}, token).json()["url"] == answer.json()["url"]
    found = Sitting.objects.get()
    assert (found.ended_by, found.items.get(version__kind="truefalse").share) == ("officer", 0)
    assert LateAnswer.objects.get().response is True


def test_after_the_end_there_is_no_way_back_to_the_paper(candidate, officer, sitting):
    act(officer, sitting, "end")
    for name in ("start_sitting", "finish_sitting"):
        candidate.post(reverse(name, args=[sitting.public_id]))
    assert posted(candidate, "seat", sitting, {"device": "b"}).status_code == 410
    assert check_in(candidate, sitting.exam.sessions.get()).status_code in (302, 409)
    assert Sitting.objects.get(pk=sitting.pk).ended_by == "officer"


# ------------------------------------------------------------------------------------------------------------- ready


def test_a_paper_checked_in_for_before_the_session_closed_is_not_begun_long_after_it(candidate, booking, clock):
    check_in(candidate, booking.session)
    ready = Sitting.objects.get()
    clock.move_to(NOON + 13 * HOUR)  # the session closed at one o'clock, and the paper is thrown away by now
    candidate.post(reverse("start_sitting", args=[ready.public_id]))

    assert not Sitting.objects.filter(started_at__isnull=False).exists()


def test_before_the_start_there_is_a_seat_to_take_but_nothing_to_see_or_save(candidate, booking):
    check_in(candidate, booking.session)
    ready = Sitting.objects.get()
    text = make.item(ready, "single").version.text
    seated = posted(candidate, "seat", ready, {"device": "a"})
    token = seated.json().get("seat", sit.Seat(ready.public_id, 0).token)
    sent = [seated, posted(candidate, "beat", ready, {}, token), save(candidate, ready, token)]

    assert [answer.status_code for answer in sent if answer.status_code >= 500] == []
    assert all(text not in answer.content.decode() for answer in (*sent, candidate.get(ready.get_absolute_url())))
    assert not ready.items.filter(revision__gt=0).exists()
    posted(candidate, "finish_sitting", ready, {}, token)
    assert Sitting.objects.get().finished_at is None


def test_a_paper_that_waited_twelve_hours_is_drawn_anew_where_no_session_is_needed(candidate, technician, clock):
    exam = make.exam(["single"])
    check_in(candidate, _Of(exam))
    old = Sitting.objects.get()
    clock.move_to(NOON + 12 * HOUR + SECOND)
    check_in(candidate, _Of(exam))

    assert Sitting.objects.get().pk != old.pk
    assert candidate.get(old.get_absolute_url()).status_code == 404


class _Of:
    """What check_in asks for, where there is no session."""

    def __init__(self, exam):
        self.exam = exam


# -------------------------------------------------------------------------------------------------- tickets, networks


def test_a_ticket_lets_in_one_person_once_and_another_attempt_needs_another(candidate, booking, session, clock):
    ExamSession.objects.update(needs_ticket=True)
    ((_booking, code),) = tickets.issue(session=session)
    assert check_in(candidate, session, ticket="WRONG234").status_code == 409
    assert Booking.objects.get().ticket_used_at is None
    assert check_in(candidate, session, ticket=code.lower()).status_code == 302
    assert check_in(candidate, session, ticket=code).status_code == 302  # the double click
    ready = Sitting.objects.get()
    candidate.post(reverse("start_sitting", args=[ready.public_id]))
    candidate.post(reverse("finish_sitting", args=[ready.public_id]), {"whole": "finish"})

    assert check_in(candidate, session, ticket=code).status_code == 409
    ((_booking, code),) = tickets.issue(session=session, bookings=[booking.pk])
    assert check_in(candidate, session, ticket=code).status_code == 302
    assert Sitting.objects.count() == 2


def test_a_refusal_for_another_reason_does_not_spend_the_ticket(candidate, booking, session):
    ExamSession.objects.update(needs_ticket=True)
    ((_booking, code),) = tickets.issue(session=session)
    session.exam.blueprint.update(count=99)
    assert check_in(candidate, session, ticket=code).status_code == 409
    assert Booking.objects.get().ticket_used_at is None


def test_from_another_network_a_paper_is_neither_begun_nor_gone_on_with(candidate, booking, session):
    check_in(candidate, session)
    ready = Sitting.objects.get()
    ExamSession.objects.update(networks="10.20.0.0/16")
    candidate.post(reverse("start_sitting", args=[ready.public_id]))
    assert Sitting.objects.get().started_at is None

    here = {"REMOTE_ADDR": "10.20.3.4"}
    candidate.post(reverse("start_sitting", args=[ready.public_id]), **here)
    assert Sitting.objects.get().started_at == NOON
    assert posted(candidate, "seat", ready, {"device": "a"}).status_code == 403
    text = make.item(ready, "single").version.text
    assert text not in candidate.get(ready.get_absolute_url()).content.decode()
    assert text in candidate.get(ready.get_absolute_url(), **here).content.decode()
