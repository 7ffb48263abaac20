"""The demonstration's exams: there is something on every desk, nobody's story is spoilt, and twice is once."""

from pathlib import Path

import pytest
from django.utils import timezone

from exams import sit
from exams.invigilation import board, desk
from exams.models import (
    Booking,
    Exam,
    ExamSession,
    ItemAppeal,
    PracticeCard,
    Question,
    QuestionVersion,
    Regrade,
    Release,
    Sitting,
)
from exams.practice.choose import practisable
from exams.statistics import report
from people.models import OrgUnit, User
from tests import database
from tests.content.folder import load_real
from web import demo
from web.demo.colleagues import COLLEAGUES, EVERYBODY, EXPERIENCED, UNITS

JUNIOR = ("service-standard-junior", "server-repair-junior")


@pytest.fixture
def demonstration(transactional_db: None, shared: Path) -> None:
    """The real content, the demonstration's people and their exams: made once in a run, then copied."""

    def build() -> None:
        load_real(shared)
        demo.make_people(on=timezone.localdate())
        demo.make_papers()
        demo.make_exams(at=timezone.now())

    database.once_a_run(shared / "exams", build)


def named(username: str) -> User:
    return User.objects.get(username=username)


def piles(username: str) -> dict[str, int]:
    found = desk.waiting(person=named(username), at=timezone.now())
    return {pile.url.rstrip("/").rpartition("/")[2]: pile.count for pile in found}


def test_something_waits_on_every_desk(demonstration: None):
    officer, examiner, manager = (piles(name) for name in ("examofficer", "examiner", "certmanager"))
    assert officer["sessions"] >= 1
    assert (officer["results"], officer["late-answers"], officer["appeals"], officer["stuck"]) == (1, 1, 1, 0)
    assert (examiner["marking"], manager["appeals"]) == (3, 1)
    assert Release.objects.filter(sitting__person__username="technician", by__username="examofficer").count() == 1


def test_the_technician_has_sat_neither_junior_exam_and_still_may(demonstration: None):
    technician, now = named("technician"), timezone.now()
    assert not Sitting.objects.filter(person=technician, exam__key__in=JUNIOR).exists()
    for exam in Exam.objects.filter(key__in=JUNIOR):
        assert sit.objections(exam=exam, person=technician, at=now) == []
        assert not exam.forms.filter(is_active=True).exists()
    assert PracticeCard.objects.of(technician).due(now).filter(question__in=practisable(technician)).count() >= 3


def test_the_statistics_say_something_sensible(demonstration: None):
    data = report.latest(Exam.objects.get(key=JUNIOR[1])).data
    assert data["is_fixed"]
    assert data["test"]["people"] == len(COLLEAGUES) + len(EXPERIENCED)
    assert 0.5 < data["test"]["kr20"] < 0.95
    assert "difficulties" in data["rasch"]
    facilities = [item["facility"] for item in data["items"]]
    assert min(facilities) < 60 < 95 < max(facilities)
    for exam in Exam.objects.filter(key__in=JUNIOR):
        first = exam.sittings.finished().filter(attempt=1)
        assert 0.6 < first.filter(has_passed=True).count() / first.count() < 0.95
        assert exam.sittings.filter(attempt=2, has_passed=True).exists()


def test_sessions_are_over_under_way_and_planned(demonstration: None):
    now, officer = timezone.now(), named("examofficer")
    over, today, tomorrow = ExamSession.objects.order_by("opens_at")
    assert over.closes_at < now < tomorrow.opens_at
    assert timezone.localtime(tomorrow.opens_at).strftime("%H:%M") == "09:30"
    booked = Booking.objects.filter(session=tomorrow).exclude(ticket_hash="")
    assert (booked.count(), booked.filter(extra_minutes__gt=0).count()) == (8, 2)
    lines = board.of_session(session=today, by=officer, at=now)
    working, booked = (next(line for line in lines if line.state == state) for state in ("working", "booked"))
    assert (working.left, working.away, working.gaps, working.offline, working.answered > 3) == (1, 48, 1, 95, True)
    assert booked.sitting is None


def test_one_question_is_disputed_and_one_is_to_be_reviewed(demonstration: None):
    assert sorted(ItemAppeal.objects.values_list("state", flat=True)) == ["open", "upheld"]
    record = Regrade.objects.get()
    assert record.rule == Regrade.Rule.EVERYONE
    assert not record.items.exclude(share=1).exists()
    assert Question.objects.get(state=Question.State.QUARANTINED) == record.question
    waiting = QuestionVersion.objects.in_use().filter(reviewed_at__isnull=True).get()
    assert (waiting.author.username, waiting.question.state) == ("trainer", Question.State.DRAFT)


def test_the_colleagues_stand_in_nobody_elses_lists(demonstration: None):
    assert set(User.objects.filter(unit__key__in=[unit[0] for unit in UNITS]).values_list("username", flat=True)) == {
        each.username for each in EVERYBODY
    }
    assert not any(person.has_usable_password() for person in User.objects.filter(unit__key__startswith="station-"))
    repair = OrgUnit.objects.within(OrgUnit.objects.get(key="repair"))
    assert {person.username for person in User.objects.filter(unit__in=repair)} == {
        "technician",
        "senior",
        "supervisor",
    }


def test_a_second_start_changes_nothing(demonstration: None):
    before = Sitting.objects.count(), User.objects.count()
    assert demo.make_papers() == []
    assert not demo.make_exams(at=timezone.now())
    assert (Sitting.objects.count(), User.objects.count()) == before
