"""The answers of a question in GIFT: what stands between the braces, as the body of one of our kinds. Pure."""

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from exams.formats import quantities, weights
from exams.formats.gift_text import COMMENT, Piece, cut, marked, one_line
from exams.formats.quantities import Quantity

type Answers = tuple[str, dict[str, Any], dict[str, Any]]

_WEIGHT = re.compile(r"\s*%\s*(-?\d{1,3}(?:\.\d*)?)\s*%")
_ALMOST_WEIGHT = re.compile(r"\s*%[-+\d.,\s]+%")
_NOTHING, _WHOLE = Decimal(0), weights.WHOLE


def read(inside: Piece, form: str) -> Answers:
    """Return (kind, body, what as_json takes from the file instead). Raises Broken."""
    text = inside.text.replace(COMMENT, "").strip()
    if not text:
        return "essay", {}, {}
    if text.startswith("#"):
        return _numeric(Piece(inside.block, inside.find("#") + 1, inside.end), form)
    if "~" in text:
        return _choice(inside, form)
    if text.partition("#")[0].strip().upper() in ("T", "F", "TRUE", "FALSE"):
        return _truefalse(inside, form)
    pieces = _pieces(inside, "=")
    if any("->" in cut(piece.block, piece.start, piece.end, "#")[0].text for piece in pieces):
        return _matching(pieces, form)
    return _short(pieces, form)


def _pieces(inside: Piece, signs: str) -> list[Piece]:
    """Return the answers, each from its sign to the next one. Raises Broken where something stands before them."""
    places = [inside.start + match.start() for match in re.finditer(f"[{signs}]", inside.text)]
    before = Piece(inside.block, inside.start, places[0] if places else inside.end)
    if not before.is_blank:
        raise before.broken(_("An answer begins with = or ~; one that belongs to the text is written \\= or \\~."))
    return [Piece(inside.block, *ends) for ends in zip(places, [*places[1:], inside.end], strict=True)]


def _weighed(piece: Piece, default: Decimal) -> tuple[Decimal, Piece]:
    """Return the weight of an answer, and what follows. Raises Broken."""
    if found := _WEIGHT.match(piece.text):
        value = Decimal(found[1])
        known = weights.nearest(value)
        if known is None:
            raise piece.broken(weights.mistakes([value], several=False)[0])
        return _WHOLE if known == _WHOLE else value, Piece(piece.block, piece.start + found.end(), piece.end)
    if _ALMOST_WEIGHT.match(piece.text):
        raise piece.broken(_("A weight is written as a number between percent signs, such as %50%."))
    return default, piece


def _answer(piece: Piece, form: str) -> tuple[Piece, str]:
    """Return the answer and its feedback."""
    answer, feedback = cut(piece.block, piece.start, piece.end, "#")
    return answer, marked(feedback.text, form) if feedback else ""


def _after_sign(piece: Piece) -> Piece:
    return Piece(piece.block, piece.start + 1, piece.end)


def _choice(inside: Piece, form: str) -> Answers:
    """Read {=right ~wrong} as a choice of one; where no = is worth everything, several are to be chosen."""
    options, values, best = [], [], False
    pieces = _pieces(inside, "=~")
    for piece in pieces:
        is_right = piece.text[0] == "="
        value, rest = _weighed(_after_sign(piece), _WHOLE if is_right else _NOTHING)
        answer, feedback = _answer(rest, form)
        if answer.is_blank:
            raise piece.broken(_("An answer without words."))
        options.append({"text": marked(answer.text, form)} | ({"feedback": feedback} if feedback else {}))
        values.append(value)
        best = best or (is_right and value == _WHOLE)
    if len(pieces) < 2:
        raise inside.broken(_("A choice needs at least two answers."))
    if max(values) <= 0:
        raise inside.broken(_("No answer is marked as right."))
    _check(inside, values, several=not best)
    return *weights.choice(options, values, several=not best), {}


def _check(inside: Piece, values: list[Decimal], *, several: bool) -> None:
    for sentence in weights.mistakes(values, several=several):
        raise inside.broken(sentence)


def _truefalse(inside: Piece, form: str) -> Answers:
    """Read {T#said to who is wrong#said to who is right}."""
    answer, rest = cut(inside.block, inside.start, inside.end, "#")
    right = answer.text.replace(COMMENT, "").strip().upper().startswith("T")
    said = {"true": "", "false": ""}
    if rest:
        to_wrong, to_right = cut(rest.block, rest.start, rest.end, "#")
        said["false" if right else "true"] = marked(to_wrong.text, form)
        said["true" if right else "false"] = marked(to_right.text, form) if to_right else ""
    feedback = {code: words for code, words in said.items() if words}
    return "truefalse", {"right": right} | ({"feedback": feedback} if feedback else {}), {}


def _matching(pieces: list[Piece], form: str) -> Answers:
    pairs: list[dict[str, Any]] = []
    distractors: list[str] = []
    for piece in pieces:
        left, right = cut(piece.block, piece.start + 1, piece.end, "->")
        if right is None:
            raise piece.broken(_("In a matching question every answer is written = left -> right."))
        words = one_line(right.text)
        if not words:
            raise piece.broken(_("A pair without its right side."))
        if left.is_blank:
            distractors.append(words)
        else:
            pairs.append({"left": marked(left.text, form), "right": words})
    if len(pairs) < 2:
        raise pieces[0].broken(_("A matching question needs at least two pairs."))
    return "matching", {"pairs": pairs, "credit": "part"} | ({"distractors": distractors} if distractors else {}), {}


def _short(pieces: list[Piece], form: str) -> Answers:
    accepted, values = [], []
    for piece in pieces:
        value, rest = _weighed(_after_sign(piece), _WHOLE)
        answer, feedback = _answer(rest, form)
        words = str(marked(answer.text, form))
        if not words:
            raise piece.broken(_("An answer without words."))
        row = {"text": words} | ({"fraction": quantities.plain(value)} if value != _WHOLE else {})
        accepted.append(row | ({"feedback": feedback} if feedback else {}))
        values.append(value)
    _check(pieces[0], values, several=False)
    return "short", {"accepted": accepted}, {}


def _numeric(inside: Piece, form: str) -> Answers:
    answers, wrong = cut(inside.block, inside.start, inside.end, "~")
    signed = answers.find("=")
    if signed >= 0 and Piece(inside.block, inside.start, signed).is_blank:
        pieces = [_after_sign(piece) for piece in _pieces(answers, "=")]
    elif answers.is_blank:
        raise inside.broken(_("A numeric question without an answer."))
    elif signed >= 0:
        raise answers.broken(_("Of several numbers each begins with =."))
    else:
        pieces = [answers]
    found = [_quantity(piece, form) for piece in pieces]
    _check(inside, [each.weight for each in found], several=False)
    if wrong:
        found.append(_wrong(wrong, form))
    return "numeric", quantities.body(found), {"options": quantities.said(found)}


def _quantity(piece: Piece, form: str) -> Quantity:
    """Read 3.14, 3.14:0.01 or 3.13..3.15, with a weight before it and feedback after it."""
    value, rest = _weighed(piece, _WHOLE)
    answer, feedback = _answer(rest, form)
    text = answer.text.replace(COMMENT, "").strip()
    if text == "*" and value != _WHOLE:
        return Quantity(None, _NOTHING, value, feedback)
    low, dots, high = text.partition("..")
    middle, _colon, width = text.partition(":")
    first, second = (low, high) if dots else (middle, width if _colon else "0")
    numbers = quantities.decimal(first), quantities.decimal(second)
    if None in numbers:
        message = _("“%s” is no number, no number:tolerance and no least..most.")
        raise piece.broken(message % one_line(text)[:60])
    if not dots and numbers[1] < 0:
        raise piece.broken(_("The tolerance must not be negative."))
    if dots and numbers[0] > numbers[1]:
        raise piece.broken(_("The least number of a range is above the most."))
    middle, width = ((numbers[0] + numbers[1]) / 2, (numbers[1] - numbers[0]) / 2) if dots else numbers
    return Quantity(middle, width, value, feedback)


def _wrong(piece: Piece, form: str) -> Quantity:
    """Read what is said to who is wrong: ~#feedback."""
    answer, feedback = _answer(piece, form)
    if not answer.is_blank:
        raise piece.broken(_("In a numeric question only feedback follows ~, as in ~#feedback."))
    return Quantity(None, _NOTHING, _NOTHING, feedback)
