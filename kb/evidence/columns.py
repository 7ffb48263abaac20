"""Columns of a chart over time, drawn by the server: where each part stands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, WIDTH, GAP = 120, 44, 12  # of a column and between two, in units of the picture
PARTS = ("resolved", "workaround", "unresolved")


@dataclass(frozen=True)
class Part:
    """A piece of a column: what it counts, and where it is drawn."""

    kind: str
    count: int
    y: float
    height: float


@dataclass(frozen=True)
class Column:
    """A column, its words below, and its pieces from the bottom up."""

    label: str
    total: int
    x: int
    top: float
    parts: tuple[Part, ...]

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return self.x + WIDTH / 2


def columns(lines: Sequence) -> list[Column]:
    """Return a column for each line (label, runs, and one count by the name of each part), the highest full height."""
    highest = max((line.runs for line in lines), default=0) or 1
    made = []
    for place, line in enumerate(lines):
        y, parts = float(HEIGHT), []
        for kind in PARTS:
            height = HEIGHT * getattr(line, kind) / highest
            y -= height
            parts.append(Part(kind, getattr(line, kind), round(y, 2), round(height, 2)))
        made.append(Column(line.label, line.runs, place * (WIDTH + GAP), round(y, 2), tuple(parts)))
    return made


def width(count: int) -> int:
    """Return how wide so many columns are."""
    return max(count * (WIDTH + GAP) - GAP, WIDTH)
