"""What is measured: an engine that is built from documents and asked queries."""

import os
import resource
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from .cases import Text


class Absent(Exception):
    """This machine lacks what an engine needs; the message says what."""


class Engine(ABC):
    """An engine that can be built from documents in one process and asked in another.

    Its constructor raises Absent when it cannot be had here.
    """

    #: How often the queries are asked again before the pass that counts as warm.
    rehearsals = 0

    @abstractmethod
    def build(self, documents: Sequence[Text], folder: Path) -> None:
        """Write the index of ``documents`` into the empty ``folder``."""

    @abstractmethod
    def open(self, folder: Path) -> None:
        """Open the index in ``folder`` to be asked."""

    @abstractmethod
    def search(self, text: str) -> list[str]:
        """Return the keys of the first ten documents."""

    def prepare(self) -> None:  # noqa: B027
        """Load what every document needs, such as dictionaries."""

    def clock(self) -> float:
        """Return the seconds of processor used so far."""
        return time.process_time()

    def resident(self) -> float:
        """Return the memory in use, in megabytes."""
        return resident(os.getpid())

    def close(self) -> None:  # noqa: B027
        """End what was started."""


def resident(process: int) -> float:
    """Return the resident memory of a process in megabytes; where /proc is missing, the most of this one."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
