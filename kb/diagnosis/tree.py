"""Fault trees: nodes, the ways on from them, and guides walked inside other guides. Pure: knows no database."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

NONE, CANNOT, DONE, UNRESOLVED = "none", "cannot", "done", "unresolved"
MOST_NODES = 5000  # of a guide with all it includes; what would make it larger is not included


@dataclass(frozen=True)
class Range:
    """Readings from `low` (included) to `high` (not included) lead to a node; None is unlimited."""

    low: Decimal | None
    high: Decimal | None
    to: str

    def holds(self, reading: Decimal) -> bool:
        """Say whether the reading lies in it."""
        return (self.low is None or reading >= self.low) and (self.high is None or reading < self.high)

    def words(self, unit: str = "") -> str:
        """Say which readings it holds."""
        low, high = ("" if bound is None else shown(bound) for bound in (self.low, self.high))
        if low and high:
            said = _("%(low)s to %(high)s") % {"low": low, "high": f"{high} {unit}".strip()}
        elif high:
            said = _("below %s") % f"{high} {unit}".strip()
        elif low:
            said = _("%s and above") % f"{low} {unit}".strip()
        else:
            said = _("every reading")
        return said


def shown(number: Decimal) -> str:
    """Return a number as people write it; one with very many places keeps its exponent."""
    return format(number, "f") if abs(number.adjusted()) < 20 else str(number)


@dataclass(frozen=True)
class Edge:
    """A way on from a node: the answer that takes it ("" for a range of readings), and the same in words.

    `field` is the member of the block it comes from, `place` its index there.
    """

    answer: str
    to: str
    words: str
    field: str
    place: int = 0


@dataclass(frozen=True)
class Node:
    """A node of any kind: `ways` maps an answer to the next node's id, `ranges` does so for readings.

    `guide` is the primary key of the guide it was included from; None for a node of the guide itself.
    """

    id: str
    kind: str
    value: Mapping[str, object]
    ways: Mapping[str, str] = field(default_factory=dict)
    ranges: Sequence[Range] = ()
    guide: int | None = None

    @property
    def targets(self) -> list[str]:
        """Every node it leads to."""
        return [*self.ways.values(), *(each.to for each in self.ranges)]

    @cached_property
    def choices(self) -> Sequence[str]:
        """The words of a question's answers."""
        return [str(item.get("words") or "") for item in items(self.value.get("choices"))]

    @property
    def edges(self) -> list[Edge]:
        """Every way on, in the order of the page, with its words in the language of the moment."""
        unit = str(self.value.get("unit") or "")
        found = [Edge("", each.to, each.words(unit), "ranges", place) for place, each in enumerate(self.ranges)]
        for answer, to in self.ways.items():
            if answer in _FIELDS:
                found.append(Edge(answer, to, said(self, answer), _FIELDS[answer]))
            else:
                found.append(Edge(answer, to, said(self, answer), "choices", int(answer)))
        return found


_FIELDS = {NONE: "none", CANNOT: "cannot", DONE: "then", UNRESOLVED: "unresolved"}


def said(node: Node, answer: str) -> str:
    """Return an answer given at a node in words; a reading with its unit."""
    if answer == NONE:
        return _("None of these")
    if answer == CANNOT:
        return _("Cannot be measured")
    if node.kind == "ask":
        return node.choices[int(answer)]
    return f"{answer} {node.value.get('unit') or ''}".strip() if node.kind == "measure" else _("Done")


@dataclass(frozen=True)
class Graph:
    """A guide's nodes by id, and where it starts; `doubled` are ids that several nodes had."""

    start: str
    nodes: Mapping[str, Node]
    doubled: Sequence[str] = ()


def graph(*, start: str, blocks: Iterable[tuple[str, str, Mapping[str, object]]]) -> Graph:
    """Build the graph from (block id, kind, raw value) as a StreamField holds them."""
    nodes = [_node(id_, kind, value) for id_, kind, value in blocks]
    counts = Counter(node.id for node in nodes)
    doubled = [id_ for id_, count in counts.items() if count > 1]
    return Graph(start=start, nodes={node.id: node for node in nodes}, doubled=doubled)


def _node(id_: str, kind: str, value: Mapping[str, object]) -> Node:
    if kind == "ask":
        ways = {str(place): _to(item.get("to")) for place, item in enumerate(items(value.get("choices")))}
        return Node(id_, kind, value, ways | {NONE: _to(value.get("none"))})
    if kind == "measure":
        ranges = tuple(
            Range(_decimal(item.get("low")), _decimal(item.get("high")), _to(item.get("to")))
            for item in items(value.get("ranges"))
        )
        return Node(id_, kind, value, {CANNOT: _to(value.get("cannot"))}, ranges)
    if kind == "act":
        return Node(id_, kind, value, {DONE: _to(value.get("then"))})
    return Node(id_, kind, value, {UNRESOLVED: _to(value.get("unresolved"))} if kind == "include" else {})


def items(raw: object) -> list[Mapping]:
    """Members of a list block's raw value, which wraps each as {type, value, id}."""
    return [item.get("value", item) for item in raw or ()]


def _to(target: object) -> str:
    return str(target or "")


def _decimal(bound: object) -> Decimal | None:
    return None if bound in (None, "") else Decimal(str(bound))


def included(tree: Graph) -> set[int]:
    """Return the guides that it names itself; those they include in their turn are theirs to say."""
    return {node.value["guide"] for node in tree.nodes.values() if node.kind == "include" and node.value.get("guide")}


def expand(tree: Graph, guides: Mapping[int, Graph], guide: int | None = None) -> Graph:
    """Return the tree with the nodes of each included guide in place of the node that includes it.

    Their ids become `<id of the including node>/<id>`, and so on inwards. A way to the including node leads to where
    its guide starts; a way to an end that leaves the fault unresolved leads on to the including node's `unresolved`.
    `guide` is the guide whose tree this is. What cannot be included (no such guide, itself again, too large) stays as
    a node with that one way on: nobody stands before a wall.
    """
    return _Expansion(guides).of(tree, guide)


def objections(tree: Graph, guides: Mapping[int, Graph], guide: int | None = None) -> dict[str, str]:
    """Return why nodes of its own include in vain, by node: include-nothing, -missing, -loop or -large."""
    expansion = _Expansion(guides)
    expansion.of(tree, guide)
    return expansion.objections


class _Expansion:
    """One expansion: the nodes so far, and where ways to nodes that gave way lead instead."""

    def __init__(self, guides: Mapping[int, Graph]) -> None:
        self.guides = guides
        self.nodes: dict[str, Node] = {}
        self.instead: dict[str, str] = {}
        self.objections: dict[str, str] = {}

    def of(self, tree: Graph, guide: int | None) -> Graph:
        """Expand the tree, level by level."""
        # (prefix of ids, its tree, whose it is, the guides around it, where its unresolved ends lead)
        waiting = [("", tree, None, frozenset([guide]) - {None}, None)]
        count = len(tree.nodes)
        for prefix, level, own, around, unresolved in waiting:
            for node in level.nodes.values():
                id_ = prefix + node.id
                if node.kind == "end" and unresolved is not None and node.value.get("result") == "unresolved":
                    self.instead[id_] = unresolved
                    continue
                moved = _moved(node, prefix, own)
                if node.kind == "include":
                    inner, objection = self._inner(node, around, count)
                    if inner:
                        count += len(inner.nodes)
                        self.instead[id_] = f"{id_}/{inner.start}"
                        pk = node.value["guide"]
                        waiting.append((f"{id_}/", inner, pk, around | {pk}, moved.ways[UNRESOLVED]))
                        continue
                    self.objections.setdefault(id_.partition("/")[0], objection)
                self.nodes[id_] = moved
        return Graph(
            self._led(tree.start), {node.id: self._sent_on(node) for node in self.nodes.values()}, tree.doubled
        )

    def _inner(self, node: Node, around: frozenset[int], count: int) -> tuple[Graph | None, str]:
        pk = node.value.get("guide")
        inner = self.guides.get(pk)
        if not pk:
            return None, "include-nothing"
        if pk in around:
            return None, "include-loop"
        if inner is None or inner.start not in inner.nodes:
            return None, "include-missing"
        return (None, "include-large") if count + len(inner.nodes) > MOST_NODES else (inner, "")

    def _sent_on(self, node: Node) -> Node:
        ways = {answer: self._led(to) for answer, to in node.ways.items()}
        return replace(node, ways=ways, ranges=tuple(replace(each, to=self._led(each.to)) for each in node.ranges))

    def _led(self, target: str) -> str:
        """Return where a way leads in the end; one that only leads round and round stays as it is."""
        passed: set[str] = set()
        while target in self.instead and target not in passed:
            passed.add(target)
            target = self.instead[target]
        return target


def _moved(node: Node, prefix: str, guide: int | None) -> Node:
    ways = {answer: to and prefix + to for answer, to in node.ways.items()}
    ranges = tuple(replace(each, to=each.to and prefix + each.to) for each in node.ranges)
    return replace(node, id=prefix + node.id, ways=ways, ranges=ranges, guide=guide)
