"""The index of one root model and its rebuilding."""

import contextlib
import shutil
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import connections, models
from modelsearch.backends.base import BaseIndex
from modelsearch.index import class_is_indexed
from whoosh.index import LockError
from whoosh.util.filelock import try_for

from . import sums
from .generation import Writer
from .outbox import BATCH, Change, Outbox, aliases, changes_of
from .queue import TIMEOUT, Own, enqueue, own_changes
from .snapshot import Snapshot
from .store import Pointer, Slots, Store, Unreadable, documents

if TYPE_CHECKING:
    from . import SearchBackend

#: Seconds that the end of a rebuild waits for a writer; it has all the work of the rebuild to lose.
_PATIENCE = 60.0
#: Objects that are read at once.
_CHUNK = 500


class Index(BaseIndex):
    """The index of a root model and all its descendants."""

    def __init__(self, backend: "SearchBackend", store: Store, outbox: Outbox) -> None:
        super().__init__(backend)
        self.store, self.outbox = store, outbox

    def __str__(self) -> str:
        return self.get_key()

    def get_key(self) -> str:
        """Return the name of the index, which is the name of its directory."""
        return self.store.directory.name

    def add_item(self, obj: models.Model) -> None:
        """Index ``obj`` as the database has it, once its transaction commits."""
        self.add_items(type(obj), [obj])

    def add_items(self, model: type[models.Model], items: Iterable[models.Model]) -> None:
        """Index ``items``, as :meth:`add_item` does, in one commit."""
        for using, changes in changes_of(items).items():
            enqueue(self, changes, using)

    def delete_item(self, item: models.Model) -> None:
        """Remove ``item``, once its transaction commits and unless the database still has it.

        A deletion that is rolled back thus leaves the index as it was.
        """
        self.add_items(type(item), [item])

    def refresh(self) -> None:
        """Do nothing: a search sees what its thread has changed."""

    def drain(self, using: str, timeout: float) -> int:
        """Index what the outbox of this node has; return how many changes there were.

        Raises LockError when another writer does not finish in ``timeout`` seconds, OSError, Unreadable, and what
        Whoosh raises when the index is damaged. What could not be indexed stays in the outbox.
        """
        with self.store.locked(timeout):
            done = self.outbox.keep if self.store.is_rebuilding() else self.outbox.delete
            total = 0
            while entries := self.outbox.waiting(using):
                self.store.write(list(entries.values()), using)
                done(list(entries), using)
                total += len(entries)
                if len(entries) < BATCH:
                    break
        return total

    def reset(self) -> None:
        """Empty the index."""
        with self.store.locked(TIMEOUT):
            _have_indexed(_uncommitted(self))
            for using in aliases():
                self.outbox.clear(using)
            self.store.point(Pointer(self.store.create().generation, complete=True))


class BuildingIndex(Index):
    """An index that a rebuild fills: objects go in as they are given, and nothing is seen before the end."""

    def __init__(self, index: Index, writer: Writer) -> None:
        super().__init__(index.backend, index.store, index.outbox)
        self._writer, self.slots = writer, Slots({})
        self._added: dict[type[models.Model], set[str]] = {}

    def add_items(self, model: type[models.Model], items: Iterable[models.Model]) -> None:
        """Write ``items``."""
        if class_is_indexed(model):
            added = self._added.setdefault(model, set())
            for document in documents(items, self.slots):
                self._writer.add(document)
                added.add(document.key)

    def add_missed(self) -> None:
        """Write the objects that were not given though others of their model were.

        Who rebuilds reads in pages, which shift when an object on an earlier page is deleted meanwhile.
        """
        for model, added in self._added.items():
            indexed = model.get_indexed_objects()
            keys = [key for key in indexed.order_by().values_list("pk", flat=True) if str(key) not in added]
            for at in range(0, len(keys), _CHUNK):
                self.add_items(model, indexed.filter(pk__in=keys[at : at + _CHUNK]))


class Rebuilder:
    """Fills a new generation beside the current one, which is searched and written until the swap.

    What is written to the current generation meanwhile stays in the outbox and is written again to the new one.
    """

    def __init__(self, index: Index) -> None:
        self._index, self._store = index, index.store

    def start(self) -> BuildingIndex:
        """Return the index to fill; raises LockError when another rebuild of this index is running."""
        with self._store.locked(_PATIENCE):
            self._lock = self._store.rebuild_lock()
            if not try_for(self._lock.acquire, timeout=0.1, delay=0.01):
                raise LockError(f"The index in {self._store.directory} is being rebuilt.")
            # What was noted by now is read with everything else.
            self._noted = {using: set(self._index.outbox.every(using)) for using in aliases()}
            self._own = _uncommitted(self._index)
        try:
            self._pointer = self._store.create()
            self._writer = self._store.generation(self._pointer).writer()
        except BaseException:
            self._lock.release()
            raise
        self._building = BuildingIndex(self._index, self._writer)
        return self._building

    def finish(self) -> None:
        """Make the new generation current."""
        self._building.add_missed()
        self._writer.commit()
        pointer = Pointer(self._pointer.generation, slots=self._building.slots.known, complete=True)
        sums.seal(self._store.directory / pointer.generation)
        self._store.generation(pointer).sync()
        with self._store.locked(_PATIENCE):
            noted = {using: self._index.outbox.every(using) for using in aliases()}
            for using, changes in noted.items():
                fresh = [change for entry, change in changes.items() if entry not in self._noted[using]]
                pointer = self._caught_up(pointer, fresh, using)
            self._store.generation(pointer).sync()
            previous = self._previous()
            self._store.point(pointer)
            _have_indexed(self._own)
            for using, changes in noted.items():
                self._index.outbox.delete(list(changes), using)
            self._store.discard_generations(pointer.generation, previous)
            self._lock.release()

    def abandon(self) -> None:
        """Give up; the present generation stays."""
        with contextlib.suppress(Exception):
            self._writer.cancel()
        shutil.rmtree(self._store.directory / self._pointer.generation, ignore_errors=True)
        self._lock.release()

    def _caught_up(self, pointer: Pointer, changes: Sequence[Change], using: str) -> Pointer:
        if not changes:
            return pointer
        views, deleted = self._store.generation(pointer).views({})
        return self._store.apply(pointer, Snapshot(list(views.values()), deleted, pointer.slots), changes, using)

    def _previous(self) -> str:
        """Return the generation so far, which stays for readers that are just opening it."""
        try:
            pointer = self._store.pointer()
        except Unreadable:
            return ""
        return pointer.generation if pointer else ""


def _uncommitted(index: Index) -> list[Own]:
    return [own for connection in connections.all(initialized_only=True) for own in own_changes(connection, index)]


def _have_indexed(own: Iterable[Own]) -> None:
    for each in own:
        each.is_indexed = True
