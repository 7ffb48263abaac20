r"""Gaps in a text as Moodle writes them: {1:SHORTANSWER:=frog#Yes~%50%toad}, with \} \# \~ for the signs. Pure."""

import html
import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from exams.formats import markup, quantities, weights
from exams.formats.question import Marked, plain, shares

_GAP = re.compile(r"\{\s*(\d{0,6})\s*:\s*([A-Za-z_]+)\s*:((?:\\.|[^\\}])*)\}", re.DOTALL)
_LIKE_A_GAP = re.compile(
    r"\{\s*\d{0,6}\s*:\s*(?:NUMERICAL|NM|MULTI(?:CHOICE|RESPONSE)\w*|M[CR]\w{0,2}|SHORTANSWER\w*|SAC?|MWC?)\s*:",
    re.IGNORECASE,
)
_TILDE = re.compile(r"(?<!\\)~")
_HASH = re.compile(r"(?<!\\)(?<!&)(?<!&amp;)#")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:[.,]\d*)?)%")
_ESCAPED = re.compile(r"\\([}{#~/\"=%])")
_CHOICE = re.compile(r"(?:MULTICHOICE|MC)(?:_?(?:V|H|S|VS|HS))?")
_RESPONSE = re.compile(r"(?:MULTIRESPONSE|MR)(?:_?(?:V|H|S|VS|HS))?")
_SHORT, _CASED = {"SHORTANSWER", "SA", "MW"}, {"SHORTANSWER_C", "SAC", "MWC"}
_NUMBER = {"NUMERICAL", "NM"}
_SIGNS = re.compile(r"[&<>{}#~\\=%/\"'*_`\[\]!|]")
_OURS = re.compile(r"\{\{(\d{1,3})\}\}")
_PLACE = re.compile("\ufdd0(\\d+)\ufdd1")


class BadGap(ValueError):
    """A gap that is broken, or (`is_odd`) one that no kind here can hold; `lines` counts the lines before it."""

    def __init__(self, message: str, lines: int, *, is_odd: bool = False) -> None:
        super().__init__(message)
        self.lines, self.is_odd = lines, is_odd


def parts(text: Marked) -> list[dict[str, Any]]:
    """Return the parts of a cloze question, in the order of the text. Raises BadGap."""
    gaps = list(_GAP.finditer(text))
    starts = {gap.start() for gap in gaps}
    for like in _LIKE_A_GAP.finditer(text):
        if like.start() not in starts:
            raise BadGap(
                _("A gap that is not closed: “%s”.") % text[like.start() :][:40], text.count("\n", 0, like.start())
            )
    if not gaps:
        raise BadGap(_("A text without a gap."), 0)
    is_html = text.format in ("html", "moodle")
    return [_part(gap, text.count("\n", 0, gap.start()), is_html=is_html) for gap in gaps]


def without_gaps(text: str) -> str:
    """Return the text with marks, which Markdown leaves alone, in the place of its gaps."""
    numbers = iter(range(1, 10**6))
    return _GAP.sub(lambda _gap: f"\ufdd0{next(numbers)}\ufdd1", text)


def with_places(text: str) -> str:
    """Return a text that has such marks with the places of the gaps as we write them."""
    return _PLACE.sub(r"{{\1}}", text)


def _part(gap: re.Match[str], lines: int, *, is_html: bool) -> dict[str, Any]:
    points, kind, said = gap[1], gap[2].upper(), gap[3]
    rows = [_row(alternative, is_html=is_html) for alternative in _TILDE.split(said.strip()) if alternative.strip()]
    if _RESPONSE.fullmatch(kind):
        raise BadGap(
            _("The question: a gap of several answers (%s), for which there is no kind here.") % kind,
            lines,
            is_odd=True,
        )
    body = _body(kind, rows, lines)
    if points not in ("", "1"):
        body["points"] = points
    return body


def _row(alternative: str, *, is_html: bool) -> dict[str, Any]:
    """Return {text, weight, feedback?} of one answer."""
    answer, *feedback = _HASH.split(alternative.strip(), maxsplit=1)
    weight = Decimal(0)
    if answer.startswith("="):
        weight, answer = weights.WHOLE, answer[1:]
    elif found := _WEIGHT.match(answer):
        weight, answer = Decimal(found[1].replace(",", ".")), answer[found.end() :]
    row = {"text": _words(answer, is_html=is_html), "weight": weight}
    return row | ({"feedback": words} if feedback and (words := _words(feedback[0], is_html=is_html)) else {})


def _words(text: str, *, is_html: bool) -> str:
    """Return a stretch of a gap as plain words."""
    text = _ESCAPED.sub(lambda match: html.escape(match[1]), text)
    return " ".join((markup.words_of_html(text) if is_html else html.unescape(text)).split())


def _body(kind: str, rows: list[dict[str, Any]], lines: int) -> dict[str, Any]:
    best = [row for row in rows if row["weight"] == weights.WHOLE]
    if not best:
        raise BadGap(_("A gap in which no answer is worth 100 percent."), lines)
    if kind in _NUMBER:
        return _numeric(rows, lines)
    if kind in _SHORT | _CASED:
        accepted = [_kept(row, row["weight"] == weights.WHOLE) for row in rows]
        return {"kind": "short", "accepted": accepted} | ({"case": True} if kind in _CASED else {})
    if not _CHOICE.fullmatch(kind):
        raise BadGap(_("A gap of the type “%s”, for which there is no kind here.") % kind, lines, is_odd=True)
    several = len(best) > 1
    options = [
        _kept(row, not several and row["weight"] in (0, weights.WHOLE)) | {"right": row["weight"] == weights.WHOLE}
        for row in rows
    ]
    shuffle = {} if kind.endswith("S") else {"shuffle": False}
    return {"kind": "single", "options": options, **shuffle}


def _kept(row: dict[str, Any], is_default: bool) -> dict[str, Any]:
    fraction = {} if is_default else {"fraction": plain(row["weight"])}
    return {name: row[name] for name in ("text", "feedback") if name in row} | fraction


def _numeric(rows: list[dict[str, Any]], lines: int) -> dict[str, Any]:
    found = []
    for row in rows:
        middle, _colon, width = row["text"].partition(":")
        value, tolerance = (
            quantities.decimal(middle.replace(",", ".")),
            quantities.decimal(width.replace(",", ".") or "0"),
        )
        if middle.strip() == "*":
            value, tolerance = None, Decimal(0)
        elif value is None or tolerance is None or tolerance < 0:
            raise BadGap(_("“%s” is no number and no number:tolerance.") % row["text"][:40], lines)
        found.append(quantities.Quantity(value, tolerance, row["weight"], row.get("feedback", "")))
    if not any(each.weight == weights.WHOLE and each.value is not None for each in found):
        raise BadGap(_("A gap in which no answer is worth 100 percent."), lines)
    return {"kind": "numeric"} | quantities.body(found)


def written(text: str, body: dict[str, Any]) -> str:
    """Return a text with its gaps as Moodle writes them."""
    gaps = [_written(part) for part in body["parts"]]
    return _OURS.sub(lambda place: gaps[int(place[1]) - 1] if 0 < int(place[1]) <= len(gaps) else place[0], text)


def _written(part: dict[str, Any]) -> str:
    kind = {"numeric": "NUMERICAL", "short": "SHORTANSWER_C" if part.get("case") else "SHORTANSWER"}.get(part["kind"])
    kind = kind or ("MULTICHOICE" if part.get("shuffle") is False else "MULTICHOICE_S")
    return f"{{{part.get('points', '1')}:{kind}:{'~'.join(_alternatives(part))}}}"


def _alternatives(part: dict[str, Any]) -> list[str]:
    if part["kind"] == "single":
        rows = zip(part["options"], shares("single", part), strict=True)
        return [_alternative(_entities(row["text"]), value, row) for row, value in rows]
    if part["kind"] == "short":
        return [_alternative(_entities(row["text"]), _fraction(row), row) for row in part["accepted"]]
    found = []
    for row in (part, *part.get("more", [])):
        said = "*" if row["answer"] == "*" else f"{row['answer']}:{quantities.tolerance(row)}"
        found.append(_alternative(said, weights.WHOLE if row is part else _fraction(row), row))
    return found


def _fraction(row: dict[str, Any]) -> Decimal:
    return Decimal(str(row.get("fraction", weights.WHOLE)))


def _alternative(answer: str, value: Decimal, row: dict[str, Any]) -> str:
    sign = "=" if value == weights.WHOLE else f"%{plain(round(value, 5))}%" if value else ""
    return f"{sign}{answer}" + (f"#{_entities(row['feedback'])}" if row.get("feedback") else "")


def _entities(text: str) -> str:
    """Return words with every sign that means something in a gap, in Markdown or in HTML as an entity."""
    return _SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", " ".join(text.split()))
