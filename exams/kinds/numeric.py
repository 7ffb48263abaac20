"""A number within a tolerance."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.kinds import member
from exams.kinds.kind import EVERYTHING, NOTHING, PERCENT, BadResponse, Kind, Response
from exams.kinds.number import number

_ANY = "*"


@dataclass(frozen=True)
class _Answer:
    """An answer that counts: within `width` of `value` it is worth `worth`."""

    value: Fraction | None  # None: any number
    width: Fraction
    worth: Fraction
    feedback: str

    def takes(self, value: Fraction) -> bool:
        """Say whether it takes this number."""
        return self.value is None or abs(value - self.value) <= self.width


class Numeric(Kind):
    """A number within a tolerance, plus or minus, both ends included.

    Body: {answer, tolerance?, relative?: bool, unit?, units?: [{unit, factor}], feedback?, more?: [{answer, tolerance?,
    relative?, fraction?, feedback?}]}, numbers as decimal text. A relative tolerance is percent of the answer. With
    `units` the candidate chooses one, and what he means is his number times its factor; `unit` has the factor 1.
    `more` are further answers for a percentage of the marks, `*` any number; the first that takes the number counts.
    """

    label = gettext_lazy("Number")

    def mistakes(self, body: object) -> list[str]:
        found = _answer_mistakes(body)
        for each in member.rows(body, "more"):
            found += [] if each.get("answer") == _ANY else _answer_mistakes(each)
            fraction = member.exact(each, "fraction", "100")
            if fraction is None or not 0 <= fraction <= PERCENT:
                found.append(_("What an answer is worth must be a percentage from 0 to 100."))
        return list(dict.fromkeys(found + _unit_mistakes(body)))

    def shown(self, body: Mapping, order: list) -> dict:
        units = list(_factors(body))
        return {"unit": body.get("unit", "")} | ({"units": units} if body.get("units") else {})

    def key(self, body: Mapping, order: list) -> dict:
        return {
            "answer": str(body["answer"]),
            "tolerance": str(body.get("tolerance", "0")),
            **({"relative": True} if body.get("relative") else {}),
        }

    def _clean(self, shown: Mapping, response: object) -> Response:
        if "units" not in shown:
            return str(number(response)) if str(response).strip() else None
        if not isinstance(response, dict):
            raise BadResponse(_("Enter a number and choose its unit."))
        if not str(response.get("number", "")).strip():
            return None
        if response.get("unit") not in shown["units"]:
            raise BadResponse(_("Enter a number and choose its unit."))
        return {"number": str(number(response["number"])), "unit": response["unit"]}

    def _worth(self, body: Mapping, order: list, response: Response) -> Fraction:
        found = self._taken(body, response)
        return found[1].worth if found else NOTHING

    def _taken(self, body: Mapping, response: Response) -> tuple[int, _Answer] | None:
        """Return the place and the answer that takes this response."""
        value = _value(body, response)
        if value is None:
            return None
        return next((each for each in enumerate(_answers(body)) if each[1].takes(value)), None)

    def words(self, shown: Mapping, response: Response) -> list[str]:
        if isinstance(response, dict):
            return [f"{response['number']} {response['unit']}"]
        return [f"{response} {shown['unit']}".strip()] if isinstance(response, str) else []

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        return [_in_words(key, shown["unit"])]

    def choices(self, body: Mapping) -> list[tuple[str, str, float]]:
        rows = zip([body, *member.rows(body, "more")], _answers(body), strict=True)
        unit = body.get("unit", "")
        return [(str(n), _in_words(row, unit), float(each.worth)) for n, (row, each) in enumerate(rows, start=1)]

    def chosen(self, body: Mapping, order: list, response: Response) -> list[str]:
        found = self._taken(body, response)
        return [str(found[0] + 1)] if found else []

    def feedback(self, body: Mapping, order: list, response: Response) -> list[str]:
        found = self._taken(body, response)
        return [found[1].feedback] if found and found[1].feedback else []

    def right_response(self, body: Mapping, order: list) -> object:
        answer = str(body["answer"])
        return {"number": answer, "unit": body["unit"]} if body.get("units") else answer


def _answers(body: Mapping) -> Iterator[_Answer]:
    for each in [body, *member.rows(body, "more")]:
        value, width = member.exact(each, "answer"), member.exact(each, "tolerance", "0")
        width = abs(value or NOTHING) * width / PERCENT if each.get("relative") else width
        worth = EVERYTHING if each is body else member.exact(each, "fraction", "100") / PERCENT
        yield _Answer(value, width, worth, member.words(each, "feedback"))


def _factors(body: Mapping) -> dict[str, Fraction]:
    others = {row["unit"]: member.exact(row, "factor") for row in member.rows(body, "units")}
    return {body.get("unit", ""): EVERYTHING} | others


def _value(body: Mapping, response: Response) -> Fraction | None:
    """Return what is meant, in the unit of the answer."""
    if not isinstance(response, dict):
        return member.exact({"number": response}, "number")
    value, unit = member.exact(response, "number"), response.get("unit")
    factor = _factors(body).get(unit) if isinstance(unit, str) else None
    return None if value is None or factor is None else value * factor


def _in_words(row: Mapping, unit: str) -> str:
    tolerance = str(row.get("tolerance", "0"))
    if number(tolerance) == 0 or row["answer"] == _ANY:
        return f"{row['answer']} {unit}".strip()
    if row.get("relative"):
        return f"{row['answer']} {unit}".strip() + f" ± {tolerance} %"
    return f"{row['answer']} ± {tolerance} {unit}".strip()


def _answer_mistakes(row: object) -> list[str]:
    answer, tolerance = member.exact(row, "answer"), member.exact(row, "tolerance", "0")
    if answer is None or tolerance is None:
        return [_("Answer and tolerance must be numbers.")]
    found = [_("The tolerance must not be negative.")] if tolerance < 0 else []
    if not isinstance(row, Mapping) or not isinstance(row.get("feedback", ""), str):
        found.append(_("Feedback must be text."))
    return found


def _unit_mistakes(body: object) -> list[str]:
    if not isinstance(body, Mapping):
        return []
    if not isinstance(body.get("unit", ""), str):
        return [_("The unit must be text.")]
    rows = member.rows(body, "units")
    units = [member.words(row, "unit") for row in rows]
    if not rows:
        return []
    if not all(units) or not member.words(body, "unit") or len(set(units)) < len(units):
        return [_("Name each unit once, and the unit of the answer.")]
    factors = dict(zip(units, (member.exact(row, "factor") for row in rows), strict=True))
    if any(factor is None or factor <= 0 for factor in factors.values()):
        return [_("The factor of a unit must be a number above 0.")]
    return [] if factors.get(body["unit"], 1) == 1 else [_("The factor of the answer's own unit is 1.")]
