"""The screens of sessions and of invigilators: who may open them, and what they do when pressed twice."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exams.invigilation import tickets
from exams.models import Booking, ExamSession, Sitting, SittingEvent
from people import roles
from people.models import User
from tests import make

from . import hall
from .hall import HOUR, MINUTE


@pytest.fixture
def officer(db: None) -> User:
    """袁芳, the exam officer."""
    return make.person(roles.EXAM_OFFICER, username="examofficer", name="袁芳")


@pytest.fixture
def invigilator(db: None) -> User:
    """秦岚, who has no role and is named for the session."""
    return make.person(username="invigilator", name="秦岚")


@pytest.fixture
def session(invigilator: User) -> ExamSession:
    """A session that is open now."""
    now = timezone.now()
    return hall.session(None, invigilator, opens_at=now - HOUR, closes_at=now + HOUR)


@pytest.fixture
def found(session: ExamSession, technician: User) -> Sitting:
    """A sitting under way in it."""
    now = timezone.now()
    said = {"started_at": now - MINUTE, "deadline_at": now + 20 * MINUTE, "checked_in_at": now - MINUTE}
    return hall.sitting(technician, session.exam, booking=hall.booking(session, technician), **said)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def of_session(session: ExamSession) -> list[str]:
    return [reverse(name, args=[session.pk]) for name in ("exam_session", "session_board", "tickets")]


def test_a_named_invigilator_needs_no_role(session: ExamSession, found: Sitting, invigilator: User) -> None:
    client = signed_in(invigilator)
    for url in [*of_session(session), reverse("sitting_log", args=[found.public_id]), reverse("desk")]:
        assert client.get(url).status_code == 200, url


def test_to_everybody_else_they_do_not_exist(session: ExamSession, found: Sitting, manager: User) -> None:
    urls = [*of_session(session), reverse("sitting_log", args=[found.public_id])]
    for person in (manager, found.person):
        client = signed_in(person)
        assert {client.get(url).status_code for url in urls} == {404}
        act = reverse("sitting_act", args=[found.public_id, "extra-time"])
        assert client.post(act, {"minutes": "60", "words": "?"}).status_code == 404
        assert client.post(reverse("session_act", args=[session.pk, "end"]), {"words": "?"}).status_code == 404
    assert found.events.count() == 0


def test_a_visitor_is_asked_to_sign_in(client: Client, session: ExamSession) -> None:
    for url in [*of_session(session), reverse("desk"), reverse("stuck"), reverse("new_session")]:
        assert client.get(url).status_code == 302


def test_what_is_the_officers_is_not_the_invigilators(session: ExamSession, invigilator: User, dealer: User) -> None:
    booked = hall.booking(session, dealer)
    client = signed_in(invigilator)
    assert client.get(reverse("edit_session", args=[session.pk])).status_code == 403
    assert client.get(reverse("stuck")).status_code == 403
    assert client.get(reverse("exam_board", args=[session.exam.key])).status_code == 403
    assert client.post(reverse("exam_session", args=[session.pk]), {"names": "dealer"}).status_code == 403
    assert client.post(reverse("booking_act", args=[session.pk, booked.pk, "cancel"])).status_code == 403
    assert client.post(reverse("booking_act", args=[session.pk, booked.pk, "check-in"])).status_code == 302
    assert Booking.objects.get().checked_in_by == invigilator


def said(session: ExamSession | None = None, **fields: object) -> dict:
    exam = session.exam if session else make.exam(["single"])
    return {
        "exam": exam.pk, "title": "下午场", "place": "二号教室", "opens_at": "2027-01-05T14:00",
        "closes_at": "2027-01-05T15:00", "seats": "20", "networks": "", "note": "", "watchers": "invigilator",
    } | fields  # fmt: skip


def test_an_officer_makes_a_session(officer: User, invigilator: User) -> None:
    client = signed_in(officer)
    answer = client.post(reverse("new_session"), said(networks="10.0.0.0/8", needs_ticket="on"))
    made = ExamSession.objects.get()
    assert answer.url == reverse("exam_session", args=[made.pk])
    assert (made.seats, made.needs_ticket, list(made.invigilators.all())) == (20, True, [invigilator])
    assert client.get(reverse("edit_session", args=[made.pk])).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"networks": "hall 3"}, {"closes_at": "2027-01-05T13:00"}, {"seats": "0"}, {"seats": "501"},
        {"watchers": "nobody-there"}, {"title": "x" * 200}, {"exam": "999999"}, {"opens_at": "soon"},
        {"seats": "9" * 40}, {"closes_at": "9999-12-31T23:59"}, {"networks": "\x01"}, {"watchers": "x " * 600},
    ],
)  # fmt: skip
def test_a_mistake_is_said_and_nothing_typed_is_lost(officer: User, invigilator: User, fields: dict) -> None:
    answer = signed_in(officer).post(reverse("new_session"), said(**fields))
    assert answer.status_code == 422
    assert "下午场" in answer.text or "title" in fields
    assert not ExamSession.objects.exists()


def test_people_are_booked_by_name_by_list_and_by_unit(session: ExamSession, officer: User, technician: User) -> None:
    client, url = signed_in(officer), reverse("exam_session", args=[session.pk])
    make.person(employee_number="E-9", unit=None)
    unit = make.unit()
    make.person(unit=unit)
    session.exam.audience = 0
    session.exam.save()
    file = SimpleUploadedFile("list.csv", "工号\nE-9\n".encode())
    answer = client.post(url, {"names": "technician", "file": file, "unit": unit.key})
    assert answer.status_code == 302
    assert session.bookings.count() == 3
    assert client.post(url, {"names": "technician"}).status_code == 302
    assert session.bookings.count() == 3


@pytest.mark.parametrize("data", [{}, {"names": "nobody-there"}, {"unit": "nothing"}, {"names": "a " * 501}])
def test_a_list_that_names_nobody_is_refused(session: ExamSession, officer: User, data: dict) -> None:
    answer = signed_in(officer).post(reverse("exam_session", args=[session.pk]), data)
    assert answer.status_code == 422
    assert not session.bookings.exists()


def test_cancelling_twice_is_no_failure(session: ExamSession, officer: User, dealer: User) -> None:
    url = reverse("booking_act", args=[session.pk, hall.booking(session, dealer).pk, "cancel"])
    client = signed_in(officer)
    assert [client.post(url).status_code for _time in range(2)] == [302, 302]
    assert not session.bookings.exists()


def test_extra_minutes_are_typed_as_a_number(session: ExamSession, officer: User, dealer: User) -> None:
    url = reverse("booking_act", args=[session.pk, hall.booking(session, dealer).pk, "extra"])
    client = signed_in(officer)
    for typed in ("", "ten", "-5", "９", "99999999", "\x00"):
        assert client.post(url, {"minutes": typed}).status_code in {302, 400}
    assert Booking.objects.get().extra_minutes == 0
    client.post(url, {"minutes": "15", "note": "阅读障碍"})
    assert Booking.objects.get().extra_minutes == 15


def test_tickets_are_shown_once_and_let_in(session: ExamSession, invigilator: User, dealer: User) -> None:
    ExamSession.objects.update(needs_ticket=True)
    booked = hall.booking(session, dealer)
    client, url = signed_in(invigilator), reverse("tickets", args=[session.pk])
    shown = client.post(url).text
    code = "".join(re.search(r"ticket__letters\">(\w{4}) (\w{4})<", shown).groups())
    booked.refresh_from_db()
    assert tickets.fits(booked, code)
    assert "<svg" in shown
    assert code[:4] not in client.get(url).text


def test_a_candidate_checks_in_with_his_ticket_and_gets_his_extra_time(
    session: ExamSession, dealer: User, officer: User
) -> None:
    ExamSession.objects.update(needs_ticket=True, needs_check_in=True, networks="127.0.0.0/8")
    booked = hall.booking(session, dealer, extra_minutes=10)
    ((_booking, code),) = tickets.issue(session=session)
    client, url = signed_in(dealer), reverse("check_in", args=[session.exam.key])

    def check_in(**headers: str) -> int:
        said = {"confirm_identity": "on", "confirm_rules": "on", "ticket": code}
        return client.post(url, said, **headers).status_code

    assert check_in() == 409
    signed_in(officer).post(reverse("booking_act", args=[session.pk, booked.pk, "check-in"]))
    assert check_in(REMOTE_ADDR="203.0.113.5") == 409
    assert [check_in(), check_in()] == [302, 302]
    found = Sitting.objects.get()
    assert (found.booking, found.minutes) == (booked, session.exam.minutes + 10)
    board = signed_in(officer).get(reverse("session_board", args=[session.pk])).text
    assert reverse("sitting_log", args=[found.public_id]) in board


def test_a_session_without_tickets_makes_none(session: ExamSession, invigilator: User, dealer: User) -> None:
    hall.booking(session, dealer)
    assert signed_in(invigilator).post(reverse("tickets", args=[session.pk])).status_code == 409
    assert Booking.objects.get().ticket_hash == ""


def test_the_board_shows_who_works_and_its_list_alone_for_the_script(
    session: ExamSession, found: Sitting, invigilator: User
) -> None:
    client, url = signed_in(invigilator), reverse("session_board", args=[session.pk])
    whole, part = client.get(url).text, client.get(url, {"part": "1", "state": "working"}).text
    assert "林涛" in whole
    assert "林涛" in part
    assert "<html" not in part
    assert "林涛" not in client.get(url, {"state": "finished", "part": "1"}).text


def test_every_act_works_from_the_screen_and_twice(session: ExamSession, found: Sitting, invigilator: User) -> None:
    client = signed_in(invigilator)
    forms = {
        "message": {"words": "还有十分钟", "key": "a"},
        "extra-time": {"minutes": "5", "words": "断电", "key": "b"},
        "note": {"words": "迟到", "key": "c"},
        "pause": {},
        "resume": {},
        "end": {"words": "收卷"},
    }
    for name, data in forms.items():
        url = reverse("sitting_act", args=[found.public_id, name])
        assert [client.post(url, data).status_code for _time in range(2)] == [302, 302], name
    kinds = list(found.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["message", "extra-time", "note", "paused", "resumed", "finished", "note"]
    assert "还有十分钟" in client.get(reverse("sitting_log", args=[found.public_id])).text


def test_an_act_on_the_session_is_done_to_all(
    session: ExamSession, found: Sitting, dealer: User, invigilator: User
) -> None:
    now = timezone.now()
    hall.sitting(
        dealer, session.exam, booking=hall.booking(session, dealer), started_at=now, deadline_at=now + HOUR
    )  # fmt: skip
    client = signed_in(invigilator)
    client.post(reverse("session_act", args=[session.pk, "pause"]), {"words": "演习"})
    assert SittingEvent.objects.filter(kind="paused").count() == 2


@pytest.mark.parametrize("scope", ["sitting", "session"])
def test_a_form_that_fails_keeps_what_was_typed(
    session: ExamSession, found: Sitting, invigilator: User, scope: str
) -> None:
    id_ = found.public_id if scope == "sitting" else session.pk
    url = reverse(f"{scope}_act", args=[id_, "extra-time"])
    answer = signed_in(invigilator).post(url, {"minutes": "999", "words": "停电了", "key": "k"})
    assert answer.status_code == 422
    assert "停电了" in answer.text
    assert signed_in(invigilator).post(reverse(f"{scope}_act", args=[id_, "explode"])).status_code == 404


def test_a_paper_taken_back_leads_to_the_board(session: ExamSession, dealer: User, invigilator: User) -> None:
    ready = hall.sitting(dealer, session.exam, booking=hall.booking(session, dealer), begun=False)
    answer = signed_in(invigilator).post(reverse("sitting_act", args=[ready.public_id, "end"]), {"words": "换机"})
    assert answer.url == reverse("session_board", args=[session.pk])


def test_the_officer_closes_what_is_stuck(officer: User, technician: User) -> None:
    now = timezone.now()
    old = hall.sitting(technician, make.exam(["single"]), started_at=now - HOUR, deadline_at=now - MINUTE * 30)
    client = signed_in(officer)
    assert "林涛" in client.get(reverse("stuck")).text
    answer = client.post(reverse("sitting_act", args=[old.public_id, "end"]), {"words": "清理", "back": "stuck"})
    assert answer.url == reverse("stuck")
    assert Sitting.objects.get().finished_at == old.deadline_at


def test_the_desk_counts_only_what_its_person_may_do(officer: User, manager: User, technician: User) -> None:
    piles = signed_in(officer).get(reverse("desk")).context["piles"]
    of_manager = signed_in(manager).get(reverse("desk")).context["piles"]
    assert len(piles) > len(of_manager) == 2
    assert signed_in(technician).get(reverse("desk")).status_code == 404


def test_the_exam_board_shows_who_sits_without_a_session(officer: User, technician: User) -> None:
    exam = make.exam(["single"])
    hall.sitting(technician, exam)
    client = signed_in(officer)
    assert "林涛" in client.get(reverse("exam_board", args=[exam.key])).text
    assert exam.title in client.get(reverse("desk")).text


def test_home_names_the_sessions_to_watch_over(session: ExamSession, invigilator: User) -> None:
    assert reverse("session_board", args=[session.pk]) in signed_in(invigilator).get(reverse("home")).text


def test_a_candidate_books_himself_and_gives_the_seat_back(technician: User) -> None:
    now = timezone.now()
    session = hall.session(opens_at=now + HOUR, closes_at=now + 2 * HOUR, is_self_service=True)
    client = signed_in(technician)
    for name, seats in (("book_session", 1), ("book_session", 1), ("give_seat_back", 0), ("give_seat_back", 0)):
        assert client.post(reverse(name, args=[session.pk])).status_code == 302
        assert session.bookings.count() == seats


def test_a_candidate_cannot_book_what_is_not_for_self_service_or_not_for_him(customer: User, technician: User) -> None:
    now = timezone.now()
    session = hall.session(opens_at=now + HOUR, closes_at=now + 2 * HOUR, is_self_service=True)
    assert signed_in(customer).post(reverse("book_session", args=[session.pk])).status_code == 404
    ExamSession.objects.update(is_self_service=False)
    assert signed_in(technician).post(reverse("book_session", args=[session.pk])).status_code == 404


def test_the_list_of_sessions_is_for_those_who_watch(session: ExamSession, invigilator: User, technician: User) -> None:
    assert "上午场" in signed_in(invigilator).get(reverse("sessions")).text
    assert "上午场" not in signed_in(invigilator).get(reverse("sessions"), {"when": "over"}).text
    assert signed_in(technician).get(reverse("sessions")).status_code == 403


def test_the_lobby_shows_the_seat_and_what_can_be_booked(technician: User) -> None:
    now = timezone.now()
    open_to_all = hall.session(opens_at=now + HOUR, closes_at=now + 2 * HOUR, is_self_service=True, title="自选场")
    client, lobby = signed_in(technician), reverse("exam", args=[open_to_all.exam.key])
    assert reverse("book_session", args=[open_to_all.pk]) in client.get(lobby).text
    client.post(reverse("book_session", args=[open_to_all.pk]))
    shown = client.get(lobby).text
    assert reverse("give_seat_back", args=[open_to_all.pk]) in shown
    assert reverse("book_session", args=[open_to_all.pk]) not in shown
    assert "自选场" in client.get(reverse("exams")).text
