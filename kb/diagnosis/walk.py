"""Walking a fault tree answer by answer, and reading what people type as a measurement. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kb.diagnosis.tree import Graph, Node, said

_WIDE = str.maketrans(
    "０１２３４５６７８９，．。＋－﹣−–ｅＥ", "0123456789,..+----eE"
)  # as Chinese keyboards write them
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_LONGEST = 40  # characters of a reading


@dataclass(frozen=True)
class Turn:
    """A node that was passed and the answer given there."""

    node: Node
    answer: str

    @property
    def words(self) -> str:
        """The answer in words; a reading with its unit."""
        return said(self.node, self.answer)


class WrongTurn(ValueError):
    """An answer that the node it was given at does not have; its text is the answer, cut where it is very long."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer[:60])


def reading(text: str) -> Decimal:
    """Return what was typed as a reading; full-width signs and a decimal comma are understood. Raises WrongTurn.

    What could be read in two ways is refused, for a guess here sends a hand to the wrong part: blanks within a number,
    and a comma before exactly three digits ("1,200" is 1.2 to one and 1200 to the other; "0,125" is clear). So is what
    no instrument shows: more than 40 characters, exponents of more than two digits, raised digits.
    """
    typed = text.strip().translate(_WIDE) if len(text) <= _LONGEST else ""
    number = typed.replace(",", ".", 1)
    if _GROUPED.fullmatch(typed) or not _NUMBER.fullmatch(number):
        raise WrongTurn(text)
    return Decimal(number)


def step(node: Node, answer: str) -> str:
    """Return the id of the node that this answer or reading leads to; raises WrongTurn where there is none."""
    if answer in node.ways:
        return node.ways[answer]
    if not node.ranges:
        raise WrongTurn(answer)
    return land(node, reading(answer))


def land(node: Node, number: Decimal) -> str:
    """Return the id of the node that a reading leads to; raises WrongTurn where no range holds it."""
    for each in node.ranges:
        if number.is_finite() and each.holds(number):
            return each.to
    raise WrongTurn(str(number))


def walk(tree: Graph, answers: Sequence[str]) -> tuple[list[Turn], Node]:
    """Follow the answers from the start; return the turns taken and the node arrived at. Raises WrongTurn."""
    turns, here, wrong = walk_as_far(tree, answers)
    if wrong is not None:
        raise WrongTurn(wrong)
    return turns, here


def walk_as_far(tree: Graph, answers: Sequence[str]) -> tuple[list[Turn], Node, str | None]:
    """Follow the answers for as long as they are answers.

    Return the turns taken, the node arrived at and the first answer that is none there, or None if all of them are.
    Raises WrongTurn where the guide starts nowhere.
    """
    here, turns = tree.nodes.get(tree.start), []
    if here is None:
        raise WrongTurn(tree.start)
    for answer in answers:
        try:
            there = tree.nodes.get(step(here, answer))
        except WrongTurn:
            there = None
        if there is None:
            return turns, here, answer
        turns.append(Turn(here, answer))
        here = there
    return turns, here, None
