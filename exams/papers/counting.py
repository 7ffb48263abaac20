"""How many papers rows of a blueprint allow, by how many questions each of them may draw. Pure.

`demands` says how many questions each row asks for. `classes` says how many questions there are for each set of rows
that may draw them: {frozenset({0, 2}): 17} are 17 questions that rows 0 and 2 admit and no other row.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb, prod

type Classes = Mapping[frozenset[int], int]

_MOST_MIXES = 3000  # of a group of rows that draw from one another's questions


@dataclass(frozen=True)
class Count:
    """A number of papers; not exact where rows share so many kinds of questions that only a bound was worked out."""

    n: int
    is_exact: bool = True


def shortages(demands: Sequence[int], classes: Classes) -> list[int]:
    """Return for each row how many questions it lacks when they are shared out as well as can be."""
    return _shared_out(demands, classes)[0]


def _shared_out(demands: Sequence[int], classes: Classes) -> tuple[list[int], dict[frozenset[int], int]]:
    """Return what each row lacks, and what is left of each class."""
    free = dict(classes)
    given: dict[int, dict[frozenset[int], int]] = defaultdict(lambda: defaultdict(int))
    lacking = list(demands)
    for row in range(len(demands)):
        while lacking[row] and (way := _way(row, free, given)):
            _move(way, lacking, free, given)
    return lacking, free


def _way(row: int, free: Mapping, given: Mapping) -> list[tuple[int, frozenset[int]]] | None:
    """Return (row, class) steps from a row to a class with free questions, by rows that can take others instead."""
    came: dict[int, tuple[int, frozenset[int]] | None] = {row: None}
    todo = [row]
    for each in todo:  # grows meanwhile
        for kind in free:
            if each not in kind:
                continue
            if free[kind]:
                steps = [(each, kind)]
                while came[steps[0][0]]:
                    steps.insert(0, came[steps[0][0]])
                return steps
            for other in kind - came.keys():
                if given[other][kind]:
                    came[other] = (each, kind)
                    todo.append(other)
    return None


def _move(way: Sequence[tuple[int, frozenset[int]]], lacking: list[int], free: dict, given: Mapping) -> None:
    first, last = way[0][0], way[-1][1]
    others = [given[after][kind] for (_row, kind), (after, _kind) in pairwise(way)]
    n = min([lacking[first], free[last], *others])
    lacking[first] -= n
    free[last] -= n
    for row, kind in way:
        given[row][kind] += n
    for (_row, kind), (after, _kind) in pairwise(way):
        given[after][kind] -= n


def attempts(demands: Sequence[int], classes: Classes) -> int:
    """Return how many papers without a question in common there can be."""
    pools = [sum(n for kind, n in classes.items() if row in kind) for row in range(len(demands))]
    low, high = 0, min((pool // n for pool, n in zip(pools, demands, strict=True) if n), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        if any(shortages([n * middle for n in demands], classes)):
            high = middle - 1
        else:
            low = middle
    return low


def papers(demands: Sequence[int], classes: Classes) -> Count:
    """Return how many sets of questions make a paper; where rows share too many kinds of them, at least how many."""
    if not any(demands) or any(shortages(demands, classes)):
        return Count(0)
    counts = [_of_group(rows, demands, classes) for rows in _groups(len(demands), classes)]
    return Count(prod(each.n for each in counts), all(each.is_exact for each in counts))


def _groups(rows: int, classes: Classes) -> list[frozenset[int]]:
    """Return the rows in groups that share no question."""
    groups = [frozenset([row]) for row in range(rows)]
    for kind in classes:
        met = [group for group in groups if group & kind]
        groups = [group for group in groups if not group & kind] + ([frozenset().union(*met)] if met else [])
    return groups


def _of_group(rows: frozenset[int], demands: Sequence[int], classes: Classes) -> Count:
    mine = {kind: n for kind, n in classes.items() if kind & rows}
    order, total = sorted(rows), sum(demands[row] for row in rows)
    asked = [demands[row] for row in order]
    place = {row: at for at, row in enumerate(order)}
    kinds = {frozenset(place[row] for row in kind): n for kind, n in mine.items()}
    found = 0
    for tried, mix in enumerate(_mixes(total, list(kinds.values()))):
        if tried > _MOST_MIXES:
            _lacking, left = _shared_out(asked, kinds)
            return Count(max(found, prod(comb(n, n - left[kind]) for kind, n in kinds.items())), is_exact=False)
        if not any(shortages(asked, dict(zip(kinds, mix, strict=True)))):
            found += prod(comb(n, taken) for n, taken in zip(kinds.values(), mix, strict=True))
    return Count(found)


def _mixes(total: int, sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every way to take so many from heaps of these sizes."""
    if not sizes:
        if total == 0:
            yield ()
        return
    rest = sum(sizes[1:])
    for n in range(max(0, total - rest), min(sizes[0], total) + 1):
        for others in _mixes(total - n, sizes[1:]):
            yield (n, *others)
