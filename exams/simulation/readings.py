"""What each test of a simulation shows: readings made from the way to the hidden fault, always the same. Pure.

A reading is {kind, words}. Kinds: answer (the words of a choice, or a number with its unit), words (an author's own),
none (nothing conspicuous), cannot (no measurement possible), unchanged (an act has not helped), done (an act).
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exams.simulation.way import edge_of
from kb.diagnosis import CANNOT, NONE, Edge, Node, Range
from kb.diagnosis.tree import shown

SAID: Mapping[str, str | Promise] = {
    "none": _("Nothing conspicuous."),
    "cannot": _("This cannot be measured here."),
    "unchanged": _("No change: the fault is still there."),
    "done": _("Done."),
}


def words(reading: Mapping) -> str:
    """Return a reading as the candidate sees it."""
    return str(SAID.get(reading["kind"]) or reading["words"])


def given(node: Node, said: str) -> dict[str, str]:
    """Return the reading that an author gave."""
    edge = edge_of(node, said)
    if node.kind == "measure" and edge and edge.field == "ranges":
        return _reading("answer", _with_unit(node, said.strip()))
    return _of_edge(node, edge) if edge else _reading("words", said.strip())


def on_the_way(node: Node, edge: Edge) -> dict[str, str]:
    """Return the reading that leads on by this way."""
    return _of_edge(node, edge)


def aside(node: Node, *, is_result: bool) -> dict[str, str]:
    """Return an inconspicuous reading of a test off the way; `is_result`: it asks what an act has brought about."""
    if node.kind == "act":
        return _reading("done")
    if node.kind == "ask":
        return _reading("unchanged" if is_result else "none")
    normal = [each for each in node.ranges if each.low is not None and each.high is not None]
    if len(normal) != 1:
        return _reading("none")
    return _reading("answer", _with_unit(node, shown(inside(normal[0], node.ranges))))


def _of_edge(node: Node, edge: Edge) -> dict[str, str]:
    if node.kind == "act":
        return _reading("done")
    if edge.answer in (NONE, CANNOT):
        return _reading(edge.answer)
    if node.kind == "ask":
        return _reading("answer", edge.words)
    return _reading("answer", _with_unit(node, shown(inside(node.ranges[edge.place], node.ranges))))


def _reading(kind: str, words: str = "") -> dict[str, str]:
    return {"kind": kind, "words": words}


def _with_unit(node: Node, number: str) -> str:
    return f"{number} {node.value.get('unit') or ''}".strip()


def inside(wanted: Range, ranges: "tuple[Range, ...] | list[Range]") -> Decimal:
    """Return a number well inside a range, as exact as its bounds are given.

    An open range reaches a quarter of the breadth of the narrowest closed one beyond its bound, or half as far as the
    bound is from zero where no range is closed; a range above zero is left on its own side of zero.
    """
    closed = [each.high - each.low for each in ranges if each.low is not None and each.high is not None]
    low, high = wanted.low, wanted.high
    bound = high if low is None else low
    if bound is None:
        return Decimal(1)
    if low is not None and high is not None:
        aim, room = (low + high) / 2, (high - low) / 4
    else:
        room = min(closed) / 4 if closed else abs(bound) / 2 or Decimal(1)
        aim = bound - room if low is None else bound + room
        if low is None and aim <= 0 < bound:
            aim, room = bound / 2, bound / 4
    return _rounded(aim, room, wanted)


def _rounded(aim: Decimal, room: Decimal, wanted: Range) -> Decimal:
    """Return the shortest number within `room` of the aim that is in the range."""
    bounds = [each for each in (wanted.low, wanted.high) if each is not None]
    places = max(0, *(-each.as_tuple().exponent for each in bounds))
    for more in range(4):
        try:
            number = aim.quantize(Decimal(1).scaleb(-places - more))
        except InvalidOperation:
            break
        if abs(number - aim) <= room and wanted.holds(number) and number != wanted.low:
            return number
    return aim
