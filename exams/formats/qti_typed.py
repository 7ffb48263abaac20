"""What is typed into QTI as bodies of short texts and numbers. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from exams.formats.qti_choice import NOTHING, percent
from exams.formats.qti_declared import Declared, Unclear, number
from exams.formats.qti_item import Body, Item, LeftOut, Wrong
from exams.formats.qti_score import Case, Test
from exams.formats.question import plain
from exams.formats.xml import Node

ANY = "*"
# A pattern in pieces: alternatives, anything, a letter in both cases, an escaped sign, a sign; else not understood.
_PIECE = re.compile(
    r"(?P<bar>\|)|(?P<any>\.[*+])|\[(?P<pair>\w)(?P<other>\w)\]|\\(?P<escaped>[^\w\s])|(?P<plain>[^\\.+*?()\[\]{}^$|])|.",
    re.DOTALL,
)


def typed(item: Item, node: Node) -> tuple[str, Body, Decimal]:
    """Return the kind, the body and the points of something typed. Raises LeftOut, Wrong."""
    declared = item.of(node)
    if declared.cardinality != "single":
        raise LeftOut(declared.node, _("A response of several values cannot be typed here."))
    cases = _typed_cases(item, declared)
    best = max((case.points for case in cases), default=NOTHING)
    if best <= 0:
        raise Wrong(declared.node, _("No answer is right."))
    for case in [case for case in cases if case.points < 0]:
        item.lose(case.tests[0].node, _("A score below nothing: it counts as nothing here."))
    cases = [case for case in cases if case.points >= 0]
    if declared.is_number or any(case.tests[0].kind in ("near", "between") for case in cases):
        return "numeric", _numeric(item, declared, cases, best), best
    return "short", _short(item, declared, cases, best), best


def _typed_cases(item: Item, declared: Declared) -> list[Case]:
    """Return the cases, each a single value: the declared right ones and those of a mapping in their place."""
    cases, name, node = item.cases(declared), declared.ident, declared.node
    if cases is None:
        if declared.mapping.default > 0:
            item.lose(node, _("Points for any answer are not kept."))
        return [
            Case((Test("is", name, node, entry.key, is_cased=entry.is_cased),), entry.value)
            for entry in declared.mapping.entries
            if entry.value
        ]
    found: list[Case] = []
    for case in cases:
        test = case.tests[0]
        if test.kind == "right":
            found += [Case((Test("is", name, node, value),), case.points) for value in declared.correct]
        elif test.kind in ("is", "near", "between", "pattern", "other"):
            found.append(case)
        else:
            raise Wrong(test.node, _("This response processing is not understood."))
    return found


def _numeric(item: Item, declared: Declared, cases: Sequence[Case], best: Decimal) -> Body:
    try:
        answers = [answer(item, case.tests[0]) | {"fraction": percent(case.points, best)} for case in cases]
    except Unclear as error:
        raise Wrong(error.node, str(error)) from None
    first, *more = sorted(answers, key=lambda answer: answer["fraction"] != "100")
    del first["fraction"]
    return first | ({"more": more} if more else {})


def answer(item: Item, test: Test) -> Body:
    """Return an answer with its tolerance. Raises Unclear."""
    if test.kind == "other":
        return {"answer": ANY}
    if test.is_open:
        item.lose(test.node, _("The bounds of a number count as right here; in the file they do not."))
    if test.kind == "between":
        return {"answer": plain((test.low + test.high) / 2), "tolerance": plain(abs(test.high - test.low) / 2)}
    value = number(test.value, test.node)
    if test.mode == "relative" and test.low == test.high:
        return {"answer": plain(value), "tolerance": plain(test.low), "relative": True}
    low, high = (test.low * abs(value) / 100, test.high * abs(value) / 100) if test.mode == "relative" else (
        test.low,
        test.high,
    )  # fmt: skip
    if low != high:
        item.lose(test.node, _("A tolerance that differs below and above: the answer is the middle of it."))
    return {"answer": plain(value + (high - low) / 2), "tolerance": plain((low + high) / 2)}


def _short(item: Item, declared: Declared, cases: Sequence[Case], best: Decimal) -> Body:
    forms: list[Body] = []
    cased = []
    for case in cases:
        test = case.tests[0]
        if test.kind == "other":
            forms.append({"text": ANY, "fraction": percent(case.points, best)})
            continue
        texts, is_cased = patterns(test) if test.kind == "pattern" else ([escaped(test.value)], test.is_cased)
        cased += [] if is_cased is None else [is_cased]
        fraction = percent(case.points, best)
        forms += [{"text": text} | ({} if fraction == "100" else {"fraction": fraction}) for text in texts]
    folded = {form["text"].casefold() for form in forms}
    is_cased = len(folded) < len({form["text"] for form in forms}) or (bool(cased) and all(cased))
    if not is_cased and any(cased):
        item.lose(declared.node, _("Some answers keep to capitals and some do not: here none does."))
    return {"accepted": forms} | ({"case": True} if is_cased else {})


def escaped(value: str) -> str:
    """Return a value as an accepted form; what a substring may stand among was marked."""
    return value.replace("*", r"\*").replace("\ue000", "*")


def patterns(test: Test) -> tuple[list[str], bool | None]:
    """Return the accepted forms that a simple pattern stands for, and whether capitals count, if there are letters.

    Raises Wrong.
    """
    forms, form, is_cased = [], "", True
    for match in _PIECE.finditer(test.value):
        if match["bar"]:
            forms, form = [*forms, form], ""
        elif match["any"]:
            form += ANY
        elif match["pair"] and match["pair"].casefold() == match["other"].casefold():
            form, is_cased = form + match["pair"], False
        elif match["escaped"] or match["plain"]:
            form += escaped(match["escaped"] or match["plain"])
        else:
            raise Wrong(test.node, _("The pattern “%s” is not understood.") % test.value)
    forms.append(form)
    has_letters = any(each.upper() != each.lower() for each in forms)
    return forms, is_cased if has_letters else None
