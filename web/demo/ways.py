"""Finding a way through a fault guide to a wanted end, as somebody could walk it."""

from collections import deque
from collections.abc import Collection
from decimal import Decimal

from kb import diagnosis
from kb.diagnosis import Graph, Node, Range

_PART = Decimal("0.1")


def ways(tree: Graph, *, shut: Collection[str] = ()) -> dict[str, list[str]]:
    """Return the answers of a shortest way to each end that can be reached: end node -> answers.

    What is asked at the nodes in `shut` can only be passed by saying that it cannot be measured.
    """
    found: dict[str, list[str]] = {tree.start: []}
    waiting = deque([tree.start])
    while waiting:
        node = tree.nodes[waiting.popleft()]
        for answer, to in _ways_on(node, is_shut=node.id in shut):
            if to not in found:
                found[to] = [*found[node.id], answer]
                waiting.append(to)
    return {id_: answers for id_, answers in found.items() if tree.nodes[id_].kind == "end"}


def _ways_on(node: Node, *, is_shut: bool) -> list[tuple[str, str]]:
    if is_shut:
        return [(answer, to) for answer, to in node.ways.items() if answer == diagnosis.CANNOT]
    return [(_reading(each), each.to) for each in node.ranges] + list(node.ways.items())


def _reading(span: Range) -> str:
    """Return a reading that lies in a range, with one place after the point where that is exact enough."""
    if span.low is not None and span.high is not None:
        exact = (span.low + span.high) / 2
    elif span.low is not None:
        exact = span.low + abs(span.low) * _PART + _PART
    else:
        exact = span.high - abs(span.high) * _PART - _PART if span.high is not None else Decimal(0)
    rough = exact.quantize(_PART)
    return f"{rough if span.holds(rough) else exact.normalize():f}"
