"""The mistakes of a fault tree in which someone could get lost or hurt, each rule a function. Pure."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kb.diagnosis.tree import Graph, Node, Range, objections

_HURTS = ("caution", "warning", "danger")
_NEEDS_WORDS = ("warning", "danger")


@dataclass(frozen=True)
class Problem:
    """A mistake in a guide: the node it is found at and a sentence.

    `code` names the rule; `field` and `place` say which member of the node, where one is to blame. What is no error is
    a warning, with which a guide may be used all the same.
    """

    node: str
    text: str
    code: str = ""
    field: str = ""
    place: int = 0
    is_error: bool = True

    def __str__(self) -> str:
        return f"{self.node}: {self.text}"


def problems(tree: Graph, *, guides: Mapping[int, Graph] | None = None, guide: int | None = None) -> list[Problem]:
    """Return every mistake and every warning, in the order of the nodes.

    What a guide includes is looked up in `guides` (see tree.expand) if these are given; `guide` is the tree's own.
    """
    found = [problem for rule in RULES for problem in rule(tree)]
    found += [problem for node in tree.nodes.values() for rule in NODE_RULES for problem in rule(node)]
    if guides is not None:
        found += _includes(tree, guides, guide)
    places = {id_: place for place, id_ in enumerate(tree.nodes)}
    return sorted(found, key=lambda problem: places.get(problem.node, -1))


def errors(tree: Graph, *, guides: Mapping[int, Graph] | None = None, guide: int | None = None) -> list[Problem]:
    """Return those because of which the guide must not be used; an empty list means that it may."""
    return [problem for problem in problems(tree, guides=guides, guide=guide) if problem.is_error]


def _start(tree: Graph) -> Iterator[Problem]:
    if tree.start not in tree.nodes:
        yield Problem(tree.start, _("the guide starts at a node that does not exist"), "start-unknown", "start")


def _doubled(tree: Graph) -> Iterator[Problem]:
    for id_ in tree.doubled:
        yield Problem(id_, _("several nodes have this id"), "id-double")


_EMPTY = {"none": "no-none", "cannot": "no-cannot"}


def _targets(tree: Graph) -> Iterator[Problem]:
    for node in tree.nodes.values():
        for edge in node.edges:
            if edge.to and edge.to not in tree.nodes:
                text = _("leads to a node that does not exist: %s") % edge.to
                yield Problem(node.id, text, "target-unknown", edge.field, edge.place)
            elif not edge.to:
                code = _EMPTY.get(edge.field, "target-missing")
                yield Problem(node.id, _("“%s” leads nowhere") % edge.words, code, edge.field, edge.place)


def _spread(starts: Iterable[str], ways: Callable[[str], Iterable[str]]) -> set[str]:
    """Return everything that can be reached from some nodes."""
    reached, waiting = set(), list(starts)
    while waiting:
        id_ = waiting.pop()
        if id_ not in reached:
            reached.add(id_)
            waiting.extend(ways(id_))
    return reached


def reached(tree: Graph) -> set[str]:
    """Return the nodes that answers lead to."""
    return _spread([tree.start], lambda id_: tree.nodes[id_].targets if id_ in tree.nodes else ()) & tree.nodes.keys()


def _unreachable(tree: Graph) -> Iterator[Problem]:
    for id_ in tree.nodes.keys() - reached(tree):
        yield Problem(id_, _("no answer leads here"), "unreachable")


def _endless(tree: Graph) -> Iterator[Problem]:
    """Nodes from which no end can be reached: walk backwards from the ends.

    What leads to no node yet counts as an end, for that is a mistake of its own, to be told once.
    """
    before: dict[str, list[str]] = {}
    for node in tree.nodes.values():
        for target in node.targets:
            before.setdefault(target, []).append(node.id)
    ends = [id_ for id_, node in tree.nodes.items() if not node.targets]
    ending = _spread([*ends, *(before.keys() - tree.nodes.keys())], lambda id_: before.get(id_, ()))
    for id_ in tree.nodes.keys() - ending:
        yield Problem(id_, _("no end can be reached from here"), "no-end")


def _loops(tree: Graph) -> Iterator[Problem]:
    for knot in knots(tree):
        names = " → ".join(_circle(tree, knot))
        yield Problem(knot[0], _("answers can lead round in a circle: %s") % names, "loop")


def knots(tree: Graph) -> list[list[str]]:
    """Return the strongly connected parts of the tree that hold a circle, each in the order of the nodes.

    Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972), without recursion.
    """
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    trail: list[str] = []  # nodes whose part is not known to be complete
    spots: dict[str, int] = {}  # and where they stand there
    found: list[list[str]] = []
    for root in tree.nodes:
        waiting = [] if root in numbers else [(root, iter(()))]
        while waiting:
            id_, targets = waiting.pop()
            if id_ not in numbers:
                numbers[id_] = lowest[id_] = len(numbers)
                spots[id_] = len(trail)
                trail.append(id_)
                targets = iter([to for to in tree.nodes[id_].targets if to in tree.nodes])
            for to in targets:
                if to not in numbers:
                    waiting += [(id_, targets), (to, iter(()))]
                    break
                if to in spots:
                    lowest[id_] = min(lowest[id_], numbers[to])
            else:
                if waiting:
                    lowest[waiting[-1][0]] = min(lowest[waiting[-1][0]], lowest[id_])
                if lowest[id_] == numbers[id_]:
                    part = trail[spots[id_] :]
                    del trail[spots[id_] :]
                    for each in part:
                        del spots[each]
                    if len(part) > 1 or id_ in tree.nodes[id_].targets:
                        found.append(part)
    places = {id_: place for place, id_ in enumerate(tree.nodes)}
    return sorted((sorted(part, key=places.__getitem__) for part in found), key=lambda part: places[part[0]])


def _circle(tree: Graph, knot: Sequence[str]) -> list[str]:
    """Return a shortest way from the first node of a knot back to it."""
    first, inside = knot[0], set(knot)
    before: dict[str, str] = {}
    waiting = [first]
    for id_ in waiting:
        for to in tree.nodes[id_].targets:
            if to in inside and to not in before:
                before[to] = id_
                waiting.append(to)
        if first in before:
            break
    way = [first, before[first]]
    while way[-1] != first:
        way.append(before[way[-1]])
    return way[::-1]


def _choices(node: Node) -> Iterator[Problem]:
    if node.kind != "ask":
        return
    if not node.choices:
        yield Problem(node.id, _("the question has no answers"), "no-choices", "choices")
    seen: set[str] = set()
    for place, words in enumerate(node.choices):
        folded = " ".join(unicodedata.normalize("NFKC", words).casefold().split())
        if folded in seen:
            yield Problem(node.id, _("the answer “%s” is given twice") % words, "choice-double", "choices", place)
        seen.add(folded)


def _ranges(node: Node) -> Iterator[Problem]:
    """Every reading must lie in exactly one range: sweep over them from the lowest bound to the highest."""
    if node.kind != "measure":
        return
    if not node.ranges:
        yield Problem(node.id, _("the measurement has no ranges"), "no-ranges", "ranges")
        return
    sound = []
    for place, each in enumerate(node.ranges):
        if each.low is not None and each.high is not None and each.low >= each.high:
            text = _("no reading is at least %(low)s and below %(high)s") % {"low": each.low, "high": each.high}
            yield Problem(node.id, text, "range-empty", "ranges", place)
        else:
            sound.append((place, each))
    yield from _gaps_and_overlaps(node, sorted(sound, key=lambda item: _low(item[1])))


def _low(each: Range) -> tuple[bool, Decimal]:
    return each.low is not None, each.low or Decimal(0)


def _gaps_and_overlaps(node: Node, ranges: Sequence[tuple[int, Range]]) -> Iterator[Problem]:
    upto: Decimal | None = None  # readings below are covered
    is_full = False  # and all above too
    for rank, (place, each) in enumerate(ranges):
        if rank and (is_full or each.low is None or each.low < upto):
            yield _doubled_readings(node, place, each, None if is_full else upto)
        elif each.low is not None and (rank == 0 or each.low > upto):
            yield _missing_readings(node, Range(upto, each.low, ""))
        is_full = is_full or each.high is None
        upto = upto if each.high is None or (upto is not None and upto > each.high) else each.high
    if not is_full:
        yield _missing_readings(node, Range(upto, None, ""))


def _missing_readings(node: Node, gap: Range) -> Problem:
    text = _("no range holds these readings: %s") % gap.words(str(node.value.get("unit") or ""))
    return Problem(node.id, text, "range-gap", "ranges")


def _doubled_readings(node: Node, place: int, each: Range, upto: Decimal | None) -> Problem:
    high = upto if each.high is None or (upto is not None and upto < each.high) else each.high
    said = Range(each.low, high, "").words(str(node.value.get("unit") or ""))
    return Problem(node.id, _("several ranges hold these readings: %s") % said, "range-overlap", "ranges", place)


def _hazards(node: Node) -> Iterator[Problem]:
    level = node.value.get("hazard")
    if node.value.get("live") and level not in _HURTS and not node.value.get("hazards"):
        text = _("work on live or moving parts must name its hazard")
        yield Problem(node.id, text, "live-without-hazard", "hazard")
    if level in _NEEDS_WORDS and not str(node.value.get("text") or "").strip():
        text = _("a dangerous node must say in its text how to work safely")
        yield Problem(node.id, text, "danger-without-words", "text")


def _ends(node: Node) -> Iterator[Problem]:
    if node.kind != "end":
        return
    value = node.value
    if value.get("result") == "unresolved":
        if not value.get("escalate"):
            text = _("says that the fault is not resolved, but not to whom it is handed over")
            yield Problem(node.id, text, "no-handover", "escalate")
        if not value.get("collect"):
            text = _("does not say what to gather before the fault is handed over")
            yield Problem(node.id, text, "no-collect", "collect", is_error=False)
    elif not value.get("cause"):
        yield Problem(
            node.id, _("says that the fault is resolved, but not its cause"), "no-cause", "cause", is_error=False
        )


def _includes(tree: Graph, guides: Mapping[int, Graph], guide: int | None) -> Iterator[Problem]:
    texts = {
        "include-nothing": _("names no guide to go on with"),
        "include-missing": _("the guide that is to be walked here does not exist or is not in force"),
        "include-loop": _("the guide that is to be walked here leads back into this one"),
        "include-large": _("with the guide that is to be walked here this one becomes too large"),
    }
    for id_, code in objections(tree, guides, guide).items():
        yield Problem(id_, texts[code], code, "guide")


RULES = (_start, _doubled, _targets, _unreachable, _endless, _loops)
NODE_RULES = (_choices, _ranges, _hazards, _ends)
