"""Fault trees: build the graph of a guide, find its mistakes, walk it. Pure: knows no database."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

NONE, CANNOT = "none", "cannot"


@dataclass(frozen=True)
class Range:
    """Readings from `low` (included) to `high` (not included) lead to a node; None is unlimited."""

    low: Decimal | None
    high: Decimal | None
    to: str

    def holds(self, reading: Decimal) -> bool:
        """Say whether the reading lies in it."""
        return (self.low is None or reading >= self.low) and (self.high is None or reading < self.high)


@dataclass(frozen=True)
class Node:
    """A node of any kind: `ways` maps an answer to the next node's id, `ranges` does so for readings."""

    id: str
    kind: str
    value: Mapping[str, object]
    ways: Mapping[str, str] = field(default_factory=dict)
    ranges: Sequence[Range] = ()

    @property
    def targets(self) -> list[str]:
        """Every node it leads to."""
        return [*self.ways.values(), *(each.to for each in self.ranges)]


@dataclass(frozen=True)
class Graph:
    """A guide's nodes by id, and where it starts."""

    start: str
    nodes: Mapping[str, Node]


@dataclass(frozen=True)
class Problem:
    """A mistake in a guide: the node it is found at and a sentence."""

    node: str
    text: str

    def __str__(self) -> str:
        return f"{self.node}: {self.text}"


@dataclass(frozen=True)
class Turn:
    """A node that was passed and the answer given there."""

    node: Node
    answer: str


class WrongTurn(ValueError):
    """An answer that the node it was given at does not have."""


def graph(*, start: str, blocks: Iterable[tuple[str, str, Mapping[str, object]]]) -> Graph:
    """Build the graph from (block id, kind, raw value) as a StreamField holds them."""
    return Graph(start=start, nodes={id_: _node(id_, kind, value) for id_, kind, value in blocks})


def _node(id_: str, kind: str, value: Mapping[str, object]) -> Node:
    if kind == "ask":
        ways = {str(place): item["to"] for place, item in enumerate(_items(value["choices"]))}
        return Node(id_, kind, value, ways | {NONE: value["none"]})
    if kind == "measure":
        ranges = [Range(_decimal(item["low"]), _decimal(item["high"]), item["to"]) for item in _items(value["ranges"])]
        return Node(id_, kind, value, {CANNOT: value["cannot"]}, ranges)
    return Node(id_, kind, value, {"done": value["then"]} if kind == "act" else {})


def _items(raw: Sequence) -> list[Mapping]:
    """Members of a list block's raw value, which wraps each as {type, value, id}."""
    return [item.get("value", item) for item in raw]


def _decimal(bound: object) -> Decimal | None:
    return None if bound in (None, "") else Decimal(str(bound))


def step(node: Node, answer: str) -> str:
    """Return the id of the node that this answer or reading leads to; raises WrongTurn where there is none."""
    if answer in node.ways:
        return node.ways[answer]
    for each in node.ranges:
        if each.holds(reading(answer)):
            return each.to
    raise WrongTurn(answer)


def reading(text: str) -> Decimal:
    """Return what was typed as a reading; full-width signs and a decimal comma are understood. Raises WrongTurn."""
    try:
        number = Decimal(unicodedata.normalize("NFKC", text).strip().translate(str.maketrans(",。−", "..-")))
    except InvalidOperation:
        raise WrongTurn(text) from None
    if not number.is_finite():
        raise WrongTurn(text)
    return number


def walk(tree: Graph, answers: Sequence[str]) -> tuple[list[Turn], Node]:
    """Follow the answers from the start; return the turns taken and the node arrived at. Raises WrongTurn."""
    here, turns = tree.nodes[tree.start], []
    for answer in answers:
        turns.append(Turn(here, answer))
        here = tree.nodes[step(here, answer)]
    return turns, here


def problems(tree: Graph) -> list[Problem]:
    """Return every mistake in which someone could get lost; an empty list means the guide may be used."""
    return [*_unknown(tree), *_unreachable(tree), *_endless(tree), *_ranges(tree), *_dangers(tree)]


def _unknown(tree: Graph) -> Iterator[Problem]:
    if tree.start not in tree.nodes:
        yield Problem(tree.start, _("the guide starts at a node that does not exist"))
    for node in tree.nodes.values():
        for target in node.targets:
            if target not in tree.nodes:
                yield Problem(node.id, _("leads to a node that does not exist: %s") % target)


def _reached(tree: Graph) -> set[str]:
    reached, waiting = set(), [tree.start]
    while waiting:
        id_ = waiting.pop()
        if id_ in tree.nodes and id_ not in reached:
            reached.add(id_)
            waiting.extend(tree.nodes[id_].targets)
    return reached


def _unreachable(tree: Graph) -> Iterator[Problem]:
    for id_ in tree.nodes.keys() - _reached(tree):
        yield Problem(id_, _("no answer leads here"))


def _endless(tree: Graph) -> Iterator[Problem]:
    """Nodes from which no end can be reached: walk backwards from the ends."""
    before: dict[str, list[str]] = {}
    for node in tree.nodes.values():
        for target in node.targets:
            before.setdefault(target, []).append(node.id)
    ending, waiting = set(), [node.id for node in tree.nodes.values() if node.kind == "end"]
    while waiting:
        id_ = waiting.pop()
        if id_ not in ending:
            ending.add(id_)
            waiting.extend(before.get(id_, []))
    for id_ in tree.nodes.keys() - ending:
        yield Problem(id_, _("no end can be reached from here"))


def _ranges(tree: Graph) -> Iterator[Problem]:
    for node in tree.nodes.values():
        if node.kind != "measure":
            continue
        ranges = sorted(node.ranges, key=lambda each: (each.low is not None, each.low or Decimal(0)))
        lows, highs = [each.low for each in ranges], [each.high for each in ranges]
        if lows != [None, *highs[:-1]] or highs[-1] is not None or None in highs[:-1]:
            yield Problem(node.id, _("the ranges leave a gap or overlap: together they must cover every reading"))


def _dangers(tree: Graph) -> Iterator[Problem]:
    for node in tree.nodes.values():
        if node.value.get("hazard") in {"warning", "danger"} and not node.value.get("text"):
            yield Problem(node.id, _("a dangerous node must say in its text how to work safely"))
