"""When nobody comes back: three policies; and when a candidate loses his entitlement meanwhile."""

import datetime

import pytest

from exams import sit
from exams.models import Exam, LateAnswer, Prerequisite, Sitting, SittingEvent
from exams.models.paper import Timeout
from people.refusal import Refused
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
Ended = Sitting.Ended


def begun(person, **fields):
    sitting = make.sitting(make.exam(kinds=["truefalse", "numeric"], minutes=20, **fields), person)
    return make.answered(sitting, [1])


def later(sitting, minutes):
    return sit.close_if_over(sitting=sitting, at=sitting.deadline_at + minutes * MINUTE)


def test_by_default_it_is_handed_in_with_what_was_saved(technician):
    done = later(begun(technician), 2)

    assert (done.ended_by, done.points, done.finished_at) == (Ended.TIMER, 1, done.deadline_at)


def test_with_grace_it_may_be_handed_in_but_not_answered_any_more(technician):
    sitting = begun(technician, timeout=Timeout.GRACE, grace_minutes=30)

    assert later(sitting, 20).finished_at is None
    with pytest.raises(sit.Closed):
        make.saved(sitting.items.get(n=2), "12", at=sitting.deadline_at + 20 * MINUTE)
    done = sit.hand_in(public_id=sitting.public_id, lease=0, at=sitting.deadline_at + 25 * MINUTE)

    assert (done.ended_by, done.points) == (Ended.CANDIDATE, 1)
    assert LateAnswer.objects.get().item == 2


def test_after_the_grace_it_is_void(technician):
    sitting = begun(technician, timeout=Timeout.GRACE, grace_minutes=30, pass_mark=50)

    done = sit.hand_in(public_id=sitting.public_id, lease=0, at=sitting.deadline_at + 32 * MINUTE)

    assert (done.ended_by, done.has_passed) == (Ended.ABANDONED, False)


def test_where_the_exam_says_so_it_is_void_at_once_and_the_answers_are_still_there(technician):
    sitting = begun(technician, timeout=Timeout.ABANDON, pass_mark=50)

    done = later(sitting, 2)

    assert (done.ended_by, done.has_passed, done.points) == (Ended.ABANDONED, False, 1)
    assert done.items.get(n=1).response is not None
    assert not Sitting.objects.finished().exists()


def test_what_the_exam_said_at_the_start_holds(technician):
    sitting = begun(technician)
    Exam.objects.update(timeout=Timeout.ABANDON, release="by-officer")

    assert later(sitting, 2).ended_by == Ended.TIMER


def test_the_sweeper_closes_what_nobody_looked_at_and_may_run_twice(technician, dealer):
    at = begun(technician).deadline_at + 2 * MINUTE
    begun(dealer, timeout=Timeout.GRACE, grace_minutes=30)

    assert [sit.sweep(at=at), sit.sweep(at=at), sit.sweep(at=at + 30 * MINUTE)] == [1, 0, 1]
    assert not Sitting.objects.open().exists()


def test_a_paper_nobody_has_seen_is_drawn_anew_after_a_while(technician):
    exam = make.exam(kinds=["truefalse"])
    first = sit.check_in(exam=exam, person=technician, at=NOON, seed="a")

    again = sit.check_in(exam=exam, person=technician, at=NOON + 60 * MINUTE, seed="b")
    anew = sit.check_in(exam=exam, person=technician, at=NOON + 13 * 60 * MINUTE, seed="c")

    assert (again, again.seed, anew.seed, anew.attempt) == (first, "a", "c", 1)
    assert Sitting.objects.count() == 1


# -------------------------------------------------------------------------------------------------------- entitlement


@pytest.fixture
def asking(technician):
    """An exam that asks for another one to be passed, which the technician has done."""
    first = make.exam(kinds=["truefalse"])
    sit.finish(sitting=make.answered(make.sitting(first, technician)), at=NOON)
    exam = make.exam(kinds=["truefalse", "numeric"], minutes=20)
    Prerequisite.objects.create(exam=exam, exam_passed=first)
    return exam


def lapse():
    """Take the pass away, as a regrade does."""
    Sitting.objects.filter(has_passed=True).update(has_passed=False)


def test_whoever_lacks_a_prerequisite_is_told_which(asking, dealer):
    found = sit.objections(exam=asking, person=dealer, at=NOON)

    assert len(found) == 1
    assert str(Prerequisite.objects.get()) in found[0]
    with pytest.raises(Refused):
        sit.check_in(exam=asking, person=dealer, at=NOON, seed="s")


def test_a_course_and_a_qualification_are_asked_for_alike(dealer):
    exam, held = make.exam(), make.qualification(rank=2)
    Prerequisite.objects.create(exam=exam, qualification=held)
    Prerequisite.objects.create(exam=exam, course=make.course())

    assert len(sit.objections(exam=exam, person=dealer, at=NOON)) == 2
    make.credential(dealer, make.qualification(rank=3, subject=held.subject))
    assert len(sit.objections(exam=exam, person=dealer, at=NOON)) == 1


def test_entitlement_is_asked_again_at_the_start(asking, technician):
    ready = sit.check_in(exam=asking, person=technician, at=NOON, seed="s")
    lapse()

    with pytest.raises(Refused):
        sit.start(public_id=ready.public_id, person=technician, at=NOON)
    ready.refresh_from_db()
    assert ready.started_at is None


@pytest.mark.parametrize("cause", ["prerequisite", "account"])
def test_and_at_every_save_where_what_was_sent_is_kept(asking, technician, cause):
    sitting = make.sitting(asking, technician)
    make.answered(sitting, [1])
    if cause == "prerequisite":
        lapse()
    else:
        technician.is_active = False
        technician.save()

    for response in ("11", "12"):
        with pytest.raises(sit.Ineligible):
            make.saved(make.item(sitting, "numeric"), response)

    late = LateAnswer.objects.get()
    assert (late.response, late.reason) == ("12", LateAnswer.Reason.INELIGIBLE)
    assert make.item(sitting, "numeric").revision <= 1
    assert sitting.events.filter(kind=SittingEvent.Kind.INELIGIBLE).count() == 1


def test_and_when_he_hands_in_the_result_then_waits_for_the_officer(asking, technician):
    sitting = make.answered(make.sitting(asking, technician))
    lapse()

    done = sit.finish(sitting=sitting, at=NOON)

    assert (done.points, done.released_at) == (2, None)
    assert not Sitting.objects.passed().filter(pk=sitting.pk).exists()
