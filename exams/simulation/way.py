"""Ways through a guide's graph: the best one to an end, and what must have been done before a node. Pure.

The best way has the fewest evasions ("none of these", "cannot be measured"), then costs the least minutes, then has the
fewest nodes: a fault that shows itself.
"""

import heapq
import unicodedata
from collections.abc import Mapping
from itertools import count

from kb.diagnosis import CANNOT, NONE, Edge, Graph, Node, WrongTurn, reading

TESTS = ("ask", "measure")
STEPS = (*TESTS, "act")
# Minutes of a node whose author gave none.
MINUTES = {"ask": 2, "measure": 5, "act": 10}
_EVASIONS = (NONE, CANNOT)


def minutes(node: Node, costs: Mapping[str, int]) -> int:
    """Return what it costs to do a node."""
    own = costs.get(node.id, node.value.get("minutes"))
    return max(0, int(own)) if own is not None else MINUTES.get(node.kind, 0)


def edge_of(node: Node, said: str) -> Edge | None:
    """Return the way on that an answer given in words takes; None where it is no answer of this node."""
    word = _folded(said)
    if node.kind == "ask":
        return next((edge for edge in node.edges if edge.answer == word == NONE or _folded(edge.words) == word), None)
    if node.kind != "measure":
        return None
    if word == CANNOT:
        return next(edge for edge in node.edges if edge.answer == CANNOT)
    try:
        number = reading(said)
    except WrongTurn:
        return None
    place = next((place for place, each in enumerate(node.ranges) if each.holds(number)), None)
    return None if place is None else node.edges[place]


def _folded(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def best(
    tree: Graph, *, end: str, costs: Mapping[str, int], readings: Mapping[str, str]
) -> list[tuple[Node, Edge]] | None:
    """Return the best way from the start to an end: each node passed and the way on taken there; None without any.

    A node that has a reading of its own is left by the way of that reading alone.
    """
    if tree.start not in tree.nodes:
        return None
    order = count()
    came: dict[str, tuple[Node, Edge]] = {}
    passed: set[str] = set()
    waiting: list[tuple] = [(0, 0, 0, next(order), tree.start, None)]
    while waiting:
        evasions, spent, steps, _order, id_, before = heapq.heappop(waiting)
        if id_ in passed:
            continue
        passed.add(id_)
        if before:
            came[id_] = before
        if id_ == end:
            return _back(came, end)
        node = tree.nodes[id_]
        for edge in _open(node, readings):
            if edge.to in tree.nodes and edge.to not in passed:
                cost = (evasions + (edge.answer in _EVASIONS), spent + minutes(node, costs), steps + 1)
                heapq.heappush(waiting, (*cost, next(order), edge.to, (node, edge)))
    return None


def _open(node: Node, readings: Mapping[str, str]) -> list[Edge]:
    given = edge_of(node, readings[node.id]) if node.id in readings else None
    return [given] if given else node.edges


def _back(came: Mapping[str, tuple[Node, Edge]], end: str) -> list[tuple[Node, Edge]]:
    way = []
    while end in came:
        way.append(came[end])
        end = came[end][0].id
    return way[::-1]


def reached(tree: Graph) -> list[str]:
    """Return the nodes that answers lead to, in the order of the guide."""
    found = _spread(tree, [tree.start], through=STEPS)
    return [id_ for id_ in tree.nodes if id_ in found]


def after(tree: Graph) -> dict[str, list[str]]:
    """Return for each node which acts lead to it: one of them must have been done; [] where none is needed.

    Only acts are asked for, not questions: he who sees at once what to measure need not ask what others ask first.
    """
    free = _spread(tree, [tree.start], through=TESTS)
    found = reached(tree)
    before: dict[str, set[str]] = {}
    for id_ in found:
        for to in tree.nodes[id_].targets:
            before.setdefault(to, set()).add(id_)
    places = {id_: place for place, id_ in enumerate(found)}
    return {
        id_: [] if id_ in free else sorted(_acts_before(tree, id_, before), key=places.__getitem__) for id_ in found
    }


def _acts_before(tree: Graph, id_: str, before: Mapping[str, set[str]]) -> set[str]:
    acts, seen, waiting = set(), {id_}, [id_]
    while waiting:
        for each in before.get(waiting.pop(), ()):
            if tree.nodes[each].kind == "act":
                acts.add(each)
            elif each not in seen:
                seen.add(each)
                waiting.append(each)
    return acts - {id_}


def _spread(tree: Graph, starts: list[str], through: tuple[str, ...]) -> set[str]:
    """Return what can be reached from some nodes by going through nodes of these kinds."""
    found, waiting = set(), list(starts)
    while waiting:
        id_ = waiting.pop()
        node = tree.nodes.get(id_)
        if node is None or id_ in found:
            continue
        found.add(id_)
        if node.kind in (*through, "include"):
            waiting.extend(node.targets)
    return found


def result_of_act(tree: Graph) -> set[str]:
    """Return the questions that are asked only about what an act has brought about."""
    before: dict[str, set[str]] = {}
    for node in tree.nodes.values():
        for to in node.targets:
            before.setdefault(to, set()).add(node.kind)
    return {id_ for id_, kinds in before.items() if kinds == {"act"}}


def landing(tree: Graph, id_: str) -> str:
    """Return the end that a way comes to through acts alone, or "" where a test comes first."""
    seen = set()
    while id_ in tree.nodes and id_ not in seen:
        seen.add(id_)
        node = tree.nodes[id_]
        if node.kind == "end":
            return id_
        if node.kind in TESTS or not node.targets:
            break
        id_ = node.targets[0]
    return ""
