"""Answers in the candidate's own words: a short one with accepted forms, and an essay that a person marks."""

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.kinds import member
from exams.kinds.folding import in_words, is_like, sample
from exams.kinds.kind import EVERYTHING, NOTHING, PERCENT, BadResponse, Kind, Response, rounded

_LONGEST_SHORT, _LONGEST_ESSAY = 500, 20_000  # characters


class Short(Kind):
    r"""A few words.

    Body: {accepted: [{text, fraction?, feedback?}], case?: bool}. Width and blanks do not count, and capitals only
    with `case`; in an accepted form `*` stands for anything and `\*` for itself. Of the forms that take the answer
    the one that is worth most counts.
    """

    label = gettext_lazy("Short text")

    def mistakes(self, body: object) -> list[str]:
        accepted = member.rows(body, "accepted")
        if not all(member.words(each, "text") for each in accepted):
            return [_("An accepted answer has no words.")]
        fractions = [member.exact(each, "fraction", "100") for each in accepted]
        if any(each is None or not 0 <= each <= PERCENT for each in fractions):
            return [_("What an answer is worth must be a percentage from 0 to 100.")]
        found = [] if PERCENT in fractions else [_("Give at least one accepted answer for full marks.")]
        if any(not isinstance(each.get("feedback", ""), str) for each in accepted):
            found.append(_("Feedback must be text."))
        return found

    def shown(self, body: Mapping, order: list) -> dict:
        return {}

    def key(self, body: Mapping, order: list) -> dict:
        return {"accepted": [each["text"] for each in body["accepted"] if _worth_of(each) == EVERYTHING]}

    def _clean(self, shown: Mapping, response: object) -> Response:
        return _text(response, _LONGEST_SHORT)

    def _taken(self, body: Mapping, response: Response) -> tuple[int, Mapping] | None:
        """Return the place and the form that takes this response; one of full marks before the others."""
        if not isinstance(response, str):
            return None
        forms = sorted(enumerate(body["accepted"]), key=lambda form: -_worth_of(form[1]))
        is_cased = bool(body.get("case"))
        return next((form for form in forms if is_like(response, form[1]["text"], is_cased=is_cased)), None)

    def _worth(self, body: Mapping, order: list, response: Response) -> Fraction:
        found = self._taken(body, response)
        return _worth_of(found[1]) if found else NOTHING

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return [response] if isinstance(response, str) else []

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        forms = [in_words(form) for form in key["accepted"]]
        return [form for form in forms if "…" not in form] or forms

    def choices(self, body: Mapping) -> list[tuple[str, str, float]]:
        return [(str(n), each["text"], float(_worth_of(each))) for n, each in enumerate(body["accepted"], start=1)]

    def chosen(self, body: Mapping, order: list, response: Response) -> list[str]:
        found = self._taken(body, response)
        return [str(found[0] + 1)] if found else []

    def feedback(self, body: Mapping, order: list, response: Response) -> list[str]:
        found = self._taken(body, response)
        return [found[1]["feedback"]] if found and found[1].get("feedback") else []

    def right_response(self, body: Mapping, order: list) -> object:
        return sample(self.key(body, order)["accepted"][0])


class Essay(Kind):
    """A text that a person marks, by a rubric if there is one.

    Body: {rubric?: [{criterion, points, levels?: [{text, points}]}], sample?, least_words?, most_words?}; points as
    decimal text, numbers of words whole numbers. These limits are told, not enforced: no work is refused for them.
    """

    label = gettext_lazy("Essay")
    is_marked_by_hand = True

    def mistakes(self, body: object) -> list[str]:
        found = [sentence for row in member.rows(body, "rubric") for sentence in _rubric_mistakes(row)]
        if not isinstance(body, Mapping):
            return [_("The body of a question must be an object.")]
        if not isinstance(body.get("rubric", []), list) or not isinstance(body.get("sample", ""), str):
            found.append(_("The rubric must be a list and the sample answer text."))
        limits = [body.get("least_words"), body.get("most_words")]
        if any(each is not None and (type(each) is not int or each < 1) for each in limits):
            found.append(_("A limit of words must be a whole number above 0."))
        elif None not in limits and limits[0] > limits[1]:
            found.append(_("The least number of words must not be above the most."))
        return list(dict.fromkeys(found))

    def shown(self, body: Mapping, order: list) -> dict:
        return {name: body[name] for name in ("least_words", "most_words") if body.get(name)}

    def key(self, body: Mapping, order: list) -> dict:
        return {"rubric": body.get("rubric", []), "sample": body.get("sample", "")}

    def _clean(self, shown: Mapping, response: object) -> Response:
        return _text(response, _LONGEST_ESSAY)

    def share(self, body: Mapping, order: list, response: Response) -> Decimal | None:
        return rounded(NOTHING) if response is None else None

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return [response] if isinstance(response, str) else []

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        return [key["sample"]] if key["sample"] else [row["criterion"] for row in key["rubric"]]

    def right_response(self, body: Mapping, order: list) -> object:
        return None


def _worth_of(form: Mapping) -> Fraction:
    return member.exact(form, "fraction", "100") / PERCENT


def _text(response: object, longest: int) -> str | None:
    """Return what was typed without what no database keeps, None where that is nothing. Raises BadResponse."""
    if not isinstance(response, str):
        raise BadResponse(_("Write your answer as text."))
    typed = response.replace("\r\n", "\n").replace("\r", "\n")
    typed = "".join(sign for sign in typed if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()
    if len(typed) > longest:
        raise BadResponse(
            _("The answer has %(found)d characters; at most %(most)d can be kept.")
            % {"found": len(typed), "most": longest}
        )
    return typed or None


def _rubric_mistakes(row: Mapping) -> list[str]:
    points, levels = member.exact(row, "points"), member.rows(row, "levels")
    if not member.words(row, "criterion") or points is None or points <= 0:
        return [_("Each criterion of the rubric needs words and points above 0.")]
    worth = [member.exact(level, "points") for level in levels]
    if any(each is None or not 0 <= each <= points for each in worth) or not all(
        member.words(level, "text") for level in levels
    ):
        return [_("Each level of a criterion needs words and points from 0 to those of the criterion.")]
    return []
