"""Signs that part a line, and the same signs where they are only text: then a backslash stands before them."""

import re
from collections.abc import Mapping

_BREAK = "⏎"  # a line break inside an item
_FRACTION = re.compile(r"%([-+.\deE]+)% +(.*)")
_LIKE_A_FRACTION = re.compile(r"\\*%[-+.\deE]+% ")
FEEDBACK, ARROW = "#", "->"


def flat(words: object) -> str:
    """Return a text on one line."""
    return _BREAK.join(str(words).strip().splitlines())


def broken(words: str) -> str:
    """Return the lines of a text that was written on one."""
    return words.replace(_BREAK, "\n")


def guarded(words: object, sign: str) -> str:
    """Return a text on one line in which no sign parts it."""
    return re.sub(rf"(?:(?<= )|(?<=^))(\\*{sign})(?= |$)", r"\\\1", flat(words))


def parted(row: str, sign: str) -> tuple[str, str]:
    """Return what stands before and behind the first sign that parts the row; the first as it was before `guarded`."""
    found = re.search(rf"(?:^| ){sign}(?: |$)", row)
    words, rest = (row[: found.start()], row[found.end() :]) if found else (row, "")
    plain = re.sub(rf"(?:(?<= )|(?<=^))\\(\\*{sign})(?= |$)", r"\1", words.strip())
    return broken(plain), broken(rest.strip())


def weighed(words: str, more: Mapping) -> str:
    """Return an item with its fraction and its feedback."""
    fraction = f"%{str(more['fraction']).strip()}% " if "fraction" in more else ""
    words = guarded(words, FEEDBACK)
    plain = f"\\{words}" if _LIKE_A_FRACTION.match(f"{words} ") else words
    return f"{fraction}{plain}{said(more)}"


def said(more: Mapping) -> str:
    """Return the feedback of an item as it follows its words."""
    return f" {FEEDBACK} {flat(more['feedback'])}" if more.get("feedback") else ""


def unweighed(row: str) -> tuple[str, dict[str, str]]:
    """Return the words of an item, and its fraction and feedback where it has them."""
    found = _FRACTION.fullmatch(row)
    words, feedback = parted(found[2] if found else row, FEEDBACK)
    plain = words.removeprefix("\\") if _LIKE_A_FRACTION.match(f"{words} ") else words
    more = {"fraction": found[1] if found else "", "feedback": feedback}
    return plain, {name: each for name, each in more.items() if each}
