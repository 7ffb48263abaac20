"""Closing a sitting: the candidate hands in, the time is over, the invigilator ends it. It happens once."""

import datetime
import functools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, models, router, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from exams.kinds import KINDS, Response
from exams.models import Grade, Item, QuestionVersion, Sitting, SittingEvent
from exams.models.paper import Timeout
from exams.models.sitting import GRACE
from exams.sit.errors import NotSeated
from exams.sit.grading import settle
from exams.sit.reading import locked
from people.compiled import Compiled, Given
from people.models import User


@transaction.atomic
def hand_in(*, public_id: uuid.UUID, lease: int, at: datetime.datetime) -> Sitting:
    """Close a sitting for the window that has its seat; where its time was over before, as of then.

    Raises Sitting.DoesNotExist, or NotSeated for a window that can only read: it does not end what goes on in another.
    """
    row, is_entitled = locked(public_id=public_id, at=at)
    row = close_if_over(sitting=row, at=at)
    if row.finished_at:
        return row
    if row.lease != lease:
        raise NotSeated
    return _finished(row, is_entitled, at, Sitting.Ended.CANDIDATE, None)


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
    more waits for the exam officer. Raises Sitting.DoesNotExist.
    """
    row, is_entitled = locked(public_id=sitting.public_id, at=at)
    return _finished(row, is_entitled, at, ended_by, by)


def _finished(
    row: Sitting, is_entitled: bool, at: datetime.datetime, ended_by: Sitting.Ended, by: User | None
) -> Sitting:
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


@dataclass(slots=True)
class _Closed:
    """An item as it is closed: what marking needs of it. Nobody has marked it again yet."""

    n: int
    order: list
    response: Response
    points: int
    is_critical: bool
    kind: str
    body: dict
    share: Decimal | None = None
    regrade: None = None


def _closed(sitting: Sitting, at: datetime.datetime) -> list[_Closed]:
    """Close and mark the items; what a person must mark keeps no share."""
    items = [_Closed(*row) for row in _items(router.db_for_write(Item)).all(sitting=sitting.pk)]
    for item in items:
        item.share = KINDS[item.kind].share(item.body, item.order, item.response)
    _write(sitting, items, at)
    return items


@functools.cache
def _items(using: str) -> Compiled:
    """Return the query that locks the items of a sitting; their questions, by subqueries, are not locked with them."""
    rows = Item.objects.using(using).select_for_update().filter(sitting=Given("sitting", models.BigIntegerField()))
    kind, body = _of_version("kind"), _of_version("body")
    return Compiled(rows.order_by("n").values_list("n", "order", "response", "points", "is_critical", kind, body))


def _of_version(name: str) -> Subquery:
    versions: QuerySet[QuestionVersion] = QuestionVersion.objects.filter(pk=OuterRef("version"))
    return Subquery(versions.values(name))


def _write(sitting: Sitting, items: Sequence[_Closed], at: datetime.datetime) -> None:
    """Write when they were closed, and their shares, in one statement; bulk_update took longer than the marking."""
    if not items:
        return
    shares = " ".join(["WHEN %s THEN %s"] * len(items))
    values = [part for item in items for part in (item.n, _stored(item.share))]
    when = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE exams_item SET marked_at = %s, share = CAST(CASE n {shares} END AS numeric) WHERE sitting_id = %s",  # noqa: S608
            [when, *values, sitting.pk],
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
