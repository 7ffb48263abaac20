"""Pairs to be put together."""

from collections.abc import Mapping
from fractions import Fraction
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.kinds import member
from exams.kinds.kind import EVERYTHING, NOTHING, BadResponse, Kind, Response
from exams.kinds.order import ids, numbered, shuffled, texts


class Matching(Kind):
    """To each left its right. Body: {pairs: [{left, right}], distractors?: [text], credit?: "whole" | "part"}.

    Rights that read the same are one; a distractor belongs to no left. Part: right pairs of all pairs.
    """

    label = gettext_lazy("Matching")

    def mistakes(self, body: object) -> list[str]:
        pairs = member.rows(body, "pairs")
        lefts = [member.words(pair, "left") for pair in pairs]
        found = [] if len(pairs) >= 2 else [_("Give at least two pairs.")]
        more = member.lines(body, "distractors")
        if not all(lefts) or not all(member.words(pair, "right") for pair in pairs) or not all(more):
            found.append(_("A side of a pair has no words."))
        if len(set(lefts)) < len(lefts):
            found.append(_("Two left sides read the same."))
        if {member.words(pair, "right") for pair in pairs} & set(more):
            found.append(_("A distractor reads like a right side."))
        return found + member.credit_mistakes(body)

    def arrange(self, body: Mapping, chance: Random) -> list:
        return shuffled(len(_rights(body)), chance)

    def shown(self, body: Mapping, order: list) -> dict:
        lefts = [pair["left"] for pair in body["pairs"]]
        sides = {"lefts": numbered(lefts, []), "rights": numbered(_rights(body), order)}
        return sides | ({"credit": "part"} if member.is_part(body) else {})

    def key(self, body: Mapping, order: list) -> dict:
        rights = _rights(body)
        named = dict(zip(rights, ids(len(rights), order), strict=True))
        return {"pairs": {str(n): named[pair["right"]] for n, pair in enumerate(body["pairs"], start=1)}}

    def _clean(self, shown: Mapping, response: object) -> Response:
        lefts, rights = ([each["id"] for each in shown[side]] for side in ("lefts", "rights"))
        if not isinstance(response, dict):
            raise BadResponse(_("Choose among the pairs shown."))
        chosen = {left: right for left, right in response.items() if right not in ("", None)}
        if any(left not in lefts for left in chosen) or any(right not in rights for right in chosen.values()):
            raise BadResponse(_("Choose among the pairs shown."))
        return {left: chosen[left] for left in lefts if left in chosen} or None

    def _worth(self, body: Mapping, order: list, response: Response) -> Fraction:
        pairs = self.key(body, order)["pairs"]
        given = response if isinstance(response, dict) else {}
        worth = Fraction(sum(given.get(left) == right for left, right in pairs.items()), len(pairs))
        return worth if member.is_part(body) or worth == EVERYTHING else NOTHING

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return _in_words(shown, response) if isinstance(response, dict) else []

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        return _in_words(shown, key["pairs"])

    def guess(self, body: Mapping) -> float:
        one = 1 / len(_rights(body))
        return one if member.is_part(body) else one ** len(body["pairs"])

    def choices(self, body: Mapping) -> list[tuple[str, str, float]]:
        one = 1 / len(body["pairs"])
        return [
            (f"{n}-{m}", f"{pair['left']} → {right}", one if right == pair["right"] else 0.0)
            for n, pair in enumerate(body["pairs"], start=1)
            for m, right in enumerate(_rights(body), start=1)
        ]

    def chosen(self, body: Mapping, order: list, response: Response) -> list[str]:
        given = response if isinstance(response, dict) else {}
        places = {id_: place for place, id_ in enumerate(ids(len(_rights(body)), order), start=1)}
        return [f"{left}-{places[right]}" for left, right in given.items() if right in places]

    def right_response(self, body: Mapping, order: list) -> object:
        return self.key(body, order)["pairs"]


def _rights(body: Mapping) -> list[str]:
    """Return the right sides, each once, and the distractors."""
    return list(dict.fromkeys([*(pair["right"] for pair in body["pairs"]), *body.get("distractors", [])]))


def _in_words(shown: Mapping, pairs: Mapping) -> list[str]:
    return [
        f"{left['text']} → {right}"
        for left in shown["lefts"]
        for right in texts(shown["rights"], [pairs.get(left["id"], "")])
    ]
