"""A text with gaps, each a small question of its own."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import zip_longest
from math import prod
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.kinds import member
from exams.kinds.choice import Single
from exams.kinds.kind import EVERYTHING, NOTHING, BadResponse, Kind, Response
from exams.kinds.numeric import Numeric
from exams.kinds.text import Short

PARTS: dict[str, Kind] = {"single": Single(), "short": Short(), "numeric": Numeric()}
GAP = re.compile(r"\{\{(\d{1,3})\}\}")


class Cloze(Kind):
    """A text with gaps {{1}}, {{2}}, … Body: {parts: [{kind, points?, and its body}], credit?: "whole" | "part"}.

    Kinds of parts: single, short, numeric. Part: what the gaps are worth, weighted with their points (1 where none
    stand).
    """

    label = gettext_lazy("Fill in the gaps")

    def mistakes(self, body: object) -> list[str]:
        parts = member.rows(body, "parts")
        found = [] if parts else [_("Give at least one gap.")]
        for n, part in enumerate(parts, start=1):
            found += [_("Gap %(n)d: %(mistake)s") % {"n": n, "mistake": each} for each in _part_mistakes(part)]
        return found + member.credit_mistakes(body)

    def text_mistakes(self, text: str, body: Mapping) -> list[str]:
        wanted = [str(n) for n in range(1, len(member.rows(body, "parts")) + 1)]
        if sorted(GAP.findall(text), key=int) == wanted:
            return []
        return [_("The text must have each gap once: %s.") % " ".join(f"{{{{{n}}}}}" for n in wanted)]

    def arrange(self, body: Mapping, chance: Random) -> list:
        return [PARTS[part["kind"]].arrange(part, chance) for part in body["parts"]]

    def shown(self, body: Mapping, order: list) -> dict:
        parts = [{"kind": part["kind"]} | kind.shown(part, places) for kind, part, places in _each(body, order)]
        return {"parts": parts} | ({"credit": "part"} if member.is_part(body) else {})

    def key(self, body: Mapping, order: list) -> dict:
        return {"parts": [kind.key(part, places) for kind, part, places in _each(body, order)]}

    def _clean(self, shown: Mapping, response: object) -> Response:
        known = {str(n): part for n, part in enumerate(shown["parts"], start=1)}
        if not isinstance(response, dict) or any(n not in known for n in response):
            raise BadResponse(_("Fill in the gaps shown."))
        found = {n: _clean_part(n, part, response.get(n)) for n, part in known.items()}
        return {n: each for n, each in found.items() if each is not None} or None

    def _worth(self, body: Mapping, order: list, response: Response) -> Fraction:
        worth = [
            (Fraction(kind.share(part, places, _given(response, n))), _points(part))
            for n, (kind, part, places) in enumerate(_each(body, order), start=1)
        ]
        if not member.is_part(body):
            return EVERYTHING if all(share == EVERYTHING for share, _weight in worth) else NOTHING
        return sum(share * points for share, points in worth) / sum(points for _share, points in worth)

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return [
            f"[{n}] {words}"
            for n, part in enumerate(shown["parts"], start=1)
            for words in PARTS[part["kind"]].words(part, _given(response, n))
        ]

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        pairs = zip(shown["parts"], key["parts"], strict=True)
        return [
            f"[{n}] {' / '.join(PARTS[part['kind']].key_words(part, right))}"
            for n, (part, right) in enumerate(pairs, start=1)
        ]

    def guess(self, body: Mapping) -> float:
        guesses = [(PARTS[part["kind"]].guess(part), float(_points(part))) for part in body["parts"]]
        if not member.is_part(body):
            return prod(guess for guess, _weight in guesses)
        return sum(guess * points for guess, points in guesses) / sum(points for _guess, points in guesses)

    def choices(self, body: Mapping) -> list[tuple[str, str, float]]:
        whole = float(sum(_points(part) for part in body["parts"]))
        return [
            (f"{n}.{code}", f"[{n}] {words}", worth * float(_points(part)) / whole)
            for n, part in enumerate(body["parts"], start=1)
            for code, words, worth in PARTS[part["kind"]].choices(part)
        ]

    def chosen(self, body: Mapping, order: list, response: Response) -> list[str]:
        return [
            f"{n}.{code}"
            for n, (kind, part, places) in enumerate(_each(body, order), start=1)
            for code in kind.chosen(part, places, _given(response, n))
        ]

    def feedback(self, body: Mapping, order: list, response: Response) -> list[str]:
        return [
            f"[{n}] {words}"
            for n, (kind, part, places) in enumerate(_each(body, order), start=1)
            for words in kind.feedback(part, places, _given(response, n))
        ]

    def right_response(self, body: Mapping, order: list) -> object:
        each = enumerate(_each(body, order), start=1)
        return {str(n): kind.right_response(part, places) for n, (kind, part, places) in each}


def _each(body: Mapping, order: list) -> Iterator[tuple[Kind, Mapping, list]]:
    for part, places in zip_longest(body["parts"], order[: len(body["parts"])], fillvalue=[]):
        yield PARTS[part["kind"]], part, places


def _points(part: Mapping) -> Fraction:
    return member.exact(part, "points", "1")


def _given(response: Response, n: int) -> Response:
    return response.get(str(n)) if isinstance(response, dict) else None


def _clean_part(n: str, part: Mapping, response: object) -> Response:
    if response == "":
        return None
    try:
        return PARTS[part["kind"]].clean(part, response)
    except BadResponse as reason:
        raise BadResponse(_("Gap %(n)d: %(mistake)s") % {"n": int(n), "mistake": reason}) from None


def _part_mistakes(part: Mapping) -> list[str]:
    kind = part.get("kind")
    if not isinstance(kind, str) or kind not in PARTS:
        return [_("A gap is one of: %s.") % ", ".join(PARTS)]
    points = member.exact(part, "points", "1")
    found = [] if points is not None and points > 0 else [_("The points of a gap must be a number above 0.")]
    return found + PARTS[kind].mistakes(part)
