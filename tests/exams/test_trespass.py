"""What is not one's own, forged, sent twice or too long: nothing of it is done."""

import json

import pytest
import time_machine
from django.core.signing import Signer
from django.test import Client

from exams import sit
from exams.models import (
    Booking,
    ExamSession,
    Form,
    FormItem,
    Grade,
    Item,
    ItemAppeal,
    LateAnswer,
    Marking,
    PracticeAnswer,
    Question,
    QuestionReview,
    Regrade,
    Release,
    Sitting,
    SittingEvent,
)
from exams.sit import Seat
from tests import make
from tests.make import NOON

from .everything import NOBODY, Everything, Undone
from .forms import FORMS, sent, with_forms
from .invigilation import hall
from .test_doors import DOORS

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    with time_machine.travel(NOON, tick=False):
        yield with_forms()


# ------------------------------------------------------------------------------------------- what the script asks

BODIES = [
    b"", b"null", b"[]", b"1", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"item": 1' + b"0" * 5_000 + b"}",
    b'{"item": 1e999, "response": null, "base": 0}', b'{"item": NaN, "response": null, "base": 0}',
    b'{"item": [1], "response": null, "base": 0}', b'{"item": {}, "response": 1, "base": {}}',
    b'{"item": 1, "base": 0}',
    b'{"item": 99, "response": ["1"], "base": 0}', b'{"item": -1, "response": ["1"], "base": 0}',
    b'{"item": 1, "response": ["\\ud800"], "base": 0}', b'{"item": 1, "response": ["1", "\\u0000"], "base": 0}',
    b'{"item": 1, "response": {"1": {"2": []}}, "base": 0}', b'{"item": 1, "response": 1e999, "base": 0}',
    b'{"item": 1, "response": ["1"], "base": 7}', b'{"item": 1, "response": ["1"], "base": -1}',
    b'{"device": {"a": []}, "opened": "x"}', b'{"device": "a\\u0000b"}',
    b'{"device": "\\ud800\\u0000"}', b'{"device": "' + b"x" * 100_000 + b'"}',
    b'{"events": 1}', b'{"events": {"kind": "left"}}',
    b'{"events": [null, 1, [], {"kind": {}}, {"kind": "left", "seconds": 1e999}]}',
    b'{"events": [{"kind": "finished"}, {"kind": "message", "text": "x"}, {"kind": "clock", "seconds": -5}]}',
]  # fmt: skip


def json_sent(client: Client, site: Everything, name: str, body: bytes, token: str) -> int:
    kind = "application/json"
    return client.post(site.address(name, "sitting"), body, kind, headers={"X-Seat": token}).status_code


@pytest.mark.parametrize("name", ["seat", "save_answer", "beat"])
def test_no_json_breaks_the_server_or_is_saved(client, site, name):
    client.raise_request_exception = False
    client.force_login(site.people["candidate"])
    sitting = site.rows["sitting"]
    token = Seat(sitting.public_id, sitting.lease).token
    answers = {}
    for body in BODIES:
        with Undone():
            answers[body[:60]] = json_sent(client, site, name, body, token)
            assert not Item.objects.filter(sitting=sitting, revision__gt=0).exists(), body[:60]
            row = Sitting.objects.get(pk=sitting.pk)
            assert "\0" not in row.device
            assert row.finished_at is None
            logged = set(row.events.values_list("kind", flat=True))
            assert logged <= {"checked-in", "started", "seated", "device", "left", "clock"}
    with Undone():
        answers["multipart"] = client.post(
            site.address(name, "sitting"), {"item": "1"}, headers={"X-Seat": token}
        ).status_code

    assert {body: status for body, status in answers.items() if status >= 500} == {}


LONG = "x" * 100_000


def tokens(site: Everything) -> dict[str, str]:
    """What somebody might send in the place of the seat of that sitting."""
    sitting, other = site.rows["sitting"], site.rows["unmarked"]
    good = Seat(sitting.public_id, sitting.lease).token
    body, _colon, signature = good.rpartition(":")
    return {
        "none": "",
        "no token": "x",
        "unsigned": body,
        "another signature": f"{body}:{'A' * len(signature)}",
        "another lease": f"{body}1:{signature}",
        "another sitting": Seat(other.public_id, other.lease).token,
        "signed for something else": Signer(salt="x").sign(body),
        "not ASCII": "座位".encode().decode("latin-1"),
        "long": "x" * 100_000,
    }


@pytest.mark.parametrize("name", ["save_answer", "beat", "finish_sitting"])
def test_a_forged_seat_is_none(client, site, name):
    client.raise_request_exception = False
    body = b'{"item": 1, "response": ["1"], "base": 0}'
    got = {what: json_sent(client, site, name, body, token) for what, token in tokens(site).items()}

    assert got == dict.fromkeys(got, 401)
    sitting = Sitting.objects.get(pk=site.rows["sitting"].pk)
    assert (sitting.finished_at, sitting.items.filter(revision__gt=0).count()) == (None, 0)


def test_the_seat_of_before_saves_nothing_any_more(client, site):
    sitting = site.rows["sitting"]
    old = Seat(sitting.public_id, sitting.lease).token
    sit.take(sitting=sitting, device="b", at=NOON)

    assert json_sent(client, site, "save_answer", b'{"item": 1, "response": null, "base": 0}', old) == 409
    assert not sitting.items.filter(revision__gt=0).exists()


# ------------------------------------------------------------------------------------------------------ forged, twice


def test_a_form_of_another_site_is_refused_at_every_address(site):
    client = Client(enforce_csrf_checks=True)
    open_to = {}
    for door in DOORS:
        name = door.address.split()[0]
        if door.method == "POST" and name not in ("save_answer", "beat"):  # these ask for a seat
            client.force_login(site.people[next(iter(door.opens), "exam-officer")])
            with Undone():
                status = client.post(site.address(*door.address.split())).status_code
            if status != 403:
                open_to[door.address] = status

    assert open_to == {}


def test_to_look_at_an_address_that_is_for_forms_does_nothing(client, site):
    both = {door.address.split()[0] for door in DOORS if door.method == "GET"}
    wrong = {}
    for door in DOORS:
        if door.address.split()[0] not in both:
            client.force_login(site.people[next(iter(door.opens), "exam-officer")])
            before = count()
            answer = client.get(site.address(*door.address.split()))
            if answer.status_code not in (302, 405) or count() != before:
                wrong[door.address] = answer.status_code

    assert wrong == {}


ROWS = (
    *(Booking, Form, FormItem, Grade, Item, ItemAppeal, LateAnswer, Marking, PracticeAnswer, Question, QuestionReview),
    *(Regrade, Release, Sitting, SittingEvent, ExamSession),
)


def count() -> list[object]:
    """How many rows of the exams there are, and what of them changes in place."""
    return [
        *(model.objects.count() for model in ROWS),
        *Sitting.objects.order_by("pk").values_list("finished_at", "deadline_at", "paused_at", "released_at", "lease"),
        *Item.objects.order_by("pk").values_list("revision", "share"),
        *Booking.objects.order_by("pk").values_list("ticket_hash", "extra_minutes", "checked_in_at"),
        *FormItem.objects.order_by("pk").values_list("question", "position", "points"),
    ]


def test_each_form_sent_twice_does_it_once(client, site):
    again = {"tickets session", "practice_due", "practise practised", "import_questions"}  # tickets are made anew
    wrong = {}
    for address, (who, fields) in FORMS.items():
        if address in again:
            continue
        client.force_login(site.people[who])
        to, body = site.address(*address.split()), sent(site, fields)
        with Undone():
            client.post(to, body, "application/x-www-form-urlencoded")
            once = count()
            if client.post(to, body, "application/x-www-form-urlencoded").status_code >= 500 or count() != once:
                wrong[address] = [pair for pair in zip(once, count(), strict=False) if pair[0] != pair[1]]

    assert wrong == {}


# ------------------------------------------------------------------------------------- what belongs to something else


def strangers(site: Everything) -> dict[str, tuple[str, dict[str, object]]]:
    """Forms that name what is there, but not there: who sends them, and their fields."""
    exam = make.exam(["single"], needs_session=True)
    session = hall.session(exam, needs_ticket=True)
    booking = hall.booking(session, make.person())
    sitting = make.sitting(exam, booking.person, booking=booking)
    other = make.question("single")
    item = FormItem.objects.create(form=Form.objects.create(exam=exam, name="B"), position=1, question=other)
    site.ids |= {"other-session": session.pk, "other-booking": booking.pk, "other-sitting": sitting.public_id}
    waits = sit.finish(sitting=make.sitting(make.exam(["single"], release="by-officer"), booking.person), at=NOON)
    mine = sit.finish(
        sitting=make.sitting(make.exam(["single"], release="by-officer"), site.people["exam-officer"]), at=NOON
    )
    site.ids |= {"own-exam": mine.exam.key}
    return {
        # Of another session or sitting
        "booking_act session other-booking cancel": ("exam-officer", {}),
        "booking_act session other-booking check-in": ("invigilator", {}),
        "booking_act other-session other-booking check-in": ("invigilator", {}),
        "session_act other-session end": ("invigilator", {"words": "停"}),
        "sitting_act other-sitting end": ("invigilator", {"words": "停"}),
        "tickets session": ("invigilator", {"booking": booking.pk}),
        "tickets other-session": ("invigilator", {}),
        "appeal_item other-sitting": ("candidate", {"n": 1, "text": "对"}),
        "appeal_item released": ("candidate", {"n": 77, "text": "对"}),
        "appeal_item sitting": ("candidate", {"n": 1, "text": "对"}),  # under way
        "start_sitting other-sitting": ("candidate", {}),
        "finish_sitting other-sitting": ("candidate", {"whole": "finish"}),
        "give_seat_back session": ("candidate", {}),
        # Of another exam, question or paper
        "exam_results marked-exam": ("exam-officer", {"sitting": waits.public_id}),
        "exam_results own-exam": ("exam-officer", {"sitting": mine.public_id}),
        "review_question question": ("examiner", {"number": 2, "act": "return", "comment": "x"}),
        "regrade version": ("exam-officer", {"rule": "key", "new": other.version.pk, "reason": "x", "seen": ""}),
        "paper_form form": ("exam-officer", {f"place-{item.pk}": 1, f"points-{item.pk}": 9}),
        "practice_due": ("technician", {"version": other.version.pk, "key": NOBODY, "item-1": "1"}),
        "practise practised": (
            "technician", {"version": site.ids["practised-version"], "key": site.ids["answer"], "item-1": "true"},
        ),
        "decide level person": ("certification-manager", {"outcome": "granted", "reason": "x"}),
        "mark_item essay": ("exam-officer", {"points-0": 2, "points-1": 2}),
    }  # fmt: skip


def test_nothing_is_done_to_what_is_not_ones_own_or_not_there(client, site):
    forms = strangers(site)
    wrong = {}
    for address, (who, fields) in forms.items():
        client.force_login(site.people[who])
        before = count()
        status = client.post(site.address(*address.split()), fields).status_code
        if status >= 500 or count() != before:
            wrong[address] = status

    assert wrong == {}


def test_points_beyond_the_rubric_are_no_mark(client, site):
    client.force_login(site.people["examiner"])
    address = site.address("mark_item", "essay")
    for points in ("2.01", "-0.25", "1e1", "NaN", "Infinity", ""):
        assert client.post(address, {"points-0": points, "points-1": "2", "seen": "0"}).status_code == 422

    assert not Marking.objects.exists()


def test_what_is_typed_has_an_end(client, site):
    """A text without an end is cut or refused, whatever keeps it: the database of a server refuses what is too long."""
    client.force_login(site.people["candidate"])
    client.post(site.address("appeal_item", "released"), {"n": "1", "text": LONG})
    client.force_login(site.people["exam-officer"])
    client.post(site.address("sitting_act", "sitting", "note"), {"words": LONG})
    client.post(site.address("booking_act", "session", "booking", "extra"), {"minutes": "5", "note": LONG})
    client.post(site.address("decide_late", "late"), {"counts": "no", "note": LONG, "seen": NOON.isoformat()})
    client.post(site.address("bring_question", "question"), {"to": "quarantined", "reason": LONG})

    kept = [
        *ItemAppeal.objects.values_list("text", flat=True),
        *Booking.objects.values_list("note", flat=True),
        *(json.dumps(detail) for detail in SittingEvent.objects.values_list("detail", flat=True)),
    ]
    assert max(map(len, kept)) <= 4_000


@pytest.mark.parametrize(("who", "is_open"), [("trainer", True), ("examiner", False), ("dispatcher", False)])
def test_the_passages_of_documents_are_listed_for_those_alone_who_write_questions(client, site, who, is_open):
    client.force_login(site.people[who])
    assert (client.get(site.address("questions:passages")).status_code == 200) is is_open
