"""What a sitting is worth: the sum of its items, once every one of them has its share."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from exams.models import Grade, Regrade, Release, Sitting
from people.models import User

_CENT = Decimal("0.01")


class Marked(Protocol):
    """What an item says of its mark: an Item, or as much of it as was read."""

    points: int
    share: Decimal | None
    is_critical: bool
    regrade: Regrade | None


def counts(item: Marked) -> bool:
    """Whether the item counts: a regrade may have taken its question out."""
    return item.regrade is None or item.regrade.rule != Regrade.Rule.NOBODY


@dataclass(frozen=True)
class Worth:
    """What a sitting is worth."""

    points: Decimal
    possible: Decimal
    has_passed: bool


def worth(*, sitting: Sitting, items: Sequence[Marked]) -> Worth | None:
    """Return what the items' shares come to; None while one that counts waits for a marker.

    Who reaches the pass mark and has every critical item wholly right has passed. Of a void sitting nothing is awaited.
    """
    counted = [item for item in items if counts(item)]
    is_void = sitting.ended_by == Sitting.Ended.ABANDONED
    if not is_void and any(item.share is None for item in counted):
        return None
    possible = Decimal(sum(item.points for item in counted))
    points = sum((item.points * (item.share or 0) for item in counted), Decimal(0)).quantize(_CENT)
    critical = all(item.share == 1 for item in counted if item.is_critical)
    reached = bool(counted) and points * 100 >= sitting.pass_mark * possible
    return Worth(points, possible, reached and critical and not is_void)


def settle(
    *,
    sitting: Sitting,
    items: Sequence[Marked],
    reason: Grade.Reason,
    at: datetime.datetime,
    by: User | None = None,
    changes: Sequence[dict] = (),
    note: str = "",
    may_release: bool = False,
    also: Sequence[str] = (),
) -> Sitting:
    """Write the grade that follows from the items' shares; where one still waits for a marker, none is written.

    Where the exam says so, the result is released in the same breath, if `may_release`. `also` are fields of sitting
    to write with it. To be called within a transaction that holds the sitting.
    """
    found = worth(sitting=sitting, items=items)
    if found is None:
        _write(sitting, also)
        return sitting
    sitting.points, sitting.points_possible, sitting.has_passed = found.points, found.possible, found.has_passed
    sitting.marked_at = sitting.marked_at or at
    is_released_now = may_release and sitting.releases_at_once and sitting.released_at is None
    if is_released_now:
        sitting.released_at = at
    _write(sitting, ("points", "points_possible", "has_passed", "marked_at", "released_at", *also))
    Grade.objects.create(
        sitting=sitting, at=at, by=by, reason=reason, points=sitting.points, points_possible=sitting.points_possible,
        has_passed=sitting.has_passed, changes=list(changes), note=note,
    )  # fmt: skip
    if is_released_now:
        Release.objects.create(sitting=sitting, at=at)
    return sitting


def _write(sitting: Sitting, names: Sequence[str]) -> None:
    """Write these fields. By `update`: a save would also have Wagtail look for references in the row."""
    if names:
        Sitting.objects.filter(pk=sitting.pk).update(**{name: getattr(sitting, name) for name in names})
