"""Every document of one search as arrays: narrowed, counted and cut without searching again."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .columns import Column, Mask
from .documents import Scalar


@dataclass(frozen=True)
class Found:
    """The documents of a search, numbered through all ``columns``, which lie one behind the other.

    ``mask`` says which they are, ``scores`` how well each fits; ``keys`` gives their primary keys as text.
    """

    mask: Mask
    scores: NDArray[np.float32]
    columns: Callable[[str], Sequence[tuple[int, Column]]]
    keys: Mapping[int, str]

    def having(self, name: str, values: Sequence[Scalar]) -> Mask:
        """Return which documents have one of ``values`` in the FilterField ``name``."""
        parts = [column.among(values) for _base, column in self.columns(name)]
        return self.mask & np.concatenate(parts) if parts else self.mask

    def counts(self, name: str, within: Mask) -> Counter[Scalar]:
        """Return value -> number of documents ``within``; None counts those without a value."""
        total: Counter[Scalar] = Counter()
        for base, column in self.columns(name):
            total.update(column.counts(within[base : base + len(column)]))
        return total

    def single(self, name: str, numbers: Sequence[int]) -> list[Scalar]:
        """Return the value of each of the documents ``numbers`` in a field that has at most one."""
        wanted = np.asarray(numbers, dtype=np.intp)
        values = np.empty(len(wanted), dtype=object)
        for base, column in self.columns(name):
            inside = np.flatnonzero((wanted >= base) & (wanted < base + len(column)))
            values[inside] = column.single(wanted[inside] - base)
        return values.tolist()

    def best(self, within: Mask) -> list[int]:
        """Return the documents ``within``, the best first, equal ones by their number."""
        numbers = np.flatnonzero(within)
        return numbers[np.argsort(-self.scores[numbers], kind="stable")].tolist()
