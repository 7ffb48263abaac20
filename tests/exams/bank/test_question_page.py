"""A question's own page: everything about it, for those who keep the bank; its review and its steps."""

import pytest
from django.urls import reverse

from exams.bank import review
from exams.models import ItemAppeal, ItemFigure, Question, StatisticsReport
from tests import make
from tests.exams.bank.conftest import write

pytestmark = pytest.mark.django_db


def address(question, name="question"):
    return reverse(name, args=[question.pk])


@pytest.fixture
def question(draft):
    return draft.question


def test_it_is_for_those_who_keep_the_bank(client, question, technician, examiner):
    assert client.get(address(question)).status_code == 302
    client.force_login(technician)
    assert client.get(address(question)).status_code == 403
    for name in ("review_question", "bring_question"):
        assert client.post(address(question, name)).status_code == 403
    client.force_login(examiner)
    assert client.get(address(question)).status_code == 200


def test_a_reviewer_approves_what_he_read(client, question, examiner):
    client.force_login(examiner)
    assert "approve" in client.get(address(question)).content.decode()

    said = {"number": 1, "act": "approve"}
    assert client.post(address(question, "review_question"), said).status_code == 302
    assert question.in_force.reviewed_by == examiner
    assert client.post(address(question, "review_question"), said).status_code == 409


def test_what_was_written_meanwhile_is_not_approved_with_it(client, question, page, trainer, examiner):
    write(page, trainer, question, text="别的")
    client.force_login(examiner)

    assert client.post(address(question, "review_question"), {"number": 1, "act": "approve"}).status_code == 409
    assert question.in_force is None


def test_a_comment_that_could_not_be_kept_is_not_lost(client, question, trainer):
    client.force_login(trainer)
    said = {"number": 1, "act": "return", "comment": "题干含糊"}
    answer = client.post(address(question, "review_question"), said)

    assert answer.status_code == 409
    assert answer.context["comment"] == "题干含糊"


@pytest.mark.parametrize("number", ["", "x", "7", "9" * 40, "-1"])
def test_a_version_that_is_not_there(client, question, examiner, number):
    client.force_login(examiner)
    answer = client.post(address(question, "review_question"), {"number": number, "act": "approve"})
    assert answer.status_code == 404


def test_its_keeper_brings_it_into_use_and_out_of_it(client, question, trainer, examiner):
    review.review(version=question.version, by=examiner, approve=True, at=make.NOON)
    client.force_login(trainer)

    for said, status, state in [
        ({"to": "active"}, 302, "active"),
        ({"to": "quarantined"}, 409, "active"),
        ({"to": "quarantined", "reason": "可疑"}, 302, "quarantined"),
        ({"to": "nonsense"}, 409, "quarantined"),
        ({"to": "retired"}, 302, "retired"),
        ({"to": "active"}, 409, "retired"),
    ]:
        assert client.post(address(question, "bring_question"), said).status_code == status
        assert Question.objects.get(pk=question.pk).state == state


def test_versions_are_shown_with_what_changed_and_who_said_what(client, question, page, trainer, examiner):
    review.review(version=question.version, by=examiner, approve=False, comment="写清楚", at=make.NOON)
    write(page, trainer, question, text="先断开市电？", body={"right": False})
    client.force_login(examiner)

    versions = client.get(address(question)).context["versions"]
    assert [len(past.changes) for past in versions] == [2, 0]
    assert versions[1].reviews[0].comment == "写清楚"


def test_its_use_figures_and_appeals(client, officer, technician, django_assert_max_num_queries):
    exam = make.exam(["truefalse"])
    sitting = make.answered(make.sitting(exam, technician))
    item = sitting.items.get()
    report = StatisticsReport.objects.create(exam=exam, at=make.NOON, sittings=40)
    ItemFigure.objects.create(
        report=report, question=item.version.question, people=40, facility=20.0, flags=["key-suspect", "unknown"]
    )
    ItemAppeal.objects.create(item=item, text="答案不对", at=make.NOON)
    client.force_login(officer)

    with django_assert_max_num_queries(45):
        answer = client.get(address(item.version.question))
    used = answer.context["used"]
    assert (used.sittings, used.under_way, used.is_in_use) == (1, 1, True)
    assert [exam_.pk for exam_ in used.drawn_by] == [exam.pk]
    assert "答案不对" in answer.content.decode()
    assert len(answer.context["figures"][0][1]) == 1


def test_a_question_without_words_and_one_without_ground(client, officer, page):
    empty = make.question()
    empty.versions.all().delete()
    client.force_login(officer)

    assert client.get(address(empty)).status_code == 200
    bare = write(None, None, block_id="").question
    assert client.get(address(bare), {"alike": 1}).status_code == 200
