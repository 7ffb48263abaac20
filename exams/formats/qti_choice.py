"""Choices of QTI as bodies of single and multiple choice, true and false. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from exams.formats.qti_declared import Declared
from exams.formats.qti_item import Body, Item, Wrong
from exams.formats.qti_score import Case, Test
from exams.formats.question import plain
from exams.formats.xml import Node
from kb.importing import marks

WHOLE = Decimal(100)
NOTHING = Decimal(0)
_NEAR = Decimal("0.001")  # percent
_TRUE = {"true", "正确", "对", "是", "√", "✓", "t", "yes", "真"}
_FALSE = {"false", "错误", "错", "否", "×", "✗", "f", "no", "不对", "不正确", "不是", "假"}


def is_true(node: Node, name: str) -> bool:
    """Return an attribute that is true or false, however it is written."""
    return node.get(name).strip().lower() in ("true", "1")


def choice(item: Item, node: Node) -> tuple[str, Body, Decimal]:
    """Return the kind, the body and the points of a choice. Raises LeftOut, Wrong."""
    declared = item.of(node)
    options = [each for each in node.walk() if each.tag in ("simpleChoice", "inlineChoice")]
    rows = [_option(item, each) for each in options]
    idents = [each.get("identifier") for each in options]
    unknown = [each for each in declared.correct if each not in idents]
    if unknown:
        raise Wrong(declared.node, _("The right answer “%s” is not among the options.") % unknown[0])
    fixed = next((each for each in options if is_true(each, "fixed")), None)
    shuffles = is_true(node, "shuffle")
    if fixed and shuffles:
        item.lose(fixed, _("An option with a fixed place: the options are not shuffled."))
    body: Body = {"options": rows} | ({} if shuffles and not fixed else {"shuffle": False})
    several = declared.cardinality != "single" and node.tag == "choiceInteraction"
    if several and node.get("maxChoices") == "1" and len(declared.correct) == 1:
        several = False
    if several:
        return "multiple", *_several(item, node, declared, idents, body)
    points = _single(item, declared, idents)
    _put_fractions(rows, points, max(points, default=NOTHING), declared)
    found = _true_or_false(rows) if node.tag == "choiceInteraction" else None
    return ("truefalse", found, max(points)) if found else ("single", body, max(points))


def _option(item: Item, node: Node) -> Body:
    note = item.own_note(node)
    words = item.text.line(node.children)
    words = marks.plain(words) if node.tag == "inlineChoice" else words
    return {"text": words, "right": False} | ({"feedback": note} if note else {})


def _single(item: Item, declared: Declared, idents: Sequence[str]) -> list[Decimal]:
    """Return what each option earns."""
    cases = item.cases(declared)
    if cases is None:
        return [declared.mapping.of(each) for each in idents]
    found: dict[str, Decimal] = {}
    for case in cases:
        for ident in idents:
            if _takes(case.tests[0], ident, declared, set(found)):
                found.setdefault(ident, case.points)
    return [found.get(each, NOTHING) for each in idents]


def _takes(test: Test, ident: str, declared: Declared, taken: set[str]) -> bool:
    match test.kind:
        case "right":
            return ident in declared.correct
        case "wrong":
            return ident not in declared.correct
        case "is" | "has":
            return ident == test.value
        case "other":
            return ident not in taken
    raise Wrong(test.node, _("This response processing is not understood."))


def _put_fractions(rows: Sequence[Body], points: Sequence[Decimal], best: Decimal, declared: Declared) -> None:
    if best <= 0:
        raise Wrong(declared.node, _("No option is right."))
    for row, value in zip(rows, points, strict=True):
        row["right"] = value == best
        if value not in (best, 0):
            row["fraction"] = percent(value, best)
    if sum(row["right"] for row in rows) > 1:
        for row in rows:
            row.setdefault("fraction", "100" if row["right"] else "0")


def percent(value: Decimal, best: Decimal) -> str:
    """Return what a value is of the best, as it stands in a body."""
    return plain(round(value / best * WHOLE, 5))


def _several(item: Item, node: Node, declared: Declared, idents: Sequence[str], body: Body) -> tuple[Body, Decimal]:
    most = node.get("maxChoices", "1")
    if most.isdigit() and 0 < int(most) < len(idents):
        item.lose(node, _("At most %s options may be chosen: this limit is not kept.") % most)
    if node.get("minChoices").isdigit() and int(node.get("minChoices")) > 1:
        item.lose(node, _("At least %s options must be chosen: this limit is not kept.") % node.get("minChoices"))
    cases = item.cases(declared)
    points = _sums(item, declared, cases, idents)
    if points is None:
        return _all_of_them(declared, idents, body)
    positive = sum((value for value in points if value > 0), NOTHING)
    upper = declared.mapping.upper if cases is None and declared.mapping.upper else positive
    if positive <= 0 or upper <= 0:
        raise Wrong(declared.node, _("No option is right."))
    if cases is None and (declared.mapping.lower or NOTHING) < 0:
        item.lose(declared.node, _("A score below nothing: it counts as nothing here."))
    body["credit"] = "part"
    share = WHOLE / sum(value > 0 for value in points)
    for row, value in zip(body["options"], points, strict=True):
        row["right"], row["fraction"] = value > 0, percent(value, upper)
    if all(abs(Decimal(row["fraction"]) - (share if row["right"] else -share)) < _NEAR for row in body["options"]):
        for row in body["options"]:
            del row["fraction"]
    return body, upper


def _sums(item: Item, declared: Declared, cases: list[Case] | None, idents: Sequence[str]) -> list[Decimal] | None:
    """Return what each option adds; None where all right ones must be chosen together."""
    if cases is None:
        return [declared.mapping.of(each) for each in idents]
    added = [(case.tests[0].value, case.points) for case in cases if case.tests[0].kind in ("has", "is")]
    if len(added) < len(cases):
        if not any(case.tests[0].kind == "right" for case in cases):
            raise Wrong(declared.node, _("This response processing is not understood."))
        if len(cases) > 1:
            item.lose(declared.node, _("Points for a part of the right options are not kept: only all of them count."))
        return None
    return [sum((points for value, points in added if value == each), NOTHING) for each in idents]


def _all_of_them(declared: Declared, idents: Sequence[str], body: Body) -> tuple[Body, Decimal]:
    for row, ident in zip(body["options"], idents, strict=True):
        row["right"] = ident in declared.correct
    if len(declared.correct) == 1:  # one of several that may be chosen: right only where no other is chosen with it
        body["credit"] = "part"
    return body, Decimal(1)


def _true_or_false(rows: Sequence[Body]) -> Body | None:
    """Return the body where two options say true and false and nothing else."""
    if len(rows) != 2 or any("fraction" in row for row in rows):
        return None
    values = [truth(row["text"]) for row in rows]
    if sorted(values, key=str) != [False, True]:
        return None
    said = list(zip(values, rows, strict=True))
    notes = {str(value).lower(): row["feedback"] for value, row in said if row.get("feedback")}
    right = next(value for value, row in said if row["right"])
    return {"right": right} | ({"feedback": notes} if notes else {})


def truth(words: str) -> bool | None:
    """Return what an option says that says true or false; None where it says anything else."""
    word = words.strip().strip(".。").lower()
    return True if word in _TRUE else False if word in _FALSE else None
