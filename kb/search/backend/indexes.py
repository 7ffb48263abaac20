"""The index of one root model and its rebuilding."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models, router, transaction
from modelsearch.backends.base import BaseIndex
from modelsearch.index import class_is_indexed
from whoosh.index import LockError
from whoosh.util.filelock import FileLock, try_for
from whoosh.writing import SegmentWriter

from .generation import add
from .pending import Change, Note
from .queue import TIMEOUT, enqueue, flush_mine
from .snapshot import Snapshot
from .store import Pointer, Slots, Store, apply, documents

if TYPE_CHECKING:
    from . import SearchBackend

#: Seconds that the end of a rebuild waits for a writer; it has all the work of the rebuild to lose.
_PATIENCE = 60.0


class Index(BaseIndex):
    """The index of a root model and all its descendants."""

    def __init__(self, backend: "SearchBackend", store: Store) -> None:
        super().__init__(backend)
        self.store = store

    def __str__(self) -> str:
        return self.get_key()

    def get_key(self) -> str:
        """Return the name of the index, which is the name of its directory."""
        return self.store.directory.name

    def add_item(self, obj: models.Model) -> None:
        """Index ``obj`` as the database has it, once its transaction commits."""
        self._changed(obj)

    def add_items(self, model: type[models.Model], items: Iterable[models.Model]) -> None:
        """Index ``items``, as :meth:`add_item` does, in one commit."""
        with transaction.atomic(using=router.db_for_write(model)):
            for item in items:
                self._changed(item)

    def delete_item(self, item: models.Model) -> None:
        """Remove ``item``, once its transaction commits and unless the database still has it.

        A deletion that is rolled back thus leaves the index as it was.
        """
        self._changed(item)

    def refresh(self) -> None:
        """Write what this thread has waiting."""
        flush_mine(self.store)

    def reset(self) -> None:
        """Empty the index."""
        flush_mine(self.store)
        with self.store.locked(TIMEOUT):
            self.store.pending.clear()
            self.store.point(self.store.create())

    def _changed(self, obj: models.Model) -> None:
        if class_is_indexed(type(obj)):
            change = Change(obj._meta.label_lower, str(obj.pk))
            enqueue(self.store, change, router.db_for_write(type(obj), instance=obj))


class BuildingIndex(Index):
    """An index that a rebuild fills: objects go in as they are given, and nothing is seen before the end."""

    def __init__(self, backend: "SearchBackend", store: Store, writer: SegmentWriter) -> None:
        super().__init__(backend, store)
        self._writer, self.slots = writer, Slots({})

    def add_items(self, model: type[models.Model], items: Iterable[models.Model]) -> None:
        """Write ``items``."""
        if class_is_indexed(model):
            for document in documents(items, self.slots):
                add(self._writer, document)

    def add_item(self, obj: models.Model) -> None:
        """Write ``obj``."""
        self.add_items(type(obj), [obj])


class Rebuilder:
    """Fills a new generation beside the current one, which is searched and written until the swap.

    What is written to the current generation meanwhile is kept in a journal and written again to the new one.
    """

    def __init__(self, index: Index) -> None:
        self._index, self._store = index, index.store
        self._journal = Note(self._store.directory / "journal")

    def start(self) -> BuildingIndex:
        """Return the index to fill; raises LockError when another rebuild of this index is running."""
        self._store.directory.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(str(self._store.directory / "rebuild.lock"))
        if not try_for(self._lock.acquire, timeout=0):
            raise LockError(f"The index in {self._store.directory} is being rebuilt.")
        with self._store.locked(_PATIENCE):
            self._journal.path.write_text("", encoding="utf-8")
        self._pointer = self._store.create()
        self._generation = self._store.generation(self._pointer)
        self._writer = self._generation.writer()
        self._building = BuildingIndex(self._index.backend, self._store, self._writer)
        return self._building

    def finish(self) -> None:
        """Make the new generation current."""
        self._writer.commit(merge=False)
        pointer = Pointer(self._pointer.generation, slots=self._building.slots.known)
        with self._store.locked(_PATIENCE):
            changes = self._journal.changes()
            if changes:
                pointer = apply(self._generation, pointer, changes, self._snapshot(pointer))
            self._generation.sync()
            previous = self._previous()
            self._store.point(pointer)
            self._journal.strike_off()
        self._store.discard_generations(pointer.generation, previous)
        self._lock.release()

    def _snapshot(self, pointer: Pointer) -> Snapshot:
        views, deleted = self._generation.views({})
        return Snapshot(list(views.values()), deleted, pointer.slots)

    def _previous(self) -> str:
        """Return the generation so far, which stays for readers that are just opening it."""
        try:
            pointer = self._store.pointer()
        except ValueError:
            return ""
        return pointer.generation if pointer else ""
