"""The values of one FilterField in one segment as arrays, so that a filter is a few vector operations."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .documents import Scalar

Mask = NDArray[np.bool_]


class Column:
    """One value, no value or several a document.

    Texts are kept as their rank among the sorted distinct texts, so that both kinds of value compare as
    numbers; no value is NaN. ``owner[i]`` is the document of ``values[i]``; None when document i is.
    """

    def __init__(self, cells: Sequence[Scalar | list[Scalar]]) -> None:
        """Take the cell of every document: a scalar, None, or a list of scalars."""
        self._size = len(cells)
        self._owner = None
        flat: Sequence[Any] = cells
        if any(isinstance(cell, list) for cell in cells):
            rows = [list(dict.fromkeys(cell)) if isinstance(cell, list) else [cell] for cell in cells]
            flat = [value for row in rows for value in row]
            self._owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        self._texts = _distinct(flat)
        self._values = _ranks(flat, self._texts) if self._texts else _numbers(flat)

    def exact(self, value: Scalar) -> Mask:
        """Return which documents have ``value``."""
        return self.among([value])

    def among(self, values: Sequence[Scalar]) -> Mask:
        """Return which documents have one of ``values``."""
        return self._documents(np.isin(self._values, [self._position(value) for value in values]))

    def between(self, low: Scalar, high: Scalar, *, with_low: bool = True, with_high: bool = True) -> Mask:
        """Return which documents have a value in the interval; None leaves an end open."""
        matched = ~np.isnan(self._values)
        if low is not None:
            matched &= self._compare(low, np.greater_equal if with_low else np.greater)
        if high is not None:
            matched &= self._compare(high, np.less_equal if with_high else np.less)
        return self._documents(matched)

    def null(self) -> Mask:
        """Return which documents have no value."""
        return ~self._documents(~np.isnan(self._values))

    def texts_that(self, test: Callable[[str], bool]) -> Mask:
        """Return which documents have a text that passes ``test``; numbers are tested as they print."""
        if not self._texts:
            printed = (value == value and test(str(self._original(value))) for value in self._values.tolist())
            return self._documents(np.fromiter(printed, dtype=bool, count=len(self._values)))
        passed = np.array([rank for rank, text in enumerate(self._texts) if test(text)])
        return self._documents(np.isin(self._values, passed))

    def __len__(self) -> int:
        """Return the number of documents."""
        return self._size

    def single(self, documents: Sequence[int] | NDArray[np.intp]) -> list[Scalar]:
        """Return the value of each of ``documents``, None without one, of a field that has at most one."""
        values = self._values[np.asarray(documents, dtype=np.intp)]
        if not self._texts:
            return [None if value != value else self._original(value) for value in values.tolist()]
        texts = np.array([*self._texts, None], dtype=object)
        return texts[np.where(np.isnan(values), len(self._texts), values).astype(np.intp)].tolist()

    def counts(self, within: Mask) -> Counter[Scalar]:
        """Return value -> number of documents ``within``; None counts those without a value."""
        values = self._values if self._owner is None else self._values[within[self._owner]]
        values = values[within] if self._owner is None else values
        found, number = np.unique(values[~np.isnan(values)], return_counts=True)
        counted = {self._original(value): int(n) for value, n in zip(found, number, strict=True)}
        nothing = int((self.null() & within).sum())
        return Counter(counted | ({None: nothing} if nothing else {}))

    def _documents(self, matched: Mask) -> Mask:
        if self._owner is None:
            return matched
        documents = np.zeros(self._size, dtype=bool)
        documents[self._owner[matched]] = True
        return documents

    def _position(self, value: Scalar) -> float:
        """Return the number that stands for ``value``; NaN, which equals nothing, when no document has it."""
        if not self._texts:
            return _number(value)
        at = bisect_left(self._texts, str(value))
        return at if self._texts[at : at + 1] == [str(value)] else np.nan

    def _compare(self, value: Scalar, compare: Callable[[Any, float], Mask]) -> Mask:
        if not self._texts:
            return compare(self._values, _number(value))
        exact = self._position(value)
        # Between two ranks lies the place of a text that no document has.
        between = bisect_left(self._texts, str(value)) - 0.5
        return compare(self._values, between if np.isnan(exact) else exact)

    def _original(self, value: float) -> Scalar:
        if self._texts:
            return self._texts[int(value)]
        return int(value) if value == int(value) else float(value)


def _distinct(values: Sequence[Scalar]) -> list[str]:
    """Return the sorted distinct texts, [] when ``values`` are numbers; one text makes all of them texts."""
    if not any(isinstance(value, str) for value in values):
        return []
    return sorted({str(value) for value in values if value is not None})


def _ranks(values: Sequence[Scalar], texts: Sequence[str]) -> NDArray[np.float64]:
    rank = {text: at for at, text in enumerate(texts)}
    return np.array([np.nan if value is None else rank[str(value)] for value in values], dtype=np.float64)


def _numbers(values: Sequence[Scalar]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _number(value: Scalar) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return np.nan
