"""The neutral question between files and the bank, and what a reader says of a file. Pure.

A reader fills `text`, `explanation` and the texts of `body` (shapes: see exams/kinds) with `Marked` strings in the
file's own format; `settled` notes what the file says (for `as_json`) and turns them into our Markdown.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Self

from exams.kinds.kind import BadResponse
from exams.kinds.number import number

FORMATS = ("moodle", "html", "markdown", "plain")


class Marked(str):
    """A text with the format it is in: one of FORMATS."""

    __slots__ = ("format",)

    def __new__(cls, text: str, format: str = "moodle") -> Self:
        """Mark it."""
        self = super().__new__(cls, text)
        self.format = format
        return self


@dataclass
class Neutral:
    """A question as any format says it. `ident`, `format`, `file` are its source's, as is `said`: see as_json."""

    kind: str
    name: str
    text: str
    body: dict[str, Any]
    explanation: str = ""
    points: Decimal | None = None
    topic: tuple[str, ...] = ()
    tags: list[str] = field(default_factory=list)
    line: int = 1
    media: dict[str, bytes] = field(default_factory=dict)
    ident: str = ""
    format: str = "markdown"
    said: dict[str, Any] = field(default_factory=dict)
    file: str = ""


@dataclass(frozen=True)
class Fault:
    """An error: because of it nothing of the file is taken."""

    file: str
    line: int
    message: str


@dataclass(frozen=True)
class Loss:
    """Something the file says that we cannot keep, or (export) that the format cannot say. `name`: of the question."""

    file: str
    line: int
    name: str
    what: str


@dataclass
class Read:
    """What a reader found."""

    questions: list[Neutral] = field(default_factory=list)
    errors: list[Fault] = field(default_factory=list)
    not_represented: list[Loss] = field(default_factory=list)
    format: str = ""
    encoding: str = ""


def settled(question: Neutral, markdown: Callable[[str, str], str]) -> Neutral:
    """Return the question in our Markdown; `markdown(text, format)` turns one text, and may note what is lost."""

    def turned(value: Any) -> Any:
        match value:
            case Marked():
                return markdown(str(value), value.format)
            case dict():
                return {name: turned(each) for name, each in value.items()}
            case list():
                return [turned(each) for each in value]
            case _:
                return value

    return replace(
        question,
        text=turned(question.text),
        explanation=turned(question.explanation),
        body=turned(question.body),
        said=as_json(question),
        format=question.text.format if isinstance(question.text, Marked) else question.format,
    )


def as_json(question: Neutral) -> dict[str, Any]:
    """Return the question as `import_questions --json` shows it: texts as the file says them, fractions in percent."""
    return {
        "kind": question.kind,
        "name": question.name,
        "text": str(question.text),
        "format": question.text.format if isinstance(question.text, Marked) else question.format,
        "options": [],
        **answers(question.kind, question.body),
        "explanation": str(question.explanation),
        "points": None if question.points is None else figure(question.points),
        "topic": list(question.topic),
        "tags": list(question.tags),
        "id": question.ident or None,
        "line": question.line,
        "media": sorted(question.media),
        **question.said,
    }


def answers(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return what the JSON says of the answers of a body."""
    match kind:
        case "single" | "multiple":
            return _choice(kind, body)
        case "truefalse":
            notes = body.get("feedback", {})
            return {
                "options": [
                    _option(word, 100 if body.get("right") is (word == "True") else 0, notes.get(word.lower(), ""))
                    for word in ("True", "False")
                ]
            }
        case "numeric":
            return _numeric(body)
        case "short":
            forms = [_option(each["text"], each.get("fraction", 100), each) for each in body.get("accepted", [])]
            return {"options": forms, "case": bool(body.get("case"))}
        case "ordering":
            return {"lines": [str(line) for line in body.get("lines", [])]}
        case "matching":
            pairs = [{side: str(pair[side]) for side in ("left", "right")} for pair in body.get("pairs", [])]
            return {"pairs": pairs, "distractors": [str(each) for each in body.get("distractors", [])]}
        case "cloze":
            return {"parts": [{"kind": each["kind"], **answers(each["kind"], each)} for each in body.get("parts", [])]}
        case _:
            return {name: value for name, value in body.items() if not isinstance(value, Marked)}


def shares(kind: str, body: dict[str, Any]) -> list[Decimal]:
    """Return the percent of each option of a choice: what is written, or what `right` alone means."""
    options = body.get("options", [])
    right = sum(bool(each.get("right")) for each in options) or 1
    whole = Decimal(100) if kind == "single" else Decimal(100) / right
    wrong = -whole if kind == "multiple" and body.get("credit") == "part" else Decimal(0)
    return [
        Decimal(str(each["fraction"])) if each.get("fraction") is not None else whole if each.get("right") else wrong
        for each in options
    ]


def figure(value: object) -> int | float:
    """Return a number for JSON."""
    found = float(str(value))
    return int(found) if found.is_integer() else round(found, 7)


def plain(value: Decimal) -> str:
    """Return a number as decimal text without an exponent or trailing noughts."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text


def _choice(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    options = zip(body.get("options", []), shares(kind, body), strict=True)
    found: dict[str, Any] = {"options": [_option(each["text"], share, each) for each, share in options]}
    if kind == "multiple":
        found["credit"] = body.get("credit", "whole")
    return found | {"shuffle": body.get("shuffle", True)}


def _numeric(body: dict[str, Any]) -> dict[str, Any]:
    found = []
    for each in ({"fraction": 100} | body, *body.get("more", [])):
        option = _option(str(each.get("answer", "")), each.get("fraction", 100), each)
        option["tolerance"] = figure(each.get("tolerance") or 0)
        if each.get("relative"):
            option["relative"] = True
        else:
            option |= _bounds(each)
        found.append(option)
    return {
        "options": found,
        "tolerance": found[0]["tolerance"],
        "unit": str(body.get("unit", "")),
        "units": list(body.get("units", [])),
    }


def _bounds(answer: dict[str, Any]) -> dict[str, int | float]:
    try:
        middle, width = number(answer.get("answer")), number(answer.get("tolerance") or 0)
    except BadResponse:
        return {}
    return {"low": figure(middle - width), "high": figure(middle + width)}


def _option(text: str, fraction: object, feedback: object) -> dict[str, Any]:
    note = feedback.get("feedback", "") if isinstance(feedback, dict) else feedback
    return {"text": str(text), "fraction": figure(fraction), "feedback": str(note)}
