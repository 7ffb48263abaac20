"""The figures of an exam in words that a trainer understands. Pure.

What is good and what is not goes by Moodle's documentation "Quiz report statistics": a mean of 50 to 75 %, a standard
deviation of 12 to 18 %, CIC of 75 % or more (below 64 % the test as a whole is unsatisfactory), an error ratio of at
most 50 %.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams.statistics.classical import REASONS
from exams.statistics.flags import FEWEST_PEOPLE

MEAN, SPREAD = (50, 75), (12, 18)
CONSISTENT, INCONSISTENT = 75, 64


class Reading(NamedTuple):
    """A figure: its name, its value as it is shown, what it says, and whether that is good, bad or neither."""

    name: str
    value: str
    words: str
    tone: str = ""


def readings(test: Mapping[str, Any], possible: float | None) -> list[Reading]:
    """Return the figures of a test (classical.Test as a mapping) whose papers are worth so many points."""
    if not test["people"] or not possible:
        return []
    percent = {
        name: None if test[name] is None else 100 * test[name] / possible
        for name in ("mean", "median", "standard_deviation", "standard_error")
    }
    made = [
        _mean(percent["mean"]),
        Reading(_("Median"), _percent(percent["median"]), _("Half of the people have less, half have more.")),
        _spread(percent["standard_deviation"], test),
        _consistency(test),
        _error(percent["standard_error"], test),
        Reading(_("Error ratio"), _percent(test["error_ratio"]), _("How much of the spread of marks is chance.")),
        Reading(_("Skewness"), _value(test, "skewness"), _skewness(test["skewness"])),
        Reading(_("Kurtosis"), _value(test, "kurtosis"), _kurtosis(test["kurtosis"])),
    ]
    if test["kr20"] is not None:
        made.append(Reading("KR-20", f"{test['kr20']:.2f}", _("The same consistency as a fraction of 1.")))
    return made


def caution(people: int) -> str:
    """Return what to say of figures of so few people; nothing where they are enough."""
    if people >= FEWEST_PEOPLE:
        return ""
    said = ngettext(
        "%(n)d person is too few: the figures are mostly chance. They mean something from about %(enough)d people on.",
        "%(n)d people are few: the figures are mostly chance. They mean something from about %(enough)d people on.",
        people,
    )
    return said % {"n": people, "enough": FEWEST_PEOPLE}


def _mean(percent: float) -> Reading:
    low, high = MEAN
    if percent < low:
        words = _("The exam is hard for those who sat it: less than half of the marks on average.")
    elif percent > high:
        words = _("The exam is easy for those who sat it. Where all must know everything, that is as it should be.")
    else:
        words = _("Neither too easy nor too hard.")
    return Reading(_("Mean"), _percent(percent), words, "good" if low <= percent <= high else "")


def _spread(percent: float | None, test: Mapping[str, Any]) -> Reading:
    name = _("Standard deviation")
    if percent is None:
        return Reading(name, "–", _because(test, "standard_deviation"))
    if percent < SPREAD[0]:
        return Reading(name, _percent(percent), _("The marks lie close together: the exam hardly tells people apart."))
    if percent > SPREAD[1]:
        return Reading(name, _percent(percent), _("The marks lie far apart."))
    return Reading(name, _percent(percent), _("The marks are well spread."), "good")


def _consistency(test: Mapping[str, Any]) -> Reading:
    name, value = _("Internal consistency (CIC)"), test["cic"]
    if value is None:
        return Reading(name, "–", _because(test, "cic"))
    if value >= CONSISTENT:
        return Reading(name, _percent(value), _("Reliable: the questions measure the same thing."), "good")
    if value >= INCONSISTENT:
        return Reading(name, _percent(value), _("Passable: more good questions would make it more reliable."))
    words = _("Not reliable: some questions do not tell good from weak, or the exam asks for different things.")
    return Reading(name, _percent(value), words, "bad")


def _error(percent: float | None, test: Mapping[str, Any]) -> Reading:
    name = _("Standard error")
    if percent is None:
        return Reading(name, "–", _because(test, "standard_error"))
    words = _("Two times in three, a person's true mark lies within %(n)s points of a hundred of what he got.")
    return Reading(name, _percent(percent), words % {"n": floatformat(percent, 0)})


def _skewness(value: float | None) -> str:
    if value is None:
        return ""
    if value > 1:
        return _("A few have far more than the others.")
    return _("A few have far less than the others.") if value < -1 else _("Both sides of the mean are alike.")


def _kurtosis(value: float | None) -> str:
    if value is None:
        return ""
    return _("Most have nearly the same marks, a few are far off.") if value > 1 else _("No crowd at one mark.")


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{floatformat(value, 0)}%"


def _value(test: Mapping[str, Any], name: str) -> str:
    return "–" if test[name] is None else f"{test[name]:.2f}"


def _because(test: Mapping[str, Any], name: str) -> str:
    return _("Cannot be said: %s.") % REASONS[test["reasons"][name]]
