"""Who chose what: each choice of a question, in the whole and in the upper and lower groups by total. Pure.

The groups are the upper and lower 27 % (Kelley 1939: where their difference is surest). People who tie at the border
of a group belong to it in part, so that it has its size whatever order they are in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

type Vector = np.ndarray

GROUP = 0.27  # of the people in each group (Kelley 1939)
NO_ANSWER, OTHER = "", "*"  # nothing, and an answer that is none of the choices


@dataclass(frozen=True)
class Choice:
    """A choice, what share of the marks it is worth, how many chose it, and what percent of all and of each group."""

    code: str
    words: str
    worth: float
    count: int
    percent: float
    upper: float
    lower: float

    @property
    def difference(self) -> float:
        """How many percent more of the upper group chose it than of the lower."""
        return self.upper - self.lower

    @property
    def percent_worth(self) -> float:
        """What percent of the marks it is worth."""
        return 100 * self.worth

    @property
    def is_right(self) -> bool:
        """Tell whether it brings marks."""
        return self.worth > 0


def table(
    choices: Sequence[tuple[str, str, float]], chosen: Sequence[Sequence[str]], totals: Sequence[float] | Vector
) -> list[Choice]:
    """Return a line for each choice, and of OTHER and NO_ANSWER where there are any.

    Args:
        choices: (code, words, share it is worth) of each.
        chosen: the codes each person chose, [] where he answered nothing; a code that is no choice is OTHER.
        totals: the marks of the same people in the whole test.
    """
    lines = [*choices, (OTHER, "", 0.0), (NO_ANSWER, "", 0.0)]
    places = {code: place for place, (code, _words, _worth) in enumerate(lines)}
    upper, lower = groups(np.asarray(totals, dtype=float))
    sums = [[0.0, 0.0, 0.0] for _line in lines]
    for codes, *weights in zip(chosen, upper.tolist(), lower.tolist(), strict=True):
        for place in {places.get(code, places[OTHER]) for code in codes or [NO_ANSWER]}:
            sums[place] = [sums[place][0] + 1, sums[place][1] + weights[0], sums[place][2] + weights[1]]
    wholes = [len(chosen), float(upper.sum()), float(lower.sum())]
    made = []
    for (code, words, worth), row in zip(lines, sums, strict=True):
        percents = [100 * part / whole if whole else 0.0 for part, whole in zip(row, wholes, strict=True)]
        made.append(Choice(code, words, worth, int(row[0]), *percents))
    return [choice for choice in made if choice.count or choice.code not in {OTHER, NO_ANSWER}]


def groups(totals: Vector) -> tuple[Vector, Vector]:
    """Return how much of each person belongs to the upper, and to the lower group (0 to 1)."""
    size = max(round(GROUP * len(totals)), 1)
    return _highest(totals, size), _highest(-totals, size)


def _highest(values: Vector, size: int) -> Vector:
    if len(values) <= size:
        return np.ones(len(values))
    border = np.partition(values, -size)[-size]
    above, tied = values > border, values == border
    return above + tied * (size - above.sum()) / tied.sum()
