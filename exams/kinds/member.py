"""Members of a body, whatever JSON it is: one of a wrong type counts as one that is not there."""

from collections.abc import Mapping
from fractions import Fraction

from django.utils.translation import gettext as _

from exams.kinds.kind import BadResponse
from exams.kinds.number import number


def rows(body: object, name: str) -> list[Mapping]:
    """Return the objects of a list; what is no object is an empty one."""
    return [row if isinstance(row, Mapping) else {} for row in _list(body, name)]


def lines(body: object, name: str) -> list[str]:
    """Return the texts of a list; what is no text is an empty one."""
    return [line.strip() if isinstance(line, str) else "" for line in _list(body, name)]


def words(body: object, name: str) -> str:
    """Return a text without blanks around it."""
    found = body.get(name) if isinstance(body, Mapping) else None
    return found.strip() if isinstance(found, str) else ""


def exact(body: object, name: str, default: str | Fraction | None = None) -> Fraction | None:
    """Return a number; None where it is no number, `default` where it is not there."""
    found = body.get(name, default) if isinstance(body, Mapping) else default
    if isinstance(found, Fraction):
        return found
    try:
        return Fraction(number(found))
    except BadResponse:
        return None


def is_part(body: object) -> bool:
    """Say whether a part of the answer earns a part of the marks."""
    return isinstance(body, Mapping) and body.get("credit") == "part"


def credit_mistakes(body: object) -> list[str]:
    """Return what is wrong with the rule of credit."""
    known = not isinstance(body, Mapping) or body.get("credit", "whole") in ("whole", "part")
    return [] if known else [_("The credit must be “whole” or “part”.")]


def _list(body: object, name: str) -> list:
    found = body.get(name) if isinstance(body, Mapping) else None
    return found if isinstance(found, list) else []
