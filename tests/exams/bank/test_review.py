"""A version is reviewed by somebody who wrote none of it; papers draw the last one reviewed."""

import pytest

from exams.bank import review
from exams.models import Question, QuestionReview
from people.refusal import Refused
from tests import make
from tests.exams.bank.conftest import write
from tests.make import text

pytestmark = pytest.mark.django_db


def approve(version, by, **said):
    return review.review(version=version, by=by, approve=True, at=make.NOON, **said)


def test_approving_makes_a_draft_reviewed_and_the_version_the_one_in_force(draft, examiner):
    approve(draft, examiner)

    question = Question.objects.get(pk=draft.question_id)
    assert (question.state, question.in_force, question.in_force.reviewed_by) == ("reviewed", draft, examiner)
    assert QuestionReview.objects.get().is_approved


def test_a_new_version_waits_and_papers_go_on_drawing_the_reviewed_one(draft, page, trainer, officer):
    approve(draft, officer)
    second = write(page, trainer, draft.question, text="必须先断电？")

    assert draft.question.in_force == draft
    approve(second, officer)
    assert draft.question.in_force == second


@pytest.mark.parametrize("wrote", ["the question", "this version", "an earlier version"])
def test_nobody_reviews_what_he_wrote_any_of(wrote, page, trainer, officer):
    by_officer, by_trainer = {"by": officer}, {"by": trainer}
    first = write(page, **by_officer if wrote == "the question" else by_trainer)
    if wrote == "this version":
        first = write(page, question=first.question, text="别的", **by_officer)
    if wrote == "an earlier version":
        write(page, question=first.question, text="别的", **by_officer)
        first = write(page, question=first.question, text="又改", **by_trainer)

    with pytest.raises(Refused, match=r"somebody else|别人|他人"):
        approve(first, officer)
    assert not QuestionReview.objects.exists()


def test_only_reviewers_review(draft, technician):
    assert review.objections(version=draft, by=technician)


def test_what_cites_no_passage_is_not_approved_but_may_be_returned(trainer, officer):
    version = write(None, trainer, block_id="")

    assert review.objections(version=version, by=officer)
    assert review.objections(version=version, by=officer, approve=False) == []


def test_what_rests_on_changed_text_is_not_approved(draft, page, officer):
    make.issue(page, body=[text("a", "别的"), text("b")])

    with pytest.raises(Refused):
        approve(draft, officer)


def test_a_version_is_approved_once_and_only_the_last(draft, page, trainer, officer, examiner):
    approve(draft, officer)
    with pytest.raises(Refused):
        approve(draft, examiner)

    second = write(page, trainer, draft.question, text="二")
    write(page, trainer, draft.question, text="三")
    with pytest.raises(Refused):
        approve(second, officer)


def test_a_return_says_why_and_changes_nothing_else(draft, officer):
    with pytest.raises(Refused):
        review.review(version=draft, by=officer, approve=False, comment=" ", at=make.NOON)
    review.review(version=draft, by=officer, approve=False, comment="题干含糊", at=make.NOON)

    assert Question.objects.get(pk=draft.question_id).state == Question.State.DRAFT
    assert draft.question.in_force is None
    assert QuestionReview.objects.get().comment == "题干含糊"
