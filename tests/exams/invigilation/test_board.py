"""The live board: how each candidate stands, in as many queries for three hundred as for three."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams.invigilation import board
from exams.invigilation.board import Line, State
from exams.invigilation.stuck import stuck
from exams.models import Booking, ExamSession, Item, Sitting, SittingEvent
from people import roles
from people.models import User
from tests import make
from tests.make import NOON

from . import hall
from .hall import HOUR, MINUTE

SECOND = datetime.timedelta(seconds=1)
SOON = NOON + 5 * MINUTE


@pytest.fixture
def officer(db: None) -> User:
    """袁芳, the exam officer."""
    return make.person(roles.EXAM_OFFICER, name="袁芳")


@pytest.fixture
def session(db: None) -> ExamSession:
    """A session of an exam."""
    return hall.session()


def line(session: ExamSession, by: User, at: datetime.datetime = SOON) -> Line:
    (only,) = board.of_session(session=session, by=by, at=at)
    return only


def happened(sitting: Sitting, kind: str, at: datetime.datetime, **detail: object) -> None:
    SittingEvent.objects.create(sitting=sitting, kind=kind, at=at, detail=detail)


def test_a_candidate_goes_from_booked_to_finished(session: ExamSession, technician: User, officer: User) -> None:
    booked = hall.booking(session, technician)
    assert line(session, officer).state == State.BOOKED
    Booking.objects.update(checked_in_at=NOON)
    assert line(session, officer).state == State.HERE
    found = hall.sitting(technician, session.exam, booking=booked, begun=False)
    assert line(session, officer).state == State.READY
    changes = [
        ({"started_at": NOON, "deadline_at": NOON + 20 * MINUTE}, State.WORKING),
        ({"paused_at": NOON + MINUTE}, State.BREAK),
        ({"paused_at": None, "deadline_at": NOON + MINUTE}, State.OVER),
        ({"finished_at": NOON + MINUTE, "ended_by": "timer"}, State.FINISHED),
        ({"ended_by": "abandoned"}, State.VOID),
    ]
    for change, state in changes:
        Sitting.objects.filter(pk=found.pk).update(**change)
        assert line(session, officer).state == state


def test_progress_time_and_last_sign_of_life(session: ExamSession, technician: User, officer: User) -> None:
    booked = hall.booking(session, technician)
    found = hall.sitting(technician, session.exam, booking=booked, last_seen_at=SOON - 20 * SECOND)
    found.items.filter(n__lte=2).update(response="1")
    shown = line(session, officer)
    assert (shown.answered, shown.total, shown.remaining, shown.unseen, shown.is_gone) == (2, 3, 900, 20, False)
    later = line(session, officer, SOON + 50 * SECOND)
    assert (later.unseen, later.is_gone) == (70, True)


def test_the_clock_of_a_break_stands(session: ExamSession, technician: User, officer: User) -> None:
    hall.sitting(technician, session.exam, booking=hall.booking(session, technician), paused_at=SOON)
    assert line(session, officer, SOON + HOUR).remaining == 900


def test_leaving_the_page_devices_and_gaps_are_counted(session: ExamSession, technician: User, officer: User) -> None:
    found = hall.sitting(technician, session.exam, booking=hall.booking(session, technician), last_seen_at=SOON)
    happened(found, "left", NOON)
    happened(found, "back", NOON + MINUTE, seconds=60.5)
    happened(found, "left", SOON - 10 * SECOND)
    happened(found, "device", NOON)
    happened(found, "online", NOON, seconds=180)
    happened(found, "message", NOON, text="好")
    shown = line(session, officer)
    assert (shown.left, shown.away, shown.is_away) == (2, 70, True)
    assert (shown.devices, shown.gaps, shown.offline, shown.messages) == (1, 1, 180, 1)


def test_the_last_of_several_sittings_on_a_seat_is_shown(session: ExamSession, technician: User, officer: User) -> None:
    booked = hall.booking(session, technician)
    hall.sitting(technician, session.exam, booking=booked, finished_at=NOON, ended_by="officer")
    hall.sitting(technician, session.exam, booking=booked, attempt=2)
    assert line(session, officer).state == State.WORKING


def test_three_hundred_candidates_take_as_many_queries_as_three(officer: User) -> None:
    session = hall.session(seats=400)
    officer.has_perm("exams.invigilate")

    def seat(first: int, last: int) -> None:
        people = User.objects.bulk_create(User(username=f"c{n}", name=f"考生{n}") for n in range(first, last))
        booked = Booking.objects.bulk_create(
            Booking(session=session, person=person, number=number) for number, person in enumerate(people, start=first)
        )
        rows = Sitting.objects.bulk_create(
            Sitting(
                exam=session.exam, person=each.person, booking=each, attempt=1, seed="s", pass_mark=75, minutes=20,
                checked_in_at=NOON, started_at=NOON, deadline_at=NOON + HOUR, points_possible=1, last_seen_at=NOON,
            )
            for each in booked
        )  # fmt: skip
        version = make.question().versions.get()
        Item.objects.bulk_create(Item(sitting=row, n=n, version=version, points=1) for row in rows for n in (1, 2))
        SittingEvent.objects.bulk_create(
            SittingEvent(sitting=row, kind=kind, at=NOON, detail={"seconds": 3})
            for row in rows
            for kind in ("left", "back")
        )

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            lines = board.of_session(session=session, by=officer, at=SOON)
            assert {(each.left, each.away, each.total) for each in lines} == {(1, 3, 2)}
        return len(asked)

    seat(1, 4)
    few = queries()
    seat(4, 301)
    assert queries() == few <= 4


def test_without_a_session_an_exams_open_sittings_are_shown(technician: User, dealer: User, officer: User) -> None:
    exam = make.exam(["single"])
    hall.sitting(technician, exam)
    hall.sitting(dealer, exam, finished_at=NOON)
    shown = board.of_exam(exam=exam, by=officer, at=SOON)
    assert [each.person for each in shown] == [technician]


def test_the_officer_does_not_see_his_own_sitting(officer: User) -> None:
    exam = make.exam(["single"])
    hall.sitting(officer, exam)
    assert board.of_exam(exam=exam, by=officer, at=SOON) == []


def test_stuck_are_those_past_their_time_never_begun_or_on_a_break_for_hours(technician: User) -> None:
    exam = make.exam(["single"])
    people = [make.person() for _each in range(5)]
    at = NOON + 13 * HOUR
    hall.sitting(people[0], exam)
    hall.sitting(people[1], exam, begun=False)
    hall.sitting(people[2], exam, paused_at=NOON + MINUTE)
    hall.sitting(people[3], exam, deadline_at=at)
    hall.sitting(people[4], exam, finished_at=NOON)
    hall.sitting(technician, exam, begun=False, checked_in_at=at - HOUR)
    found = {each.person: each.why for each in stuck(Sitting.objects.all(), at)}
    assert found == {people[0]: "over", people[1]: "ready", people[2]: "break"}
