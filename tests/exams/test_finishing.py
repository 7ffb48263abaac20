"""Handing in: the marking, the receipt, and what happens when nobody comes back."""

import datetime

import pytest

from exams import sit
from exams.models import BlueprintRow, Item, Question, Sitting
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


def begin(person, kinds=("truefalse", "numeric", "single", "multiple"), **fields):
    return make.sitting(make.exam(kinds=kinds, **fields), person)


def answer_right(sitting, numbers=None):
    make.answered(sitting, numbers)


def save(sitting, n, response, base=0):
    make.saved(sitting.items.get(n=n), response, base)


def finish(sitting, at=NOON + MINUTE):
    return sit.finish(sitting=sitting, at=at)


def test_everything_right_passes(technician):
    sitting = begin(technician, kinds=list(make.BODIES))
    answer_right(sitting)

    done = finish(sitting)

    assert (done.has_passed, done.points, done.percent) == (True, 5, 100)
    assert done.finished_at == done.released_at == NOON + MINUTE


@pytest.mark.parametrize(("right", "passes"), [([1, 2, 3], True), ([1, 2], False), ([], False), ([1, 2, 3, 4], True)])
def test_the_pass_mark_itself_passes(technician, right, passes):
    sitting = begin(technician, pass_mark=75)
    answer_right(sitting, right)

    assert finish(sitting).has_passed is passes


def test_the_percent_is_rounded_down_and_never_decides(technician):
    sitting = begin(technician, kinds=["truefalse"] * 3, pass_mark=67)
    answer_right(sitting, [1, 2])

    done = finish(sitting)

    assert (done.percent, done.has_passed) == (66, False)


def test_points_weigh(technician):
    exam = make.exam(kinds=["truefalse"], pass_mark=75)
    heavy = make.exam(kinds=["numeric"]).blueprint.get().topic
    BlueprintRow.objects.create(exam=exam, topic=heavy, count=1, points=4)
    sitting = make.sitting(exam, technician)
    answer_right(sitting, [make.item(sitting, "numeric").n])

    done = finish(sitting)

    assert (done.percent, done.has_passed) == (80, True)


@pytest.mark.parametrize("response", [False, None, "nothing"])
def test_a_critical_item_not_right_fails_whatever_the_points(technician, response):
    exam = make.exam(kinds=["truefalse", "numeric", "single", "multiple"], pass_mark=50)
    Question.objects.filter(versions__kind="truefalse").update(is_critical=True)
    sitting = make.sitting(exam, technician)
    critical = make.item(sitting, "truefalse").n
    answer_right(sitting, {1, 2, 3, 4} - {critical})
    if response != "nothing":
        save(sitting, critical, response)

    done = finish(sitting)

    assert (done.percent, done.has_passed) == (75, False)


def test_nothing_answered_is_marked_too(technician):
    done = finish(begin(technician))

    assert (done.points, done.percent, done.has_passed) == (0, 0, False)
    assert set(Item.objects.values_list("share", flat=True)) == {0}


def test_a_cleared_answer_is_no_answer(technician):
    sitting = begin(technician, kinds=["truefalse"])
    answer_right(sitting)
    save(sitting, 1, None, base=1)

    assert finish(sitting).points == 0
    assert Item.objects.get().share == 0


def test_a_second_click_gets_the_same_receipt(technician):
    sitting = begin(technician)
    answer_right(sitting)
    first = finish(sitting)

    again = finish(sitting, at=NOON + 10 * MINUTE)

    assert (again.finished_at, again.points, again.has_passed) == (first.finished_at, first.points, first.has_passed)


def test_each_answer_keeps_its_share(technician):
    sitting = begin(technician, kinds=["truefalse", "truefalse"])
    answer_right(sitting, [1])
    save(sitting, 2, False)
    finish(sitting)

    assert list(Item.objects.values_list("n", "share")) == [(1, 1), (2, 0)]


def close(sitting, minutes):
    return sit.close_if_over(sitting=sitting, at=sitting.deadline_at + minutes * MINUTE)


def test_nobody_came_back_so_what_was_saved_counts_as_of_the_deadline(technician):
    sitting = begin(technician)
    answer_right(sitting)

    done = close(sitting, 600)

    assert (done.has_passed, done.finished_at) == (True, sitting.deadline_at)


@pytest.mark.parametrize("minutes", [-1, 0, 1])
def test_within_the_minute_of_grace_it_stays_open(technician, minutes):
    assert close(begin(technician), minutes).finished_at is None


def test_closing_again_changes_nothing(technician):
    sitting = begin(technician)
    first = close(sitting, 2)

    assert close(first, 700).finished_at == first.finished_at
    assert close(sitting, 700).finished_at == first.finished_at


def test_those_past_their_deadline_are_found(technician):
    sitting = begin(technician)

    assert not Sitting.objects.overdue(sitting.deadline_at + MINUTE).exists()
    assert Sitting.objects.overdue(sitting.deadline_at + 2 * MINUTE).get() == sitting
    close(sitting, 2)
    assert not Sitting.objects.overdue(sitting.deadline_at + 2 * MINUTE).exists()
