"""How many papers a blueprint allows, against counting them all."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.papers.counting import attempts, papers, shortages


def fill(demands, questions):
    """Whether the rows can share out these questions, each given as the set of rows that may draw it."""
    if not any(demands):
        return True
    row = next(place for place, n in enumerate(demands) if n)
    less = [n - (place == row) for place, n in enumerate(demands)]
    return any(fill(less, questions[:at] + questions[at + 1 :]) for at, kind in enumerate(questions) if row in kind)


def each(classes):
    return [kind for kind, n in classes.items() for _ in range(n)]


KINDS = st.sampled_from([frozenset(kind) for kind in ({0}, {1}, {2}, {0, 1}, {1, 2}, {0, 1, 2})])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=3, max_size=3), st.dictionaries(KINDS, st.integers(1, 2), max_size=4))
def test_it_agrees_with_trying_everything(demands, classes):
    questions = each(classes)
    can = fill(demands, questions)

    assert (not any(shortages(demands, classes))) == can
    if any(demands):
        sets = list(combinations(range(len(questions)), sum(demands)))
        whole = sum(fill(demands, [questions[at] for at in chosen]) for chosen in sets)
        assert papers(demands, classes).n == whole


def test_rows_apart_multiply():
    assert papers([2, 1], {frozenset({0}): 5, frozenset({1}): 3}).n == 10 * 3


def test_a_row_within_another_gives_way():
    critical_and_any = {frozenset({0, 1}): 2, frozenset({1}): 3}

    assert shortages([1, 4], critical_and_any) == [0, 0]
    assert shortages([1, 5], critical_and_any) == [0, 1]
    assert attempts([1, 1], critical_and_any) == 2


@pytest.mark.parametrize(("demands", "classes", "n"), [([3], {frozenset({0}): 10}, 3), ([3], {}, 0), ([], {}, 0)])
def test_attempts_without_repeats(demands, classes, n):
    assert attempts(demands, classes) == n


def test_many_kinds_of_questions_give_a_bound_at_once():
    rows = 8
    classes = {frozenset({n, (n + 1) % rows}): 40 for n in range(rows)}

    count = papers([10] * rows, classes)
    assert (count.n > 1, count.is_exact) == (True, False)
