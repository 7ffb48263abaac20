"""The pieces that items of QTI are made of: declarations, tests, acts. Pure."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from exams.formats.qti_html import Child, element
from exams.formats.question import plain
from exams.formats.xml import Node

type Body = Mapping[str, Any]

RESPONSE, SCORE = "RESPONSE", "SCORE"
HUNDRED = Decimal(100)
STAR = re.compile(r"(?<!\\)\*")
_PLACES = 10


def set_of(letter: str, words: Sequence[Sequence[Child]], most: str) -> Node:
    """Return one side of a match."""
    choices = [
        element("simpleAssociableChoice", *each, identifier=f"{letter}{n}", matchMax=most)
        for n, each in enumerate(words, start=1)
    ]
    return element("simpleMatchSet", *choices)


def has_stars(part: Body) -> bool:
    """Say whether an accepted form stands for more than itself."""
    return any(STAR.search(form["text"]) for form in part["accepted"])


def yes(value: object) -> str:
    """Return a value as XML says true and false."""
    return "true" if value else "false"


def points(percent: Decimal, full: Decimal) -> str:
    """Return what a percentage of the full points comes to."""
    return plain(round(percent * full / HUNDRED, _PLACES))


def unescaped(form: str) -> str:
    """Return an accepted form as it is typed."""
    return form.replace(r"\*", "*")


def flat(children: Sequence[Child]) -> list[Child]:
    """Return what stands within a line, that of blocks one after another."""
    found: list[Child] = []
    for child in children:
        is_block = isinstance(child, Node) and child.tag in ("p", "ul", "ol", "li", "blockquote", "div", "pre")
        found += [*flat(child.children), " "] if is_block else [child]
    return found


def outcome(ident: str, base: str, value: str, cardinality: str = "single") -> Node:
    """Return the declaration of an outcome, with its default value."""
    default = [element("defaultValue", element("value", value))] if value else []
    return element("outcomeDeclaration", *default, identifier=ident, cardinality=cardinality, baseType=base)


def response(ident: str, cardinality: str, base: str, right: Sequence[str], mapping: Node | None = None) -> Node:
    """Return the declaration of a response, with the right one and what others are worth."""
    correct = [element("correctResponse", *(element("value", value) for value in right))] if right else []
    rows = [*correct, mapping] if mapping else correct
    return element("responseDeclaration", *rows, identifier=ident, cardinality=cardinality, baseType=base)


def float_of(value: Decimal) -> Node:
    """Return a number as an expression."""
    return element("baseValue", plain(round(value, _PLACES)), baseType="float")


def set_to(ident: str, expression: Node) -> Node:
    """Return the act that sets an outcome."""
    return element("setOutcomeValue", expression, identifier=ident)


def is_right(ident: str) -> Node:
    """Return the test whether a response is the declared one."""
    return element("match", element("variable", identifier=ident), element("correct", identifier=ident))


def when(test: Node, act: Node) -> Node:
    """Return a condition with one test and one act."""
    return element("responseCondition", element("responseIf", test, act))


def chain(rows: Sequence[tuple[Node | None, Sequence[Node]]]) -> Node:
    """Return one condition; what has no test holds for all that is left, and ends it."""
    rules = []
    for place, (test, acts) in enumerate(rows):
        if test is None:
            rules.append(element("responseElse", *acts) if place else element("responseIf", always(), *acts))
            break
        rules.append(element("responseElseIf" if place else "responseIf", test, *acts))
    return element("responseCondition", *rules)


def always() -> Node:
    """Return the test whether there is a response at all."""
    return element("not", element("isNull", element("variable", identifier=RESPONSE)))


def near(ident: str, answer: Body) -> Node | None:
    """Return the test of a numeric answer; None where any number will do."""
    if answer["answer"] == "*":
        return None
    tolerance = str(answer.get("tolerance") or "0")
    mode = "relative" if answer.get("relative") else "absolute"
    attributes = {"toleranceMode": "exact"} if Decimal(tolerance) == 0 else {
        "toleranceMode": mode,
        "tolerance": f"{tolerance} {tolerance}",
    }  # fmt: skip
    value = element("baseValue", str(answer["answer"]), baseType="float")
    return element("equal", element("variable", identifier=ident), value, **attributes)


def like(ident: str, form: str, is_cased: bool) -> Node | None:
    """Return the test of an accepted form; None where any text will do."""
    if form == "*":
        return None
    variable = element("variable", identifier=ident)
    if not STAR.search(form):
        value = element("baseValue", unescaped(form), baseType="string")
        return element("stringMatch", variable, value, caseSensitive=yes(is_cased), substring="false")
    said = ".*".join(pattern(unescaped(part), is_cased) for part in STAR.split(form))
    return element("patternMatch", variable, pattern=said)


def pattern(words: str, is_cased: bool) -> str:
    """Return a pattern that takes these words; it has no switch for capitals, so each letter names both."""
    return "".join(
        f"[{sign}{sign.swapcase()}]" if not is_cased and len(sign.swapcase()) == 1 and sign.swapcase() != sign
        else re.sub(r"([\\.+*?()\[\]{}^$|-])", r"\\\1", sign)
        for sign in words
    )  # fmt: skip
