"""The one form of every character under which text is compared, one character for one.

Because no character is added or dropped, an offset into the normalised text is an offset into the text.
"""

import unicodedata

from .variants import SIMPLIFIED


class _Table(dict[int, str]):
    """What str.translate asks for; a character is worked out when it first occurs."""

    def __missing__(self, codepoint: int) -> str:
        folded = _fold(chr(codepoint))
        self[codepoint] = folded
        return folded


def _fold(character: str) -> str:
    """Return the compared form of one character: NFKC, simplified, lower case, without accents."""
    for form in (_compatible, _simplified, str.lower, _unaccented):
        folded = form(character)
        # An expansion such as the ligature fi would move every later offset.
        character = folded if len(folded) == 1 else character
    return character


def _compatible(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


def _simplified(character: str) -> str:
    return character.translate(SIMPLIFIED)


def _unaccented(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[:1]
    return base if base.isascii() else character


_TABLE = _Table()


def normalise(text: str) -> str:
    """Return ``text`` as it is compared: same length, full width, case, accents and variants folded.

    >>> normalise("Ｅ－04 電機過熱")
    'e-04 电机过热'
    """
    return text.translate(_TABLE)


def is_traditional(text: str) -> bool:
    """Return whether ``text`` has characters of the traditional script that the simplified one writes otherwise."""
    return text.translate(SIMPLIFIED) != text
