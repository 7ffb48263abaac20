"""The interface of a kind of question."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random

from django.utils.functional import Promise

type Response = str | bool | list | dict | None

NOTHING, EVERYTHING, PERCENT = Fraction(0), Fraction(1), 100
_PLACES = 4


class BadResponse(ValueError):
    """An answer that this question cannot have; the text says why, for the candidate."""


class Kind(ABC):
    """What makes a question of this kind whole, what of it a candidate sees, what he may answer and what that is worth.

    `body` is what the author wrote. `order` is what `arrange` has shuffled for one candidate; the ids "1", "2", … in
    `shown`, `key` and a response are places in that order, so that neither they nor the order betray the key.
    Only `mistakes` takes bodies that are not whole.
    """

    label: str | Promise
    is_marked_by_hand = False

    @abstractmethod
    def mistakes(self, body: object) -> list[str]:
        """Return a sentence for each thing that keeps the body, any JSON, from being a question of this kind."""

    def text_mistakes(self, text: str, body: Mapping) -> list[str]:
        """Return a sentence for each thing in which the question's text does not fit its body."""
        return []

    def arrange(self, body: Mapping, chance: Random) -> list:
        """Return the order for one candidate, as JSON; nothing where nothing is shuffled."""
        return []

    @abstractmethod
    def shown(self, body: Mapping, order: list) -> dict:
        """Return all that a candidate may see."""

    @abstractmethod
    def key(self, body: Mapping, order: list) -> dict:
        """Return the key in the ids of this order."""

    def clean(self, shown: Mapping, response: object, before: Response = None) -> Response:
        """Return the response in its stored form, None where it is no answer. Raises BadResponse.

        `before` is what is stored already. What is stored may be sent again and stays what it is.
        """
        return None if response is None else self._clean(shown, response)

    def _clean(self, shown: Mapping, response: object) -> Response:
        raise NotImplementedError

    def share(self, body: Mapping, order: list, response: Response) -> Decimal | None:
        """Return what a stored response is worth, 0 to 1; None where a person must mark it. No answer is worth 0."""
        return rounded(NOTHING if response is None else self._worth(body, order, response))

    def _worth(self, body: Mapping, order: list, response: Response) -> Fraction:
        """Return what an answer is worth, before rounding; below 0 is 0."""
        raise NotImplementedError

    @abstractmethod
    def words(self, shown: Mapping, response: Response) -> list[str]:
        """Return a stored response in words."""

    @abstractmethod
    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        """Return the right answer in words."""

    def guess(self, body: Mapping) -> float:
        """Return the share that blind guessing may expect, 0 where nothing can be guessed."""
        return 0.0

    def choices(self, body: Mapping) -> list[tuple[str, str, float]]:
        """Return (code, words, share it is worth) of what can be chosen; codes are the same whatever the order."""
        return []

    def chosen(self, body: Mapping, order: list, response: Response) -> list[str]:
        """Return the codes of what this response chose."""
        return []

    def feedback(self, body: Mapping, order: list, response: Response) -> list[str]:
        """Return what the author says to those who chose this."""
        return []

    def reveal(self, body: Mapping, order: list, response: Response) -> dict:
        """Return what the candidate has found out by what he did so far; only a simulation tells anything."""
        return {}

    @abstractmethod
    def right_response(self, body: Mapping, order: list) -> object:
        """Return a response of full marks as a browser would send it; None where only a person can tell."""


def rounded(worth: Fraction) -> Decimal:
    """Return a share as it is stored: 0 to 1, four places."""
    scale = 10**_PLACES
    return Decimal(round(min(max(worth, NOTHING), EVERYTHING) * scale)).scaleb(-_PLACES)
