"""Rasch's model: how hard each item is and how able each total, on one scale. Pure.

Difficulties are conditional maximum likelihood (Andersen 1972): given his total, a person's pattern of right answers
depends on the items alone, by elementary symmetric functions of exp(-difficulty). They sum to 0. Abilities are
Warm's weighted likelihood estimates (1989), finite for nobody right and all right too.
"""

from dataclasses import dataclass

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Vector = np.ndarray

REASONS: dict[str, Promise] = {
    "not-0-1": _("Rasch's model needs answers that are right or wrong as a whole."),
    "few-items": _("Rasch's model needs two questions that some answered right and some wrong."),
    "papers-differ": _("Rasch’s model is worked out where all have the same questions."),
    "many-items": _("Rasch's model is worked out for at most 100 questions."),
    "no-estimate": _("Some questions are so much harder than others that Rasch's model finds no finite difference."),
}
MOST_ITEMS = 100
_STEPS, _EXACT, _FARTHEST = 60, 1e-9, 15.0  # Newton's steps; logits: exact enough, and where an estimate runs away


@dataclass(frozen=True)
class Difficulty:
    """How hard an item is in logits, its standard error, and how its answers fit (mean squares; 1 is as expected)."""

    place: int
    value: float
    error: float
    infit: float
    outfit: float


@dataclass(frozen=True)
class Ability:
    """How able whoever has this total of the scaled items is, in logits, its standard error, and how many they are."""

    total: int
    value: float
    error: float
    people: int


@dataclass(frozen=True)
class Rasch:
    """The scale of a test; `difficulties` leaves out items that all, or none, answered right.

    `fit` is for each person (infit, outfit), mean squares; None where all or nothing is right.
    """

    difficulties: tuple[Difficulty, ...]
    abilities: tuple[Ability, ...]
    fit: tuple[tuple[float, float] | None, ...]


class Undefined(ValueError):
    """There is no estimate; its only argument is a key of REASONS."""


def estimate(answers: Vector) -> Rasch:
    """Return the scale of answers (a row a person, a column an item, 0 or 1). Raises Undefined."""
    answers = np.asarray(answers)
    if answers.size and not np.all((answers == 0) | (answers == 1)):
        raise Undefined("not-0-1")
    places = _varying(answers)
    if len(places) < 2:
        raise Undefined("few-items")
    if len(places) > MOST_ITEMS:
        raise Undefined("many-items")
    used = answers[:, places].astype(float)
    totals = used.sum(axis=1).astype(int)
    counts = np.bincount(totals, minlength=len(places) + 1)
    difficulties, errors = difficulties_of(used.sum(axis=0) - counts[-1], counts)
    abilities, uncertain = abilities_of(difficulties)
    item_fit, person_fit = _fit(used, totals, difficulties, abilities)
    return Rasch(
        tuple(
            Difficulty(place, float(value), float(error), *map(float, fit))
            for place, value, error, fit in zip(places, difficulties, errors, item_fit, strict=True)
        ),
        tuple(
            Ability(total, float(value), float(error), int(people))
            for total, (value, error, people) in enumerate(zip(abilities, uncertain, counts, strict=True))
        ),
        person_fit,
    )


def _varying(answers: Vector) -> list[int]:
    """Return the places of the items that tell something, also after those with nothing or all right are left out."""
    places = list(range(answers.shape[1])) if answers.ndim == 2 else []
    while places:
        totals = answers[:, places].sum(axis=1)
        telling = answers[(totals > 0) & (totals < len(places))][:, places]
        right = telling.sum(axis=0)
        kept = [place for place, count in zip(places, right, strict=True) if 0 < count < len(telling)]
        if kept == places:
            break
        places = kept
    return places


def difficulties_of(right: Vector, counts: Vector) -> tuple[Vector, Vector]:
    """Return difficulties that sum to 0 and their standard errors, by Newton's method.

    Args:
        right: how many of those who missed something answered each item right.
        counts: how many people have each total, 0 to all.
    """
    items = len(right)
    people = counts[1:items].astype(float)  # who has nothing or all right tells nothing of the items
    among = people.sum()
    values = np.log((among - right + 0.5) / (right + 0.5))
    values -= values.mean()
    pin = np.full((items, items), 1 / items)  # the sum is 0: without it no single solution
    for _step in range(_STEPS):
        expected, information = _expected(values, people)
        move = np.linalg.solve(information + pin, expected - right)
        values = _moved(values, move, people, right)
        if not np.abs(values).max() < _FARTHEST:
            raise Undefined("no-estimate")
        if np.abs(move).max() < _EXACT:
            break
    information = _expected(values, people)[1]
    spread = np.linalg.inv(information + pin) - pin
    return values, np.sqrt(np.clip(np.diag(spread), 0, None))


def _moved(values: Vector, move: Vector, people: Vector, right: Vector) -> Vector:
    """Go the step, or as small a part of it as makes the answers no less likely."""
    before = _likelihood(values, people, right)
    for part in (1.0, 0.5, 0.25, 0.125):
        tried = values + part * move
        if _likelihood(tried, people, right) >= before - 1e-6:
            break
    return tried


def _likelihood(values: Vector, people: Vector, right: Vector) -> float:
    """Return the logarithm of the conditional likelihood."""
    with np.errstate(all="ignore"):
        return float(-(right @ values) - people @ np.log(symmetric(np.exp(-values))[1:-1]))


def _expected(values: Vector, people: Vector) -> tuple[Vector, Vector]:
    """Return how many right answers to each item these totals let expect, and their covariances (the information)."""
    ease, items = np.exp(-values), len(values)
    whole = symmetric(ease)[1:-1]
    is_other = ~np.eye(items, dtype=bool)
    others = symmetric(ease * is_other)  # a row an item: the functions of all others
    chance = ease[:, None] * others[:, : items - 1] / whole  # that it is right, a column a total 1 to all but one
    rest = symmetric(ease * (is_other[:, None, :] & is_other[None, :, :]))  # of all but two
    both = (ease[:, None] * ease)[:, :, None] * rest[:, :, : items - 2] / whole[1:]
    joint = both @ people[1:]
    expected = chance @ people
    np.fill_diagonal(joint, expected)
    return expected, joint - (chance * people) @ chance.T


def symmetric(values: Vector) -> Vector:
    """Return the elementary symmetric functions of order 0 to all of the values along the last axis.

    >>> symmetric(np.array([1.0, 2.0, 3.0])).tolist()
    [1.0, 6.0, 11.0, 6.0]
    """
    *shape, count = values.shape
    made = np.zeros((*shape, count + 1))
    made[..., 0] = 1.0
    for place in range(count):
        made[..., 1 : place + 2] += values[..., place, None] * made[..., : place + 1]
    return made


def abilities_of(difficulties: Vector) -> tuple[Vector, Vector]:
    """Return the ability of each total, 0 to all, and its standard error: Warm's estimate, found by halving."""
    totals = np.arange(len(difficulties) + 1)
    low, high = np.full(len(totals), -30.0), np.full(len(totals), 30.0)
    for _halving in range(60):
        middle = (low + high) / 2
        chance, spread, information = _chances(middle, difficulties)
        bend = (spread * (1 - 2 * chance)).sum(axis=1)
        is_low = totals - chance.sum(axis=1) + bend / (2 * information) > 0
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    abilities = (low + high) / 2
    return abilities, _chances(abilities, difficulties)[2] ** -0.5


def _chances(abilities: Vector, difficulties: Vector) -> tuple[Vector, Vector, Vector]:
    """Return the chance of a right answer and its variance (a row an ability), and the information of each row."""
    chance = 1 / (1 + np.exp(difficulties - abilities[:, None]))
    spread = chance * (1 - chance)
    return chance, spread, spread.sum(axis=1)


def _fit(
    answers: Vector, totals: Vector, difficulties: Vector, abilities: Vector
) -> tuple[Vector, tuple[tuple[float, float] | None, ...]]:
    """Return (infit, outfit) of each item, and of each person who missed something and not all."""
    is_telling = (totals > 0) & (totals < len(difficulties))
    chance, spread, _information = _chances(abilities, difficulties)
    told = totals[is_telling]
    squares, variances = (answers[is_telling] - chance[told]) ** 2, spread[told]
    surprises = squares / variances
    of_items = np.column_stack([squares.sum(axis=0) / variances.sum(axis=0), surprises.mean(axis=0)])
    of_people = iter(np.column_stack([squares.sum(axis=1) / variances.sum(axis=1), surprises.mean(axis=1)]).tolist())
    return of_items, tuple(tuple(next(of_people)) if tells else None for tells in is_telling)
