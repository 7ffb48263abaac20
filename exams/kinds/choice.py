"""Choice among options, of one or of several."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.kinds import member
from exams.kinds.kind import EVERYTHING, NOTHING, PERCENT, BadResponse, Kind, Response, rounded
from exams.kinds.order import ids, numbered, shuffled, texts

_MOST_TO_TRY = 12  # options of which every choice is tried to say what guessing is worth


class Multiple(Kind):
    """Several options are right.

    Body: {options: [{text, right, fraction?, feedback?}], shuffle?: true, credit?: "whole" | "part"}; a fraction is
    percent as decimal text and may be negative. Whole: all right ones and no other must be chosen, or nothing is
    earned. Part: what the fractions of the chosen ones come to; where none is written a right one counts its part of
    the right ones and a wrong one takes as much away.
    """

    label = gettext_lazy("Multiple choice")

    def mistakes(self, body: object) -> list[str]:
        found = [*_option_mistakes(body), *member.credit_mistakes(body)]
        options = member.rows(body, "options")
        right = [option for option in options if option.get("right") is True]
        if not member.is_part(body):
            is_whole = 2 <= len(right) < len(options)
            return found + ([] if is_whole else [_("Mark at least two options as right and leave at least one wrong.")])
        if not right or len(right) == len(options):
            found.append(_("Mark at least one option as right and leave at least one wrong."))
        elif rounded(sum(_written(option, Fraction(1, len(right))) for option in right)) < 1:
            found.append(_("The right options must come to 100 percent."))
        return found

    def arrange(self, body: Mapping, chance: Random) -> list:
        return shuffled(len(body["options"]), chance) if body.get("shuffle", True) else []

    def shown(self, body: Mapping, order: list) -> dict:
        options = {"options": numbered([option["text"] for option in body["options"]], order)}
        return options | ({"credit": "part"} if member.is_part(body) else {})

    def key(self, body: Mapping, order: list) -> dict:
        named = zip(ids(len(body["options"]), order), body["options"], strict=True)
        return {"right": sorted((id_ for id_, option in named if option.get("right")), key=int)}

    def _clean(self, shown: Mapping, response: object) -> Response:
        known = [option["id"] for option in shown["options"]]
        if not isinstance(response, list) or any(each not in known for each in response):
            raise BadResponse(_("Choose among the options shown."))
        return [id_ for id_ in known if id_ in response] or None

    def _worth(self, body: Mapping, order: list, response: Response) -> Fraction:
        return self._worth_of(body, self._places(body, order, response))

    def _worth_of(self, body: Mapping, places: Sequence[int]) -> Fraction:
        if member.is_part(body):
            fractions = self._fractions(body)
            return sum((fractions[place] for place in places), NOTHING)
        right = {place for place, option in enumerate(body["options"]) if option.get("right")}
        return EVERYTHING if set(places) == right else NOTHING

    def _fractions(self, body: Mapping) -> list[Fraction]:
        options = body["options"]
        part = Fraction(1, sum(bool(option.get("right")) for option in options) or 1)
        wrong = -part if member.is_part(body) else NOTHING
        return [_written(option, part if option.get("right") else wrong) for option in options]

    def _places(self, body: Mapping, order: list, response: Response) -> list[int]:
        chosen = response if isinstance(response, list) else []
        return [place for place, id_ in enumerate(ids(len(body["options"]), order)) if id_ in chosen]

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return texts(shown["options"], response) if isinstance(response, list) else []

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        return texts(shown["options"], key["right"])

    def guess(self, body: Mapping) -> float:
        count = len(body["options"])
        if count > _MOST_TO_TRY:
            return 0.0
        picks = [pick for size in range(1, count + 1) for pick in combinations(range(count), size)]
        return float(sum(rounded(self._worth_of(body, pick)) for pick in picks)) / len(picks)

    def choices(self, body: Mapping) -> list[tuple[str, str, float]]:
        pairs = zip(body["options"], self._fractions(body), strict=True)
        return [(str(n), option["text"], float(worth)) for n, (option, worth) in enumerate(pairs, start=1)]

    def chosen(self, body: Mapping, order: list, response: Response) -> list[str]:
        return [str(place + 1) for place in self._places(body, order, response)]

    def feedback(self, body: Mapping, order: list, response: Response) -> list[str]:
        said = (body["options"][place].get("feedback") for place in self._places(body, order, response))
        return [words for words in said if words]

    def right_response(self, body: Mapping, order: list) -> object:
        return self.key(body, order)["right"]


class Single(Multiple):
    """One option is chosen. Body: as of several, without `credit`.

    One is right; others may be worth a part by their fractions, and several may be right where each says so by its own.
    """

    label = gettext_lazy("Single choice")

    def mistakes(self, body: object) -> list[str]:
        options = member.rows(body, "options")
        if len(options) < 2:
            return [_("Give at least two options.")]
        right = [option for option in options if option.get("right") is True]
        found = _option_mistakes(body)
        if len(right) != 1 and not (right and all("fraction" in option for option in right)):
            found.insert(0, _("Mark exactly one option as right."))
        if any(_written(option, EVERYTHING) != EVERYTHING for option in right):
            found.append(_("The right option must be worth 100 percent."))
        return found

    def _clean(self, shown: Mapping, response: object) -> Response:
        one = response if isinstance(response, list) and len(response) == 1 else [response]
        return super()._clean(shown, one)

    def _worth_of(self, body: Mapping, places: Sequence[int]) -> Fraction:
        return self._fractions(body)[places[0]] if len(places) == 1 else NOTHING

    def _fractions(self, body: Mapping) -> list[Fraction]:
        return [_written(option, EVERYTHING if option.get("right") else NOTHING) for option in body["options"]]

    def guess(self, body: Mapping) -> float:
        worth = [rounded(fraction) for fraction in self._fractions(body)]
        return float(sum(worth)) / len(worth)

    def right_response(self, body: Mapping, order: list) -> object:
        return self.key(body, order)["right"][0]


def _written(option: Mapping, default: Fraction) -> Fraction:
    """Return the fraction that is written for an option."""
    found = member.exact(option, "fraction", default * PERCENT)
    return default if found is None else found / PERCENT


def _option_mistakes(body: object) -> list[str]:
    options = member.rows(body, "options")
    said = [member.words(option, "text") for option in options]
    found = [] if all(said) else [_("An option has no words.")]
    if len(set(said)) < len(said):
        found.append(_("Two options read the same."))
    fractions = [member.exact(option, "fraction", "0") for option in options]
    if any(each is None or abs(each) > PERCENT for each in fractions):
        found.append(_("What an option is worth must be a percentage from -100 to 100."))
    if any(not isinstance(option.get("feedback", ""), str) for option in options):
        found.append(_("Feedback must be text."))
    return found
