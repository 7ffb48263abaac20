"""What this thread has changed and not yet written, by database connection.

An object is indexed after its transaction commits, as the database has it then. Inside the transaction, a
search of the same thread first writes what is waiting, so that it finds its own changes.
"""

import contextlib
import logging
from collections.abc import Iterator
from functools import partial
from weakref import WeakKeyDictionary

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .pending import Change, Note
from .store import Store

logger = logging.getLogger(__name__)

#: Seconds that a commit waits for another writer before it leaves its changes to the next one.
TIMEOUT = 5.0
#: Indexes whose changes one connection remembers; transactions that never end leave theirs behind.
_REMEMBERED = 32


class Waiting:
    """The changes of one connection to one index, and the note that outlives a crash."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changes: list[Change] = []
        self._early = 0
        self._note: Note | None = None

    def add(self, change: Change) -> None:
        """Remember ``change``; a disk that cannot be written costs the note, never the caller."""
        self._changes.append(change)
        with _logged(self._store, "note a change of"):
            self._note = self._note or self._store.pending.note()
            self._note.add(change)

    def write_early(self) -> None:
        """Write the changes inside their transaction; they are written again when it has ended."""
        changes, self._early = self._changes[self._early :], len(self._changes)
        if changes:
            with _logged(self._store, "write to"):
                self._store.write(changes, TIMEOUT, drain=False)

    def flush(self) -> None:
        """Write the changes; when that fails, leave them to the next writer."""
        with _logged(self._store, "write to"):
            try:
                self._store.write(self._changes, TIMEOUT)
            except Exception:
                self.hand_over()
                raise
            if self._note:
                self._note.strike_off()

    def hand_over(self) -> None:
        """Leave the changes to the next writer."""
        if self._note:
            self._note.hand_over()


_waiting: WeakKeyDictionary[BaseDatabaseWrapper, dict[Store, Waiting]] = WeakKeyDictionary()


def enqueue(store: Store, change: Change, using: str) -> None:
    """Write ``change`` once the transaction on the database ``using`` commits, at once outside of one."""
    connection = connections[using]
    of_connection = _waiting.setdefault(connection, {})
    of_connection.setdefault(store, Waiting(store)).add(change)
    while len(of_connection) > _REMEMBERED:
        of_connection.pop(next(iter(of_connection))).hand_over()
    # Registered for every change: a savepoint that is rolled back takes its callbacks with it.
    transaction.on_commit(partial(_flush, connection, store), using=using, robust=True)


def flush_mine(store: Store) -> None:
    """Write what this thread has waiting for ``store``.

    What a rolled-back transaction has left waiting is written too, as the database has it.
    """
    for connection in connections.all(initialized_only=True):
        waiting = _waiting.get(connection, {}).get(store)
        if waiting and connection.in_atomic_block:
            waiting.write_early()
        elif waiting:
            _flush(connection, store)


def _flush(connection: BaseDatabaseWrapper, store: Store) -> None:
    waiting = _waiting.get(connection, {}).pop(store, None)
    if waiting:
        waiting.flush()


@contextlib.contextmanager
def _logged(store: Store, action: str) -> Iterator[None]:
    try:
        yield
    except Exception:
        logger.exception("Could not %s the search index in %s", action, store.directory)
