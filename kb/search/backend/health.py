"""How each index is, for those who look after the machine."""

import datetime
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Count, Min
from django.utils.translation import gettext
from modelsearch.backends import get_search_backend

from ..models import OutboxEntry
from .outbox import aliases
from .repair import notice
from .store import DAMAGED, MISSING, NEWER, OUTDATED

if TYPE_CHECKING:
    from . import SearchBackend
    from .indexes import Index

OK, UNWRITABLE, REBUILDING, AWAY = "ok", "unwritable", "rebuilding", "away"

#: Bytes below which a disk counts as full.
_ROOM = 16 * 1024 * 1024
#: A change that has waited as long is not on its way any more.
LATE = datetime.timedelta(minutes=10)


@dataclass(frozen=True)
class State:
    """One index of this machine, or another machine (then ``condition`` is "away" and ``name`` that of the machine).

    ``documents`` are in the index, ``waiting`` changes are not, the first of them since ``oldest``.
    """

    name: str
    condition: str
    documents: int
    waiting: int
    oldest: datetime.datetime | None = None

    def is_late(self, at: datetime.datetime) -> bool:
        """Say whether changes have been waiting for too long."""
        return self.oldest is not None and at - self.oldest > LATE

    @property
    def sentence(self) -> str:
        """What is wrong and what helps, for an administrator; "" when nothing is."""
        return {
            MISSING: gettext(
                "The index is missing or lacks documents. It is built anew by itself, or by update_index."
            ),
            DAMAGED: gettext("The index is damaged. It is built anew by itself, or by update_index."),
            OUTDATED: gettext("The index is of another version. It is built anew by itself, or by update_index."),
            UNWRITABLE: gettext("The index cannot be written: the disk is full, or the folder is not ours to write."),
            REBUILDING: gettext("The index is being built anew; the old one answers until then."),
            AWAY: gettext("This machine does not take changes. When it is back, run update_index there."),
        }.get(self.condition, "")


def states(backend: str = "default") -> list[State]:
    """Return the state of every index of this machine, then the other machines that are late; [] if not our backend."""
    engine = get_search_backend(backend)
    if not hasattr(engine, "store_for"):
        return []
    waiting = list(_waiting())
    return [*(_state(index, waiting) for index in engine.all_indexes()), *_others(engine, waiting)]


type _Waiting = tuple[str, str, int, datetime.datetime]  # node, index, how many, since when


def _waiting() -> Iterator[_Waiting]:
    for using in aliases():
        counted = OutboxEntry.objects.using(using).order_by().values("node", "index")
        yield from counted.annotate(n=Count("pk"), since=Min("at")).values_list("node", "index", "n", "since")


def _state(index: "Index", waiting: list[_Waiting]) -> State:
    mine = [(n, since) for node, name, n, since in waiting if (node, name) == (index.outbox.node, index.outbox.index)]
    return State(
        name=index.outbox.index,
        condition=condition(index),
        documents=index.store.snapshot().count,
        waiting=sum(n for n, _ in mine),
        oldest=min((since for _, since in mine), default=None),
    )


def _others(engine: "SearchBackend", waiting: list[_Waiting]) -> Iterator[State]:
    for other in engine.nodes:
        owed = [(n, since) for node, _, n, since in waiting if node == other != engine.node]
        if owed:
            yield State(other, AWAY, 0, sum(n for n, _ in owed), min(since for _, since in owed))


def condition(index: "Index") -> str:
    """Return how ``index`` is: ok, missing, damaged, outdated, unwritable or rebuilding."""
    try:
        if index.store.is_rebuilding():
            return REBUILDING
    except OSError:
        return UNWRITABLE
    if not _is_writable(index.store.directory):
        return UNWRITABLE
    trouble = index.store.opened().trouble
    if trouble:
        notice(index)
    return {"": OK, NEWER: OUTDATED}.get(trouble, trouble)


def _is_writable(directory: Path) -> bool:
    there = next(path for path in (directory, *directory.parents) if path.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK) and shutil.disk_usage(there).free > _ROOM
