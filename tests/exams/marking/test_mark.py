"""Marking by hand: who may, two markers and the reconciler, and that of two who come at once one is told."""

import datetime
from decimal import Decimal

import pytest

from exams.marking import queue
from exams.marking.mark import mark, share_of
from exams.models import Grade, Marking, Regrade, Release, Sitting, SittingEvent
from people.models import Notice
from people.refusal import Conflict, Refused
from tests import make
from tests.exams.invigilation import hall
from tests.exams.marking import desk
from tests.make import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + datetime.timedelta(hours=1)


@pytest.fixture
def sitting(technician):
    return desk.sat(desk.exam("truefalse"), technician)


@pytest.fixture
def examiner(db):
    return desk.examiner()


def give(sitting, by, share="1", **said):
    return mark(item=desk.essay(sitting), by=by, share=Decimal(share), at=LATER, **said)


def test_the_rubric_gives_the_share():
    assert share_of(desk.RUBRIC["rubric"], [Decimal(2), Decimal("0.5")]) == Decimal("0.6250")


@pytest.mark.parametrize("scores", [[], [Decimal(1)], [Decimal(3), Decimal(0)], [Decimal(-1), Decimal(0)]])
def test_scores_that_the_rubric_does_not_know_are_refused(scores):
    with pytest.raises(Refused):
        share_of(desk.RUBRIC["rubric"], scores)


def test_one_mark_settles_where_one_marker_is_asked(sitting, examiner):
    assert sitting.marked_at is None
    assert list(queue.waiting(examiner)) == [desk.essay(sitting)]

    give(sitting, examiner, "0.5", comment="原因没写。")

    sitting.refresh_from_db()
    assert (sitting.points, sitting.points_possible, sitting.has_passed) == (Decimal("1.50"), 2, True)
    assert sitting.marked_at == LATER
    assert sitting.released_at is None
    assert not queue.waiting(examiner).exists()


def test_the_other_answers_wait_with_it(technician, examiner):
    sitting = desk.sat(desk.exam(essays=2), technician)
    first, second = sitting.items.select_related("sitting__exam").all()

    mark(item=first, by=examiner, share=Decimal(1), at=LATER)
    sitting.refresh_from_db()
    assert sitting.points is None
    assert not Grade.objects.exists()

    mark(item=second, by=examiner, share=Decimal(1), at=LATER)
    sitting.refresh_from_db()
    assert sitting.points == 2


def test_an_empty_essay_waits_for_nobody(technician, examiner):
    sitting = desk.sat(desk.exam("truefalse"), technician, essay=None)

    assert (sitting.points, sitting.marked_at) == (1, NOON)
    assert not queue.waiting(examiner).exists()


def test_two_who_agree_settle_it_with_their_mean(technician, examiner):
    sitting = desk.sat(desk.exam(markers=2), technician)
    second = desk.examiner()

    give(sitting, examiner, "0.9")
    sitting.refresh_from_db()
    assert sitting.marked_at is None
    assert not queue.waiting(examiner).exists()
    give(sitting, second, "0.8")

    assert desk.essay(sitting).share == Decimal("0.85")


def test_two_who_differ_wait_for_a_third_whose_mark_is_final(technician, examiner):
    sitting = desk.sat(desk.exam(markers=2), technician)
    second, third = desk.examiner(), desk.examiner()
    give(sitting, examiner, "1")
    give(sitting, second, "0.5")
    assert desk.essay(sitting).share is None
    assert not queue.waiting(examiner).exists()
    assert not queue.waiting(second).exists()
    assert queue.waiting(third).get().is_disputed

    made = give(sitting, third, "0.25", seen=2)

    assert made.is_final
    assert desk.essay(sitting).share == Decimal("0.25")


def test_nobody_settles_what_he_took_for_a_first_mark(technician, examiner):
    sitting = desk.sat(desk.exam(markers=2), technician)
    give(sitting, examiner, "1")
    give(sitting, desk.examiner(), "0.5")

    with pytest.raises(Conflict):
        give(sitting, desk.examiner(), "0.25", seen=1)

    assert Marking.objects.count() == 2


def test_nobody_marks_twice(technician, examiner):
    sitting = desk.sat(desk.exam(markers=2), technician)
    give(sitting, examiner)

    with pytest.raises(Refused):
        give(sitting, examiner, "0")

    assert Marking.objects.get().share == 1


def test_who_comes_second_is_told(sitting, examiner, monkeypatch):
    late = desk.examiner()
    item = desk.essay(sitting)
    asked = queue.objections

    def overtaken(**said):  # between the look and the mark somebody else is quicker
        found = asked(**said)
        if said["by"] == late:
            give(sitting, examiner)
        return found

    monkeypatch.setattr(queue, "objections", overtaken)
    with pytest.raises(Conflict):
        mark(item=item, by=late, share=Decimal(0), at=LATER)

    assert desk.essay(sitting).share == 1
    assert Grade.objects.count() == 1


@pytest.mark.parametrize("share", ["-0.1", "1.0001", "7"])
def test_no_mark_is_below_nothing_or_above_everything(sitting, examiner, share):
    with pytest.raises(Refused):
        give(sitting, examiner, share)


def test_nobody_marks_his_own(examiner):
    sitting = desk.sat(desk.exam(), examiner)

    assert not queue.waiting(examiner).exists()
    with pytest.raises(Refused):
        give(sitting, examiner)


@pytest.mark.parametrize("how", ["named", "door", "stepped in"])
def test_an_invigilator_does_not_mark_those_he_watched(technician, examiner, how):
    exam = desk.exam()
    session = hall.session(exam, *([examiner] if how == "named" else []))
    booking = hall.booking(session, technician, checked_in_by=examiner if how == "door" else None)
    sitting = desk.sat(exam, technician)
    Sitting.objects.filter(pk=sitting.pk).update(booking=booking)
    if how == "stepped in":
        SittingEvent.objects.create(sitting=sitting, kind="message", at=NOON, by=examiner)

    assert not queue.waiting(examiner).exists()
    assert queue.waiting(desk.examiner()).exists()
    with pytest.raises(Refused):
        give(sitting, examiner)


def test_the_officer_does_not_mark(sitting, technician):
    for person in (desk.officer(), technician, make.person()):
        assert not queue.waiting(person).exists()
        with pytest.raises(Refused):
            give(sitting, person)


def test_what_is_still_being_written_is_not_marked(technician, examiner):
    sitting = make.sitting(desk.exam(), technician)

    assert not queue.waiting(examiner).exists()
    with pytest.raises(Refused):
        give(sitting, examiner)


def test_a_void_paper_waits_for_nobody(technician, examiner):
    sitting = make.sitting(desk.exam(timeout="abandon"), technician)
    make.saved(desk.essay(sitting), "先断电。")
    from exams import sit

    done = sit.close_if_over(sitting=sitting, at=sitting.deadline_at + datetime.timedelta(hours=1))

    assert (done.has_passed, done.points) == (False, 0)
    assert not queue.waiting(examiner).exists()


def test_a_question_that_does_not_count_waits_for_nobody(sitting, examiner):
    from exams.marking.regrade import regrade

    regrade(
        version=desk.essay(sitting).version, rule=Regrade.Rule.NOBODY, new_version=None, by=desk.officer(),
        reason="题目有误", at=LATER,
    )  # fmt: skip

    sitting.refresh_from_db()
    assert (sitting.points, sitting.points_possible, sitting.marked_at) == (1, 1, LATER)
    assert not queue.waiting(examiner).exists()
    with pytest.raises(Refused):
        give(sitting, examiner)


def test_the_last_mark_releases_where_the_exam_says_so(technician, examiner):
    sitting = desk.sat(desk.exam(release="at-once"), technician)
    assert sitting.released_at is None

    give(sitting, examiner)

    sitting.refresh_from_db()
    assert sitting.released_at == LATER
    assert Release.objects.get().by is None
    assert Notice.objects.get(person=technician).key == f"result-{sitting.pk}"


def test_the_last_mark_does_not_release_who_was_not_entitled(technician, examiner):
    sitting = desk.sat(desk.exam(release="at-once"), technician)
    SittingEvent.objects.create(sitting=sitting, kind="ineligible", at=NOON)

    give(sitting, examiner)

    sitting.refresh_from_db()
    assert (sitting.marked_at, sitting.released_at) == (LATER, None)
    assert not Notice.objects.exists()
