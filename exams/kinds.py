"""The kinds of questions: what makes one whole, how it is frozen into a paper, what answers it takes, how it is marked.

Pure: knows no database and no HTML. A question's `body` holds what its author wrote; `freeze` splits it into what the
candidate may see and the key he may not, shuffled and lettered anew, so that neither order nor ids betray the key.
"""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from random import Random

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

type Response = str | bool | list[str] | None


class BadResponse(ValueError):
    """An answer that this question cannot have; the text says why, for the candidate."""


class Kind(ABC):
    """The interface of a kind."""

    label: str | Promise

    @abstractmethod
    def mistakes(self, body: Mapping) -> list[str]:
        """Return a sentence for each thing that keeps the body from being a question of this kind."""

    @abstractmethod
    def freeze(self, body: Mapping, chance: Random) -> tuple[dict, dict]:
        """Return (what the candidate sees, the key)."""

    @abstractmethod
    def clean(self, shown: Mapping, response: object) -> Response:
        """Return the response in its stored form. Raises BadResponse."""

    @abstractmethod
    def is_right(self, key: Mapping, response: Response) -> bool:
        """Mark a stored response. Right or wrong: no part marks, so nobody passes on halves of critical answers."""

    @abstractmethod
    def words(self, shown: Mapping, response: Response) -> list[str]:
        """Return a stored response in words."""

    @abstractmethod
    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        """Return the right answer in words."""


def _lettered(texts: list[str], chance: Random) -> tuple[list[dict[str, str]], dict[int, str]]:
    """Shuffle; return the options with new ids, and the new id of each old place."""
    places = list(range(len(texts)))
    chance.shuffle(places)
    ids = {old: str(new) for new, old in enumerate(places, start=1)}
    return [{"id": ids[old], "text": texts[old]} for old in places], ids


def _texts(options: list[Mapping], ids: list[str]) -> list[str]:
    words = {option["id"]: option["text"] for option in options}
    return [words[id_] for id_ in ids]


class Multiple(Kind):
    """Several options are right; all of them and no other must be chosen. Body: {options: [{text, right}]}."""

    label = gettext_lazy("Multiple choice")

    def mistakes(self, body: Mapping) -> list[str]:
        options = body.get("options", [])
        right = sum(bool(option.get("right")) for option in options)
        found = []
        if len({option["text"].strip() for option in options}) < len(options):
            found.append(_("Two options read the same."))
        if right < 2 or right == len(options):
            found.append(_("Mark at least two options as right and leave at least one wrong."))
        return found

    def freeze(self, body: Mapping, chance: Random) -> tuple[dict, dict]:
        options, ids = _lettered([option["text"] for option in body["options"]], chance)
        right = [ids[place] for place, option in enumerate(body["options"]) if option.get("right")]
        return {"options": options}, {"right": sorted(right, key=int)}

    def clean(self, shown: Mapping, response: object) -> Response:
        known = [option["id"] for option in shown["options"]]
        if not isinstance(response, list) or any(each not in known for each in response):
            raise BadResponse(_("Choose among the options shown."))
        return [id_ for id_ in known if id_ in response] or None

    def is_right(self, key: Mapping, response: Response) -> bool:
        return isinstance(response, list) and set(response) == set(key["right"])

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return _texts(shown["options"], response) if isinstance(response, list) else []

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        return _texts(shown["options"], key["right"])


class Single(Multiple):
    """One option is right. Body: {options: [{text, right}]}."""

    label = gettext_lazy("Single choice")

    def mistakes(self, body: Mapping) -> list[str]:
        options = body.get("options", [])
        if len(options) < 2:
            return [_("Give at least two options.")]
        if sum(bool(option.get("right")) for option in options) != 1:
            return [_("Mark exactly one option as right.")]
        return (
            [_("Two options read the same.")]
            if len({option["text"].strip() for option in options}) < len(options)
            else []
        )

    def clean(self, shown: Mapping, response: object) -> Response:
        return super().clean(shown, [response])

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return super().words(shown, response)


class TrueFalse(Kind):
    """A statement that is true or false. Body: {right: bool}."""

    label = gettext_lazy("True or false")

    def mistakes(self, body: Mapping) -> list[str]:
        return [] if isinstance(body.get("right"), bool) else [_("Say whether the statement is true or false.")]

    def freeze(self, body: Mapping, chance: Random) -> tuple[dict, dict]:
        return {}, {"right": body["right"]}

    def clean(self, shown: Mapping, response: object) -> Response:
        if response not in ("true", "false", True, False):
            raise BadResponse(_("Choose true or false."))
        return response in ("true", True)

    def is_right(self, key: Mapping, response: Response) -> bool:
        return response is key["right"]

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return [] if response is None else [_("True") if response else _("False")]

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        return self.words(shown, key["right"])


class Numeric(Kind):
    """A number within a tolerance, plus or minus. Body: {answer, tolerance, unit}, numbers as decimal text."""

    label = gettext_lazy("Number")

    def mistakes(self, body: Mapping) -> list[str]:
        try:
            answer, tolerance = number(body.get("answer")), number(body.get("tolerance", "0"))
        except BadResponse:
            return [_("Answer and tolerance must be numbers.")]
        return [_("The tolerance must not be negative.")] if tolerance < 0 or not answer.is_finite() else []

    def freeze(self, body: Mapping, chance: Random) -> tuple[dict, dict]:
        return {"unit": body.get("unit", "")}, {
            "answer": str(body["answer"]),
            "tolerance": str(body.get("tolerance", "0")),
        }

    def clean(self, shown: Mapping, response: object) -> Response:
        return str(number(response)) if str(response).strip() else None

    def is_right(self, key: Mapping, response: Response) -> bool:
        if not isinstance(response, str):
            return False
        return abs(number(response) - number(key["answer"])) <= number(key["tolerance"])

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return [f"{response} {shown['unit']}".strip()] if response is not None else []

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        width = "" if number(key["tolerance"]) == 0 else f" ± {key['tolerance']}"
        return [f"{key['answer']}{width} {shown['unit']}".strip()]


def number(text: object) -> Decimal:
    """Return what was typed as a number; full-width signs and a decimal comma are understood. Raises BadResponse."""
    try:
        found = Decimal(unicodedata.normalize("NFKC", str(text)).strip().translate(str.maketrans(",。−", "..-")))
    except InvalidOperation:
        raise BadResponse(_("Enter a number, such as 11.8.")) from None
    if not found.is_finite() or abs(found.adjusted()) > 30:
        raise BadResponse(_("Enter a number, such as 11.8."))
    return found


class Ordering(Kind):
    """Lines to be put in order. Body: {lines: [text]} in the right order."""

    label = gettext_lazy("Put in order")

    def mistakes(self, body: Mapping) -> list[str]:
        lines = body.get("lines", [])
        if not 3 <= len(lines) <= 7:
            return [_("Give three to seven lines.")]
        return [_("Two lines read the same.")] if len(set(lines)) < len(lines) else []

    def freeze(self, body: Mapping, chance: Random) -> tuple[dict, dict]:
        lines, ids = _lettered(list(body["lines"]), chance)
        return {"lines": lines}, {"order": [ids[place] for place in range(len(lines))]}

    def clean(self, shown: Mapping, response: object) -> Response:
        known = [line["id"] for line in shown["lines"]]
        if not isinstance(response, list) or len(response) != len(known) or any(id_ not in response for id_ in known):
            raise BadResponse(_("Give every line a place of its own."))
        return response

    def is_right(self, key: Mapping, response: Response) -> bool:
        return response == key["order"]

    def words(self, shown: Mapping, response: Response) -> list[str]:
        return _texts(shown["lines"], response) if isinstance(response, list) else []

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        return _texts(shown["lines"], key["order"])


KINDS: dict[str, Kind] = {
    "single": Single(),
    "multiple": Multiple(),
    "truefalse": TrueFalse(),
    "numeric": Numeric(),
    "ordering": Ordering(),
}
