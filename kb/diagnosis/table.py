"""A fault tree as a table to print: for each end, what is seen and tested on the way there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.diagnosis.tree import Edge, Graph, Node


@dataclass(frozen=True)
class Test:
    """A node on the way and, in words, the answer or reading that leads on from it."""

    node: Node
    words: str

    __test__ = False  # for pytest


@dataclass(frozen=True)
class Row:
    """An end and a shortest way to it; cause, remedy, parts and whom to hand over to are members of the end."""

    end: Node
    tests: Sequence[Test]


def rows(tree: Graph) -> list[Row]:
    """Return a row for each end that answers lead to, in the order of the nodes.

    There may be very many ways to an end, so one of the shortest is shown; where several answers of a node lead the
    same way they stand side by side.
    """
    before = _shortest(tree)
    ends = [node for node in tree.nodes.values() if node.kind == "end" and node.id in before]
    return [Row(end, _way(tree, before, end.id)) for end in ends]


def _shortest(tree: Graph) -> dict[str, str | None]:
    """Return for each node that is reached the node before it on a shortest way, by breadth-first search."""
    before: dict[str, str | None] = {tree.start: None} if tree.start in tree.nodes else {}
    waiting = list(before)
    for id_ in waiting:
        for to in tree.nodes[id_].targets:
            if to in tree.nodes and to not in before:
                before[to] = id_
                waiting.append(to)
    return before


def _way(tree: Graph, before: dict[str, str | None], end: str) -> list[Test]:
    tests, there = [], end
    while (here := before[there]) is not None:
        tests.append(Test(tree.nodes[here], _words([edge for edge in tree.nodes[here].edges if edge.to == there])))
        there = here
    return tests[::-1]


def _words(edges: Sequence[Edge]) -> str:
    return " / ".join(edge.words for edge in edges)
