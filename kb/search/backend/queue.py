"""From a change to the index: noted in its transaction, indexed when that commits, found before by its own thread."""

import logging
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from whoosh.index import LockError

from . import repair
from .outbox import Change
from .overlay import Overlay
from .snapshot import Snapshot

if TYPE_CHECKING:
    from .indexes import Index

logger = logging.getLogger(__name__)

#: Seconds that a commit waits for another writer before it leaves its changes to the next one.
TIMEOUT = 5.0
#: Indexes of which one connection remembers what its transaction changed.
_REMEMBERED = 8

type _Overlaid = tuple[Overlay, list["Own"]]
_overlays: WeakKeyDictionary[BaseDatabaseWrapper, dict[Path, _Overlaid]] = WeakKeyDictionary()


class Own:
    """Changes of an open transaction. Django calls this when it commits, and forgets it when it is rolled back."""

    def __init__(self, index: "Index", changes: Sequence[Change], using: str) -> None:
        self.index, self.changes, self.using = index, changes, using
        self.is_indexed = False
        self.siblings = [self]

    def __call__(self) -> None:
        """Index everything committed, once for all changes of the transaction."""
        if not self.is_indexed:
            for own in self.siblings:
                own.is_indexed = True
            take(self.index, self.using)

    def is_of(self, index: "Index") -> bool:
        """Say whether these changes are to ``index`` and not in it."""
        return not self.is_indexed and self.index.store.directory == index.store.directory


def enqueue(index: "Index", changes: Sequence[Change], using: str) -> None:
    """Note ``changes`` in their transaction on the database ``using``, and index them when it commits."""
    index.outbox.put(changes, using)
    own = Own(index, changes, using)
    newest_first = (call for _, call, _ in reversed(connections[using].run_on_commit))
    last = next((call for call in newest_first if isinstance(call, Own) and call.is_of(index)), None)
    if last:
        own.siblings = last.siblings
        own.siblings.append(own)
    transaction.on_commit(own, using=using, robust=True)


def take(index: "Index", using: str, timeout: float | None = None) -> int | None:
    """Index what has been committed; return how many changes, None when it stays noted for the next writer."""
    try:
        return index.drain(using, TIMEOUT if timeout is None else timeout)
    except LockError:
        logger.warning("The search index %s is busy; the next writer will take what has changed.", index)
    except Exception:
        logger.exception("Could not write to the search index %s", index)
        repair.notice(index)
    return None


def seen(index: "Index") -> Snapshot:
    """Return what a search of this thread sees: the index, and what its open transactions have changed."""
    opened = index.store.opened()
    if opened.trouble:
        repair.notice(index)
    else:
        repair.attempts.pop(index.store.directory, None)
    for connection in connections.all(initialized_only=True):
        own = own_changes(connection, index)
        if own:
            return _overlay(connection, index, own).snapshot
    return opened.snapshot


def own_changes(connection: BaseDatabaseWrapper, index: "Index") -> list[Own]:
    """Return what the open transaction of ``connection`` has changed and ``index`` has not."""
    return [own for own in registered(connection) if own.is_of(index)]


def registered(connection: BaseDatabaseWrapper) -> list[Own]:
    """Return the changes that wait for their commit: Django's own list, which a rollback shortens."""
    return [call for _, call, _ in connection.run_on_commit if isinstance(call, Own)]


def _overlay(connection: BaseDatabaseWrapper, index: "Index", own: list[Own]) -> Overlay:
    overlays = _overlays.setdefault(connection, {})
    opened, directory = index.store.opened(), index.store.directory
    overlay, known = overlays.pop(directory, (None, []))
    if overlay is None or overlay.below is not opened or own[: len(known)] != known:
        overlay, known = Overlay(opened), []
    for using, fresh in groupby(own[len(known) :], attrgetter("using")):
        overlay.add([change for each in fresh for change in each.changes], using)
    overlays[directory] = overlay, own
    while len(overlays) > _REMEMBERED:
        overlays.pop(next(iter(overlays)))
    return overlay
