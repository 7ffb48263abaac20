"""Lines to be put in order."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from math import factorial
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.kinds import member
from exams.kinds.kind import EVERYTHING, NOTHING, BadResponse, Kind, Response
from exams.kinds.order import ids, numbered, shuffled, texts

_LEAST, _MOST = 3, 20  # lines


class Ordering(Kind):
    """Lines to be put in order. Body: {lines: [text] in the right order, credit?: "whole" | "part"}.

    Part: of the pairs of lines that are neighbours in the right order, the share that stands the right way round.
    """

    label = gettext_lazy("Put in order")

    def mistakes(self, body: object) -> list[str]:
        lines = member.lines(body, "lines")
        if not _LEAST <= len(lines) <= _MOST:
            return [_("Give %(least)d to %(most)d lines.") % {"least": _LEAST, "most": _MOST}]
        found = [] if all(lines) else [_("A line has no words.")]
        if len(set(lines)) < len(lines):
            found.append(_("Two lines read the same."))
        return found + member.credit_mistakes(body)

    def arrange(self, body: Mapping, chance: Random) -> list:
        return shuffled(len(body["lines"]), chance)

    def shown(self, body: Mapping, order: list) -> dict:
        return {"lines": numbered(body["lines"], order)} | ({"credit": "part"} if member.is_part(body) else {})

    def key(self, body: Mapping, order: list) -> dict:
        return {"order": ids(len(body["lines"]), order)}

    def _clean(self, shown: Mapping, response: object) -> Response:
        known = [line["id"] for line in shown["lines"]]
        if not isinstance(response, list) or len(response) != len(known) or any(id_ not in response for id_ in known):
            raise BadResponse(_("Give every line a place of its own."))
        return response

    def _worth(self, body: Mapping, order: list, response: Response) -> Fraction:
        right = ids(len(body["lines"]), order)
        if not isinstance(response, list) or any(id_ not in response for id_ in right):
            return NOTHING
        if not member.is_part(body):
            return EVERYTHING if response == right else NOTHING
        kept = [response.index(first) < response.index(second) for first, second in pairwise(right)]
        return Fraction(sum(kept), len(kept))

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return texts(shown["lines"], response) if isinstance(response, list) else []

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        return texts(shown["lines"], key["order"])

    def guess(self, body: Mapping) -> float:
        return 0.5 if member.is_part(body) else 1 / factorial(len(body["lines"]))

    def right_response(self, body: Mapping, order: list) -> object:
        return self.key(body, order)["order"]
