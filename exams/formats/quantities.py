"""Answers that are numbers, and the body of a numeric question made of them. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exams.formats.question import figure, plain
from exams.formats.weights import WHOLE
from exams.kinds.number import number

_NUMBER = re.compile(r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][-+]?\d{1,2})?", re.ASCII)


@dataclass(frozen=True)
class Quantity:
    """An answer that is a number within a tolerance; `value` None stands for every other number."""

    value: Decimal | None
    tolerance: Decimal
    weight: Decimal = WHOLE
    feedback: str = ""


def decimal(text: str) -> Decimal | None:
    """Return a number as programs write it, or None."""
    text = text.strip().replace("−", "-")
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def body(found: Sequence[Quantity], unit: str = "") -> dict[str, Any]:
    """Return the body: the first answer of full marks, then the others. There must be one of full marks."""
    best = next(each for each in found if each.weight == WHOLE and each.value is not None)
    others = [each for each in found if each is not best]
    more = [_row(each) | {"fraction": plain(each.weight)} for each in others]
    return _row(best) | {"unit": unit} | ({"more": more} if more else {})


def said(found: Sequence[Quantity]) -> list[dict[str, Any]]:
    """Return the options of the JSON, in the order of the file."""
    return [_option(each) for each in found]


def tolerance(row: dict[str, Any]) -> str:
    """Return the tolerance of an answer in a body as a number, a relative one too."""
    width = number(row.get("tolerance") or "0")
    return plain(abs(number(row["answer"])) * width / 100 if row.get("relative") else width)


def _row(each: Quantity) -> dict[str, Any]:
    row = {"answer": "*" if each.value is None else plain(each.value), "tolerance": plain(each.tolerance)}
    return row | ({"feedback": each.feedback} if each.feedback else {})


def _option(each: Quantity) -> dict[str, Any]:
    option = {
        "text": "*" if each.value is None else plain(each.value),
        "fraction": figure(each.weight),
        "feedback": str(each.feedback),
        "tolerance": figure(each.tolerance),
    }
    if each.value is not None:
        option |= {"low": figure(each.value - each.tolerance), "high": figure(each.value + each.tolerance)}
    return option
