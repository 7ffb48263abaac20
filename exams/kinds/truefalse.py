"""A statement that is true or false."""

from collections.abc import Mapping
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.kinds import member
from exams.kinds.kind import EVERYTHING, NOTHING, BadResponse, Kind, Response


class TrueFalse(Kind):
    """A statement that is true or false. Body: {right: bool, feedback?: {"true": text, "false": text}}."""

    label = gettext_lazy("True or false")

    def mistakes(self, body: object) -> list[str]:
        right = body.get("right") if isinstance(body, Mapping) else None
        found = [] if isinstance(right, bool) else [_("Say whether the statement is true or false.")]
        said = body.get("feedback", {}) if isinstance(body, Mapping) else {}
        if not isinstance(said, Mapping) or any(not isinstance(words, str) for words in said.values()):
            found.append(_("Feedback must be text."))
        return found

    def shown(self, body: Mapping, order: list) -> dict:
        return {}

    def key(self, body: Mapping, order: list) -> dict:
        return {"right": body["right"]}

    def _clean(self, shown: Mapping, response: object) -> Response:
        if response not in ("true", "false", True, False):
            raise BadResponse(_("Choose true or false."))
        return response in ("true", True)

    def _worth(self, body: Mapping, order: list, response: Response) -> Fraction:
        return EVERYTHING if response is body["right"] else NOTHING

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return [_("True") if response else _("False")] if isinstance(response, bool) else []

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        return self.words(shown, key["right"])

    def guess(self, body: Mapping) -> float:
        return 0.5

    def choices(self, body: Mapping) -> list[tuple[str, str, float]]:
        return [(_code(each), *self.words({}, each), float(each is body["right"])) for each in (True, False)]

    def chosen(self, body: Mapping, order: list, response: Response) -> list[str]:
        return [_code(response)] if isinstance(response, bool) else []

    def feedback(self, body: Mapping, order: list, response: Response) -> list[str]:
        said = [member.words(body.get("feedback"), code) for code in self.chosen(body, order, response)]
        return [words for words in said if words]

    def right_response(self, body: Mapping, order: list) -> object:
        return _code(body["right"])


def _code(value: object) -> str:
    return "true" if value else "false"
