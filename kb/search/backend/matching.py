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
from ..lexicon import EMPTY, Lexicon
from . import scoring
from .columns import Mask
from .schema import PREFIXES, TERMS, WEIGHTS
from .snapshot import Snapshot

#: Terms that one beginning is completed to.
_COMPLETIONS = 500
#: Documents whose text is read to see whether a synonym of several words stands in it.
_READ = 300
#: Words of a fuzzy query that are compared with the whole vocabulary, those that occur nowhere first.
_WIDENED = 3
#: What a synonym is worth beside the word that was typed.
OTHER_WORDING = 0.6

Scores = NDArray[np.float32]


class Typed(PlainText):
    """Plain text as a person types it: words that occur nowhere are searched as they were perhaps meant."""


class Matched(NamedTuple):
    """Which documents match, and their scores; the score of a document that does not match means nothing."""

    mask: Mask
    scores: Scores


class Search:
    """Evaluates queries on one snapshot, in all fields or in some."""

    def __init__(self, snapshot: Snapshot, fields: Sequence[str] | None = None, lexicon: Lexicon = EMPTY) -> None:
        self._snapshot, self._fields, self._lexicon = snapshot, fields, lexicon
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
    def _(self, query: Typed) -> Matched:
        correction = self._snapshot.correction(query.query_string)
        return self.matched(PlainText(correction or query.query_string, query.operator, query.boost))

    @matched.register
    def _(self, query: Fuzzy) -> Matched:
        words = analysis.words(query.query_string)
        unknown = [word for word in words if word.ways and not any(map(self._snapshot.has, word.terms))]
        widened = set((unknown or words)[:_WIDENED])
        words = [self._fuzzy(word) if word in widened else word for word in words]
        return self._clauses([analysis.Clause(((word,),)) for word in words], every=query.operator == "and")

    @matched.register
    def _(self, query: Phrase) -> Matched:
        mask, scores = self._clauses(analysis.clauses(query.query_string), every=True)
        pattern = _phrase(query.query_string)
        for number in np.flatnonzero(mask):
            mask[number] = any(pattern.search(text) for text in self._texts(int(number)))
        return Matched(mask, scores)

    def _plain(self, query: PlainText) -> Matched:
        return self._clauses(analysis.clauses(query.query_string, self._lexicon), every=query.operator == "and")

    def _clauses(self, clauses: Sequence[analysis.Clause], *, every: bool) -> Matched:
        total, present = self._sums(
            word for clause in clauses if len(clause.wordings) == 1 for word in clause.wordings[0]
        )
        for clause in clauses:
            if len(clause.wordings) > 1:
                best, share = self._best(clause)
                total += best
                present += share * np.float32(clause.required)
        asked = sum(clause.required for clause in clauses)
        mask = total > 0
        if every and asked:
            mask = reduce(np.logical_and, (self._has(clause) for clause in clauses), self._snapshot.live)
        return Matched(mask, total * scoring.coordination(present, asked))

    def _sums(self, words: Iterable[analysis.Word]) -> tuple[Scores, Scores]:
        """Return the scores of ``words`` together, and how many of the required ones occur."""
        impacts = [(self._snapshot.together(word.terms, self._slots, word.code), word.ways) for word in words]
        if not impacts:
            return self._nothing(), self._nothing()
        documents = [impact.documents for impact, _ in impacts]
        required = [impact.documents for impact, ways in impacts if ways]
        scores = np.concatenate([impact.scores for impact, _ in impacts])
        # One pass over all postings costs a third of an addition for each word.
        total = np.bincount(np.concatenate(documents), scores, self._snapshot.size)
        present = np.bincount(np.concatenate(required), None, self._snapshot.size) if required else self._nothing()
        return total.astype(np.float32), present.astype(np.float32)

    def _best(self, clause: analysis.Clause) -> tuple[Scores, Scores]:
        """Return the score of the wording that each document says best, and the share of its words that occur."""
        best, share = self._nothing(), self._nothing()
        for at, (written, wording) in enumerate(zip(clause.written, clause.wordings, strict=True)):
            scores, there = self._sums(wording)
            there /= np.float32(analysis.required(wording) or 1)
            if at:  # another wording means the same as a whole, not by one of its words
                there = self.whole(written, wording).astype(np.float32)
                scores *= there * np.float32(OTHER_WORDING)
            np.maximum(best, scores, out=best)
            np.maximum(share, there, out=share)
        return best, share

    def whole(self, written: str, wording: Sequence[analysis.Word]) -> Mask:
        """Return which documents say another wording: all of its words, those of an English phrase in order."""
        key = (written, len(wording), self._slots)
        return self._snapshot.kept(key, lambda: self._whole(written, wording))

    def _whole(self, written: str, wording: Sequence[analysis.Word]) -> Mask:
        there = self._has_words(wording)
        return self._saying(written, there) if len(wording) > 1 and written.isascii() else there

    def _saying(self, written: str, there: Mask) -> Mask:
        """Return which documents of ``there`` have the phrase; words in so many of them say too little."""
        said, numbers = np.zeros_like(there), np.flatnonzero(there)
        pattern = _phrase(written)
        for number in numbers if len(numbers) <= _READ else ():
            said[number] = any(pattern.search(text) for text in self._texts(int(number)))
        return said

    def _has(self, clause: analysis.Clause) -> Mask:
        """Return which documents have every required word of one of the wordings."""
        return reduce(np.logical_or, (self._has_words(wording) for wording in clause.wordings))

    def _has_words(self, words: Iterable[analysis.Word]) -> Mask:
        ways = [word.ways for word in words if word.ways]
        return reduce(
            np.logical_and,
            (reduce(np.logical_or, (self._all_present(way) for way in alternatives)) for alternatives in ways),
            np.ones(self._snapshot.size, dtype=bool),
        )

    def _present(self, term: str) -> Mask:
        """Return which documents have ``term``."""
        present = np.zeros(self._snapshot.size, dtype=bool)
        present[self._snapshot.impact(term, self._slots).documents] = True
        return present

    def _all_present(self, terms: Iterable[str]) -> Mask:
        return reduce(np.logical_and, (self._present(term) for term in terms))

    def _fuzzy(self, word: analysis.Word) -> analysis.Word:
        near = {close for term in word.terms for close in self._near(term)}
        terms = (*word.terms, *sorted(near - set(word.terms)))
        return analysis.Word(terms, (*word.ways, *((term,) for term in near)) if word.ways else ())

    def _near(self, term: str) -> set[str]:
        """Return the terms one edit away, two for long ones, none for ideographs and short ones."""
        if len(term) < 3 or not term.isascii():
            return set()
        allowed = 1 if len(term) < 6 else 2
        return self._snapshot.similar(TERMS, term[0], lambda other: _within(term, other, allowed))

    def _texts(self, number: int) -> list[str]:
        found = self._snapshot.texts(number)
        return [text for name, text in found if self._fields is None or name in self._fields]

    def _nothing(self) -> Scores:
        return np.zeros(self._snapshot.size, dtype=np.float32)


class Completion(Search):
    """Evaluates queries whose last word, as every other, may be unfinished."""

    def _clauses(self, clauses: Sequence[analysis.Clause], *, every: bool) -> Matched:
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
        for term in self._snapshot.completions(PREFIXES, prefix, _COMPLETIONS):
            documents, frequency, slots = self._snapshot.postings(PREFIXES, term)
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
