"""What an invigilator does while people work: it happens once, to those it can happen to, and is in the log."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams import sit
from exams.invigilation import interventions, sessions
from exams.models import Booking, Exam, ExamSession, Sitting, SittingEvent
from people.models import User
from people.refusal import Refused
from tests import make
from tests.at_once import at_once
from tests.make import NOON

from . import hall
from .hall import HOUR, MINUTE

SOON = NOON + 5 * MINUTE


@pytest.fixture
def invigilator(db: None) -> User:
    """秦岚, who has no role and is named for the session."""
    return make.person(name="秦岚")


@pytest.fixture
def session(invigilator: User) -> ExamSession:
    """A session she watches over."""
    return hall.session(None, invigilator)


@pytest.fixture
def found(session: ExamSession, technician: User) -> Sitting:
    """A sitting under way in it."""
    return hall.sitting(technician, session.exam, booking=hall.booking(session, technician))


def now(sitting: Sitting) -> Sitting:
    return Sitting.objects.get(pk=sitting.pk)


def kinds(sitting: Sitting) -> list[str]:
    return list(sitting.events.order_by("pk").values_list("kind", flat=True))


def extra(sitting: Sitting, by: User, **said: object) -> int:
    return interventions.extra_time(
        **{"sittings": [sitting], "minutes": 10, "by": by, "at": SOON, "reason": "断电"} | said
    )  # fmt: skip


def test_extra_time_moves_the_deadline_and_is_in_the_log(found: Sitting, invigilator: User) -> None:
    assert extra(found, invigilator) == 1
    assert now(found).deadline_at == found.deadline_at + 10 * MINUTE
    event = found.events.get()
    assert (event.by, event.detail) == (invigilator, {"minutes": 10, "reason": "断电"})


def test_extra_time_that_comes_twice_counts_once(found: Sitting, invigilator: User) -> None:
    assert [extra(found, invigilator, key="k1") for _time in range(2)] == [1, 0]
    assert extra(found, invigilator, key="k2") == 1
    assert now(found).deadline_at == found.deadline_at + 20 * MINUTE


def test_a_paper_that_is_not_begun_gets_longer(session: ExamSession, dealer: User, invigilator: User) -> None:
    ready = hall.sitting(dealer, session.exam, booking=hall.booking(session, dealer), begun=False)
    assert extra(ready, invigilator) == 1
    assert (now(ready).minutes, now(ready).deadline_at) == (30, None)


@pytest.mark.parametrize(("minutes", "reason"), [(0, "断电"), (241, "断电"), (10, "  "), (10, "x" * 501)])
def test_extra_time_has_bounds_and_a_reason(found: Sitting, invigilator: User, minutes: int, reason: str) -> None:
    with pytest.raises(Refused):
        extra(found, invigilator, minutes=minutes, reason=reason)
    assert now(found).deadline_at == found.deadline_at


def test_what_is_over_gets_no_more_time(found: Sitting, invigilator: User) -> None:
    assert extra(found, invigilator, at=found.deadline_at + 2 * MINUTE) == 0
    sit.finish(sitting=found, at=SOON)
    assert extra(found, invigilator) == 0
    assert "extra-time" not in kinds(found)


def test_a_break_stops_the_clock_and_its_end_moves_the_deadline(found: Sitting, invigilator: User) -> None:
    (only,) = [[found]]
    assert interventions.pause(sittings=only, by=invigilator, at=SOON) == 1
    assert interventions.pause(sittings=only, by=invigilator, at=SOON + MINUTE) == 0
    assert now(found).remaining_ms(SOON + HOUR) == 15 * 60_000
    assert interventions.resume(sittings=only, by=invigilator, at=SOON + HOUR) == 1
    assert interventions.resume(sittings=only, by=invigilator, at=SOON + HOUR) == 0
    assert (now(found).deadline_at, now(found).paused_at) == (found.deadline_at + HOUR, None)
    assert kinds(found) == ["paused", "resumed"]
    assert found.events.get(kind="resumed").detail == {"seconds": 3600}


def test_a_clock_that_went_back_takes_no_time_from_the_candidate(found: Sitting, invigilator: User) -> None:
    interventions.pause(sittings=[found], by=invigilator, at=SOON)
    interventions.resume(sittings=[found], by=invigilator, at=SOON - MINUTE)
    assert now(found).deadline_at == found.deadline_at


def test_extra_time_can_be_given_in_a_break(found: Sitting, invigilator: User) -> None:
    interventions.pause(sittings=[found], by=invigilator, at=SOON)
    assert extra(found, invigilator, at=SOON + 2 * HOUR) == 1
    interventions.resume(sittings=[found], by=invigilator, at=SOON + 2 * HOUR)
    assert now(found).deadline_at == found.deadline_at + 2 * HOUR + 10 * MINUTE


def test_a_message_reaches_all_who_are_open_once(
    session: ExamSession, found: Sitting, dealer: User, invigilator: User
) -> None:
    other = hall.sitting(dealer, session.exam, booking=hall.booking(session, dealer), finished_at=NOON)
    said = {"sittings": [found, other], "text": "还有十分钟", "by": invigilator, "at": SOON, "key": "m1"}
    assert [interventions.message(**said) for _time in range(2)] == [1, 0]
    (event,) = SittingEvent.objects.filter(kind="message")
    assert (event.sitting, event.detail["text"]) == (found, "还有十分钟")


def test_an_empty_message_is_refused(found: Sitting, invigilator: User) -> None:
    with pytest.raises(Refused):
        interventions.message(sittings=[found], text=" ", by=invigilator, at=SOON)


def test_a_note_can_be_written_after_the_end_too(found: Sitting, invigilator: User) -> None:
    sit.finish(sitting=found, at=SOON)
    assert interventions.note(sittings=[found], text="与邻座交谈", by=invigilator, at=SOON) == 1


def test_ending_a_sitting_closes_it_once_with_what_was_saved(found: Sitting, invigilator: User) -> None:
    found.items.filter(n=1).update(response="1", revision=1, saved_at=SOON)
    said = {"sittings": [found], "by": invigilator, "at": SOON, "reason": "违纪"}
    assert [interventions.end(**said) for _time in range(2)] == [1, 0]
    ended = now(found)
    assert (ended.ended_by, ended.finished_at) == (Sitting.Ended.OFFICER, SOON)
    assert kinds(found) == ["finished", "note"]
    assert found.events.get(kind="finished").detail["answered"] == 1
    assert found.events.get(kind="note").by == invigilator


def test_whoever_handed_in_a_moment_before_is_not_ended_by_the_invigilator(found: Sitting, invigilator: User) -> None:
    sit.finish(sitting=found, at=SOON)
    assert interventions.end(sittings=[found], by=invigilator, at=SOON, reason="收卷") == 0
    assert now(found).ended_by == Sitting.Ended.CANDIDATE


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_of_candidate_and_invigilator_at_the_same_moment_one_ends_the_sitting() -> None:
    watcher, candidates = make.person(), [make.person() for _each in range(4)]
    session = hall.session(None, watcher)
    rows = [hall.sitting(each, session.exam, booking=hall.booking(session, each)) for each in candidates]
    calls = []
    for row in rows:
        calls.append(partial(sit.finish, sitting=row, at=SOON))
        calls.append(partial(extra, row, watcher))
        calls.append(partial(interventions.end, sittings=[row], by=watcher, at=SOON, reason="收卷"))
    mistakes = [each for each in at_once(*calls) if isinstance(each, Exception)]
    assert not mistakes
    for row in rows:
        assert kinds(row).count("finished") == 1
        moved = 10 * MINUTE if "extra-time" in kinds(row) else 0 * MINUTE
        assert now(row).deadline_at == row.deadline_at + moved


def test_ending_in_a_break_ends_it(found: Sitting, invigilator: User) -> None:
    interventions.pause(sittings=[found], by=invigilator, at=SOON)
    assert interventions.end(sittings=[found], by=invigilator, at=SOON + 3 * HOUR, reason="未归") == 1
    assert now(found).ended_by == Sitting.Ended.OFFICER


def test_what_was_over_long_ago_is_closed_as_of_its_deadline(found: Sitting, invigilator: User) -> None:
    assert interventions.end(sittings=[found], by=invigilator, at=NOON + 5 * HOUR, reason="卡住") == 1
    assert (now(found).ended_by, now(found).finished_at) == (Sitting.Ended.TIMER, found.deadline_at)


def test_a_paper_that_was_not_begun_is_taken_back(session: ExamSession, dealer: User, invigilator: User) -> None:
    ready = hall.sitting(dealer, session.exam, booking=hall.booking(session, dealer), begun=False)
    assert interventions.end(sittings=[ready], by=invigilator, at=SOON, reason="换座位") == 1
    assert not Sitting.objects.filter(pk=ready.pk).exists()


def test_an_invigilator_steps_into_his_own_session_alone(found: Sitting, invigilator: User, manager: User) -> None:
    elsewhere = hall.sitting(make.person(), hall.session().exam)
    assert interventions.pause(sittings=[elsewhere], by=invigilator, at=SOON) == 0
    assert extra(found, manager) == 0
    assert interventions.end(sittings=[found], by=manager, at=SOON, reason="?") == 0
    assert now(found).finished_at is None


def test_who_watched_over_a_sitting_is_known_afterwards(
    found: Sitting, invigilator: User, administrator: User, manager: User
) -> None:
    interventions.note(sittings=[found], text="迟到", by=administrator, at=SOON)
    for person in (invigilator, administrator):
        assert list(sessions.invigilated_by(person)) == [found]
    assert not sessions.invigilated_by(manager).exists()
    Booking.objects.update(checked_in_by=manager)
    assert sessions.invigilated_by(manager).exists()


def test_nobody_gives_himself_time(administrator: User) -> None:
    exam: Exam = make.exam(["single"])
    own = hall.sitting(administrator, exam)
    assert extra(own, administrator) == 0
    others = hall.sitting(make.person(), exam)
    assert extra(others, administrator) == 1


def test_an_act_on_a_session_takes_as_many_statements_whatever_its_size(
    session: ExamSession, invigilator: User
) -> None:
    people = [make.person(unit=None) for _each in range(6)]
    rows = [hall.sitting(each, session.exam, booking=hall.booking(session, each), questions=1) for each in people]

    def statements(some: list[Sitting]) -> int:
        with CaptureQueriesContext(connection) as asked:
            interventions.pause(sittings=some, by=invigilator, at=SOON)
            interventions.message(sittings=some, text="好", by=invigilator, at=SOON, key="a")
            interventions.resume(sittings=some, by=invigilator, at=SOON + MINUTE)
        return len(asked)

    statements(rows[:1])  # his permissions are asked for once
    assert statements(rows[1:2]) == statements(rows[2:])
