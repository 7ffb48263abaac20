"""Options and keys of questions as people write them, in content files and in the admin alike. Pure.

single, multiple: `- [x] right` and `- [ ] wrong`, a line each; truefalse: `answer: true`; numeric: `answer: 12`,
`tolerance: 0.6`, `unit: V`; ordering: `1. first`, `2. second` in the right order.
"""

import re
from collections.abc import Mapping

_OPTION = re.compile(r"[-*] \[([ xX])\] +(.*\S)\s*")
_LINE = re.compile(r"\d+[.)、](?: +|(?![\d ]))(.*\S)\s*")  # "1.断电" is a line, "1.5 V" is not
_MEMBER = re.compile(r"(answer|tolerance|unit): *(.*)")

# The kinds whose answers are items, a line each, and what such a line looks like.
ITEMS = {"single": _OPTION, "multiple": _OPTION, "ordering": _LINE}


class Unreadable(ValueError):
    """A line that belongs to no answer of this kind: `line` is its place from 0, `text` what it says."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line, self.text = line, text


def read(kind: str, text: str) -> dict:
    """Return the body of a question of this kind. Raises Unreadable; whether it is whole, its kind's `mistakes` say."""
    rows = [(place, row.strip()) for place, row in enumerate(text.splitlines()) if row.strip()]
    for place, row in rows:
        if not ITEMS.get(kind, _MEMBER).fullmatch(row):
            raise Unreadable(place, row)
    if kind in ITEMS:
        return {"lines" if kind == "ordering" else "options": [item(kind, row) for _place, row in rows]}
    members = dict(_MEMBER.fullmatch(row).groups() for _place, row in rows)
    if kind == "truefalse":
        return {"right": {"true": True, "false": False}.get(members.get("answer", "").lower())}
    return members


def item(kind: str, row: str) -> str | dict:
    """Return the option {text, right}, or the words of the line, that a row says; it must match its kind's ITEMS."""
    if kind == "ordering":
        return _LINE.fullmatch(row)[1]
    mark, words = _OPTION.fullmatch(row).groups()
    return {"text": words, "right": mark in "xX"}


def write(kind: str, body: Mapping) -> str:
    """Return the body as written; `read` gives the same body back, but for white space within an item."""
    if kind in ("single", "multiple"):
        return "\n".join(
            f"- [{'x' if each.get('right') else ' '}] {_one_line(each['text'])}" for each in body["options"]
        )
    if kind == "ordering":
        return "\n".join(f"{place}. {_one_line(line)}" for place, line in enumerate(body["lines"], start=1))
    if kind == "truefalse":
        return f"answer: {str(body['right']).lower()}"
    return "\n".join(f"{name}: {body[name]}" for name in ("answer", "tolerance", "unit") if body.get(name))


def _one_line(words: str) -> str:
    return " ".join(words.split())
