"""The changes that are not in the index yet, on disk, so that neither a busy lock nor a crash loses one.

A change is noted here before the transaction that makes it ends and struck off when the index has it. A note
says which object changed, never how: whoever writes it reads the object as it is by then, so notes may be
written twice or out of order.
"""

import contextlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

_serial = count()


class Change(NamedTuple):
    """That the object with this primary key, as text, of this model ("app.model") was saved or deleted."""

    label: str
    key: str


class Note:
    """A file of changes; its name says which process owns it, or that none does and anyone may write it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, change: Change) -> None:
        """Append ``change``."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(change) + "\n")

    def changes(self) -> list[Change]:
        """Return the changes; a last line that a crash cut short is not one."""
        found = []
        with contextlib.suppress(FileNotFoundError, ValueError):
            for line in self.path.read_text(encoding="utf-8").splitlines():
                found.append(Change(*json.loads(line)))
        return found

    def hand_over(self) -> None:
        """Leave the changes to the next writer."""
        with contextlib.suppress(FileNotFoundError):
            self.path.rename(self.path.with_suffix(".due"))

    def strike_off(self) -> None:
        """Forget the changes: they are in the index."""
        self.path.unlink(missing_ok=True)


class Pending:
    """The notes of one index."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def note(self) -> Note:
        """Return a new note of this process; its file appears with its first change."""
        self._directory.mkdir(parents=True, exist_ok=True)
        return Note(self._directory / f"{os.getpid()}-{time.time_ns():x}-{next(_serial)}.own")

    def hand_over(self, changes: Iterable[Change]) -> None:
        """Leave ``changes`` to the next writer."""
        note = self.note()
        for change in changes:
            note.add(change)
        note.hand_over()

    def abandoned(self) -> Iterator[Note]:
        """Yield the notes that were handed over and those whose process is gone."""
        if self._directory.is_dir():
            for path in sorted(self._directory.iterdir()):
                if path.suffix == ".due" or not _runs(int(path.name.partition("-")[0])):
                    yield Note(path)

    def clear(self) -> None:
        """Strike off every abandoned note."""
        for note in self.abandoned():
            note.strike_off()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
