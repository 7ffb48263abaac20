"""Words set in lines of a picture: how wide they are and where they break. Pure."""

import re
import unicodedata
from functools import cache

# A Latin word, a number or a run of signs stays together; Chinese breaks anywhere but after what opens a phrase and
# before what closes one.
_OPENING, _CLOSING = "（【《「『“‘", "，。、；：！？）】》」』”’…"
_PIECE = re.compile(rf"[{_OPENING}]*(?:[!-~°±–]+|[^!-~\s])[{_CLOSING}]*|\s")
_LONGEST = 400  # characters of a text that are looked at


@cache
def width(letter: str) -> float:
    """Return how wide a letter is, in ems."""
    if unicodedata.east_asian_width(letter) in "WF" or letter in "“”‘’…":
        return 1
    return 0 if unicodedata.combining(letter) else 0.66 if letter.isupper() or letter in "mw%@—–" else 0.55


def length(text: str) -> float:
    """Return how wide a text is, in ems."""
    return sum(map(width, text))


def lines(text: str, room: float, most: int) -> list[str]:
    """Return the text in at most so many lines of at most `room` ems, about equally long.

    What is left out is marked by an ellipsis.
    """
    pieces = [(piece, length(piece)) for piece in _pieces(text, room)]
    found = _broken(pieces, room)
    if 1 < len(found) <= most:
        tight = sum(wide for _piece, wide in pieces) / len(found)
        tries = (_broken(pieces, tight + (room - tight) * share) for share in (0.1, 0.25, 0.5))
        found = next((tried for tried in tries if len(tried) == len(found)), found)
    return found if len(found) <= most else [*found[: most - 1], _cut(found[most - 1], room)]


def _pieces(text: str, room: float) -> list[str]:
    pieces = []
    for piece in _PIECE.findall(" ".join(text[:_LONGEST].split())):
        pieces += [piece] if length(piece) <= room else list(piece)
    return pieces


def _broken(pieces: list[tuple[str, float]], room: float) -> list[str]:
    found, line, used = [], "", 0.0
    for piece, wide in pieces:
        if used + wide > room and line.strip():
            found.append(line.strip())
            line, used = "", 0.0
        if line or piece != " ":
            line, used = line + piece, used + wide
    return [*found, line.strip()] if line.strip() else found


def _cut(line: str, room: float) -> str:
    while line and length(line) > room - 1:
        line = line[:-1]
    return line.rstrip(_CLOSING + " ") + "…"
