"""What the figures of a question say to whoever keeps it, in words. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exams.statistics.classical import Item
from exams.statistics.distractors import NO_ANSWER, OTHER, Choice

# At 30 people the standard error of a correlation of 0 is 1/sqrt(29), 19 points: below that a figure is mostly chance.
FEWEST_PEOPLE = 30
# The tables of interpretation in Moodle's documentation of the quiz report (after the Open University's):
# a facility of 95 or more is "extremely easy", of 5 or less "extremely difficult or something wrong with the question";
# a discrimination index of 0 to 19 is "very weak", a negative one "probably invalid".
TOO_EASY, TOO_HARD, WEAK = 95.0, 5.0, 20.0


class Flag(NamedTuple):
    """A word for a list, what to do about it, and whether it is serious."""

    word: Promise
    advice: Promise
    is_serious: bool = False


FLAGS: dict[str, Flag] = {
    "key-suspect": Flag(
        _("key suspect"),
        _("The better people answer it worse, or prefer a wrong answer: check the key and the wording."),
        is_serious=True,
    ),
    "too-easy": Flag(_("too easy"), _("Nearly everybody has it right: it tells little about anybody.")),
    "too-hard": Flag(
        _("too hard"),
        _("Hardly anybody has it right, or no more than would by guessing: check whether it was taught, and the key."),
        is_serious=True,
    ),
    "weak": Flag(
        _("does not discriminate"), _("Those who are good in the rest of the exam hardly answer it better than others.")
    ),
    "idle-distractor": Flag(
        _("distractor never chosen"), _("An answer that nobody chooses makes guessing easier: write another.")
    ),
    "too-few": Flag(
        _("too few people"), _("So few have answered it that the figures are mostly chance; nothing else is said yet.")
    ),
}


def flags(figures: Item, choices: Sequence[Choice] = ()) -> list[str]:
    """Return what the figures say, as keys of FLAGS, the gravest first; `choices` where one is chosen among some."""
    if figures.people < FEWEST_PEOPLE:
        return ["too-few"]
    facility, index = figures.facility, figures.discrimination_index
    found = []
    if (index is not None and index < 0) or _is_preferred(choices):
        found.append("key-suspect")
    if facility is not None and facility <= max(TOO_HARD, figures.guess or 0):
        found.append("too-hard")
    if facility is not None and facility >= TOO_EASY:
        found.append("too-easy")
    if index is not None and 0 <= index < WEAK:
        found.append("weak")
    if any(choice.count == 0 and not choice.is_right for choice in choices):
        found.append("idle-distractor")
    return found


def _is_preferred(choices: Sequence[Choice]) -> bool:
    """Tell whether more of the upper group chose some wrong answer than any right one."""
    right = [choice.upper for choice in choices if choice.is_right]
    wrong = [choice.upper for choice in choices if not choice.is_right and choice.code not in {NO_ANSWER, OTHER}]
    return bool(right and wrong) and max(wrong) > max(right)
