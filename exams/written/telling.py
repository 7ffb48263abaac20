"""Numbers, short texts and essays as they are written."""

import re
from collections.abc import Iterable, Mapping, Sequence

from exams.written.choosing import given
from exams.written.marks import FEEDBACK, broken, flat, parted, said, unweighed, weighed
from exams.written.writing import Writing

_PERCENT = re.compile(r"(.*\S) ?[%％]")
_WIDTH = re.compile(r"(\S+)(?: +(?:±|\+-) +(\S.*))?")


class Number(Writing):
    """`answer: 12`, `tolerance: 0.6` or `5%`, `unit: V`, `feedback: well done`.

    Other units are `1 kV = 1000`, further answers `= 13` or `~%50% 13 ± 0.1 # not quite`.
    """

    members = ("answer", "tolerance", "unit", "feedback")
    row = re.compile(
        r"1 (?P<unit>\S(?:.*\S)?) += +(?P<factor>[-+.\deE]+)(?: .*)?|(?:=|~%(?P<worth>[-+.\deE]+)%) +(?P<more>.*\S)"
    )

    def body(self, members: Mapping[str, str], rows: Sequence[str]) -> dict:
        found = [self.row.fullmatch(row) for row in rows]
        units = [{"unit": each["unit"], "factor": each["factor"]} for each in found if each["unit"]]
        more = [_further(each) for each in found if each["more"]]
        members = {name: broken(words) for name, words in members.items() if words}
        return {**members, **_width(members.get("tolerance")), **_lists(units=units, more=more)}

    def said(self, body: Mapping) -> tuple[dict[str, str], list[str]]:
        members = {name: flat(body.get(name, "")) for name in self.members} | {"tolerance": _tolerance(body)}
        rows = [f"1 {flat(row['unit'])} = {str(row['factor']).strip()}" for row in body.get("units", [])]
        return given(members), rows + [_further_row(row) for row in body.get("more", [])]


class ShortText(Writing):
    """`= accepted`, `~%50% half`, with feedback `= accepted # well done`; `case: yes` where capitals count."""

    members = ("case",)
    row = re.compile(r"= +(.*\S)\s*|~(%[-+.\deE]+% +.*\S)\s*")

    def body(self, members: Mapping[str, str], rows: Sequence[str]) -> dict:
        accepted = [self._form(row) for row in rows]
        return {"accepted": accepted} | ({"case": True} if members.get("case") == "yes" else {})

    def _form(self, row: str) -> dict[str, str]:
        plain, heavy = self.row.fullmatch(row).groups()
        text, more = unweighed(heavy or plain)
        return {"text": text} | more

    def said(self, body: Mapping) -> tuple[dict[str, str], list[str]]:
        rows = [("~" if "fraction" in form else "= ") + weighed(form["text"], form) for form in body["accepted"]]
        return {"case": "yes"} if body.get("case") else {}, rows


class EssayText(Writing):
    """`* criterion / points` and below it its levels `- words / points`; `sample: …`, `least_words: 50`."""

    members = ("sample", "least_words", "most_words")
    start = re.compile(r"\* (?P<words>.*\S) / (?P<points>\S+)")
    row = re.compile(r"[-*] (?P<words>.*\S) / (?P<points>\S+)")

    def body(self, members: Mapping[str, str], rows: Sequence[str]) -> dict:
        rubric: list[dict] = []
        for row in rows:
            words, points = self.row.fullmatch(row).group("words", "points")
            if row.startswith("*"):
                rubric.append({"criterion": broken(words), "points": points})
            else:
                rubric[-1].setdefault("levels", []).append({"text": broken(words), "points": points})
        limits = {name: int(each) if each.isdecimal() else each for name, each in members.items() if name != "sample"}
        return _lists(rubric=rubric) | given({"sample": broken(members.get("sample", ""))}) | limits

    def said(self, body: Mapping) -> tuple[dict[str, str], list[str]]:
        members = given({name: flat(body.get(name) or "") for name in self.members})
        return members, list(_rubric_rows(body.get("rubric", [])))


def _rubric_rows(rubric: Iterable[Mapping]) -> Iterable[str]:
    for row in rubric:
        yield f"* {flat(row['criterion'])} / {str(row['points']).strip()}"
        for level in row.get("levels", []):
            yield f"  - {flat(level['text'])} / {str(level['points']).strip()}"


def _width(tolerance: str | None) -> dict:
    """Return a tolerance as members of a body."""
    percent = _PERCENT.fullmatch(tolerance or "")
    if percent:
        return {"tolerance": percent[1], "relative": True}
    return {"tolerance": tolerance} if tolerance else {}


def _tolerance(row: Mapping) -> str:
    if row.get("relative"):
        return f"{str(row.get('tolerance', '0')).strip()}%"
    return str(row.get("tolerance", "")).strip()


def _further(found: re.Match[str]) -> dict:
    number, feedback = parted(found["more"], FEEDBACK)
    match = _WIDTH.fullmatch(number)
    answer, width = match.groups() if match else (number, None)
    return {"answer": answer, **_width(width), **given({"fraction": found["worth"] or "", "feedback": feedback})}


def _further_row(row: Mapping) -> str:
    worth = f"~%{str(row['fraction']).strip()}%" if "fraction" in row else "="
    width = f" ± {_tolerance(row)}" if _tolerance(row) else ""
    return f"{worth} {str(row['answer']).strip()}{width}{said(row)}"


def _lists(**found: list) -> dict[str, list]:
    return {name: each for name, each in found.items() if each}
