"""An index on disk: which generation is current, who may write, and what readers of this process share.

<directory>/current       the pointer: generation, number of the commit, field names; replaced atomically
<directory>/<generation>  a Whoosh index
<directory>/pending       changes that are not in the index yet
<directory>/journal       while a rebuild runs: what was written to the current generation meanwhile
"""

import contextlib
import json
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from django.db import models
from whoosh.index import LockError
from whoosh.util.filelock import FileLock, try_for

from .documents import Document, document
from .generation import Generation
from .loading import load
from .pending import Change, Note, Pending
from .schema import SLOTS
from .segments import View
from .snapshot import EMPTY, Snapshot

logger = logging.getLogger(__name__)

#: Seconds between two attempts at a lock.
_DELAY = 0.02


@dataclass(frozen=True)
class Pointer:
    """What the file "current" says."""

    generation: str
    commit: int = 0
    slots: dict[str, int] = field(default_factory=dict)


class Slots:
    """Field name -> bit number; an unknown name gets the next free bit, the last one is shared."""

    def __init__(self, known: dict[str, int]) -> None:
        self.known = dict(known)

    def __call__(self, name: str) -> int:
        """Return the bit number of ``name``."""
        return self.known.setdefault(name, min(len(self.known), SLOTS - 1))


class Store:
    """One per directory and process: see :func:`store_at`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.pending = Pending(directory / "pending")
        self._opening = threading.Lock()
        self._stamp: tuple[int, ...] | None = None
        self._views: dict[str, View] = {}
        self._snapshot = EMPTY

    def snapshot(self) -> Snapshot:
        """Return the state of the last commit; when it cannot be read, the last one that could, or nothing.

        One stat tells whether there is a newer one.
        """
        stamp = self._current_stamp()
        if stamp != self._stamp:
            with self._opening, self._logged("open"):
                if stamp != self._stamp:
                    self._snapshot, self._stamp = self._open(), stamp
        return self._snapshot

    @contextlib.contextmanager
    def locked(self, timeout: float) -> Iterator[None]:
        """Hold the right to write; raises LockError when it is not free within ``timeout`` seconds."""
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self.directory / "lock"))
        if not try_for(lock.acquire, timeout=timeout, delay=_DELAY):
            raise LockError(f"The index in {self.directory} is being written.")
        try:
            yield
        finally:
            lock.release()

    def write(self, changes: Sequence[Change], timeout: float, *, drain: bool = True) -> int:
        """Bring the index up to date with ``changes``, then all that is pending; return how many there were.

        Raises LockError when another writer does not finish in ``timeout`` seconds, and what Whoosh raises
        when the index is damaged. Nothing pending is lost then.
        """
        with self.locked(timeout):
            notes = [(note, note.changes()) for note in self.pending.abandoned()] if drain else []
            every = [*(change for _, noted in notes for change in noted), *changes]
            if every:
                self._commit(self.pointer() or self.create(), every)
                self._keep_journal(every)
            for note, _ in notes:
                note.strike_off()
        return len(every)

    def pointer(self) -> Pointer | None:
        """Return what is current, None before the first build."""
        try:
            return Pointer(**json.loads((self.directory / "current").read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def point(self, pointer: Pointer) -> None:
        """Make ``pointer`` current; the lock is held."""
        new = self.directory / "current.new"
        new.write_text(json.dumps(asdict(pointer)), encoding="utf-8")
        new.replace(self.directory / "current")

    def create(self) -> Pointer:
        """Make an empty generation, not yet current, and return the pointer to it."""
        pointer = Pointer(f"{time.time_ns():x}")
        Generation.create(self.directory / pointer.generation)
        return pointer

    def generation(self, pointer: Pointer) -> Generation:
        """Return the generation that ``pointer`` names."""
        return Generation(self.directory / pointer.generation)

    def discard_generations(self, *kept: str) -> None:
        """Remove all generations but those ``kept``; readers that have one open keep reading."""
        for path in self.directory.iterdir():
            if path.is_dir() and path.name not in (*kept, "pending"):
                shutil.rmtree(path, ignore_errors=True)

    def _commit(self, pointer: Pointer, changes: Sequence[Change]) -> None:
        self.point(apply(self.generation(pointer), pointer, changes, self._fresh(pointer)))

    def _fresh(self, pointer: Pointer) -> Snapshot:
        """Return the state to write on, for the pointer may be older than the last commit after a crash."""
        views, deleted = self.generation(pointer).views(self._views)
        return Snapshot(list(views.values()), deleted, pointer.slots)

    def _open(self) -> Snapshot:
        pointer = self.pointer()
        if pointer is None:
            self._views = {}
            return EMPTY
        self._views, deleted = self.generation(pointer).views(self._views)
        return Snapshot(list(self._views.values()), deleted, pointer.slots)

    def _current_stamp(self) -> tuple[int, ...] | None:
        try:
            found = (self.directory / "current").stat()
        except FileNotFoundError:
            return ()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _keep_journal(self, changes: Sequence[Change]) -> None:
        journal = Note(self.directory / "journal")
        if journal.path.exists():
            for change in changes:
                journal.add(change)

    @contextlib.contextmanager
    def _logged(self, action: str) -> Iterator[None]:
        try:
            yield
        except Exception:
            logger.exception("Could not %s the search index in %s", action, self.directory)


def apply(generation: Generation, pointer: Pointer, changes: Sequence[Change], snapshot: Snapshot) -> Pointer:
    """Write what ``changes`` name, as it is in the database now, and return the pointer to the new commit."""
    slots = Slots(pointer.slots)
    present, gone = load(changes)
    generation.commit(snapshot, documents(present, slots), gone)
    return replace(pointer, commit=pointer.commit + 1, slots=slots.known)


def documents(objects: Iterable[models.Model], slots: Callable[[str], int]) -> Iterator[Document]:
    """Yield the documents of ``objects``; one that cannot be made is logged and left out."""
    for obj in objects:
        try:
            yield document(obj, slots)
        except Exception:
            logger.exception("Could not index %r", obj)


@lru_cache(maxsize=64)
def store_at(directory: Path) -> Store:
    """Return the store of ``directory``, shared by the process so that what is decoded is decoded once."""
    return Store(directory)
