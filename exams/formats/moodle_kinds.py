"""The types of questions in Moodle XML that are kinds here: from the elements of one to the body of the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from exams.formats import moodle_gaps, quantities, weights
from exams.formats.attached import Files
from exams.formats.quantities import Quantity
from exams.formats.question import Marked, plain
from exams.formats.xml import BadXML, Node

_FORMATS = {"html": "html", "markdown": "markdown", "plain_text": "plain", "moodle_auto_format": "moodle"}
_NO_UNITS, _CHOSEN_UNITS = "3", {"1", "2"}
_ALL_OR_NOTHING = "ALL_OR_NOTHING"


class Odd(ValueError):
    """A question that says something which no kind here can hold; it is named and left out."""


@dataclass
class Source:
    """A question's element and the files met in it."""

    node: Node
    files: Files

    def text(self, node: Node | None) -> Marked:
        """Return a text with its format, files beside it taken."""
        if node is None:
            return Marked("", "html")
        words = "".join(text.words for text in node.all("text")) if node.find("text") else node.text
        return Marked(
            self.files.taken(words, node.all("file")).strip(), _FORMATS.get(node.get("format", "html"), "html")
        )

    def words(self, tag: str, default: str = "") -> str:
        """Return what an element of the question says."""
        node = self.node.find(tag)
        return node.words.strip() if node and node.words.strip() else default

    def says(self, tag: str, *, default: bool) -> bool:
        """Return what an element says that is yes or no."""
        return self.words(tag, str(default)).lower() in ("1", "true", "yes")

    def feedback(self, node: Node) -> dict[str, Marked]:
        """Return the feedback of an answer as a member of its body."""
        found = self.text(node.find("feedback"))
        return {"feedback": found} if found else {}


@dataclass
class Answers:
    """What the answers of a question are here: kind and body, what the JSON says instead, losses, elements used."""

    kind: str
    body: dict[str, Any]
    used: set[str] = field(default_factory=set)
    losses: list[str] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)


def _weight(node: Node) -> Decimal:
    """Return the fraction of an answer. Raises BadXML for one that Moodle does not know."""
    found = weights.weight(node.get("fraction", "0"))
    if found is None:
        raise BadXML(_("A fraction is no number: “%s”.") % node.get("fraction")[:40], node.line)
    for sentence in weights.mistakes([found, weights.WHOLE], several=False):
        raise BadXML(sentence, node.line)
    return weights.nearest(found) if weights.nearest(found) in (weights.WHOLE, 0) else found


def _answers(source: Source) -> list[tuple[Node, Decimal]]:
    found = [(node, _weight(node)) for node in source.node.all("answer")]
    if not found:
        raise BadXML(_("A question without answers."), source.node.line)
    return found


def _check(source: Source, found: list[Decimal], *, several: bool) -> None:
    for sentence in weights.mistakes(found, several=several):
        raise BadXML(sentence, source.node.line)


def _choice(source: Source) -> Answers:
    answers = _answers(source)
    several = not source.says("single", default=True)
    _check(source, [value for _node, value in answers], several=several)
    options = [{"text": source.text(node), **source.feedback(node)} for node, _value in answers]
    kind, body = weights.choice(options, [value for _node, value in answers], several=several)
    if not source.says("shuffleanswers", default=True):
        body["shuffle"] = False
    return Answers(kind, body, {"answer", "single", "shuffleanswers"})


def _whole_choice(source: Source) -> Answers:
    """Read the additional type multichoiceset: all right ones and no other."""
    answers = [(node, weights.weight(node.get("fraction", "0")) or Decimal(0)) for node in source.node.all("answer")]
    options = [
        {"text": source.text(node), "right": value > 0, "fraction": "0", **source.feedback(node)}
        for node, value in answers
    ]
    part = weights.WHOLE / (sum(option["right"] for option in options) or 1)
    for option in options:
        option["fraction"] = plain(round(part if option["right"] else Decimal(0), 5))
    shuffle = {} if source.says("shuffleanswers", default=True) else {"shuffle": False}
    return Answers("multiple", {"options": options, "credit": "whole", **shuffle}, {"answer", "shuffleanswers"})


def _truefalse(source: Source) -> Answers:
    found = {
        node.find("text").words.strip().lower() if node.find("text") else "": (node, value)
        for node, value in _answers(source)
    }
    if set(found) != {"true", "false"} or sorted(value for _node, value in found.values()) != [0, weights.WHOLE]:
        message = _("Invalid grades: a question of true or false has one answer of 100 percent and one of 0.")
        raise BadXML(message, source.node.line)
    feedback = {code: said for code, (node, _value) in found.items() if (said := source.text(node.find("feedback")))}
    body = {"right": found["true"][1] == weights.WHOLE} | ({"feedback": feedback} if feedback else {})
    return Answers("truefalse", body, {"answer"})


def _short(source: Source) -> Answers:
    answers = _answers(source)
    _check(source, [value for _node, value in answers], several=False)
    accepted = []
    for node, value in answers:
        row = {"text": str(source.text(node))} | ({"fraction": plain(value)} if value != weights.WHOLE else {})
        accepted.append(row | source.feedback(node))
    case = {"case": True} if source.says("usecase", default=False) else {}
    return Answers("short", {"accepted": accepted, **case}, {"answer", "usecase"})


def _numeric(source: Source) -> Answers:
    answers = _answers(source)
    _check(source, [value for _node, value in answers], several=False)
    found = [_quantity(source, node, value) for node, value in answers]
    if not any(each.weight == weights.WHOLE and each.value is not None for each in found):
        raise BadXML(_("No number is worth 100 percent."), source.node.line)
    unit, units, losses = _units(source)
    body = quantities.body(found, unit) | ({"units": units} if units else {})
    used = {"answer", "units", "unitgradingtype", "unitpenalty", "showunits", "unitsleft"}
    return Answers("numeric", body, used, losses, {"options": quantities.said(found)})


def _quantity(source: Source, node: Node, weight: Decimal) -> Quantity:
    said = str(source.text(node))
    width = node.find("tolerance")
    tolerance = quantities.decimal(width.words) if width and width.words.strip() else Decimal(0)
    if said == "*":
        return Quantity(None, Decimal(0), weight, source.feedback(node).get("feedback", ""))
    value = quantities.decimal(said)
    if value is None or tolerance is None or tolerance < 0:
        raise BadXML(_("“%s” with its tolerance is no number.") % said[:60], node.line)
    return Quantity(value, tolerance, weight, source.feedback(node).get("feedback", ""))


def _units(source: Source) -> tuple[str, list[dict[str, str]], list[str]]:
    """Return the unit, the units to choose from, and what is lost: Moodle's multiplier is one over our factor."""
    found = {}
    for node in source.node.all("units"):
        for unit in node.all("unit"):
            name, multiplier = (
                (unit.find(tag).words.strip() if unit.find(tag) else "") for tag in ("unit_name", "multiplier")
            )
            number = quantities.decimal(multiplier)
            if not name or not number or number < 0:
                raise BadXML(_("A unit without a name or with a multiplier that is no number."), unit.line)
            found[name] = plain(round(1 / number, 20))
    shown, graded = source.words("showunits", "0"), source.words("unitgradingtype", "0")
    base = next((name for name, factor in found.items() if factor == "1"), "")
    losses = [] if graded == "0" else [_("That a wrong unit costs a part of the points.")]
    if source.says("unitsleft", default=False) and found:
        losses.append(_("That the unit stands to the left of the number."))
    if not found or shown == _NO_UNITS:
        return "", [], losses + ([_("Units: %s.") % ", ".join(found)] if found else [])
    if not base:
        raise Odd(_("The question: none of its units has the multiplier 1."))
    if shown not in _CHOSEN_UNITS:
        losses.append(_("That the unit is typed: here it stands beside the number or is chosen."))
    ordered = [base, *(name for name in found if name != base)]
    units = [{"unit": name, "factor": found[name]} for name in ordered]
    return base, units if len(units) > 1 else [], losses


def _matching(source: Source) -> Answers:
    pairs: list[dict[str, str]] = []
    distractors: list[str] = []
    for node in source.node.all("subquestion"):
        left, answer = source.text(node), node.find("answer")
        right = " ".join(str(source.text(answer)).split())
        if not right:
            raise BadXML(_("A pair without its right side."), node.line)
        if left:
            pairs.append({"left": left, "right": right})
        else:
            distractors.append(right)
    rights = {pair["right"] for pair in pairs}
    distractors = [words for words in dict.fromkeys(distractors) if words not in rights]
    losses = [] if source.says("shuffleanswers", default=True) else [_("That the right sides keep their order.")]
    body = {"pairs": pairs, "credit": "part"} | ({"distractors": distractors} if distractors else {})
    return Answers("matching", body, {"subquestion", "shuffleanswers"}, losses)


def _essay(source: Source) -> Answers:
    body: dict[str, Any] = {}
    for tag, name in (("minwordlimit", "least_words"), ("maxwordlimit", "most_words")):
        if (said := source.words(tag)) and said != "0":
            if not (said.isdecimal() and len(said) < 7):
                raise BadXML(_("A limit of words is no whole number."), source.node.find(tag).line)
            body[name] = int(said)
    if sample := source.text(source.node.find("graderinfo")):
        body["sample"] = sample
    used = {"graderinfo", "minwordlimit", "maxwordlimit", "responsefieldlines", "maxbytes"}
    said_by_default = {
        "responseformat": "editor",
        "responserequired": "1",
        "attachments": "0",
        "attachmentsrequired": "0",
    }
    used |= {tag for tag, default in said_by_default.items() if source.words(tag) == default}
    return Answers("essay", body, used)


def _ordering(source: Source) -> Answers:
    lines = [source.text(node) for node in source.node.all("answer")]
    rule = source.words("gradingtype", _ALL_OR_NOTHING)
    losses = (
        []
        if rule == _ALL_OR_NOTHING
        else [_("The rule of grading %s: neighbours in the right order count here.") % rule]
    )
    credit = {} if rule == _ALL_OR_NOTHING else {"credit": "part"}
    used = {"answer", "gradingtype", "layouttype", "showgrading", "numberingstyle"}
    used |= {"selecttype", "selectcount"} if source.words("selecttype", "ALL") in ("ALL", "0") else set()
    return Answers("ordering", {"lines": lines, **credit}, used, losses)


def _cloze(source: Source) -> Answers:
    node = source.node.find("questiontext")
    text = source.text(node)
    try:
        parts = moodle_gaps.parts(text)
    except moodle_gaps.BadGap as error:
        if error.is_odd:
            raise Odd(str(error)) from None
        raise BadXML(str(error), (node.find("text") or node).line + error.lines) from None
    return Answers("cloze", {"parts": parts, "credit": "part"}, set())


KINDS: dict[str, Callable[[Source], Answers]] = {
    "multichoice": _choice,
    "multichoiceset": _whole_choice,
    "truefalse": _truefalse,
    "shortanswer": _short,
    "numerical": _numeric,
    "matching": _matching,
    "match": _matching,
    "essay": _essay,
    "ordering": _ordering,
    "cloze": _cloze,
    "multianswer": _cloze,
}
