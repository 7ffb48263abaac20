"""The weights of answers as Moodle knows them, and what they make of a choice. Pure.

Known weights, and that the best answer of a choice of one is worth 100 % while the positive ones of a choice of
several come to 100 %: Moodle 4.5, question bank (fraction_options_full) and question type multichoice.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from exams.formats.question import plain, shares

WHOLE = Decimal(100)
_NUMBER = re.compile(r"[-+]?(?:\d{1,6}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][-+]?\d)?", re.ASCII)
_NEAR = Decimal("0.001")  # percent
_DENOMINATORS = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 1, 8: 1, 9: 1, 10: 9, 20: 1}
KNOWN = sorted(
    {Decimal(0)}
    | {
        Decimal(sign * part * 100) / whole
        for whole, most in _DENOMINATORS.items()
        for part in ({1, most} if whole != 10 else {1, 2, 3, 4, 6, 7, 8, 9})
        for sign in (1, -1)
    }
)


def weight(text: str) -> Decimal | None:
    """Return a percentage, or None where it is no number."""
    text = text.strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def nearest(value: Decimal) -> Decimal | None:
    """Return the weight that Moodle takes this one for, or None where it knows none so near."""
    return next((known for known in KNOWN if abs(known - value) < _NEAR), None)


def mistakes(weights: Sequence[Decimal], *, several: bool) -> list[str]:
    """Return what is wrong with the weights of a question's answers, sentences that name the weights."""
    unknown = [each for each in weights if nearest(each) is None]
    if unknown:
        named = ", ".join(plain(each) for each in unknown)
        return [_("Invalid grades: a fraction of %s percent is none that Moodle knows.") % named]
    if several:
        total = sum(each for each in weights if each > 0)
        if abs(total - WHOLE) > Decimal("0.5"):
            return [_("Invalid grades: the positive weights come to %s percent, not to 100.") % plain(total)]
    elif max(weights, default=Decimal(0)) != WHOLE:
        return [_("Invalid grades: no answer is worth 100 percent.")]
    return []


def choice(
    options: Sequence[dict[str, Any]], values: Sequence[Decimal], *, several: bool
) -> tuple[str, dict[str, Any]]:
    """Return the kind and the body of a choice, each option with its fraction."""
    rows = zip(options, values, strict=True)
    marked = [
        option | {"right": value > 0 if several else value == WHOLE, "fraction": plain(value)} for option, value in rows
    ]
    return ("multiple", {"options": marked, "credit": "part"}) if several else ("single", {"options": marked})


def without_defaults(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a choice without the fractions that `right` alone says."""
    options = body["options"]
    bare = [{name: value for name, value in option.items() if name != "fraction"} for option in options]
    found = [Decimal(option["fraction"]) for option in options]
    meant = shares(kind, body | {"options": bare})
    gaps = [abs(value - default) > _NEAR for value, default in zip(found, meant, strict=True)]
    if kind == "multiple":
        return body if any(gaps) else body | {"options": bare}
    if sum(option["right"] for option in options) > 1:
        return body
    return body | {"options": [kept if gap else each for kept, each, gap in zip(options, bare, gaps, strict=True)]}
