"""Options and keys of questions as people write them, in content files and in the admin alike. Pure.

single, multiple: `- [x] right` and `- [ ] wrong`, a line each; truefalse: `answer: true`; numeric: `answer: 12`,
`tolerance: 0.6`, `unit: V`; ordering: `1. first`, `2. second` in the right order.
"""

import re
from collections.abc import Mapping

_OPTION = re.compile(r"[-*] \[(?P<mark>[ xX])\] (?P<text>.+)")
_LINE = re.compile(r"\d+[.、] ?(?P<text>.+)")
_MEMBER = re.compile(r"(?P<name>answer|tolerance|unit): *(?P<value>.*)")


class Unreadable(ValueError):
    """A line that belongs to no answer of this kind: `line` is its place from 0, `text` what it says."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line, self.text = line, text


def read(kind: str, text: str) -> dict:
    """Return the body of a question of this kind. Raises Unreadable; whether it is whole, its kind's `mistakes` say."""
    lines = [(place, line.strip()) for place, line in enumerate(text.splitlines()) if line.strip()]
    if kind in ("single", "multiple"):
        options = [_match(_OPTION, place, line) for place, line in lines]
        return {"options": [{"text": each["text"].strip(), "right": each["mark"] != " "} for each in options]}
    if kind == "ordering":
        return {"lines": [_match(_LINE, place, line)["text"].strip() for place, line in lines]}
    members = dict(_match(_MEMBER, place, line).group("name", "value") for place, line in lines)
    if kind == "truefalse":
        return {"right": {"true": True, "false": False}.get(members.get("answer", "").lower())}
    return members


def _match(pattern: re.Pattern[str], place: int, line: str) -> re.Match[str]:
    if (match := pattern.fullmatch(line)) is None:
        raise Unreadable(place, line)
    return match


def write(kind: str, body: Mapping) -> str:
    """Return the body as written; `read` gives the same body back."""
    if kind in ("single", "multiple"):
        return "\n".join(f"- [{'x' if option.get('right') else ' '}] {option['text']}" for option in body["options"])
    if kind == "ordering":
        return "\n".join(f"{place}. {line}" for place, line in enumerate(body["lines"], start=1))
    if kind == "truefalse":
        return f"answer: {str(body['right']).lower()}"
    return "\n".join(f"{name}: {body[name]}" for name in ("answer", "tolerance", "unit") if body.get(name))
