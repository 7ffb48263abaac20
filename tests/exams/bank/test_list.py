"""The bank as a list: what is looked for is found, in a constant number of queries, and many changed at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exams.models import ItemFigure, Question, StatisticsReport, Topic
from tests import make

pytestmark = pytest.mark.django_db
LIST = reverse("questions:index")


@pytest.fixture
def keeper(client, officer):
    client.force_login(officer)
    return client


def found(client, **asked):
    return {row.pk for row in client.get(LIST, asked).context["object_list"]}


@pytest.fixture
def bank():
    above = Topic.objects.create(key="above", title="上")
    below = Topic.objects.create(key="below", title="下", parent=above)
    return {
        "above": make.question(topic=above, is_critical=True),
        "below": make.question("numeric", topic=below, difficulty=3),
        "apart": make.question(state=Question.State.DRAFT),
    }


def test_what_is_looked_for_is_found(keeper, bank):
    bank["apart"].versions.update(reviewed_at=None, text="只有这里写着电容")
    report = StatisticsReport.objects.create(exam=make.exam([]), at=make.NOON, sittings=1)
    ItemFigure.objects.create(report=report, question=bank["above"], people=40, flags=["too-easy"])

    for asked, names in [
        ({}, {"above", "below", "apart"}),
        ({"topic": bank["above"].topic.pk}, {"above", "below"}),
        ({"topic": bank["below"].topic.pk}, {"below"}),
        ({"kind": "numeric"}, {"below"}),
        ({"state": "draft"}, {"apart"}),
        ({"difficulty": "3"}, {"below"}),
        ({"is_critical": "true"}, {"above"}),
        ({"needs_review": "true"}, {"apart"}),
        ({"needs_review": "false"}, {"above", "below"}),
        ({"flag": "too-easy"}, {"above"}),
        ({"q": "电容"}, {"apart"}),
        ({"q": bank["below"].key}, {"below"}),
    ]:
        rows = found(keeper, **asked)
        assert rows == {bank[name].pk for name in names}, asked


def test_nonsense_is_looked_for_in_vain(keeper, bank):
    assert keeper.get(LIST, {"topic": "x", "kind": "y", "flag": "z", "q": "%_", "p": "-1"}).status_code == 200


@pytest.mark.parametrize("ordering", ["topic", "-difficulty", "exposure", "-exposure", "state", "wording", "nonsense"])
def test_it_is_sorted(keeper, bank, ordering):
    assert len(keeper.get(LIST, {"ordering": ordering}).context["object_list"]) == 3


def test_how_often_each_was_asked(keeper, technician):
    exam = make.exam(["single"])
    make.sitting(exam, technician)
    make.question()

    rows = keeper.get(LIST, {"ordering": "-exposure"}).context["object_list"]
    assert [row.exposure for row in rows] == [1, 0]


def test_queries_do_not_grow_with_the_bank(keeper, bank):
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            keeper.get(LIST)
        counts.append(len(queries))
        for _n in range(5):
            make.question(topic=bank["above"].topic)
    assert counts[0] == counts[1]


def test_topics_are_a_tree_with_their_numbers(keeper, bank):
    table = keeper.get(reverse("topics:index")).context["table"]

    rows = {row.key: (row.place, row.own, row.whole) for row in table.data}
    assert rows["above"] == ("上", 1, 2)
    assert rows["below"] == ("\u2003下", 1, 1)


def many(questions):
    ids = "&".join(f"id={question.pk}" for question in questions)
    return f"{reverse('wagtail_bulk_action', args=['exams', 'question', 'change'])}?next={LIST}&{ids}"


def test_many_are_changed_and_what_was_refused_is_said(keeper, bank):
    bank["apart"].versions.update(reviewed_at=None)
    address = many(bank.values())
    assert keeper.get(address).status_code == 200

    answer = keeper.post(address, {"state": "retired", "difficulty": "2"})
    assert answer.status_code == 302
    assert set(Question.objects.values_list("state", "difficulty")) == {("retired", 2)}

    answer = keeper.post(address, {"state": "active"})
    assert [row.pk for row, _reasons in answer.context["refused"]] == [row.pk for row in bank.values()]


@pytest.mark.parametrize(
    "said", [{}, {"state": "quarantined"}, {"state": "draft"}, {"topic": "x"}, {"difficulty": "9"}]
)
def test_nothing_is_changed_without_saying_what_and_why(keeper, bank, said):
    answer = keeper.post(many(bank.values()), said)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert Question.objects.filter(state="active").count() == 2


@pytest.mark.parametrize("ids", ["", "id=x", "id=all", "id=" + "9" * 30])
def test_ids_that_are_none(keeper, bank, ids):
    assert keeper.get(f"{many([])}{ids}").status_code == 404


def test_whoever_only_looks_changes_nothing(client, bank, examiner):
    client.force_login(examiner)
    client.post(many(bank.values()), {"difficulty": "2"})

    assert not Question.objects.filter(difficulty=2).exists()
