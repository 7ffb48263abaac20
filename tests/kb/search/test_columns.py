"""Filters over arrays say what Python says value by value."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.backend.columns import Column
from kb.search.backend.documents import Scalar

numbers = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, -1.5]))
words = st.text("ab电", max_size=2)


def cells(values: st.SearchStrategy[Scalar]) -> st.SearchStrategy[list]:
    """What documents may hold: one value or none, or any number of them."""
    return st.lists(st.one_of(st.none(), values, st.lists(st.one_of(st.none(), values), max_size=3)), max_size=6)


def held(cell: Scalar | list[Scalar]) -> set[Scalar]:
    return {value for value in (cell if isinstance(cell, list) else [cell]) if value is not None}


def agree(mask: np.ndarray, kept: list, test: Callable[[Scalar], bool]) -> bool:
    return mask.tolist() == [any(test(value) for value in held(cell)) for cell in kept]


@pytest.mark.parametrize("values", [numbers, words], ids=["numbers", "words"])
@given(data=st.data())
def test_a_column_filters_as_python_does(values: st.SearchStrategy[Scalar], data: st.DataObject) -> None:
    kept, low, high = data.draw(cells(values)), data.draw(values), data.draw(values)
    column = Column(kept)

    assert agree(column.exact(low), kept, lambda value: value == low)
    assert agree(column.among([low, high]), kept, lambda value: value in (low, high))
    assert agree(column.between(low, high), kept, lambda value: low <= value <= high)
    assert agree(column.between(low, None, with_low=False), kept, lambda value: value > low)
    assert agree(column.between(None, high, with_high=False), kept, lambda value: value < high)
    assert agree(~column.null(), kept, lambda value: True)


@pytest.mark.parametrize("values", [st.integers(-(2**53), 2**53), words], ids=["numbers", "words"])
@given(data=st.data())
def test_a_column_is_filtered_by_parts_of_what_it_prints(
    values: st.SearchStrategy[Scalar], data: st.DataObject
) -> None:
    kept, part = data.draw(cells(values)), data.draw(st.text("ab电e+-.0123456789n", max_size=2))
    assert agree(Column(kept).texts_that(lambda text: part in text), kept, lambda value: part in str(value))


@pytest.mark.parametrize("values", [numbers, words], ids=["numbers", "words"])
@given(data=st.data())
def test_a_column_counts_documents(values: st.SearchStrategy[Scalar], data: st.DataObject) -> None:
    kept = data.draw(cells(values))
    within = np.array([data.draw(st.booleans()) for _ in kept], dtype=bool)

    counted = Counter(value for cell, inside in zip(kept, within, strict=True) if inside for value in held(cell))
    counted[None] = sum(1 for cell, inside in zip(kept, within, strict=True) if inside and not held(cell))
    assert Column(kept).counts(within) == +counted
