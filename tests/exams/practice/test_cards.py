"""What was wrong comes back, further apart each time it is right, until it sticks."""

import datetime
import uuid
from decimal import Decimal

import pytest
from fsrs import Rating

from exams.models import PracticeAnswer, PracticeCard
from exams.practice import cards
from exams.practice.answer import answer
from tests.exams.practice.bank import given, question
from tests.make import NOON

pytestmark = pytest.mark.django_db

MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)


@pytest.mark.parametrize(("share", "said"), [("0", Rating.Again), ("0.01", Rating.Hard), ("0.9999", Rating.Hard)])
def test_wrong_is_again_and_partly_is_hard(share, said):
    assert cards.rating(Decimal(share)) == said


def test_right_is_good_and_never_more():
    assert cards.rating(Decimal(1)) == Rating.Good


def test_a_question_right_at_once_does_not_come_back(technician):
    given(technician, question())

    assert not PracticeCard.objects.exists()


def test_a_wrong_one_comes_back_after_ten_minutes(technician):
    given(technician, question(), right=False)

    assert PracticeCard.objects.get().due_at == NOON + 10 * MINUTE


def test_right_each_time_it_comes_further_apart_until_it_sticks(technician):
    asked = question()
    given(technician, asked, right=False)
    at, waits = NOON, []
    while card := PracticeCard.objects.first():
        waits.append(card.due_at - at)
        at = card.due_at
        given(technician, asked, at=at)

    assert waits[0] == 10 * MINUTE
    assert waits == sorted(waits)
    assert 3 <= len(waits) <= 6
    assert at - NOON < 60 * DAY


def test_wrong_again_it_starts_soon_again(technician):
    asked = question()
    given(technician, asked, right=False)
    for _each in range(2):
        given(technician, asked, at=PracticeCard.objects.get().due_at)
    due = PracticeCard.objects.get().due_at
    given(technician, asked, right=False, at=due)

    assert PracticeCard.objects.get().due_at == due + 10 * MINUTE


def test_answering_the_same_many_times_at_once_does_not_make_it_stick(technician):
    asked = question()
    given(technician, asked, right=False)
    for seconds in range(30):
        given(technician, asked, at=NOON + datetime.timedelta(seconds=seconds))

    assert PracticeCard.objects.get().due_at < NOON + 3 * DAY


def test_when_it_comes_back_is_no_matter_of_chance(technician, dealer):
    asked = question()
    for person in (technician, dealer):
        given(person, asked, right=False)
        given(person, asked, at=NOON + 11 * MINUTE)

    first, second = PracticeCard.objects.all()
    assert first.due_at == second.due_at


def test_a_clock_that_went_back_breaks_nothing(technician):
    asked = question()
    given(technician, asked, right=False)
    given(technician, asked, at=NOON - DAY)

    assert PracticeCard.objects.count() == 1


def test_the_same_answer_sent_twice_counts_once(technician):
    asked, key = question(), uuid.uuid4()
    said = {"person": technician, "version": asked.in_force, "key": key}
    first = answer(**said, response=False, at=NOON)
    again = answer(**said, response=True, at=NOON + DAY)

    assert first == again
    assert again.share == 0
    assert PracticeCard.objects.get().due_at == NOON + 10 * MINUTE


def test_the_key_of_somebody_elses_answer_is_none_of_his(technician, dealer):
    asked, key = question(), uuid.uuid4()
    answer(person=technician, version=asked.in_force, key=key, response=True, at=NOON)

    with pytest.raises(PracticeAnswer.DoesNotExist):
        answer(person=dealer, version=asked.in_force, key=key, response=False, at=NOON)
    assert PracticeAnswer.objects.count() == 1
