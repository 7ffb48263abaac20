"""Answers to one version of a question read by the key of another: it must have asked the same. Pure."""

from collections.abc import Mapping

from exams.kinds import KINDS
from exams.kinds.order import placed

_SHUFFLED = ("options", "lines", "rights")


def refitted(kind: str, asked: Mapping, other: Mapping, order: list) -> list | None:
    """Return the order in which the body `other` shows what `asked` showed in this order, None where it cannot.

    Options or lines may stand elsewhere in the other body, and how part marks are given may differ.
    """
    try:
        found = _order(kind, asked, other, order)
        same = _seen(kind, asked, order) == _seen(kind, other, found)
    except (LookupError, TypeError, ValueError):
        return None
    return found if same else None


def _seen(kind: str, body: Mapping, order: list) -> dict:
    return {name: each for name, each in KINDS[kind].shown(body, order).items() if name != "credit"}


def _order(kind: str, asked: Mapping, other: Mapping, order: list) -> list:
    if kind == "cloze":
        orders = order or [[] for _part in asked["parts"]]
        parts = zip(asked["parts"], other["parts"], orders, strict=True)
        return [_order(part["kind"], part, new, places) for part, new, places in parts]
    before, after = (_texts(kind, body) for body in (asked, other))
    if before is None or after is None:
        return order
    return [after.index(before[place]) for place in placed(order, len(before))]


def _texts(kind: str, body: Mapping) -> list[str] | None:
    """Return what is shuffled, in the order of the body; None where nothing is."""
    shown = KINDS[kind].shown(body, [])
    rows = next((shown[name] for name in _SHUFFLED if name in shown), None)
    return None if rows is None else [row["text"] for row in rows]
