"""What QTI puts in order and matches as bodies of ours. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from exams.formats.qti_choice import NOTHING, is_true
from exams.formats.qti_declared import Declared
from exams.formats.qti_item import Body, Item, LeftOut, Wrong
from exams.formats.xml import Node
from kb.importing import marks


def ordering(item: Item, node: Node) -> tuple[str, Body, Decimal]:
    """Return the kind, the body and the points of lines to be put in order. Raises LeftOut, Wrong."""
    declared = item.of(node)
    lines = {each.get("identifier"): item.text.line(each.children) for each in node.all("simpleChoice")}
    if not declared.correct:
        raise Wrong(declared.node, _("No right answer is declared."))
    if sorted(declared.correct) != sorted(lines):
        raise LeftOut(node, _("Only some of the lines are to be put in order."))
    for each in node.all("simpleChoice"):
        if is_true(each, "fixed"):
            item.lose(each, _("A line with a fixed place: all lines are shuffled."))
    best = _only_right(item, declared)
    return "ordering", {"lines": [lines[each] for each in declared.correct]}, best


def _only_right(item: Item, declared: Declared) -> Decimal:
    """Return the points of the declared right response; name other points."""
    cases = item.cases(declared)
    if cases is None:
        item.lose(declared.node, _("Points for a part of the order are not kept."))
        return Decimal(1)
    right = [case.points for case in cases if case.tests[0].kind == "right"]
    if len(right) < len(cases):
        item.lose(declared.node, _("Points for a part of the order are not kept."))
    return max(right, default=Decimal(1))


def matching(item: Item, node: Node) -> tuple[str, Body, Decimal]:
    """Return the kind, the body and the points of two sets to be matched. Raises LeftOut, Wrong."""
    declared, sets = item.of(node), node.all("simpleMatchSet")
    if len(sets) != 2:
        raise Wrong(node, _("There are not two sets to be matched."))
    words = [
        {each.get("identifier"): item.text.line(each.children) for each in side.all("simpleAssociableChoice")}
        for side in sets
    ]
    found, best, is_part = pairs(item, declared)
    found = [(right, left) if left in words[1] and right in words[0] else (left, right) for left, right in found]
    if any(left not in words[0] or right not in words[1] for left, right in found):
        raise Wrong(declared.node, _("A right pair names something that is not there."))
    if not _each_once([left for left, _right in found], words[0]):
        if not _each_once([right for _left, right in found], words[1]):
            raise LeftOut(node, _("Something has no partner or several: a match here gives each left side one."))
        found, words = [(right, left) for left, right in found], words[::-1]
    return "matching", _matched(found, words[0], words[1], is_part=is_part), best


def _each_once(used: Sequence[str], words: dict[str, str]) -> bool:
    return sorted(used) == sorted(words)


def pairs(item: Item, declared: Declared) -> tuple[list[tuple[str, str]], Decimal, bool]:
    """Return the right pairs, the points, and whether a part of them earns a part."""
    cases = item.cases(declared)
    keys = declared.correct
    if cases is None:
        entries = {entry.key: entry.value for entry in declared.mapping.entries if entry.value > 0}
        keys = keys or list(entries)
        if len({entries.get(key) for key in keys}) > 1:
            item.lose(declared.node, _("Pairs of different weight: here all weigh the same."))
        if declared.mapping.default < 0 or any(entry.value < 0 for entry in declared.mapping.entries):
            item.lose(declared.node, _("Points taken away for wrong pairs: here they earn nothing."))
        best = declared.mapping.upper or sum((entries.get(key, NOTHING) for key in keys), NOTHING) or Decimal(1)
    else:
        best = max(case.points for case in cases)
        added = [case.tests[0].value for case in cases if case.tests[0].kind in ("has", "is")]
        keys = keys or added
        best = sum((case.points for case in cases), NOTHING) if len(added) == len(cases) else best
    found = [tuple(key.split()) for key in keys]
    if any(len(pair) != 2 for pair in found) or not found:
        raise Wrong(declared.node, _("A right pair does not name two things."))
    is_part = cases is None or (len(added) == len(cases) and len(added) > 1)
    return found, best, is_part


def _matched(pairs: Sequence[tuple[str, str]], lefts: dict[str, str], rights: dict[str, str], *, is_part: bool) -> Body:
    partner = dict(pairs)
    rights = {ident: marks.plain(words) for ident, words in rights.items()}  # plain words, as they are shown in lists
    body: Body = {"pairs": [{"left": lefts[left], "right": rights[partner[left]]} for left in lefts]}
    used = {pair["right"] for pair in body["pairs"]}
    if distractors := [words for ident, words in rights.items() if words not in used]:
        body["distractors"] = distractors
    return body | ({"credit": "part"} if is_part else {})


def associate(item: Item, node: Node) -> tuple[str, Body, Decimal]:
    """Return pairs out of one set as a match of two: the first of each pair on the left. Raises LeftOut, Wrong."""
    declared = item.of(node)
    words = {each.get("identifier"): item.text.line(each.children) for each in node.all("simpleAssociableChoice")}
    found, best, is_part = pairs(item, declared)
    used = [each for pair in found for each in pair]
    if any(each not in words for each in used):
        raise Wrong(declared.node, _("A right pair names something that is not there."))
    if len(set(used)) < len(used):
        raise LeftOut(node, _("Something has no partner or several: a match here gives each left side one."))
    item.lose(node, _("Pairs out of one list: here the first of each pair stands on the left, the rest on the right."))
    lefts = {left: words[left] for left in words if left in dict(found)}
    rights = {each: words[each] for each in words if each not in lefts}
    return "matching", _matched(found, lefts, rights, is_part=is_part), best
