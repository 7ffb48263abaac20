"""What may be practised, what is asked next, and how far one is."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams import sit
from exams.models import Question, Sitting, Topic
from exams.practice import choose, figures
from people.models import Audience
from tests import make
from tests.exams.practice.bank import given, question, topic
from tests.make import NOON

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


def test_questions_of_exams_are_not_practised_unless_their_topic_allows_it(technician):
    hidden, shown = topic(), topic(may_practise=True)
    question(hidden, for_practice=False)
    allowed, kept = question(shown, for_practice=False), question(hidden)

    assert set(choose.practisable(technician)) == {allowed, kept}


@pytest.mark.parametrize("state", sorted(set(Question.State) - {Question.State.ACTIVE}))
def test_what_is_not_in_use_is_not_practised(technician, state):
    question(state=state)

    assert not choose.practisable(technician).exists()


def test_what_nobody_has_reviewed_is_not_practised(technician):
    question().versions.update(reviewed_at=None)

    assert not choose.practisable(technician).exists()


@pytest.mark.parametrize("stage", ["checked in", "under way", "handed in, not released"])
def test_what_is_on_ones_own_paper_is_not_practised_until_the_result_is_there(technician, dealer, stage):
    exam = make.exam(kinds=["truefalse"], release="by-officer")
    Topic.objects.update(may_practise=True)
    sitting = sit.check_in(exam=exam, person=technician, at=NOON, seed="s")
    if stage != "checked in":
        sitting = sit.start(public_id=sitting.public_id, person=technician, at=NOON)
    if stage.startswith("handed"):
        sit.finish(sitting=sitting, at=NOON)

    assert not choose.practisable(technician).exists()
    assert choose.practisable(dealer).exists()
    Sitting.objects.update(marked_at=NOON, released_at=NOON)
    assert choose.practisable(technician).exists()


def test_what_rests_on_a_document_one_may_not_read_is_not_practised(technician, dealer):
    page = make.document(body=[make.text("a")], audience=Audience.INTERNAL)
    question(cites=(page, "a"))

    assert choose.practisable(technician).exists()
    assert not choose.practisable(dealer).exists()


def test_what_is_due_comes_first_the_longest_overdue_before_the_others(technician):
    of = topic()
    late, soon, fresh = question(of), question(of), question(of)
    given(technician, soon, right=False, at=NOON + 2 * MINUTE)
    given(technician, late, right=False)

    def following(at):
        return choose.following(person=technician, at=at, topic=of)

    assert following(NOON + MINUTE) == fresh
    assert following(NOON + 15 * MINUTE) == late
    given(technician, late, at=NOON + 15 * MINUTE)
    assert following(NOON + 15 * MINUTE) == soon


def test_new_questions_come_easy_ones_first_and_then_there_is_nothing_left(technician):
    of = topic()
    hard, easy = question(of, difficulty=3), question(of, difficulty=1)

    for expected in (easy, hard, None):
        found = choose.following(person=technician, at=NOON, topic=of)
        assert found == expected
        if found:
            given(technician, found)


def test_once_more_asks_what_was_answered_longest_ago(technician):
    of = topic()
    first, second = question(of), question(of)
    given(technician, first)
    given(technician, second, at=NOON + MINUTE)

    assert choose.following(person=technician, at=NOON, topic=of, again=True) == first
    given(technician, first, at=NOON + 2 * MINUTE)
    assert choose.following(person=technician, at=NOON, topic=of, again=True) == second


def test_a_topic_asks_what_lies_below_it_too(technician):
    above = topic()
    below = question(topic(parent=above))

    assert choose.following(person=technician, at=NOON, topic=above) == below


def test_due_of_all_topics_asks_nothing_new(technician):
    question()

    assert choose.following(person=technician, at=NOON) is None


def test_the_overview_counts_each_topic_with_those_below_it(technician, dealer):
    above = topic(key="a")
    below = topic(key="b", parent=above)
    topic(key="c")  # without questions
    wrong, right, _fresh = question(below), question(below), question(above)
    given(technician, wrong, right=False)
    given(technician, right)
    given(technician, right)
    given(dealer, _fresh)

    found = choose.overview(person=technician, at=NOON + 10 * MINUTE)

    assert [(branch.topic.key, branch.depth) for branch in found.branches] == [("a", 0), ("b", 1)]
    assert found.branches[0].standing == choose.Standing(questions=3, answered=2, coming=1, due=1)
    assert (found.whole.learnt, found.whole.fresh) == (1, 1)
    assert [branch.topic for branch in found.difficult] == [below]


def test_the_overview_costs_the_same_however_large_the_bank_is(technician):
    choose.overview(person=technician, at=NOON)  # what is asked once of a person
    costs = []
    for size in (2, 12):
        for _each in range(size):
            given(technician, question(), right=False)
        with CaptureQueriesContext(connection) as queries:
            choose.overview(person=technician, at=NOON)
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 8


def test_after_an_exam_the_topics_that_went_wrong_can_be_practised(technician):
    exam = make.exam(kinds=["truefalse", "numeric"])
    sitting = make.sitting(exam, technician)
    right = make.item(sitting, "truefalse")
    make.answered(sitting, [right.n])
    sitting = sit.finish(sitting=sitting, at=NOON)

    assert choose.went_wrong(sitting=sitting, person=technician) == []  # none of it may be practised
    Topic.objects.update(may_practise=True)
    assert choose.went_wrong(sitting=sitting, person=technician) == [exam.blueprint.get().topic]
    sitting.released_at = None
    assert choose.went_wrong(sitting=sitting, person=technician) == []


def test_figures_speak_of_five_people_or_not_at_all():
    asked = question()
    people = [make.person() for _each in range(5)]
    for person in people[:4] * 2:
        given(person, asked)
    assert not figures.by_topic().exists()

    given(people[4], asked, right=False)
    found = figures.by_topic().get()
    assert (found.people, found.answers, float(found.mean)) == (5, 9, pytest.approx(8 / 9))
    assert figures.by_question(asked.topic).get().wording == asked.version.text
