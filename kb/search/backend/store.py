"""An index on disk: which generation is current, who may write, and what readers of this process share.

<directory>/current       the pointer: generation, number of the commit, field names; replaced atomically
<directory>/<generation>  a Whoosh index
<directory>/lock          held by who writes; <directory>/rebuild.lock by who rebuilds
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
from typing import NamedTuple

from django.db import models
from modelsearch.backends.base import FieldError, FilterError
from whoosh.index import LockError
from whoosh.util.filelock import FileLock, try_for

from . import sums
from .documents import Document, document
from .generation import Generation
from .loading import load
from .outbox import Change
from .schema import SLOTS
from .segments import View
from .snapshot import EMPTY, Snapshot

logger = logging.getLogger(__name__)

#: What the files mean: to be raised with every change of the schema or of the analysis of documents. An index of a
#: lower format is not read, but built anew.
FORMAT = 2

#: What is wrong with an index. One of a newer format belongs to newer processes, and is left to them.
MISSING, DAMAGED, OUTDATED, NEWER = "missing", "damaged", "outdated", "newer"

#: Seconds between two attempts at a lock, and at an index that could not be opened.
_DELAY, _AGAIN = 0.01, 5.0


class Unreadable(Exception):
    """The index cannot be read; ``condition`` says why."""

    def __init__(self, condition: str, reason: str) -> None:
        super().__init__(reason)
        self.condition = condition


@dataclass(frozen=True)
class Pointer:
    """What the file "current" says; ``complete`` once a rebuild has put every object in."""

    generation: str
    commit: int = 0
    slots: dict[str, int] = field(default_factory=dict)
    complete: bool = False
    format: int = FORMAT


class Slots:
    """Field name -> bit number; an unknown name gets the next free bit, the last one is shared."""

    def __init__(self, known: dict[str, int]) -> None:
        self.known = dict(known)

    def __call__(self, name: str) -> int:
        """Return the bit number of ``name``."""
        return self.known.setdefault(name, min(len(self.known), SLOTS - 1))


class Opened(NamedTuple):
    """A snapshot and what it is made of; ``trouble`` is why it may lack something, "" when it does not."""

    snapshot: Snapshot = EMPTY
    views: dict[str, View] = {}
    deleted: Sequence[Sequence[int]] = ()
    slots: dict[str, int] = {}
    trouble: str = MISSING


class Store:
    """One per directory and process: see :func:`store_at`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._opening = threading.Lock()
        self._stamp: tuple[int, ...] | None = None
        self._opened = Opened()
        self._known: dict[str, View] = {}
        self._again = 0.0

    def opened(self) -> Opened:
        """Return the state of the last commit; when it cannot be read, the last one that could, or nothing.

        One stat tells whether there is a newer one.
        """
        stamp = self._current_stamp()
        if stamp != self._stamp or self._retries():
            with self._opening:
                if stamp != self._stamp or self._retries():
                    self._opened, self._stamp = self._reopened(), stamp
                    self._again = time.monotonic() + _AGAIN
        return self._opened

    def snapshot(self) -> Snapshot:
        """Return the snapshot of :meth:`opened`."""
        return self.opened().snapshot

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

    def rebuild_lock(self) -> FileLock:
        """Return the lock of who rebuilds; whoever tries it holds the lock to write, so that no one is in the way."""
        return FileLock(str(self.directory / "rebuild.lock"))

    def is_rebuilding(self) -> bool:
        """Say whether a process rebuilds this index just now; raises OSError."""
        if not (self.directory / "rebuild.lock").exists():
            return False
        lock = self.rebuild_lock()
        if lock.acquire():
            lock.release()
            return False
        return True

    def write(self, changes: Sequence[Change], using: str) -> None:
        """Bring the index up to date with ``changes``; the lock is held.

        Raises OSError, Unreadable, and what Whoosh raises when the index is damaged.
        """
        pointer = self.pointer() or self.create()
        # Read anew, for the pointer may be older than the last commit after a crash.
        self._known, deleted = self.generation(pointer).views(self._known)
        opened = self._opened
        if (opened.views, opened.deleted, opened.slots) == (self._known, deleted, pointer.slots):
            snapshot = opened.snapshot
        else:
            snapshot = Snapshot(list(self._known.values()), deleted, pointer.slots)
        self.point(self.apply(pointer, snapshot, changes, using))

    def apply(self, pointer: Pointer, snapshot: Snapshot, changes: Sequence[Change], using: str) -> Pointer:
        """Write what ``changes`` name, as it is in the database now; return the pointer to the new commit.

        ``snapshot`` is the state of the generation of ``pointer``.
        """
        slots = Slots(pointer.slots)
        present, gone = load(changes, using)
        self.generation(pointer).commit(snapshot, documents(present, slots), gone)
        sums.seal(self.directory / pointer.generation)
        return replace(pointer, commit=pointer.commit + 1, slots=slots.known)

    def pointer(self) -> Pointer | None:
        """Return what is current, None before the first build; raises Unreadable."""
        try:
            said = json.loads((self.directory / "current").read_text(encoding="utf-8"))
            ahead = said.get("format", 0) - FORMAT
            if not ahead:
                return Pointer(**said)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise Unreadable(DAMAGED, f"The pointer in {self.directory} cannot be read.") from error
        reason = f"The index in {self.directory} is of format {FORMAT + ahead}, not {FORMAT}."
        raise Unreadable(NEWER if ahead > 0 else OUTDATED, reason)

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
            if path.is_dir() and path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    def examined(self) -> str:
        """Read everything; return what is wrong with the index, "" when nothing is."""
        try:
            pointer = self.pointer()
            if pointer:
                views, _ = self.generation(pointer).views({})
                sums.check(self.directory / pointer.generation, views)
        except Unreadable as unreadable:
            return unreadable.condition
        except Exception:
            return DAMAGED
        return "" if pointer and pointer.complete else MISSING

    @contextlib.contextmanager
    def blamed(self) -> Iterator[None]:
        """Raise Unreadable for what a damaged index has raised; anything else has another cause and passes."""
        try:
            yield
        except (FilterError, FieldError, NotImplementedError):
            raise
        except Exception as error:
            if self.examined() not in (DAMAGED, OUTDATED):
                raise
            self._opened, self._known = Opened(trouble=DAMAGED), {}
            raise Unreadable(DAMAGED, f"The index in {self.directory} is damaged.") from error

    def _reopened(self) -> Opened:
        try:
            return self._open()
        except Unreadable as unreadable:
            logger.error("%s", unreadable)
            return self._opened._replace(trouble=unreadable.condition)
        except Exception:
            logger.exception("Could not open the search index in %s", self.directory)
            return self._opened._replace(trouble=DAMAGED)

    def _open(self) -> Opened:
        pointer = self.pointer()
        if pointer is None:
            return Opened()
        views, deleted = self.generation(pointer).views(self._known)
        sums.check(self.directory / pointer.generation, views.keys() - self._opened.views.keys())
        self._known = views
        snapshot = Snapshot(list(views.values()), deleted, pointer.slots)
        return Opened(snapshot, views, deleted, pointer.slots, "" if pointer.complete else MISSING)

    def _retries(self) -> bool:
        return self._opened.trouble in (DAMAGED, OUTDATED, NEWER) and time.monotonic() > self._again

    def _current_stamp(self) -> tuple[int, ...]:
        try:
            found = (self.directory / "current").stat()
        except OSError:
            return ()
        return found.st_ino, found.st_mtime_ns, found.st_size


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
