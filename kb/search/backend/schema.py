"""What one document of the index holds, and how its postings are packed.

A posting packs how often the term occurs in each of the three zones (title, headings, body) and in which
fields it occurs, as one bit a field, so that a search may be restricted to some fields.
"""

import struct
from collections import Counter
from collections.abc import Iterable

import numpy as np
from whoosh import fields

#: The zones of a text by importance, and the weight of each in the BM25F score.
ZONES = ("title", "headings", "body")
TITLE, HEADINGS, BODY = range(3)
WEIGHTS = (4.0, 2.0, 1.0)

#: Fields that can be told apart in a restricted search; those beyond share the last bit.
SLOTS = 16

POSTING = np.dtype([("frequency", "u1", len(ZONES)), ("slots", "<u2")])
_pack = struct.Struct("<3BH").pack


#: ``head`` is label, key and zone lengths, ``row`` the values to filter by, ``texts`` the normalised text for
#: phrases. Terms are not in it: see :mod:`.postings`.
SCHEMA = fields.Schema(head=fields.COLUMN(), row=fields.COLUMN(), texts=fields.COLUMN())

#: What the key of a term in the inverted file begins with: terms are searched, prefixes completed, and words (of
#: titles and headings) are what spelling is compared with.
TERMS, PREFIXES, WORDS = "t", "p", "w"


class Tally:
    """Counts the terms of one document and packs them."""

    def __init__(self) -> None:
        self._frequency: tuple[Counter[str], ...] = tuple(Counter() for _ in ZONES)
        self._slots: dict[str, int] = {}

    def add(self, terms: Iterable[str], zone: int, slot: int) -> None:
        """Count ``terms`` in ``zone`` for the field with the bit number ``slot``."""
        counted = Counter(terms)
        self._frequency[zone].update(counted)
        for term in counted:
            self._slots[term] = self._slots.get(term, 0) | 1 << slot

    def lengths(self) -> list[int]:
        """Return the number of terms in each zone."""
        return [counted.total() for counted in self._frequency]

    def packed(self) -> dict[str, bytes]:
        """Return term -> posting value."""
        title, headings, body = self._frequency
        return {
            term: _pack(min(title[term], 255), min(headings[term], 255), min(body[term], 255), slots)
            for term, slots in self._slots.items()
        }
