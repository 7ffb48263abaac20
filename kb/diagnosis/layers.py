"""In which row and in which order the nodes of a fault tree stand when it is drawn. Pure.

The method of Sugiyama, Tagawa and Toda ("Methods for visual understanding of hierarchical system structures", 1981):
rows by the longest way from the start, order in a row by the mean place of the neighbours. The ways to one node share
one line down to it, so that a guide whose every question can lead to "cause unknown" stays a picture.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kb.diagnosis.tree import Graph, Node

REACH = 3  # rows of nodes a way may lead down as a line; one that leads further is drawn as a sign with the node's name
_SWEEPS = 6
_SMALL = 400  # items of a chart for which there is time to look for the best order


@dataclass(eq=False)
class Item:
    """What takes a place in a row: a node, the words of a way on, a sign of what is missing, or a line passing by.

    `node` is the node it stands for or comes from; `to` the node a way leads to. `x` is its middle, `y` its top.
    """

    kind: Literal["node", "way", "missing", "line"]
    row: int
    node: str
    to: str = ""
    words: Sequence[str] = ()
    is_far: bool = False  # a way that no line is drawn for
    is_back: bool = False  # a way round in a circle
    is_fallback: bool = False  # none of these, cannot be measured
    lines: Sequence[str] = ()
    width: float = 0
    height: float = 0
    x: float = 0
    y: float = 0
    place: int = 0
    depth: int = 0  # rows that hang from it
    above: list["Item"] = field(default_factory=list, repr=False)
    below: list["Item"] = field(default_factory=list, repr=False)

    @property
    def is_passing(self) -> bool:
        """Whether nothing is to be seen of it but a line."""
        return self.kind == "line" or (self.kind == "way" and not self.words and not self.is_far)


@dataclass
class Rows:
    """The rows from top to bottom, and the nodes that no answer leads to."""

    rows: list[list[Item]]
    lost: list[list[Item]]  # each with the ways on from it
    nodes: dict[str, Item]


def ways_of(node: Node) -> dict[str, list[str]]:
    """Return the words of the answers by the node they lead to."""
    ways: dict[str, list[str]] = {}
    for edge in node.edges:
        ways.setdefault(edge.to, []).append("" if edge.field in ("then", "unresolved") else edge.words)
    return ways


def depths(tree: Graph) -> tuple[dict[str, int], set[tuple[str, str]]]:
    """Return how many rows below the start each node stands, by the longest way, and the ways that lead back up."""
    order, back = _searched(tree)
    found = dict.fromkeys(order, 0)
    for id_ in reversed(order):
        for to in tree.nodes[id_].targets:
            if to in tree.nodes and (id_, to) not in back:
                found[to] = max(found[to], found[id_] + 1)
    return found, back


def _searched(tree: Graph) -> tuple[list[str], set[tuple[str, str]]]:
    """Search from the start, depth first; return the nodes as they were left, and the ways back to one not yet left."""
    order: list[str] = []
    back: set[tuple[str, str]] = set()
    seen, inside = {tree.start}, {tree.start}
    waiting = [(tree.start, iter(tree.nodes[tree.start].targets))] if tree.start in tree.nodes else []
    while waiting:
        id_, targets = waiting[-1]
        for to in targets:
            if to in inside:
                back.add((id_, to))
            elif to in tree.nodes and to not in seen:
                seen.add(to)
                inside.add(to)
                waiting.append((to, iter(tree.nodes[to].targets)))
                break
        else:
            order.append(id_)
            inside.discard(id_)
            waiting.pop()
    return order, back


def rows(tree: Graph) -> Rows:
    """Return the items in their rows, ordered so that few lines cross: nodes in even rows, ways on in odd ones."""
    depth, back = depths(tree)
    found: list[list[Item]] = [[] for _ in range(2 * max(depth.values(), default=-1) + 3)]
    nodes = {id_: Item("node", 2 * down, id_) for id_, down in depth.items()}
    trunks = _Trunks(nodes, found)
    for id_ in _by_first_sight(tree, depth):
        found[nodes[id_].row].append(nodes[id_])
        for item in _ways(tree.nodes[id_], nodes, depth, back):
            found[item.row].append(item)
            _join(nodes[id_], item)
            if item.to not in tree.nodes:
                missing = Item("missing", item.row + 1, id_, to=item.to)
                found[missing.row].append(missing)
                _join(item, missing)
            elif not (item.is_far or item.is_back):
                trunks.join(item)
    while found and not found[-1]:
        found.pop()
    _order(found)
    lost = [[Item("node", 0, id_), *_lost_ways(tree.nodes[id_])] for id_ in tree.nodes if id_ not in depth]
    return Rows(found, lost, nodes | {group[0].node: group[0] for group in lost})


def _by_first_sight(tree: Graph, depth: Mapping[str, int]) -> list[str]:
    """Return the nodes in the order in which a reader who takes the first answers first meets them."""
    seen: dict[str, None] = {}
    waiting = [tree.start]
    while waiting:
        id_ = waiting.pop()
        if id_ in depth and id_ not in seen:
            seen[id_] = None
            waiting += [edge.to for edge in reversed(tree.nodes[id_].edges)]
    return list(seen)


def _ways(
    node: Node, nodes: Mapping[str, Item], depth: Mapping[str, int], back: set[tuple[str, str]]
) -> Iterable[Item]:
    fallbacks = {edge.to for edge in node.edges if edge.field in ("none", "cannot")}
    sure = {edge.to for edge in node.edges if edge.field not in ("none", "cannot")}
    for to, words in ways_of(node).items():
        is_back = (node.id, to) in back
        is_far = not is_back and depth.get(to, 0) - depth[node.id] > REACH
        yield Item(
            "way", nodes[node.id].row + 1, node.id, to=to, words=list(filter(None, words)),
            is_far=is_far, is_back=is_back, is_fallback=to in fallbacks - sure,
        )  # fmt: skip


def _lost_ways(node: Node) -> list[Item]:
    return [
        Item("way", 1, node.id, to=to, words=list(filter(None, words)), is_far=True)
        for to, words in ways_of(node).items()
    ]


def _join(upper: Item, lower: Item) -> None:
    upper.below.append(lower)
    lower.above.append(upper)


class _Trunks:
    """The lines down to nodes, each shared by all ways to its node."""

    def __init__(self, nodes: Mapping[str, Item], found: list[list[Item]]) -> None:
        self.nodes, self.found = nodes, found
        self.heads: dict[str, Item] = {}

    def join(self, way: Item) -> None:
        """Lead a way to its node, growing the line upwards as far as is needed."""
        head = self.heads.setdefault(way.to, self.nodes[way.to])
        while head.row > way.row + 1:
            upper = Item("line", head.row - 1, way.to, to=way.to)
            self.found[upper.row].append(upper)
            _join(upper, head)
            head = upper
        self.heads[way.to] = head
        while head.row < way.row + 1:
            head = head.below[0]
        _join(way, head)


def _order(found: list[list[Item]]) -> None:
    """Order each row by the mean place of the neighbours in the row before, down and up by turns; keep the best."""
    is_small = sum(map(len, found)) <= _SMALL
    best, fewest = [], -1
    for sweep in range(_SWEEPS * 3 if is_small else _SWEEPS):
        for row in found:
            _number(row)
        if is_small:
            _swap(found)
        crossings = _crossings(found)
        if fewest < 0 or crossings < fewest:
            best, fewest = [row[:] for row in found], crossings
        if not fewest:
            break
        is_down = sweep % 2 == 0
        for row in found if is_down else reversed(found):
            row.sort(key=_mean_above if is_down else _mean_below)
            _number(row)
    found[:] = best
    for row in found:
        _number(row)


def _swap(found: Sequence[list[Item]]) -> None:
    """Swap neighbours wherever that saves crossings."""
    for row in found:
        for place in range(len(row) - 1):
            one, other = row[place], row[place + 1]
            if _crossing(one, other) > _crossing(other, one):
                row[place : place + 2] = other, one
                one.place, other.place = place + 1, place


def _crossing(left: Item, right: Item) -> int:
    """Count the crossings of the lines of two neighbours."""
    return sum(
        mine.place > theirs.place
        for ours, others in ((left.above, right.above), (left.below, right.below))
        for mine in ours
        for theirs in others
    )


def _number(row: Sequence[Item]) -> None:
    for place, item in enumerate(row):
        item.place = place


def _mean_above(item: Item) -> float:
    return sum(each.place for each in item.above) / len(item.above) if item.above else item.place


def _mean_below(item: Item) -> float:
    return sum(each.place for each in item.below) / len(item.below) if item.below else item.place


def _crossings(found: Sequence[Sequence[Item]]) -> int:
    """Count the crossings of lines between neighbouring rows: pairs that are out of order."""
    count = 0
    for row in found:
        seen: list[int] = []
        for item in row:
            places = [each.place for each in item.below]
            for place in places:
                count += len(seen) - bisect_right(seen, place)
            seen += places
            if len(seen) > 1 and places:
                seen.sort()  # two runs that are sorted already
    return count
