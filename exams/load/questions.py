"""The text of a question in a file <-> its body and explanation. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from exams.written import ITEMS, item, write
from kb.content.shapes import Field, Members, Shape
from kb.content.values import Choice, Number, Words

_LINES = ("ordering",)

# What only some kinds have.
KEYS: Mapping[str, Shape] = {
    "single": (),
    "multiple": (),
    "truefalse": (Field("answer", Choice(["true", "false"]), is_required=True),),
    "numeric": (Field("answer", Number(), is_required=True), Field("tolerance", Number()), Field("unit", Words(20))),
    "ordering": (),
}


@dataclass
class Written:
    """The text below a question's heading, in its three parts; `stray` are lines that belong to none, by place."""

    more: str = ""
    items: list[str | dict[str, Any]] = field(default_factory=list)  # options or lines
    explanation: str = ""
    stray: list[int] = field(default_factory=list)


def read(kind: str, text: str) -> Written:
    """Part the text: what more there is to the question, its options or lines, and the explanation in `>` lines."""
    rows = text.split("\n")
    items = [place for place, row in enumerate(rows) if kind in ITEMS and ITEMS[kind].fullmatch(row)]
    if kind in _LINES:
        items = _last_run(items)
    said = [place for place, row in enumerate(rows) if row.startswith(">")]
    end = min([*items[:1], *said[:1]], default=len(rows))
    written = Written("\n".join(rows[:end]).strip("\n").rstrip())
    written.items = [item(kind, rows[place]) for place in items]
    written.explanation = "\n".join(rows[place][1:].removeprefix(" ").rstrip() for place in said).strip("\n")
    known = {*items, *said, *range(end)}
    written.stray = [place for place, row in enumerate(rows) if row.strip() and place not in known]
    return written


def _last_run(places: list[int]) -> list[int]:
    """Return the places at the end that follow one another: a list before them belongs to the question."""
    start = len(places) - 1
    while start > 0 and places[start - 1] == places[start] - 1:
        start -= 1
    return places[max(start, 0) :]


def body(kind: str, written: Written, members: Members) -> dict[str, Any]:
    """Return the body of a question version: see exams.kinds."""
    match kind:
        case "single" | "multiple":
            return {"options": written.items}
        case "ordering":
            return {"lines": written.items}
        case "truefalse":
            return {"right": members["answer"] == "true"}
    return {key: members[key] for key in ("answer", "tolerance", "unit") if members[key] or key == "answer"}


def members(kind: str, body: Mapping[str, Any]) -> Members:
    """Return the entries that a body says."""
    match kind:
        case "truefalse":
            return {"answer": "true" if body["right"] else "false"}
        case "numeric":
            return {key: str(body.get(key, "")) for key in ("answer", "tolerance", "unit")}
    return {}


def text(kind: str, more: str, body: Mapping[str, Any], explanation: str) -> str:
    """Return the text below the heading, in canonical form."""
    items = write(kind, body) if kind in ITEMS else ""
    said = "\n".join(f"> {line}".rstrip() for line in explanation.split("\n")) if explanation else ""
    return "\n\n".join(part for part in (more, items, said) if part)


def stray_sentence() -> str:
    """Return what is wrong with a line that belongs to no part of a question."""
    return _("Here only options and, after them, “>” lines with the explanation may stand.")
