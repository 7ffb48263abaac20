"""Closing a sitting: the candidate hands in, the time is over, the invigilator ends it. It happens once."""

import datetime
import uuid
from collections.abc import Sequence
from decimal import Decimal

from django.db import connection, transaction

from exams.kinds import KINDS
from exams.models import Grade, Item, Sitting, SittingEvent
from exams.models.paper import Timeout
from exams.models.sitting import GRACE
from exams.sit.errors import NotSeated
from exams.sit.grading import settle
from exams.sit.reading import locked
from people.models import User

_MARKED_BY = ("n", "order", "response", "points", "is_critical", "sitting", "regrade", "version__kind", "version__body")


def hand_in(*, public_id: uuid.UUID, lease: int, at: datetime.datetime) -> Sitting:
    """Close a sitting for the window that has its seat; where its time was over before, as of then.

    Raises Sitting.DoesNotExist, or NotSeated for a window that can only read: it does not end what goes on in another.
    """
    sitting = close_if_over(sitting=Sitting.objects.get(public_id=public_id), at=at)
    if sitting.finished_at:
        return sitting
    if sitting.lease != lease:
        raise NotSeated
    return finish(sitting=sitting, at=at)


@transaction.atomic
def finish(
    *,
    sitting: Sitting,
    at: datetime.datetime,
    ended_by: Sitting.Ended = Sitting.Ended.CANDIDATE,
    by: User | None = None,
) -> Sitting:
    """Close the sitting and mark what marks itself; a second call returns the same receipt.

    The sitting is locked, so of two that hand in at once one does the work; then its items are locked, read and closed:
    whatever was saved until then counts, and nothing is saved after it. The result of somebody who is not entitled any
    more waits for the exam officer.
    """
    found = locked(pk=sitting.pk, at=at)
    if found is None:
        raise Sitting.DoesNotExist
    row, is_entitled = found
    if row.finished_at or row.started_at is None:
        return row
    row.finished_at, row.ended_by, row.paused_at = at, ended_by, None
    items = _closed(row, at)
    answered = sum(item.response is not None for item in items)
    lines = [(SittingEvent.Kind.FINISHED, {"ended_by": ended_by, "answered": answered, "of": len(items)})]
    if not is_entitled:
        lines.append((SittingEvent.Kind.INELIGIBLE, {}))
    SittingEvent.objects.bulk_create(
        SittingEvent(sitting=row, kind=kind, at=at, by=by, detail=detail) for kind, detail in lines
    )
    return settle(
        sitting=row, items=items, reason=Grade.Reason.MARKING, at=at, may_release=is_entitled,
        also=("finished_at", "ended_by", "paused_at"),
    )  # fmt: skip


def _closed(sitting: Sitting, at: datetime.datetime) -> list[Item]:
    """Close and mark the items; what a person must mark keeps no share."""
    rows = Item.objects.select_for_update(of=("self",)).filter(sitting=sitting).select_related("version")
    items = list(rows.only(*_MARKED_BY).order_by("n"))
    for item in items:
        item.marked_at = at
        item.share = KINDS[item.version.kind].share(item.version.body, item.order, item.response)
    _write(items, at)
    return items


def _write(items: Sequence[Item], at: datetime.datetime) -> None:
    """Write when they were closed, and their shares, in one statement; bulk_update took longer than the marking."""
    if not items:
        return
    shares = " ".join(["WHEN %s THEN %s"] * len(items))
    values = [part for item in items for part in (item.n, _stored(item.share))]
    when = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE exams_item SET marked_at = %s, share = CAST(CASE n {shares} END AS numeric) WHERE sitting_id = %s",  # noqa: S608
            [when, *values, items[0].sitting_id],
        )


def _stored(share: Decimal | None) -> object:
    return None if share is None else connection.ops.adapt_decimalfield_value(share, max_digits=5, decimal_places=4)


def close_if_over(*, sitting: Sitting, at: datetime.datetime) -> Sitting:
    """Close a sitting that nobody came back to, as of its deadline; any read does so, no job has to be on time.

    What becomes of it the exam said when it began: it is handed in, or void; or it may be handed in for some minutes
    more, without new answers, and is void after that.
    """
    if sitting.finished_at or sitting.started_at is None or sitting.paused_at or at <= sitting.closes_at() + GRACE:
        return sitting
    ended = Sitting.Ended.TIMER if sitting.timeout == Timeout.AUTO else Sitting.Ended.ABANDONED
    return finish(sitting=sitting, at=sitting.deadline_at, ended_by=ended)


def sweep(*, at: datetime.datetime) -> int:
    """Close all sittings that are past their time; return how many."""
    overdue = Sitting.objects.overdue(at).iterator(chunk_size=200)
    return sum(close_if_over(sitting=sitting, at=at).finished_at is not None for sitting in overdue)
