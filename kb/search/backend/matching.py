"""Which documents a query matches and how well: the tree of modelsearch queries, evaluated over arrays."""

import re
from collections.abc import Iterable, Sequence
from functools import reduce, singledispatchmethod
from typing import NamedTuple

import numpy as np
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText, SearchQuery
from numpy.typing import NDArray

from .. import analysis
from ..characters import normalise
from . import scoring
from .columns import Mask
from .schema import WEIGHTS
from .snapshot import Snapshot

#: Terms that one beginning is completed to.
_COMPLETIONS = 500


class Matched(NamedTuple):
    """Which documents match, and their scores; the score of a document that does not match means nothing."""

    mask: Mask
    scores: NDArray[np.float32]


class Search:
    """Evaluates queries on one snapshot, in all fields or in some."""

    def __init__(self, snapshot: Snapshot, fields: Sequence[str] | None = None) -> None:
        self._snapshot, self._fields = snapshot, fields
        self._slots = None if fields is None else snapshot.slots(fields)

    @singledispatchmethod
    def matched(self, query: SearchQuery) -> Matched:
        """Return what ``query`` matches.

        Raises NotImplementedError for a class of query that is unknown here.
        """
        raise NotImplementedError(f"`{type(query).__name__}` is not supported by this search backend.")

    @matched.register
    def _(self, query: MatchAll) -> Matched:
        return Matched(self._snapshot.live.copy(), np.ones(self._snapshot.size, dtype=np.float32))

    @matched.register
    def _(self, query: Not) -> Matched:
        return Matched(self._snapshot.live & ~self.matched(query.subquery).mask, self._nothing())

    @matched.register
    def _(self, query: And) -> Matched:
        parts = [self.matched(subquery) for subquery in query.subqueries]
        mask = reduce(np.logical_and, (part.mask for part in parts))
        return Matched(mask, sum((part.scores for part in parts), self._nothing()))

    @matched.register
    def _(self, query: Or) -> Matched:
        parts = [self.matched(subquery) for subquery in query.subqueries]
        mask = reduce(np.logical_or, (part.mask for part in parts))
        return Matched(mask, sum((np.where(part.mask, part.scores, 0) for part in parts), self._nothing()))

    @matched.register
    def _(self, query: Boost) -> Matched:
        mask, scores = self.matched(query.subquery)
        return Matched(mask, scores * np.float32(query.boost))

    @matched.register
    def _(self, query: PlainText) -> Matched:
        mask, scores = self._plain(query)
        return Matched(mask, scores * np.float32(query.boost))

    @matched.register
    def _(self, query: Fuzzy) -> Matched:
        words = [self._fuzzy(word) for word in analysis.words(query.query_string)]
        return self._words(words, every=query.operator == "and")

    @matched.register
    def _(self, query: Phrase) -> Matched:
        mask, scores = self._words(analysis.words(query.query_string), every=True)
        pattern = _phrase(query.query_string)
        for number in np.flatnonzero(mask):
            mask[number] = any(pattern.search(text) for text in self._texts(int(number)))
        return Matched(mask, scores)

    def _plain(self, query: PlainText) -> Matched:
        return self._words(analysis.words(query.query_string), every=query.operator == "and")

    def _words(self, words: Sequence[analysis.Word], *, every: bool) -> Matched:
        total, count = self._nothing(), np.zeros(self._snapshot.size, dtype=np.uint8)
        every_word = self._snapshot.live.copy()
        required = [word for word in words if word.ways]
        for term in dict.fromkeys(term for word in words for term in word.terms):
            documents, scores = self._snapshot.impact(term, self._slots)
            total[documents] += scores
        for word in required:
            count += self._present(word.terms)
            if every:
                every_word &= reduce(np.logical_or, (self._all_present(way) for way in word.ways))
        mask = every_word if every and required else total > 0
        return Matched(mask, scoring.coordinated(total, count, len(required)))

    def _present(self, terms: Iterable[str]) -> Mask:
        """Return which documents have one of ``terms``."""
        present = np.zeros(self._snapshot.size, dtype=bool)
        for term in terms:
            present[self._snapshot.impact(term, self._slots).documents] = True
        return present

    def _all_present(self, terms: Iterable[str]) -> Mask:
        return reduce(np.logical_and, (self._present([term]) for term in terms))

    def _fuzzy(self, word: analysis.Word) -> analysis.Word:
        near = {close for term in word.terms for close in self._near(term)}
        terms = (*word.terms, *sorted(near - set(word.terms)))
        return analysis.Word(terms, (*word.ways, *((term,) for term in near)) if word.ways else ())

    def _near(self, term: str) -> set[str]:
        """Return the terms one edit away, two for long ones, none for ideographs and short ones."""
        if len(term) < 3 or not term.isascii():
            return set()
        allowed = 1 if len(term) < 6 else 2
        return self._snapshot.similar("terms", term[0], lambda other: _within(term, other, allowed))

    def _texts(self, number: int) -> list[str]:
        found = self._snapshot.texts(number)
        return [text for name, text in found if self._fields is None or name in self._fields]

    def _nothing(self) -> NDArray[np.float32]:
        return np.zeros(self._snapshot.size, dtype=np.float32)


class Completion(Search):
    """Evaluates queries whose last word, as every other, may be unfinished."""

    def _words(self, words: Sequence[analysis.Word], *, every: bool) -> Matched:
        raise NotImplementedError("Only plain text is completed.")

    def _plain(self, query: PlainText) -> Matched:
        parts = [self._begun(prefix) for prefix in analysis.prefixes(query.query_string)]
        if not parts:
            return Matched(np.zeros(self._snapshot.size, dtype=bool), self._nothing())
        combine = np.logical_and if query.operator == "and" else np.logical_or
        total = sum((part.scores for part in parts), self._nothing())
        return Matched(reduce(combine, (part.mask for part in parts)), total)

    def _begun(self, prefix: str) -> Matched:
        scores = self._nothing()
        for term in self._snapshot.completions("prefixes", prefix, _COMPLETIONS):
            documents, frequency, slots = self._snapshot.postings("prefixes", term)
            best = ((frequency > 0) * np.array(WEIGHTS, dtype=np.float32)).max(axis=1, initial=0)
            if self._slots is not None:
                best = best * ((slots & self._slots) != 0)
            # A finished word comes before one that merely begins so.
            scores[documents] = np.maximum(scores[documents], best * (1 if term == prefix else len(prefix) / len(term)))
        return Matched(scores > 0, scores)


def _phrase(text: str) -> re.Pattern[str]:
    """Return what finds the words of ``text`` side by side in normalised text."""
    parts = re.findall(r"[^\W_]+", normalise(text)) or [re.escape(text)]
    return re.compile(r"(?<![0-9a-z])" + r"[\W_]*".join(parts) + r"(?![0-9a-z])")


def _within(one: str, other: str, allowed: int) -> bool:
    """Return whether ``other`` is at most ``allowed`` edits (Levenshtein) from ``one``."""
    if abs(len(one) - len(other)) > allowed:
        return False
    row = list(range(len(other) + 1))
    for at, character in enumerate(one, 1):
        above, row[0] = row[0], at
        for to, against in enumerate(other, 1):
            above, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, above + (character != against))
        if min(row) > allowed:
            return False
    return row[-1] <= allowed
