"""Whether the bank fills a blueprint, as it is now."""

import pytest

from exams.models import BlueprintRow, Exam, Question, Topic
from exams.papers.check import check, checks
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def topics():
    above = Topic.objects.create(key="above", title="上")
    return above, Topic.objects.create(key="below", title="下", parent=above)


def ask(topic, count, **said):
    return BlueprintRow(topic=topic, count=count, points=2, **said)


def test_a_row_draws_from_the_topics_below_as_well(topics):
    above, below = topics
    for topic in (above, below, below):
        make.question(topic=topic)

    found = check([ask(above, 2)])
    assert (found.is_enough, found.rows[0].available, found.papers.n, found.attempts) == (True, 3, 3, 1)
    assert check([ask(below, 3)]).rows[0].lacking == 1


def test_only_what_may_be_drawn_counts(topics):
    above, _below = topics
    make.question(topic=above)
    make.question(topic=above, state=Question.State.QUARANTINED)
    make.question(topic=above, for_practice=True)
    make.question(topic=above).versions.update(reviewed_at=None)
    make.question(topic=above, difficulty=3, is_critical=True)

    assert check([ask(above, 9)]).rows[0].available == 2
    assert check([ask(above, 1, difficulty=3)]).rows[0].available == 1
    assert check([ask(above, 1, is_critical=True), ask(above, 2)]).rows[1].lacking == 1


def test_an_empty_blueprint_fills_no_paper():
    assert not check([]).is_enough


def test_many_exams_take_as_many_queries_as_one(django_assert_num_queries):
    for _n in range(3):
        make.exam(["single"])

    with django_assert_num_queries(4):  # exams, rows, topics, questions
        found = checks(Exam.objects.prefetch_related("blueprint"))
    assert [each.is_enough for _exam, each in found] == [True] * 3
