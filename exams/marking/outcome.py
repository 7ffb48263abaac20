"""Writing what a marking, a late answer, a regrade or an appeal makes of a sitting, and telling its candidate."""

import datetime
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exams.models import Grade, Item, Sitting, SittingEvent
from exams.sit.grading import settle
from people.inbox import tell
from people.models import User


def write(
    *,
    sitting: Sitting,
    items: Sequence[Item],
    reason: Grade.Reason,
    by: User,
    at: datetime.datetime,
    changes: Sequence[dict] = (),
    note: str = "",
) -> Sitting:
    """Write the grade that follows from the items, if none waits for a marker; to be called while holding the sitting.

    The result of an exam that releases at once is released with its last mark, unless the candidate was not entitled
    any more. He is told when there is a result, and when one that he knows has changed.
    """
    before = (sitting.points, sitting.points_possible, sitting.has_passed)
    was_released = sitting.released_at is not None
    settle(
        sitting=sitting, items=items, reason=reason, at=at, by=by, changes=changes, note=note,
        may_release=not was_released and not sitting.events.filter(kind=SittingEvent.Kind.INELIGIBLE).exists(),
    )  # fmt: skip
    if sitting.released_at and not was_released:
        tell_of_result(sitting, at)
    elif was_released and before != (sitting.points, sitting.points_possible, sitting.has_passed):
        number = sitting.grades.count()
        _tell(sitting, f"grade-{sitting.pk}-{number}", _("Your result of %(exam)s was changed."), at)
    return sitting


def tell_of_result(sitting: Sitting, at: datetime.datetime) -> None:
    """Tell the candidate that his result is there."""
    _tell(sitting, f"result-{sitting.pk}", _("The result of %(exam)s is there."), at)


def _tell(sitting: Sitting, key: str, text: str, at: datetime.datetime) -> None:
    url = reverse("result", args=[sitting.public_id])
    tell(person=sitting.person, key=key, text=text, values={"exam": sitting.exam}, url=url, at=at)


def change(item: Item, before: object) -> dict:
    """Return the line of a grade that says what became of an item's share."""
    shares = (None if share is None else str(share) for share in (before, item.share))
    return {"n": item.n} | dict(zip(("before", "after"), shares, strict=True))
