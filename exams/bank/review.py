"""A version of a question is reviewed, by somebody who wrote none of it; then papers may draw it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from exams.models import Question, QuestionReview, QuestionVersion
from people.models import User
from people.refusal import Refused


def objections(*, version: QuestionVersion, by: User, approve: bool = True) -> list[str]:
    """Return a sentence for each reason why this person may not review the version so; none means he may.

    `approve` False asks whether he may return it to its author: that needs no passage.
    """
    if not by.has_perm("exams.review_question"):
        return [_("You do not review questions.")]
    found = []
    if by.pk in authors(version.question):
        found.append(_("You wrote this question or a version of it: somebody else reviews it."))
    if version.reviewed_at:
        found.append(_("This version is reviewed already."))
    if version.question.state == Question.State.RETIRED:
        found.append(_("The question is retired."))
    if version.question.version != version:
        found.append(_("A newer version was written meanwhile: review that one."))
    return found + (_without_ground(version) if approve else [])


def authors(question: Question) -> set[int]:
    """Return the ids of all who wrote something of it."""
    return {question.author_id, *question.versions.order_by().values_list("author", flat=True)} - {None}


def _without_ground(version: QuestionVersion) -> list[str]:
    if not (version.page_id and version.block_id):
        return [_("It does not say which passage of which document it rests on.")]
    if QuestionVersion.objects.filter(pk=version.pk).stale().exists():
        return [_("The passage it rests on reads otherwise now, or is gone: the author must check it first.")]
    return []


@transaction.atomic
def review(
    *, version: QuestionVersion, by: User, approve: bool, comment: str = "", at: datetime.datetime
) -> QuestionReview:
    """Approve a version, which papers draw from now on, or return it to its author with a comment, sent twice once.

    Raises Refused with the reasons of `objections`, or because a return says nothing.
    """
    question = Question.objects.select_for_update().get(pk=version.question_id)
    version = QuestionVersion.objects.select_related("question").get(pk=version.pk)
    reasons = objections(version=version, by=by, approve=approve)
    if not approve and not comment.strip():
        reasons.append(_("Say what is to be changed."))
    if reasons:
        raise Refused(*reasons)
    if not approve and (same := _said_last(version, by, comment.strip())):
        return same
    if approve:
        version.reviewed_by, version.reviewed_at = by, at
        version.save(update_fields=["reviewed_by", "reviewed_at"])
        if question.state == Question.State.DRAFT:
            question.state = Question.State.REVIEWED
            question.save(update_fields=["state"])
    return QuestionReview.objects.create(version=version, by=by, at=at, is_approved=approve, comment=comment.strip())


def _said_last(version: QuestionVersion, by: User, comment: str) -> QuestionReview | None:
    """Return the last word on the version, if it was this person who returned it with this comment."""
    last = version.reviews.order_by("-pk").first()
    is_same = last and (last.by_id, last.comment, last.is_approved) == (by.pk, comment, False)
    return last if is_same else None
