"""Where the nodes of a fault guide lead, as files write it. Pure."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from kb.content.values import Value, Words, number

_WAY = re.compile(r"(.*\S)\s+->\s+(\S+)")
_SPAN = re.compile(r"(\S*)\s*\.\.\s*(\S*?)\s*->\s*(\S+)")


class Way(NamedTuple):
    """An answer in words and the node it leads to."""

    words: str
    to: str


class Ways(Value):
    """`words -> node`."""

    def read(self, text: str) -> Way:
        """Part the two."""
        match = _WAY.fullmatch(text)
        if not match:
            raise ValueError(_("Write “words -> node”."))
        return Way(Words(300).read(match[1]), match[2])

    def show(self, value: Way) -> str:
        """Join the two."""
        return f"{' '.join(value.words.split())} -> {value.to}"

    def structure(self, value: Way) -> str:
        """The node."""
        return value.to


class Span(NamedTuple):
    """Readings from low to high and the node they lead to; "" is unlimited. Bounds are decimal text."""

    low: str
    high: str
    to: str


class Spans(Value):
    """`11.4 .. 12.6 -> node`; either bound may be left out."""

    def read(self, text: str) -> Span:
        """Part the three."""
        match = _SPAN.fullmatch(text)
        if not match:
            raise ValueError(_("Write “low .. high -> node”; either bound may be left out."))
        low, high = (number(bound) if bound else None for bound in match.groups()[:2])
        if low is not None and high is not None and low >= high:
            raise ValueError(_("The lower bound must be below the upper one."))
        return Span("" if low is None else str(low), "" if high is None else str(high), match[3])

    def show(self, value: Span) -> str:
        """Join the three."""
        return " ".join(part for part in (value.low, "..", value.high, "->", value.to) if part)
