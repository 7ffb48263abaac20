"""Saving an answer: one statement reads, one writes, whatever the size of the paper.

What is read is compiled once a minute (people/compiled.py), and the write is one guarded UPDATE: it takes hold only
where the answer is still at the revision it was based on, the item is not closed, and nobody else took the seat. Its
conditions are on rows that it locks or that never change back, so a save that races another one, or the closing of the
sitting, is either wholly in or refused: exams/sit/end.py closes the items in one step with its last look.
"""

import datetime
import functools
import json
import uuid
from dataclasses import dataclass

from django.db import connection, models, router

from exams.kinds import KINDS, BadResponse, Response
from exams.models import Item, LateAnswer, SittingEvent
from exams.models.sitting import GRACE, Timed
from exams.sit.entitled import end_of_minute, entitled, truth
from exams.sit.errors import Closed, Ineligible, NotSeated, Paused, Stale
from people.compiled import Compiled, Given, prepared

_WRITE = """
    UPDATE exams_item SET response = %s, revision = revision + 1, saved_at = %s
    WHERE id = %s AND revision = %s AND marked_at IS NULL
    AND EXISTS (SELECT 1 FROM exams_sitting WHERE id = %s AND finished_at IS NULL AND lease = %s)
"""


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer as it stands in the database now, and when the sitting ends."""

    n: int
    response: Response
    revision: int
    saved_at: datetime.datetime
    ends_at: datetime.datetime
    reveal: dict


@dataclass(slots=True)
class _Row(Timed):
    """An item as it is read for a save, with what it takes of its sitting and its question."""

    id: int
    sitting: int
    order: list
    response: Response
    revision: int
    saved_at: datetime.datetime | None
    lease: int
    finished_at: datetime.datetime | None
    started_at: datetime.datetime | None
    deadline_at: datetime.datetime | None
    paused_at: datetime.datetime | None
    kind: str
    body: dict
    is_entitled: bool


@functools.lru_cache(maxsize=4)
def _reading(end: datetime.datetime, using: str) -> Compiled:
    """Return the query that reads an item of a sitting; who is entitled is asked as of the end of the minute."""
    rows = Item.objects.using(using).filter(
        sitting__public_id=Given("sitting", models.UUIDField()), n=Given("n", models.IntegerField())
    )
    return Compiled(
        rows.order_by().values_list(
            "pk", "sitting_id", "order", "response", "revision", "saved_at", "sitting__lease", "sitting__finished_at",
            "sitting__started_at", "sitting__deadline_at", "sitting__paused_at", "version__kind", "version__body",
            truth(entitled(end, "sitting__")),
        )
    )  # fmt: skip


def _read(sitting: uuid.UUID, n: int, at: datetime.datetime) -> _Row | None:
    found = _reading(end_of_minute(at), router.db_for_write(Item)).first(sitting=sitting, n=n)
    return None if found is None else _Row(*found)


def save(
    *, sitting: uuid.UUID, item: int, response: object, base: int, lease: int | None, at: datetime.datetime
) -> Saved:
    """Save the answer to an item. `base` is the revision it was made on, 0 for none; `response` None clears it.

    `lease` is the seat's; None where there are no scripts, and so no seats. Sent again after a lost reply it returns
    what was saved. Raises Closed, Paused, NotSeated, Ineligible, Stale, kinds.BadResponse, or LookupError for an item
    or a sitting that there is not. What comes too late, or from somebody not entitled any more, is kept for the exam
    officer.
    """
    row = _read(sitting, item, at)
    if row is None or row.started_at is None:
        raise LookupError(item)
    if row.is_over(at):
        _keep(row, item, response, LateAnswer.Reason.LATE, at)
        raise Closed(row.response, row.revision)
    if not row.is_entitled:
        _keep(row, item, response, LateAnswer.Reason.INELIGIBLE, at)
        raise Ineligible
    if row.paused_at and at > row.paused_at + GRACE:
        raise Paused
    if lease is not None and lease != row.lease:
        raise NotSeated
    cleaned = _clean(row, response)
    end = row.ends_at(at)
    if row.response == cleaned and row.saved_at:
        return Saved(item, cleaned, row.revision, row.saved_at, end, _reveal(row, cleaned))
    if row.revision != base:
        raise Stale(row.response, row.revision, _reveal(row, row.response))
    if not _write(row, cleaned, base, at):
        _refused(sitting, item, response, lease, at)
    return Saved(item, cleaned, base + 1, at, end, _reveal(row, cleaned))


def _write(row: _Row, response: Response, base: int, at: datetime.datetime) -> bool:
    stored = None if response is None else json.dumps(response, ensure_ascii=False)
    when = connection.ops.adapt_datetimefield_value(at)
    with prepared(router.db_for_write(Item)) as cursor:
        cursor.execute(_WRITE, [stored, when, row.id, base, row.sitting, row.lease])
        return cursor.rowcount == 1


def _refused(sitting: uuid.UUID, n: int, response: object, lease: int | None, at: datetime.datetime) -> None:
    """Say what came between the reading and the writing."""
    row = _read(sitting, n, at)
    if row is None or row.is_over(at):
        if row is None:
            raise Closed
        _keep(row, n, response, LateAnswer.Reason.LATE, at)
        raise Closed(row.response, row.revision)
    if lease is not None and lease != row.lease:
        raise NotSeated
    raise Stale(row.response, row.revision, _reveal(row, row.response))


def _clean(row: _Row, response: object) -> Response:
    kind = KINDS[row.kind]
    return kind.clean(kind.shown(row.body, row.order), response, row.response)


def _reveal(row: _Row, response: Response) -> dict:
    return KINDS[row.kind].reveal(row.body, row.order, response)


def _keep(row: _Row, n: int, response: object, reason: LateAnswer.Reason, at: datetime.datetime) -> None:
    """Keep the last answer to each item that could not be taken, unless it is none or was saved in time."""
    try:
        cleaned = _clean(row, response)
    except BadResponse:
        return
    if cleaned is None or cleaned == row.response:
        return
    if LateAnswer.objects.filter(sitting=row.sitting, item=n, response=cleaned).exists():
        return  # sent again; it may have been decided on already
    _kept, is_new = LateAnswer.objects.update_or_create(
        sitting_id=row.sitting,
        item=n,
        defaults={"response": cleaned, "received_at": at, "reason": reason, "decision": ""},
    )
    if is_new:
        kind = SittingEvent.Kind.LATE if reason == LateAnswer.Reason.LATE else SittingEvent.Kind.INELIGIBLE
        SittingEvent.objects.create(sitting_id=row.sitting, kind=kind, at=at, detail={"n": n})
