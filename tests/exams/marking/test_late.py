"""Late answers count or do not, once, with a reason; and what follows for the marks."""

import datetime
from decimal import Decimal

import pytest

from exams import sit
from exams.marking import late, queue
from exams.marking.mark import mark
from exams.marking.regrade import regrade
from exams.marking.release import release
from exams.models import LateAnswer, Regrade, SittingEvent
from people.models import Notice
from people.refusal import Refused
from tests import make
from tests.exams.marking import desk
from tests.make import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + datetime.timedelta(hours=3)


@pytest.fixture
def officer(db):
    return desk.officer()


@pytest.fixture
def sitting(technician):
    """Nothing answered in time, and the right answer to the only question an hour too late."""
    made = make.sitting(desk.exam("truefalse", essays=0), technician)
    item = make.item(made, "truefalse")
    with pytest.raises(sit.Closed):
        make.saved(item, make.right(item), at=LATER)
    return sit.finish(sitting=made, at=NOON)


def decide(by, counts=True, **said):
    answer = LateAnswer.objects.latest("pk")
    return late.decide(**{"late": answer, "counts": counts, "by": by, "at": LATER, "note": "断网有记录"} | said)


def test_until_it_is_decided_it_does_not_count(sitting, officer, technician):
    assert sitting.points == 0
    assert late.waiting_for(officer).count() == 1
    assert not late.waiting_for(technician).exists()


def test_counted_it_is_marked_and_history_says_so(sitting, officer):
    assert decide(officer)

    sitting.refresh_from_db()
    assert (sitting.points, sitting.has_passed) == (1, True)
    assert [grade.reason for grade in sitting.grades.all()] == ["marking", "late"]
    assert sitting.grades.last().note == "断网有记录"
    event = sitting.events.filter(kind=SittingEvent.Kind.NOTE).get()
    assert event.detail["decision"] == "counted"
    assert event.detail["before"] is None
    assert not late.waiting_for(officer).exists()


def test_refused_it_changes_nothing(sitting, officer):
    assert decide(officer, counts=False)

    sitting.refresh_from_db()
    assert sitting.points == 0
    assert sitting.grades.count() == 1
    assert LateAnswer.objects.get().decision == "refused"


def test_it_is_decided_once(sitting, officer):
    assert decide(officer)
    assert not decide(officer, counts=False)

    assert LateAnswer.objects.get().decision == "counted"
    assert sitting.grades.count() == 2


def test_nothing_is_decided_on_an_answer_that_nobody_read(sitting, officer):
    assert not decide(officer, seen=NOON)

    assert LateAnswer.objects.get().decision == ""


def test_it_needs_a_reason_and_an_officer_who_did_not_sit(sitting, officer, technician):
    own = desk.sat(sitting.exam, officer)
    LateAnswer.objects.create(sitting=own, item=1, response=False, received_at=LATER)

    for by, note in [(officer, "因为"), (technician, "因为"), (desk.examiner(), "因为"), (desk.officer(), " ")]:
        with pytest.raises(Refused):
            decide(by, note=note)
    assert late.waiting_for(officer).count() == 1


def test_of_an_open_sitting_nothing_is_decided(technician, officer):
    sitting = make.sitting(desk.exam("truefalse", essays=0), technician)
    LateAnswer.objects.create(sitting=sitting, item=1, response=True, received_at=NOON, reason="ineligible")

    assert not decide(officer)
    assert make.item(sitting, "truefalse").response is None


def test_a_late_essay_sends_the_paper_back_to_the_markers(technician, officer):
    sitting = desk.sat(desk.exam("truefalse"), technician)
    examiner = desk.examiner()
    mark(item=desk.essay(sitting), by=examiner, share=Decimal(0), at=NOON)
    LateAnswer.objects.create(sitting=sitting, item=desk.essay(sitting).n, response="更好的答案", received_at=NOON)

    decide(officer)

    sitting.refresh_from_db()
    assert (sitting.marked_at, sitting.points, sitting.has_passed) == (None, None, None)
    assert queue.waiting(examiner).get().response == "更好的答案"
    mark(item=desk.essay(sitting), by=examiner, share=Decimal(1), at=LATER)
    sitting.refresh_from_db()
    assert sitting.points == 2


def test_a_result_that_is_known_stands_until_the_late_essay_is_marked(technician, officer):
    sitting = desk.sat(desk.exam("truefalse", essays=1), technician, essay=None)
    release(sittings=[sitting], by=officer, at=NOON)
    LateAnswer.objects.create(sitting=sitting, item=desk.essay(sitting).n, response="先断电", received_at=NOON)

    decide(officer)
    sitting.refresh_from_db()
    assert (sitting.points, sitting.released_at) == (1, NOON)

    mark(item=desk.essay(sitting), by=desk.examiner(), share=Decimal(1), at=LATER)
    sitting.refresh_from_db()
    assert sitting.points == 2
    assert Notice.objects.filter(person=technician).count() == 2


@pytest.mark.parametrize(("rule", "points"), [(Regrade.Rule.EVERYONE, 1), (Regrade.Rule.NOBODY, 0)])
def test_a_regrade_goes_for_late_answers_too(sitting, officer, rule, points):
    version = make.item(sitting, "truefalse").version
    regrade(version=version, rule=rule, new_version=None, by=officer, reason="有误", at=NOON)
    LateAnswer.objects.update(response=False)

    decide(officer)

    sitting.refresh_from_db()
    assert sitting.points == points
