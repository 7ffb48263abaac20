"""Where everything in the flow chart of a fault tree stands, in pixels. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kb.diagnosis import words
from kb.diagnosis.layers import Item, Rows, rows
from kb.diagnosis.tree import Graph

FONT, SMALL = 14, 12  # px: headings; answers and kinds
LINE, SMALL_LINE = 19, 16
AROUND = 24  # px around the whole
_NODE, _WAY = 196, 148  # px wide
_PAD = 14
_GAP = 22  # px between neighbours in a row
_ACROSS = 6  # nodes that no answer leads to, in a row
_SWEEPS = 4
_STRAIGHT = 8  # how much more the place of a line counts than that of a node
_MOST_LINES = 6  # of the answers that lead to one node


@dataclass(frozen=True)
class Layout:
    """What is drawn where: items with their place, and lines from one item to the next below it, in px."""

    width: float
    height: float
    items: Sequence[Item]
    lines: Sequence[tuple[Item, Item]]
    back: Sequence[tuple[Item, Item]]  # ways that lead up again, round the outside


def layout(tree: Graph) -> Layout:
    """Place everything."""
    placed = rows(tree)
    for item in _all(placed):
        _measure(item, tree)
    _place_across(placed.rows)
    bottom = _place_down(placed.rows)
    right = max((item.x + item.width / 2 for row in placed.rows for item in row), default=0) + AROUND
    lost_right, bottom = _place_lost(placed, bottom)
    items = [item for item in _all(placed) if item.kind != "line"]
    lines = [(upper, lower) for row in placed.rows for upper in row for lower in upper.below]
    back = [(item, placed.nodes[item.to]) for item in items if item.is_back]
    right = max(right + (12 * min(len(back), 20) if back else 0), lost_right)
    return Layout(right, bottom, items, lines, back)


def _all(placed: Rows) -> Iterator[Item]:
    for row in placed.rows:
        yield from row
    for group in placed.lost:
        yield from group


def _measure(item: Item, tree: Graph) -> None:
    if item.kind == "node":
        heading = str(tree.nodes[item.node].value.get("heading") or "") or item.node
        item.lines = words.lines(heading, (_NODE - 2 * _PAD - 6) / FONT, 4)
        item.width, item.height = _NODE, 2 * 9 + SMALL_LINE + LINE * max(1, len(item.lines))
    elif item.kind == "missing":
        item.lines = words.lines(item.to or _("no target"), (_WAY - 2 * _PAD) / SMALL, 2)
        item.width, item.height = _WAY, 2 * 8 + SMALL_LINE * (1 + len(item.lines))
    elif item.kind == "way":
        room = (_WAY - 8) / SMALL
        dot = "• " if len(item.words) > 1 else ""
        item.lines = [line for answer in item.words for line in words.lines(dot + answer, room, 3)]
        if len(item.lines) > _MOST_LINES:
            item.lines = [*item.lines[: _MOST_LINES - 1], "…"]
        longest = max(map(words.length, item.lines), default=0) * SMALL + 12
        item.width = _WAY if item.is_far else min(_WAY, longest) if item.lines else 0
        item.height = SMALL_LINE * len(item.lines) + (4 if item.lines else 0) + (24 if item.is_far else 0)


def _place_across(found: Sequence[Sequence[Item]]) -> None:
    """Bring each item as near as the others let it to the middle of its neighbours, down and up by turns."""
    for row in reversed(found):
        for item in row:
            item.depth = max((1 + each.depth for each in item.below), default=0)
    for row in found:
        left = 0.0
        for item in row:
            item.x = left + item.width / 2
            left += item.width + _between(item)
    for sweep in range(_SWEEPS):
        for row in found if sweep % 2 else reversed(found):
            _spread(row, [_wished(item, is_down=bool(sweep % 2)) for item in row])
    left = min((item.x - item.width / 2 for row in found for item in row), default=0) - AROUND
    for row in found:
        for item in row:
            item.x -= left


def _between(item: Item) -> float:
    return _GAP if item.width else _GAP / 2


def _wished(item: Item, *, is_down: bool) -> float:
    near = item.above if is_down else item.below
    if len(near) == 1:
        return near[0].x
    return sum(each.x for each in near) / len(near) if near else item.x


def _spread(row: Sequence[Item], wishes: Sequence[float]) -> None:
    """Place a row in its order without overlaps, least squares from the wishes: pool adjacent violators.

    What much hangs from has more weight, so that the longest way down is nearly straight.
    """
    offsets, left = [], 0.0
    for item in row:
        offsets.append(left + item.width / 2)
        left += item.width + _between(item)
    pools: list[tuple[float, float, int]] = []  # (sum of wishes times weight, weight, how many)
    for item, wish, offset in zip(row, wishes, offsets, strict=True):
        weight = (1 + item.depth) ** 2 * (_STRAIGHT if item.is_passing else 1)
        total, count = (wish - offset) * weight, 1
        while pools and pools[-1][0] * weight >= total * pools[-1][1]:
            more, heavier, others = pools.pop()
            total, weight, count = total + more, weight + heavier, count + others
        pools.append((total, weight, count))
    starts = [total / weight for total, weight, count in pools for _each in range(count)]
    for item, start, offset in zip(row, starts, offsets, strict=True):
        item.x = start + offset


def _place_down(found: Sequence[Sequence[Item]]) -> float:
    """Place the rows below each other, further apart where lines lead far to the side; return the lower edge."""
    top = float(AROUND)
    for row in found:
        high = max((item.height for item in row), default=0)
        for item in row:
            item.y = top
            item.height = high if item.is_passing else item.height
        aside = max((abs(item.x - each.x) for item in row for each in item.below), default=0)
        top += high + (min(64, 20 + aside / 14) if any(item.below for item in row) else 0)
    return top + (AROUND if found else 0)


def _place_lost(placed: Rows, top: float) -> tuple[float, float]:
    """Place the nodes that no answer leads to in rows of their own at the bottom; return the edges."""
    right = 0.0
    for first in range(0, len(placed.lost), _ACROSS):
        top, highest = top + AROUND, 0.0
        for place, group in enumerate(placed.lost[first : first + _ACROSS]):
            y = top
            for item in group:
                item.x, item.y = AROUND + place * (_NODE + _GAP) + _NODE / 2, y
                y += item.height + 8
            highest = max(highest, y)
            right = max(right, group[0].x + _NODE / 2 + AROUND)
        top = highest
    return right, top + (AROUND if placed.lost else 0)
