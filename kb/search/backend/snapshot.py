"""The index as it was after one commit: its segments side by side, documents numbered through."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, reduce
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analysis import bigrams, is_compound
from ..spelling import Vocabulary
from . import scoring
from .columns import Column, Mask
from .documents import Scalar
from .postings import NOWHERE, Postings
from .schema import TERMS, ZONES
from .segments import Cache, View

#: Scored postings that a process keeps, 8 bytes each.
_CACHED_IMPACTS = 4_000_000
#: Phrases of which a process keeps where they stand, a byte a document each.
_CACHED_MASKS = 100
#: What a piece of a code counts in a query for the whole code.
PIECE = 0.3
#: Queries whose correction a process keeps: one search asks for it twice.
_CACHED_CORRECTIONS = 500


class Impact(NamedTuple):
    """What a term adds: document numbers and the score in each."""

    documents: NDArray[np.int32]
    scores: NDArray[np.float32]


class Snapshot:
    """Immutable; every array that it returns has one place a document, deleted ones included."""

    def __init__(self, views: Sequence[View], deleted: Sequence[Sequence[int]], slots: dict[str, int]) -> None:
        """Take the segments, the deleted document numbers of each, and field name -> bit number."""
        self._views, self._slots = views, slots
        *self._starts, self.size = accumulate((view.size for view in views), initial=0)
        self.live = _joined([_live(view, gone) for view, gone in zip(views, deleted, strict=True)], bool)
        self.lengths = _joined([view.lengths for view in views], np.float32).reshape(-1, len(ZONES))
        self.count = int(self.live.sum())
        self.averages = scoring.averages(self.lengths, self.live)
        self.norms = scoring.norms(self.lengths, self.averages)
        self._impacts = Cache[Impact](_CACHED_IMPACTS, lambda impact: len(impact.documents) + 8)
        self._corrections = Cache[str](_CACHED_CORRECTIONS)
        self._masks = Cache[Mask](_CACHED_MASKS)

    def key(self, number: int) -> str:
        """Return the primary key, as text, of a document."""
        at = bisect_right(self._starts, number) - 1
        return self._views[at].keys[number - self._starts[at]]

    def numbers(self, key: str) -> list[int]:
        """Return the numbers of the live documents with this primary key: one or none."""
        found = (base + view.number[key] for base, view in self._based() if key in view.number)
        return [number for number in found if self.live[number]]

    def slots(self, names: Sequence[str]) -> int:
        """Return the bits of the fields ``names``."""
        return sum({1 << self._slots[name] for name in names if name in self._slots})

    def mask(self, test: Callable[[View], Mask]) -> Mask:
        """Return which live documents pass ``test``, which is asked segment by segment."""
        return _joined([test(view) for view in self._views], bool) & self.live

    def impact(self, term: str, slots: int | None = None) -> Impact:
        """Return the BM25F scores of ``term``, in all fields or in those with the bits ``slots``."""
        return self._impacts.get((term, slots), lambda: self._impact(term, slots))

    def together(self, terms: tuple[str, ...], slots: int | None = None, code: str = "") -> Impact:
        """Return the sum of the impacts of ``terms``; where ``code`` occurs at all, the others count :data:`PIECE`."""
        if len(terms) == 1:
            return self.impact(terms[0], slots)
        return self._impacts.get((terms, slots), lambda: self._together(terms, slots, code))

    def weighted(self, terms: Sequence[str], code: str) -> list[tuple[str, float]]:
        """Return ``terms``, each with what it counts beside ``code``."""
        piece = PIECE if code and self.has(code) else 1.0
        return [(term, 1.0 if term == code else piece) for term in terms]

    def kept(self, key: object, make: Callable[[], Mask]) -> Mask:
        """Return what ``make`` gives for this state of the index; it is kept for the next who asks."""
        return self._masks.get(key, make)

    def postings(self, field: str, term: str) -> Postings:
        """Return the postings of ``term`` in one of the fields of :mod:`.schema`, live documents only.

        A compound word occurs where all its bigrams do, as often as the rarest of them: they stand side by side
        in all but a few.
        """
        if field == TERMS and is_compound(term):
            return reduce(_both, (self._read(field, pair) for pair in bigrams(term)))
        return self._read(field, term)

    def _read(self, field: str, term: str) -> Postings:
        parts = [(base, part) for base, view in self._based() if len((part := view.postings(field, term)).documents)]
        if len(parts) == 1:
            ((base, (documents, frequency, slots)),) = parts
            found = Postings(documents + np.int32(base) if base else documents, frequency, slots)
        elif parts:
            based = [part._replace(documents=part.documents + np.int32(base)) for base, part in parts]
            found = Postings(*(np.concatenate(arrays) for arrays in zip(*based, strict=True)))
        else:
            return NOWHERE
        if self.count == self.size:
            return found
        kept = self.live[found.documents]
        return Postings(found.documents[kept], found.frequency[kept], found.slots[kept])

    def correction(self, text: str) -> str:
        """Return ``text`` as it should perhaps have been, "" when it is right or cannot be put right."""
        return self._corrections.get(text, lambda: self._vocabulary.correction(text, self.has))

    def completions(self, field: str, prefix: str, limit: int) -> list[str]:
        """Return up to ``limit`` terms that begin with ``prefix``."""
        found = {term for view in self._views for term in view.completions(field, prefix, limit)}
        return sorted(found)[:limit]

    def similar(self, field: str, prefix: str, test: Callable[[str], bool]) -> set[str]:
        """Return the terms that begin with ``prefix`` and pass ``test``."""
        return {term for view in self._views for term in view.similar(field, prefix, test)}

    def texts(self, number: int) -> list[tuple[str, str]]:
        """Return (field, normalised text) of every search field of a document."""
        at = bisect_right(self._starts, number) - 1
        return self._views[at].texts(number - self._starts[at])

    def columns(self, name: str) -> list[tuple[int, Column]]:
        """Return the values of the FilterField kept as ``name``, segment by segment with its first number."""
        return [(int(base), view.column(name)) for base, view in self._based()]

    def counts(self, name: str, within: Mask) -> Counter[Scalar]:
        """Return value -> number of documents ``within`` of the FilterField kept as ``name``."""
        total: Counter[Scalar] = Counter()
        for base, view in self._based():
            column: Column = view.column(name)
            total.update(column.counts(within[base : base + view.size]))
        return total

    def _impact(self, term: str, slots: int | None) -> Impact:
        postings = self.postings(TERMS, term)
        if slots is not None:
            kept = (postings.slots & slots) != 0
            postings = Postings(postings.documents[kept], postings.frequency[kept], postings.slots[kept])
        return Impact(postings.documents, scoring.scores(postings, self.norms, self.count))

    def _together(self, terms: Sequence[str], slots: int | None, code: str) -> Impact:
        parts = [(self.impact(term, slots), weight) for term, weight in self.weighted(terms, code)]
        documents = np.concatenate([part.documents for part, _ in parts])
        scores = np.concatenate([part.scores * np.float32(weight) for part, weight in parts])
        order = np.argsort(documents, kind="stable")  # sorted runs: quick
        documents, scores = documents[order], scores[order]
        starts = np.flatnonzero(np.diff(documents, prepend=-1))
        return Impact(documents[starts], np.add.reduceat(scores, starts) if len(starts) else scores)

    def has(self, term: str) -> bool:
        """Return whether ``term`` occurs in a live document."""
        return len(self.postings(TERMS, term).documents) > 0

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary.joined(view.vocabulary for view in self._views)

    def _based(self) -> Iterator[tuple[int, View]]:
        return zip(self._starts, self._views, strict=True)


def _both(one: Postings, other: Postings) -> Postings:
    """Return where both terms occur, as often as the rarer does."""
    if len(one.documents) > len(other.documents):
        one, other = other, one
    if not len(one.documents):
        return one
    to = np.minimum(other.documents.searchsorted(one.documents), len(other.documents) - 1)
    at = np.flatnonzero(other.documents[to] == one.documents)
    to = to[at]
    frequency = np.minimum(one.frequency[at], other.frequency[to])
    return Postings(one.documents[at], frequency, one.slots[at] & other.slots[to])


def _joined(parts: Sequence[NDArray], dtype: type) -> NDArray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)


def _live(view: View, deleted: Sequence[int]) -> Mask:
    live = view.latest.copy()
    live[list(deleted)] = False
    return live


#: An index that does not exist.
EMPTY = Snapshot([], [], {})
