"""The text of a question in a file <-> its body and explanation. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from exams.written import WRITINGS, Unreadable
from kb.content.kinds import Place
from kb.content.shapes import Field, Members, Shape
from kb.content.values import Choice, Number, Whole, Words
from kb.models import FaultGuidePage

_LAST_RUN = ("ordering",)  # what reads like its rows may stand in the question too: the last rows together count


class Tolerance(Number):
    """A number, or percent of the answer: `0.6`, `5%`."""

    def read(self, text: str) -> str:
        """Check the number."""
        share = text.removesuffix("%").rstrip()
        return super().read(share) + ("%" if share != text else "")


class Count(Whole):
    """A whole number above 0, kept as text."""

    empty = ""

    def read(self, text: str) -> str:
        """Check that it is one."""
        return str(super().read(text))


_CREDIT = Field("credit", Choice(["part", "whole"]))
_SHUFFLE = Field("shuffle", Choice(["no"]))
_LONG = Words(20_000)

# What only some kinds have, all of it text: see exams.written.
KEYS: Mapping[str, Shape] = {
    "single": (_SHUFFLE,),
    "multiple": (_SHUFFLE, _CREDIT),
    "truefalse": (
        Field("answer", Choice(["true", "false"]), is_required=True),
        Field("feedback_true", _LONG),
        Field("feedback_false", _LONG),
    ),
    "numeric": (
        Field("answer", Number(), is_required=True),
        Field("tolerance", Tolerance()),
        Field("unit", Words(20)),
        Field("feedback", _LONG),
    ),
    "short": (Field("case", Choice(["yes"])),),
    "ordering": (_CREDIT,),
    "matching": (_CREDIT,),
    "cloze": (_CREDIT,),
    "essay": (Field("sample", _LONG), Field("least_words", Count(1)), Field("most_words", Count(1))),
    "simulation": (
        Field("guide", Place(FaultGuidePage, block=False), is_required=True),
        Field("fault", Words(64), is_required=True),
        Field("device", Words()),
        Field("symptom", Words(2000)),
    ),
}


@dataclass
class Written:
    """The text below a question's heading, in its three parts; `stray` are lines that belong to none, by place."""

    more: str = ""
    rows: dict[int, str] = field(default_factory=dict)  # options, lines, pairs, … by place
    explanation: str = ""
    stray: list[int] = field(default_factory=list)


def read(kind: str, text: str) -> Written:
    """Part the text: what more there is to the question, its options or other rows, the explanation in `>` lines."""
    lines = text.split("\n")
    said = [place for place, line in enumerate(lines) if line.startswith(">")]
    rows = _rows(kind, lines)
    end = min([*rows, *said], default=len(lines))
    written = Written("\n".join(lines[:end]).strip("\n").rstrip(), rows)
    written.explanation = "\n".join(lines[place][1:].removeprefix(" ").rstrip() for place in said).strip("\n")
    known = {*rows, *said, *range(end)}
    written.stray = [place for place, line in enumerate(lines) if line.strip() and place not in known]
    return written


def _rows(kind: str, lines: list[str]) -> dict[int, str]:
    rows: dict[int, str] = {}
    for place, line in enumerate(lines):
        row = line.strip()
        if not line.startswith(">") and WRITINGS[kind].takes(row, is_first=not rows):
            rows[place] = row
    if kind in _LAST_RUN:
        start = max((place for place in rows if place - 1 not in rows), default=0)
        return {place: row for place, row in rows.items() if place >= start}
    return rows


def body(kind: str, written: Written, members: Members) -> dict[str, Any]:
    """Return the body of a question version: see exams.kinds. Raises Unreadable with a place in the text."""
    given = {each.key: str(members[each.key]) for each in KEYS[kind] if members[each.key]}
    try:
        return WRITINGS[kind].body(given, list(written.rows.values()))
    except Unreadable as wrong:
        raise Unreadable(list(written.rows)[wrong.line], wrong.text) from None


def members(kind: str, body: Mapping[str, Any]) -> Members:
    """Return the entries that a body says."""
    said, _rows = WRITINGS[kind].said(body)
    return {each.key: said.get(each.key, each.empty) for each in KEYS[kind]}


def text(kind: str, more: str, body: Mapping[str, Any], explanation: str) -> str:
    """Return the text below the heading, in canonical form."""
    _members, rows = WRITINGS[kind].said(body)
    said = "\n".join(f"> {line}".rstrip() for line in explanation.split("\n")) if explanation else ""
    return "\n\n".join(part for part in (more, "\n".join(rows), said) if part)


def stray_sentence() -> str:
    """Return what is wrong with a line that belongs to no part of a question."""
    return _("Here only options and, after them, “>” lines with the explanation may stand.")


def unreadable_sentence() -> str:
    """Return what is wrong with a row that its kind cannot read."""
    return _("This line cannot be read here: see how questions of this kind are written.")
