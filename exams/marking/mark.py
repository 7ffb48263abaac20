"""Marking an answer by hand."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from exams.marking import outcome, queue
from exams.models import Grade, Item, Marking, Sitting
from people.models import User
from people.refusal import Conflict, Refused

_PLACES = Decimal("0.0001")


def share_of(rubric: Sequence[dict], scores: Sequence[Decimal]) -> Decimal:
    """Return the share of the points that these scores, one for each criterion of the rubric, come to.

    Raises Refused where a score is missing, below 0 or above what its criterion is worth.
    """
    worth = [Decimal(str(each["points"])) for each in rubric]
    if len(scores) != len(worth) or any(not 0 <= said <= most for said, most in zip(scores, worth, strict=False)):
        raise Refused(_("Give each criterion points between 0 and what it is worth."))
    return (sum(scores, Decimal(0)) / sum(worth)).quantize(_PLACES)


def mark(
    *,
    item: Item,
    by: User,
    share: Decimal,
    at: datetime.datetime,
    scores: Sequence[Decimal] = (),
    comment: str = "",
    seen: int | None = None,
) -> Marking:
    """Mark an item: `share` of its points, 0 to 1. Where the exam asks for two markers, two marks that agree settle it.

    Two that differ wait for a third person, whose mark is final: `seen` is the number of marks he was shown, so that
    nobody settles what he took for a first mark. Raises Refused with the reasons of queue.objections, or Conflict where
    somebody else was quicker.
    """
    if reasons := queue.objections(item=item, by=by):
        raise Refused(*reasons)
    if not 0 <= share <= 1:
        raise Refused(_("Give between none and all of the points."))
    try:
        with transaction.atomic():
            return _marked(item, by, share.quantize(_PLACES), at, scores, comment, seen)
    except IntegrityError:
        raise _overtaken() from None


def _marked(
    item: Item,
    by: User,
    share: Decimal,
    at: datetime.datetime,
    scores: Sequence[Decimal],
    comment: str,
    seen: int | None,
) -> Marking:
    sitting = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "person").get(pk=item.sitting_id)
    row = Item.objects.select_related("sitting__exam").get(pk=item.pk)
    stands = queue.standing(row)
    if not (stands.needs_mark or stands.needs_settling):
        raise _overtaken()
    if seen is not None and stands.needs_settling != (seen >= sitting.exam.markers):
        raise _overtaken()
    made = Marking.objects.create(
        item=row, marker=by, at=at, share=share, scores=[str(each) for each in scores], comment=comment,
        is_final=stands.needs_settling,
    )  # fmt: skip
    if (agreed := _agreed([*stands.marks, made], sitting.exam.markers)) is not None:
        _take(sitting, row, agreed, by, at)
    return made


def _overtaken() -> Conflict:
    return Conflict(_("Somebody else has marked this answer meanwhile."), None)


def _agreed(marks: Sequence[Marking], wanted: int) -> Decimal | None:
    """Return the share that the marks come to, None while they do not."""
    for each in marks:
        if each.is_final:
            return each.share
    if len(marks) < wanted:
        return None
    shares = [each.share for each in marks]
    return (sum(shares) / len(shares)).quantize(_PLACES) if max(shares) - min(shares) <= queue.AGREEMENT else None


def _take(sitting: Sitting, item: Item, share: Decimal, by: User, at: datetime.datetime) -> None:
    Item.objects.filter(pk=item.pk).update(share=share)
    items = list(sitting.items.select_related("regrade"))
    outcome.write(sitting=sitting, items=items, reason=Grade.Reason.MARKING, at=at, by=by)
