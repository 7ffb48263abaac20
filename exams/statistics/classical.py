"""Figures of a test and of its items by classical test theory. Pure.

The formulas are those of Moodle's documentation "Quiz statistics calculations", in our own code: variances and
covariances with n - 1, skewness and kurtosis of k-statistics, alpha as coefficient of internal consistency (CIC).
Facility, standard deviation, weights, discrimination, efficiency, CIC and error ratio are percent; median, mean,
standard deviation and standard error of the test are marks; correlations and KR-20 are fractions.
What is undefined is None, and `reasons` says by the name of the figure why (a key of REASONS).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Vector = np.ndarray

REASONS: dict[str, Promise] = {
    "nobody": _("nobody has answered"),
    "one-person": _("one person is too few"),
    "two-people": _("it needs three people"),
    "three-people": _("it needs four people"),
    "one-item": _("it needs two questions"),
    "same-marks": _("all have the same marks here"),
    "same-totals": _("all have the same total"),
    "same-rests": _("all have the same marks in the rest of the test"),
    "negative": _("whoever is better in the test is worse here: the covariance is negative"),
    "not-0-1": _("not every mark is 0 or 1"),
    "no-maximum": _("the maximum marks are 0"),
    "not-guessable": _("it cannot be guessed"),
    "papers-differ": _("not everybody had this question"),
}
SAME = 1e-9  # marks that differ by less, relative to their size, are the same: sums of decimals in binary


@dataclass(frozen=True)
class Item:
    """The figures of one item; `covariance` and `rest_variance` are of its marks with those of the rest of the test."""

    people: int
    facility: float | None = None
    standard_deviation: float | None = None
    guess: float | None = None
    intended_weight: float | None = None
    effective_weight: float | None = None
    variance: float | None = None
    rest_variance: float | None = None
    covariance: float | None = None
    covariance_max: float | None = None
    discrimination_index: float | None = None
    discriminative_efficiency: float | None = None
    point_biserial: float | None = None
    point_biserial_rest: float | None = None
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Test:
    """The figures of a whole test."""

    __test__ = False  # not a test of ours

    people: int
    median: float | None = None
    mean: float | None = None
    standard_deviation: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    cic: float | None = None
    error_ratio: float | None = None
    standard_error: float | None = None
    kr20: float | None = None
    reasons: dict[str, str] = field(default_factory=dict)


def analyse(marks: Vector, maxima: Vector, guesses: Sequence[float | None] | None = None) -> tuple[Test, list[Item]]:
    """Return the figures of a test that everybody sat whole, and of each item.

    Args:
        marks: a row a person, a column an item.
        maxima: the maximum marks of each item.
        guesses: the share of the marks that blind guessing is expected to bring; None where it cannot be guessed.
    """
    marks = np.asfortranarray(marks, dtype=float)
    totals = marks.sum(axis=1)
    guesses = guesses or [None] * marks.shape[1]
    items = [
        item(column, totals, maximum=float(maximum), guess=guess)
        for column, maximum, guess in zip(marks.T, maxima, guesses, strict=True)
    ]
    is_binary = bool(np.all((marks == 0) | (marks == 1)) and np.all(np.asarray(maxima) == 1))
    found = test(totals, [each.variance for each in items], is_binary=is_binary)
    return found, _weighed(items, maxima)


def test(totals: Vector, variances: Sequence[float | None], *, is_binary: bool) -> Test:
    """Return the figures of a test from everybody's total and the variance of each item (or place on the paper)."""
    people, places = len(totals), len(variances)
    undefined = ("standard_deviation", "skewness", "kurtosis", "cic", "error_ratio", "standard_error", "kr20")
    if people == 0:
        return Test(0, reasons=dict.fromkeys(("median", "mean", *undefined), "nobody"))
    found = Test(people, median=float(np.median(totals)), mean=float(totals.mean()))
    if people == 1:
        return replace(found, reasons=dict.fromkeys(undefined, "one-person"))
    if is_same(totals):
        return replace(found, standard_deviation=0.0, reasons=dict.fromkeys(undefined[1:], "same-totals"))
    spread, skewness, kurtosis = _moments(totals)
    reasons = {} if people > 2 else {"skewness": "two-people"}
    reasons |= {} if people > 3 else {"kurtosis": "three-people"}
    found = replace(found, standard_deviation=spread**0.5, skewness=skewness, kurtosis=kurtosis, reasons=reasons)
    if places < 2:
        reasons |= dict.fromkeys(undefined[3:], "one-item")
        return found
    alpha = places / (places - 1) * (1 - sum(each or 0.0 for each in variances) / spread)
    if not is_binary:
        reasons["kr20"] = "not-0-1"
    ratio = max(1 - alpha, 0.0) ** 0.5
    return replace(
        found, cic=100 * alpha, error_ratio=100 * ratio, standard_error=ratio * spread**0.5,
        kr20=alpha if is_binary else None,
    )  # fmt: skip


def item(marks: Vector, totals: Vector, *, maximum: float, guess: float | None = None) -> Item:
    """Return the figures of an item from its marks and the totals of the same people, this item included."""
    people = len(marks)
    reasons: dict[str, str] = {} if guess is not None else {"guess": "not-guessable"}
    found = Item(people, guess=None if guess is None else 100 * guess, reasons=reasons)
    compared = ("discrimination_index", "discriminative_efficiency", "point_biserial", "point_biserial_rest")
    if people == 0:
        reasons |= dict.fromkeys(("facility", "standard_deviation", *compared), "nobody")
        return found
    if maximum > 0:
        found = replace(found, facility=100 * float(marks.mean()) / maximum)
    else:
        reasons |= {"facility": "no-maximum", "standard_deviation": "no-maximum"}
    if people == 1:
        reasons |= dict.fromkeys(("standard_deviation", *compared), "one-person")
        return found
    rests = totals - marks
    variance, rest_variance, covariance = _covaried(marks, rests)
    found = replace(
        found, variance=variance, rest_variance=rest_variance, covariance=covariance,
        standard_deviation=100 * variance**0.5 / maximum if maximum > 0 else None,
    )  # fmt: skip
    reason = "same-marks" if variance == 0 else "same-rests" if rest_variance == 0 else ""
    if reason:
        reasons |= dict.fromkeys(compared, reason)
        if reason == "same-rests" and not is_same(totals):  # all that differs is this item
            del reasons["point_biserial"]
            return replace(found, covariance_max=0.0, point_biserial=1.0)
        return replace(found, covariance_max=0.0)
    highest = _covaried(np.sort(marks), np.sort(rests))[2]
    with_total = _correlation(marks, totals)
    if with_total is None:
        reasons["point_biserial"] = "same-totals"
    correlation = covariance / (variance * rest_variance) ** 0.5
    return replace(
        found, covariance_max=highest, discrimination_index=100 * correlation, point_biserial_rest=correlation,
        discriminative_efficiency=100 * covariance / highest, point_biserial=with_total,
    )  # fmt: skip


def _weighed(items: Sequence[Item], maxima: Vector) -> list[Item]:
    """Put in the intended weights, and the effective ones: roots of the covariances with the total."""
    whole = float(np.sum(maxima))
    shares = [_with_total(each) for each in items]
    roots = sum(share**0.5 for share in shares if share is not None and share > 0)
    made = []
    for each, share, maximum in zip(items, shares, maxima, strict=True):
        intended = 100 * float(maximum) / whole if whole > 0 else None
        effective, reason = None, ""
        if share is None:
            reason = "one-person" if each.people else "nobody"
        elif share < 0:
            reason = "negative"
        elif roots == 0:
            reason = "same-totals"
        else:
            effective = 100 * share**0.5 / roots
        reasons = each.reasons | ({"effective_weight": reason} if reason else {})
        reasons |= {"intended_weight": "no-maximum"} if intended is None else {}
        made.append(replace(each, intended_weight=intended, effective_weight=effective, reasons=reasons))
    return made


def _with_total(each: Item) -> float | None:
    """Return the covariance of an item with the whole test."""
    if each.variance is None or each.covariance is None:
        return None
    share = each.covariance + each.variance
    return 0.0 if abs(share) <= SAME * (each.variance + abs(each.covariance)) else share


def is_same(values: Vector) -> bool:
    """Tell whether all values are the same but for the rounding of sums."""
    return bool(np.ptp(values) <= SAME * max(1.0, float(np.abs(values).max())))


def _covaried(first: Vector, second: Vector) -> tuple[float, float, float]:
    """Return the variance of each and their covariance, exactly 0 where one does not vary."""
    a = np.zeros(len(first)) if is_same(first) else first - first.mean()
    b = np.zeros(len(second)) if is_same(second) else second - second.mean()
    below = len(first) - 1
    return float(a @ a) / below, float(b @ b) / below, float(a @ b) / below


def _correlation(first: Vector, second: Vector) -> float | None:
    a, b, both = _covaried(first, second)
    return both / (a * b) ** 0.5 if a and b else None


def _moments(totals: Vector) -> tuple[float, float | None, float | None]:
    """Return variance, skewness and kurtosis by the k-statistics k2, k3 and k4."""
    n, apart = len(totals), totals - totals.mean()
    m2, m3, m4 = (float(np.mean(apart**power)) for power in (2, 3, 4))
    k2 = n * m2 / (n - 1)
    k3 = n * n * m3 / ((n - 1) * (n - 2)) if n > 2 else None
    k4 = None
    if n > 3:
        k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) / ((n - 1) * (n - 2) * (n - 3))
    return k2, None if k3 is None else k3 / k2**1.5, None if k4 is None else k4 / k2**2
