r"""Options and keys of questions as people write them, in content files and in the admin alike. Pure.

Each kind has members, `name: value` lines, and rows such as options: see the class of each for what they look like.
A line break inside an item is written ⏎; ` # ` parts an item from its feedback, and where it is only text it is
written ` \# `; so with ` -> ` in the left side of a pair, and with `%50%` at the start of an item.
"""

import re
from collections.abc import Mapping

from exams.written.choosing import Lines, Options, Pairs, Statement
from exams.written.gaps import Gaps
from exams.written.playing import Recipe
from exams.written.telling import EssayText, Number, ShortText
from exams.written.writing import Unreadable, Writing

__all__ = ["WRITINGS", "Unreadable", "read", "write"]

_MEMBER = re.compile(r"([a-z_]+): *(.*)")


def read(kind: str, text: str) -> dict:
    """Return the body of a question of this kind. Raises Unreadable; whether it is whole, its kind's `mistakes` say."""
    writing = WRITINGS.get(kind)
    members: dict[str, str] = {}
    rows: dict[int, str] = {}
    for place, line in enumerate(text.splitlines()):
        row = line.strip()
        member = _MEMBER.fullmatch(row)
        if writing and writing.takes(row, is_first=not rows):
            rows[place] = row
        elif writing and member and member[1] in writing.members:
            members |= {member[1]: member[2]} if member[2] else {}
        elif row:
            raise Unreadable(place, row)
    try:
        return writing.body(members, list(rows.values())) if writing else {}
    except Unreadable as wrong:
        raise Unreadable(list(rows)[wrong.line], wrong.text) from None


def write(kind: str, body: Mapping) -> str:
    """Return the body as written; `read` gives the same body back, but for white space around an item."""
    writing = WRITINGS[kind]
    members, rows = writing.said(body)
    named = [f"{name}: {members[name]}" for name in writing.members if name in members]
    return "\n".join(named + rows)


WRITINGS: dict[str, Writing] = {
    "single": Options("shuffle"),
    "multiple": Options("shuffle", "credit"),
    "truefalse": Statement(),
    "numeric": Number(),
    "short": ShortText(),
    "ordering": Lines(),
    "matching": Pairs(),
    "cloze": Gaps(read, write),
    "essay": EssayText(),
    "simulation": Recipe(),
}
