"""Where the parts of a chart stand, in units of the picture; drawn by the server as SVG. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, WIDTH, GAP = 120, 44, 12  # of a column and between two
MAP_WIDTH, MAP_HEIGHT, LINE = 640, 96, 14  # of the map of people and items: its upper half, and a line of items below


@dataclass(frozen=True)
class Bar:
    """A column: what it counts, its words, and where it is drawn."""

    label: str
    value: float
    x: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return self.x + WIDTH / 2


def bars(values: Sequence[tuple[str, float]], *, highest: float | None = None) -> list[Bar]:
    """Return a column for each (label, value); the highest, or `highest`, has the full height."""
    top = highest or max((value for _label, value in values), default=0) or 1
    return [
        Bar(label, value, place * (WIDTH + GAP), *_upright(value / top, HEIGHT))
        for place, (label, value) in enumerate(values)
    ]


def _upright(share: float, height: float) -> tuple[float, float]:
    """Return y and height of a column that is so much of the full height."""
    return round(height * (1 - share), 2), round(height * share, 2)


def width(count: int) -> int:
    """Return how wide so many columns are."""
    return max(count * (WIDTH + GAP) - GAP, WIDTH)


def across(percent: float, count: int) -> float:
    """Return where a percentage stands among so many columns that divide 0 to 100 evenly."""
    place, rest = divmod(percent * count / 100, 1)
    return round(place * (WIDTH + GAP) + rest * WIDTH, 2)


@dataclass(frozen=True)
class Mark:
    """An item on the map: its number, its name, and where it stands."""

    number: int
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Map:
    """People above and items below one scale in logits: `ticks` are (logit, x), `people` columns, `items` numbers."""

    people: list[Bar]
    items: list[Mark]
    ticks: list[tuple[int, float]]
    bar: float
    height: int


def person_item_map(abilities: Sequence[tuple[float, int]], items: Sequence[tuple[str, float]]) -> Map:
    """Return the map of (ability, people) and (name, difficulty), the items numbered from the easiest."""
    logits = [value for value, people in abilities if people] + [value for _label, value in items]
    low, high = min(logits, default=0) - 0.5, max(logits, default=0) + 0.5
    unit = MAP_WIDTH / (high - low)
    bar = max(min(unit * 0.3, 24.0), 4.0)
    most = max((people for _value, people in abilities), default=0) or 1
    columns = [
        Bar(f"{value:.1f}", people, round((value - low) * unit - bar / 2, 1), *_upright(people / most, MAP_HEIGHT))
        for value, people in abilities
        if people
    ]
    marks, filled = [], {}
    for number, (label, value) in enumerate(sorted(items, key=lambda item: item[1]), start=1):
        slot = round((value - low) * unit / 24)  # as wide as a number is
        filled[slot] = filled.get(slot, 0) + 1
        marks.append(Mark(number, label, slot * 24, MAP_HEIGHT + 22 + LINE * filled[slot]))
    whole = range(math.ceil(low), math.floor(high) + 1)
    ticks = [(logit, round((logit - low) * unit, 1)) for logit in whole]
    return Map(columns, marks, ticks, bar, MAP_HEIGHT + 30 + LINE * max(filled.values(), default=0))
