"""When two short texts say the same: width, blanks and capitals folded, `*` for anything."""

import re
import unicodedata

_STAR = re.compile(r"(?<!\\)\*")
_CJK = r"[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_BLANK_BESIDE_CJK = re.compile(rf"(?<={_CJK}) | (?={_CJK})")


def folded(text: str, *, is_cased: bool) -> str:
    """Return the text in one width, with single blanks and none beside Chinese signs, and without capitals."""
    found = unicodedata.normalize("NFKC", text)
    if not is_cased:
        found = unicodedata.normalize("NFKC", found.casefold())
    return _BLANK_BESIDE_CJK.sub("", " ".join(found.split()))


def is_like(text: str, form: str, *, is_cased: bool) -> bool:
    """Say whether a text is of an accepted form."""
    parts = [folded(part.replace("\\*", "*"), is_cased=is_cased) for part in _STAR.split(form)]
    said = folded(text, is_cased=is_cased)
    if len(parts) == 1:
        return said == parts[0]
    first, *between, last = parts
    if not said.startswith(first) or not said[len(first) :].endswith(last):
        return False
    return _follow(said[len(first) : len(said) - len(last)], between)


def sample(form: str) -> str:
    """Return a text of this form."""
    return _STAR.sub("1", form).replace("\\*", "*")


def in_words(form: str) -> str:
    """Return a form as a reader understands it."""
    return _STAR.sub("…", form).replace("\\*", "*")


def _follow(text: str, parts: list[str]) -> bool:
    """Say whether the parts stand in the text one after another."""
    start = 0
    for part in parts:
        found = text.find(part, start)
        if found < 0:
            return False
        start = found + len(part)
    return True
