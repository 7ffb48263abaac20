"""The best passage of a text for a query, cut into matched and unmatched segments.

Offsets are those of the text as it is written: the comparison adds and drops no character.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import Self

from .analysis import Clause, Span, Word, clauses, is_compound, spans
from .characters import normalise
from .lexicon import EMPTY, Lexicon, Phrases

#: A piece of a text, and whether the query asked for it.
Segment = tuple[str, bool]

_ELLIPSIS = "…"
#: A passage prefers to begin after one of these, when one stands shortly before the first match.
_BREAKS = "。！？；\n.!?;"
_LEAD = 24
#: What may stand inside a code or between a number and its unit.
_JOINERS = re.compile("[-_./:+#@&'’ ]")


@dataclass(frozen=True)
class Sought:
    """What a query looks for in texts: its words, and what the editors say means the same."""

    clauses: tuple[Clause, ...]

    @classmethod
    def of(cls, query: str, lexicon: Lexicon = EMPTY) -> Self:
        """Return what ``query`` looks for."""
        return cls(tuple(clauses(query, lexicon)))

    def places(self, text: str) -> list[Span]:
        """Return every place of ``text`` where a term stands, from left to right; they may overlap.

        A Chinese word of three characters counts as a whole; a longer one by its pairs where it does not stand as a
        whole. Pairs that belong to no word of the query do not count: they rank, but nobody typed them. A synonym of
        several words counts as a whole, and the words of what was typed where that does not stand as a whole.
        """
        normal = normalise(text)
        phrases = [(normal[begin:end], begin, end) for begin, end in self._phrases.found(normal)]
        words = self._words({phrase for phrase, _begin, _end in phrases})
        wanted = {term for word in words for term in self._terms(word, normal)}
        compounds = [place for term in wanted if is_compound(term) for place in _occurrences(term, normal)]
        single = any(len(term) == 1 for term in wanted)
        found = (span for span in spans(normal, single=single) if span[0] in wanted)
        return sorted({*found, *compounds, *phrases}, key=itemgetter(1, 2))

    def worth(self, text: str) -> int:
        """Return how much of the query stands in ``text``: the characters of its distinct terms."""
        return sum(map(len, {term for term, _begin, _end in self.places(text)}))

    def guess(self, text: str) -> int:
        """Return about what :meth:`worth` does, in a tenth of the time; for many texts of which few are shown."""
        normal = normalise(text)
        worth = sum(len(term) for term in self._ideographs if term in normal)
        worth += sum(len(phrase) for phrase in self._phrases if phrase in normal)
        if self._latin:
            joined = _JOINERS.sub("", normal)
            worth += sum(len(term) for term in self._latin if term in joined)
        return worth

    @cached_property
    def _phrases(self) -> Phrases:
        """What the editors' list has in several words, as it was typed or otherwise."""
        pairs = (pair for clause in self.clauses for pair in zip(clause.written, clause.wordings, strict=False))
        return Phrases(written for written, wording in pairs if len(wording) > 1)

    def _words(self, whole: Container[str] = ()) -> Iterator[Word]:
        """Yield the words that count by themselves: all that were typed but those in ``whole``, and lone synonyms."""
        for clause in self.clauses:
            if not (clause.written and clause.written[0] in whole):
                yield from clause.wordings[0]
            yield from (wording[0] for wording in clause.wordings[1:] if len(wording) == 1)

    @cached_property
    def _ideographs(self) -> frozenset[str]:
        return frozenset(term for word in self._words() for term in word.terms if word.ways and not term.isascii())

    @cached_property
    def _latin(self) -> frozenset[str]:
        return frozenset(term for word in self._words() for term in word.terms if term.isascii())

    def _terms(self, word: Word, normal: str) -> Iterable[str]:
        compound = word.terms[0]
        if is_compound(compound) and (len(compound) == 3 or compound in normal):
            return (compound,)
        return word.terms if word.ways or not word.terms[0][0] > "\u2e7f" else ()


def passage(text: str, query: "str | Sought", length: int = 160) -> list[Segment]:
    """Return the passage of ``text`` that answers ``query`` best as segments (text, whether it matched).

    The segments hold plain text, in order; an ellipsis at either end says that the text goes on. At most
    ``length`` characters come from the text, white space as it stands. Without a match it is the beginning.

    >>> passage("电机过热保护动作后，等待十分钟。", "过热保护", 12)
    [('电机', False), ('过热保护', True), ('动作后，等待', False), ('…', False)]
    """
    found = (Sought.of(query) if isinstance(query, str) else query).places(text)
    start = _start(text, found, length)
    end = min(len(text), start + length)
    segments = _segments(text, _merged(text, found, start, end), start, end)
    before = [(_ELLIPSIS, False)] if start > 0 else []
    after = [(_ELLIPSIS, False)] if end < len(text) else []
    return [*before, *segments, *after]


def _occurrences(term: str, normal: str) -> Iterable[Span]:
    at = normal.find(term)
    while at >= 0:
        yield term, at, at + len(term)
        at = normal.find(term, at + 1)


def _start(text: str, found: Sequence[Span], length: int) -> int:
    if not found or len(text) <= length:
        return 0
    best = _best(found, length)
    start = max(0, best - _LEAD)
    cuts = [at + 1 for at in range(start, best) if text[at] in _BREAKS]
    start = max(0, min(cuts[-1] if cuts else start, len(text) - length))
    return next((at for at in range(start, best) if not _splits(text, at)), start)


def _splits(text: str, at: int) -> bool:
    """Return whether ``at`` is inside a Latin word."""
    return at > 0 and text[at - 1 : at + 1].isascii() and text[at - 1 : at + 1].isalnum()


def _best(found: Sequence[Span], length: int) -> int:
    """Return where the window begins that holds most of the query: the characters of its distinct terms."""
    inside: Counter[str] = Counter()
    best, most, worth, upto = 0, -1, 0, 0
    for term, begin, _end in found:
        while upto < len(found) and found[upto][2] <= begin + length:
            worth += len(found[upto][0]) * (not inside[found[upto][0]])
            inside[found[upto][0]] += 1
            upto += 1
        if worth > most:
            best, most = begin, worth
        inside[term] -= 1
        worth -= len(term) * (not inside[term])
    return best


def _merged(text: str, found: Sequence[Span], start: int, end: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for _, begin, stop in found:
        stop = _whole(text, stop, end)
        if begin < start or stop > end:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((begin, stop))
    return merged


def _whole(text: str, stop: int, end: int) -> int:
    """Return ``stop`` behind the accents and variation selectors that belong to the character before it."""
    while stop < end and unicodedata.category(text[stop]) in ("Mn", "Me"):
        stop += 1
    return stop


def _segments(text: str, matches: Sequence[tuple[int, int]], start: int, end: int) -> list[Segment]:
    edges = [start, *(edge for match in matches for edge in match), end]
    flagged = ((text[a:b], bool(at % 2)) for at, (a, b) in enumerate(pairwise(edges)))
    return [(segment, matched) for segment, matched in flagged if segment]
