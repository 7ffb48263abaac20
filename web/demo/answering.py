"""How somebody who knows so much answers a question that is so hard. The same each time: chance goes by names."""

import math
from collections.abc import Callable
from decimal import Decimal
from random import Random

from exams.kinds import KINDS
from exams.kinds.order import ids
from exams.models import Item, Question, QuestionVersion
from web.demo.people import right_response

_SLOPE = 2.4
_HARDNESS = {Question.Difficulty.EASY: -0.5, Question.Difficulty.MEDIUM: 0.2, Question.Difficulty.HARD: 0.9}
_CRITICAL = 2.3  # what is critical is drilled
_LEFT_OPEN = 0.03
_FACTORS = ("0.5", "2", "10", "1.2", "0.1")  # how a number goes wrong


def answered(item: Item, *, knows: float, name: str) -> object:
    """Return what the person of this name answers to an item: right, wrong in the way of many, or nothing."""
    chance = Random(f"{name}/{item.version.question.key}")  # noqa: S311 (always the same)
    if chance.random() < knowing(item.version, knows):
        return right_response(item)
    return None if chance.random() < _LEFT_OPEN else wrong_response(item, chance)


def knowing(version: QuestionVersion, knows: float) -> float:
    """Return how likely somebody is right: what he knows, and else what he guesses."""
    guessed = KINDS[version.kind].guess(version.body)
    return guessed + (1 - guessed) / (1 + math.exp(_SLOPE * (hardness(version) - knows)))


def hardness(version: QuestionVersion) -> float:
    """Return how hard a question is: as its author said, more or less."""
    question = version.question
    spread = Random(question.key).gauss(0, 0.7)  # noqa: S311 (always the same)
    return _HARDNESS[question.difficulty] + spread - (_CRITICAL if question.is_critical else 0)


def wrong_response(item: Item, chance: Random) -> object:
    """Return an answer that is not right, in a way that many take; None where no way is known."""
    way = _WAYS.get(item.version.kind)
    return way(item, chance) if way else None


def _option(item: Item, chance: Random) -> str:
    options = item.version.body["options"]
    wrong = [place for place, option in enumerate(options) if not option.get("right")]
    Random(item.version.question.key).shuffle(wrong)  # noqa: S311 (the one that most fall for)
    place = chance.choices(wrong, [2.0**-rank for rank in range(len(wrong))])[0]
    return ids(len(options), item.order)[place]


def _options(item: Item, chance: Random) -> list[str]:
    """One of the right ones forgotten, or a wrong one with them."""
    right, other = list(right_response(item)), _option(item, chance)
    if len(right) > 1 and chance.random() < 0.6:
        right.remove(sorted(right)[0] if chance.random() < 0.7 else chance.choice(right))
        return right
    return [*right, other]


def _turned(item: Item, chance: Random) -> str:
    return "false" if item.version.body["right"] else "true"


def _number(item: Item, chance: Random) -> object:
    body = item.version.body
    said = str(round(Decimal(body["answer"]) * Decimal(chance.choice(_FACTORS)), 3).normalize())
    said = said if "E" not in said else str(int(Decimal(said)))
    return {"number": said, "unit": body["unit"]} if body.get("units") else said


def _order(item: Item, chance: Random) -> list[str]:
    """Two neighbours the wrong way round."""
    right = list(right_response(item))
    place = chance.randrange(len(right) - 1)
    right[place : place + 2] = reversed(right[place : place + 2])
    return right


def _pairs(item: Item, chance: Random) -> dict[str, str]:
    right = dict(right_response(item))
    one, other = chance.sample(sorted(right), 2)
    right[one], right[other] = right[other], right[one]
    return right


def _gaps(item: Item, chance: Random) -> dict[str, object]:
    right = dict(right_response(item))
    right.pop(chance.choice(sorted(right)))
    return right


def _text(item: Item, chance: Random) -> str:
    half = [each["text"] for each in item.version.body["accepted"] if each.get("fraction")]
    return half[0] if half else "记不清了"


def _by_the_way(item: Item, chance: Random) -> object:
    """A simulation whose cause is never named."""
    return right_response(item)[:-1]


_WAYS: dict[str, Callable[[Item, Random], object]] = {
    "single": lambda item, chance: [_option(item, chance)], "multiple": _options, "truefalse": _turned,
    "numeric": _number, "ordering": _order, "matching": _pairs, "cloze": _gaps, "short": _text,
    "simulation": _by_the_way,
}  # fmt: skip
