"""Writing Moodle XML: texts in Markdown, which Moodle knows, files in base64 beside the text that shows them. Pure."""

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from urllib.parse import unquote
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from exams.formats import moodle_gaps, quantities, topics, weights
from exams.formats.attached import place_of
from exams.formats.question import Loss, Neutral, plain, shares
from exams.kinds.number import number

_LINK = re.compile(r"(?<=\]\()([^()\s]+)(?=\))")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

type Rows = Iterator[str]


class _Unsayable(ValueError):
    """Moodle XML has no way to say this question; the text says why."""


def write(questions: Sequence[Neutral]) -> tuple[bytes, list[Loss]]:
    """Return the questions as Moodle XML in UTF-8, and what it cannot say."""
    rows = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    losses: list[Loss] = []
    topic: tuple[str, ...] = ()
    for place, question in enumerate(questions, start=1):
        lost = _unsaid(question)
        try:
            said = list(_question(question))
        except _Unsayable as reason:
            lost, said = [str(reason)], []
        if said and question.topic != topic:
            topic = question.topic
            said = [f'<question type="category"><category>{_text(topics.written(topic))}</category></question>', *said]
        rows += said
        losses += [Loss("", place, question.name or question.text[:60], what) for what in lost]
    return "\n".join([*rows, "</quiz>", ""]).encode(), losses


def _unsaid(question: Neutral) -> list[str]:
    body, kind = question.body, question.kind
    is_part = body.get("credit", "whole") == "part"
    rows = [body, *body.get("more", []), *body.get("parts", [])]
    said = {
        _("That only a wholly right answer earns points: Moodle gives a part for a part."): (
            not is_part and kind in ("multiple", "matching", "cloze")
        ),
        _("How a part of the right order counts: Moodle's own rule is another one."): is_part and kind == "ordering",
        _("That the tolerance is relative: it is written as the number that it comes to."): any(
            row.get("relative") for row in rows
        ),
        _("The units of gaps."): any(part.get("unit") or part.get("units") for part in body.get("parts", [])),
        _("The rubric."): kind == "essay" and body.get("rubric"),
        _("Files that no text shows."): set(question.media) - _shown(question),
        _("Characters that XML does not allow."): any(_NOT_XML.search(text) for text in _all_texts(question)),
    }
    return [what for what, value in said.items() if value]


def _shown(question: Neutral) -> set[str]:
    """Return what the texts of a question link to."""
    return {unquote(address) for text in _all_texts(question) for address in _LINK.findall(text)}


def _all_texts(question: Neutral) -> list[str]:
    return [question.name, question.text, question.explanation, *_texts(question.body)]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _question(question: Neutral) -> Rows:
    if question.kind not in _ANSWERS:
        raise _Unsayable(_("The question: Moodle has no such kind."))
    type_, answers = _ANSWERS[question.kind]
    text = moodle_gaps.written(question.text, question.body) if question.kind == "cloze" else question.text
    yield f'<question type="{type_}">'
    yield f"<name>{_text(question.name)}</name>"
    yield _element("questiontext", text, question)
    yield _element("generalfeedback", question.explanation, question)
    if question.points is not None:
        yield f"<defaultgrade>{plain(question.points)}</defaultgrade>"
    yield f"<penalty>0</penalty><hidden>0</hidden><idnumber>{_escaped(question.ident)}</idnumber>"
    yield from answers(question)
    if question.tags:
        yield f"<tags>{''.join(f'<tag>{_text(tag)}</tag>' for tag in question.tags)}</tags>"
    yield "</question>"


def _escaped(text: str) -> str:
    return escape(_NOT_XML.sub("", text))


def _text(text: str) -> str:
    return f"<text>{_escaped(text)}</text>"


def _element(tag: str, text: str, question: Neutral, more: str = "") -> str:
    """Return a text in Markdown with the files that it shows."""
    shown: list[str] = []

    def placed(match: re.Match[str]) -> str:
        name = unquote(match[1])
        if name not in question.media:
            return match[0]
        shown.append(name)
        return place_of(name)

    said = _text(_LINK.sub(placed, text))
    files = "".join(_file(name, question.media[name]) for name in dict.fromkeys(shown))
    return f'<{tag} format="markdown">{said}{files}{more}</{tag.partition(" ")[0]}>'


def _file(name: str, data: bytes) -> str:
    return f'<file name={quoteattr(name)} path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'


def _feedback(row: dict, question: Neutral) -> str:
    return _element("feedback", row.get("feedback", ""), question)


def _answer(value: Decimal, text: str, question: Neutral, more: str) -> str:
    """Return an answer whose text is Markdown."""
    if weights.nearest(value) is None:
        raise _Unsayable(_("The question: Moodle knows no weight of %s percent.") % plain(round(value, 5)))
    return _element(f'answer fraction="{plain(round(value, 5))}"', text, question, more)


def _plain_answer(value: Decimal, text: str, more: str) -> str:
    if weights.nearest(value) is None:
        raise _Unsayable(_("The question: Moodle knows no weight of %s percent.") % plain(round(value, 5)))
    return f'<answer fraction="{plain(round(value, 5))}" format="plain_text">{_text(text)}{more}</answer>'


def _choice(question: Neutral) -> Rows:
    is_single = question.kind == "single"
    values = shares(question.kind, question.body)
    if weights.mistakes(values, several=not is_single):
        raise _Unsayable(_("The question: the weights of its options are none that Moodle takes."))
    yield f"<single>{str(is_single).lower()}</single>"
    yield f"<shuffleanswers>{str(question.body.get('shuffle', True)).lower()}</shuffleanswers>"
    yield "<answernumbering>abc</answernumbering>"
    for option, value in zip(question.body["options"], values, strict=True):
        yield _answer(value, option["text"], question, _feedback(option, question))


def _truefalse(question: Neutral) -> Rows:
    feedback = question.body.get("feedback", {})
    for code in ("true", "false"):
        value = weights.WHOLE if question.body["right"] is (code == "true") else Decimal(0)
        yield _plain_answer(value, code, _element("feedback", feedback.get(code, ""), question))


def _short(question: Neutral) -> Rows:
    yield f"<usecase>{int(bool(question.body.get('case')))}</usecase>"
    for row in question.body["accepted"]:
        yield _plain_answer(Decimal(str(row.get("fraction", "100"))), row["text"], _feedback(row, question))


def _numeric(question: Neutral) -> Rows:
    for place, row in enumerate([question.body, *question.body.get("more", [])]):
        value = Decimal(str(row.get("fraction", "100"))) if place else weights.WHOLE
        is_any = row["answer"] == "*"
        width = f"<tolerance>{'0' if is_any else quantities.tolerance(row)}</tolerance>"
        said = "*" if is_any else plain(number(row["answer"]))
        yield _plain_answer(value, said, _feedback(row, question) + width)
    units = question.body.get("units") or []
    if not units and question.body.get("unit"):
        units = [{"unit": question.body["unit"], "factor": "1"}]
    if units:
        yield "<unitgradingtype>0</unitgradingtype>"
        yield "<showunits>2</showunits>"
        yield f"<units>{''.join(map(_unit, units))}</units>"


def _unit(unit: dict[str, str]) -> str:
    multiplier = plain(round(1 / number(unit["factor"]), 20))
    return f"<unit><multiplier>{multiplier}</multiplier><unit_name>{_escaped(unit['unit'])}</unit_name></unit>"


def _matching(question: Neutral) -> Rows:
    yield "<shuffleanswers>true</shuffleanswers>"
    pairs = [(pair["left"], pair["right"]) for pair in question.body["pairs"]]
    for left, right in (*pairs, *(("", words) for words in question.body.get("distractors", []))):
        yield _element("subquestion", left, question, f"<answer>{_text(right)}</answer>")


def _essay(question: Neutral) -> Rows:
    yield "<responseformat>editor</responseformat><responserequired>1</responserequired>"
    for tag, name in (("minwordlimit", "least_words"), ("maxwordlimit", "most_words")):
        if question.body.get(name):
            yield f"<{tag}>{question.body[name]}</{tag}>"
    yield _element("graderinfo", question.body.get("sample", ""), question)


def _ordering(question: Neutral) -> Rows:
    is_part = question.body.get("credit") == "part"
    yield "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><selectcount>0</selectcount>"
    yield f"<gradingtype>{'RELATIVE_NEXT_EXCLUDE_LAST' if is_part else 'ALL_OR_NOTHING'}</gradingtype>"
    for place, line in enumerate(question.body["lines"], start=1):
        yield _element(f'answer fraction="{place}"', line, question)


def _cloze(_question: Neutral) -> Rows:
    yield from ()


_ANSWERS: dict[str, tuple[str, Callable[[Neutral], Rows]]] = {
    "single": ("multichoice", _choice),
    "multiple": ("multichoice", _choice),
    "truefalse": ("truefalse", _truefalse),
    "numeric": ("numerical", _numeric),
    "short": ("shortanswer", _short),
    "matching": ("matching", _matching),
    "essay": ("essay", _essay),
    "ordering": ("ordering", _ordering),
    "cloze": ("cloze", _cloze),
}
