"""The index as it was after one commit: its segments side by side, documents numbered through."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import scoring
from .columns import Column, Mask
from .documents import Scalar
from .schema import ZONES
from .segments import NOWHERE, Cache, Postings, View

#: Scored postings that a process keeps, 8 bytes each.
_CACHED_IMPACTS = 2_000_000


class Impact(NamedTuple):
    """What a term adds: document numbers and the score in each."""

    documents: NDArray[np.int32]
    scores: NDArray[np.float32]


class Snapshot:
    """Immutable; every array that it returns has one place a document, deleted ones included."""

    def __init__(self, views: Sequence[View], deleted: Sequence[Sequence[int]], slots: dict[str, int]) -> None:
        """Take the segments, the deleted document numbers of each, and field name -> bit number."""
        self._views, self._slots = views, slots
        self._bases = np.cumsum([0, *(view.size for view in views)])
        self.size = int(self._bases[-1])
        self.live = _joined([_live(view, gone) for view, gone in zip(views, deleted, strict=True)], bool)
        self.labels = _joined([view.labels for view in views], str)
        lengths = _joined([view.lengths for view in views], np.float32).reshape(-1, len(ZONES))
        self.count = int(self.live.sum())
        self._norms = scoring.norms(lengths, self.live)
        self._impacts = Cache[Impact](_CACHED_IMPACTS, lambda impact: len(impact.documents) + 8)

    def key(self, number: int) -> str:
        """Return the primary key, as text, of a document."""
        at = int(np.searchsorted(self._bases, number, side="right")) - 1
        return self._views[at].keys[number - self._bases[at]]

    def numbers(self, key: str) -> list[int]:
        """Return the numbers of the live documents with this primary key: one or none."""
        found = (int(base) + view.number[key] for base, view in self._based() if key in view.number)
        return [number for number in found if self.live[number]]

    def slots(self, names: Sequence[str]) -> int:
        """Return the bits of the fields ``names``."""
        return sum({1 << self._slots[name] for name in names if name in self._slots})

    def mask(self, test: Callable[[View], Mask]) -> Mask:
        """Return which live documents pass ``test``, which is asked segment by segment."""
        return _joined([test(view) for view in self._views], bool) & self.live

    def impact(self, term: str, slots: int | None = None) -> Impact:
        """Return the BM25F scores of ``term``, in all fields or in those with the bits ``slots``."""
        if slots is None:
            return self._impacts.get(term, lambda: self._impact(term, None))
        return self._impact(term, slots)

    def postings(self, field: str, term: str) -> Postings:
        """Return the postings of ``term`` in "terms" or "prefixes", live documents only."""
        parts = [(base, view.postings(field, term)) for base, view in self._based()]
        if not any(len(part.documents) for _, part in parts):
            return NOWHERE
        documents = np.concatenate([part.documents + np.int32(base) for base, part in parts])
        kept = self.live[documents]
        return Postings(
            documents[kept],
            np.concatenate([part.frequency for _, part in parts])[kept],
            np.concatenate([part.slots for _, part in parts])[kept],
        )

    def completions(self, field: str, prefix: str, limit: int) -> list[str]:
        """Return up to ``limit`` terms that begin with ``prefix``."""
        found = {term for view in self._views for term in view.completions(field, prefix, limit)}
        return sorted(found)[:limit]

    def similar(self, field: str, prefix: str, test: Callable[[str], bool]) -> set[str]:
        """Return the terms that begin with ``prefix`` and pass ``test``."""
        return {term for view in self._views for term in view.similar(field, prefix, test)}

    def texts(self, number: int) -> list[tuple[str, str]]:
        """Return (field, normalised text) of every search field of a document."""
        at = int(np.searchsorted(self._bases, number, side="right")) - 1
        return self._views[at].texts(number - int(self._bases[at]))

    def counts(self, name: str, within: Mask) -> Counter[Scalar]:
        """Return value -> number of documents ``within`` of the FilterField kept as ``name``."""
        total: Counter[Scalar] = Counter()
        for base, view in self._based():
            column: Column = view.column(name)
            total.update(column.counts(within[base : base + view.size]))
        return total

    def _impact(self, term: str, slots: int | None) -> Impact:
        postings = self.postings("terms", term)
        if slots is not None:
            kept = (postings.slots & slots) != 0
            postings = Postings(postings.documents[kept], postings.frequency[kept], postings.slots[kept])
        scores = scoring.scores(postings, self._norms, self.count)
        return Impact(postings.documents, scores)

    def _based(self) -> Iterator[tuple[int, View]]:
        return zip(self._bases, self._views, strict=False)


def _joined(parts: Sequence[NDArray], dtype: type) -> NDArray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)


def _live(view: View, deleted: Sequence[int]) -> Mask:
    live = view.latest.copy()
    live[list(deleted)] = False
    return live


#: An index that does not exist.
EMPTY = Snapshot([], [], {})
