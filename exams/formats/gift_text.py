r"""Stretches of GIFT with what is escaped put out of the way, and the texts and places in them. Pure."""

import re
from dataclasses import dataclass

from exams.formats.question import FORMATS, Marked

# Characters that no text may hold (encoding.decode sees to that) stand for what is escaped, and for a comment's line.
COMMENT = "\ufdd0"
_SIGNS = {sign: chr(0xFDD1 + place) for place, sign in enumerate(":#={}~n\\")}
_WORDS = str.maketrans({stand_in: "\n" if sign == "n" else sign for sign, stand_in in _SIGNS.items()})
_ESCAPE = re.compile(r"\\([:#={}~n\\])")
_MARKER = re.compile(rf"\[({'|'.join(FORMATS)})\]")


class Broken(ValueError):
    """What is no GIFT: `lines` counts the lines of the stretch before it."""

    def __init__(self, message: str, text: str, place: int = 0) -> None:
        super().__init__(message)
        self.lines = text.count("\n", 0, place)


@dataclass(frozen=True)
class Piece:
    """A stretch of an escaped block, and where it begins."""

    block: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """The stretch."""
        return self.block[self.start : self.end]

    @property
    def is_blank(self) -> bool:
        """Whether nothing but comments and blanks is in it."""
        return not self.text.replace(COMMENT, "").strip()

    def broken(self, message: str) -> Broken:
        """Return the objection to this stretch."""
        blank = len(self.text) - len(self.text.lstrip(f"{COMMENT} \t\n"))
        return Broken(message, self.block, self.start + (blank if blank < len(self.text) else 0))

    def find(self, sign: str) -> int:
        """Return where a sign stands first in the block, within this stretch; -1 where it does not."""
        return self.block.find(sign, self.start, self.end)


def escaped(text: str) -> str:
    """Return a block with each escaped sign as the one character that stands for it."""
    return _ESCAPE.sub(lambda match: _SIGNS[match[1]], text)


def cut(block: str, start: int, end: int, sign: str) -> tuple[Piece, Piece | None]:
    """Return what stands before the first such sign, and after it; None where there is none."""
    place = block.find(sign, start, end)
    if place < 0:
        return Piece(block, start, end), None
    return Piece(block, start, place), Piece(block, place + len(sign), end)


def words(text: str) -> str:
    """Return a stretch as its author means it."""
    return text.replace(f"{COMMENT}\n", "").replace(COMMENT, "").translate(_WORDS)


def one_line(text: str) -> str:
    """Return a stretch as its author means it, with single blanks."""
    return " ".join(words(text).split())


def marked(text: str, form: str = "moodle") -> Marked:
    """Return a text with the format that it names, or else this one."""
    text = text.replace(f"{COMMENT}\n", "").replace(COMMENT, "").strip()
    if marker := _MARKER.match(text):
        text, form = text[marker.end() :], marker[1]
    if form in ("html", "markdown"):
        return Marked(words(text).strip(), form)
    # Line ends of the file are blanks, those that are written \n are meant.
    lines = re.sub(r"[ \t\n]+", " ", text.strip())
    return Marked(words(lines).strip(), form)
