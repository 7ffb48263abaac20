"""Playing a simulation: what the candidate has found out, what it cost, whether it was safe, what it is worth. Pure.

Actions are (verb, id) with ids of the body: ("read", step) opens its hazards and instructions, ("test", step) asks or
measures, ("act", step) does, ("name", cause) names the cause and ends it. Each counts once.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from exams.simulation.way import TESTS

type Action = tuple[str, str]

# What a right cause is worth that was named without a test that shows it.
UNPROVEN = Fraction(1, 2)


def verb_of(step: Mapping[str, Any]) -> str:
    """Return the verb by which a step is done."""
    return "test" if step["kind"] in TESTS else "act"


def is_dangerous(step: Mapping[str, Any]) -> bool:
    """Say whether its hazards must be read before it is done."""
    return bool(step["live"] or step["level"] or step["hazards"])


def best_cost(body: Mapping[str, Any]) -> int:
    """Return the minutes of the best way to the fault."""
    return sum(step["minutes"] for step in body["steps"] if step["id"] in body["way"])


@dataclass
class State:
    """How far a play has come."""

    body: Mapping[str, Any]
    done: list[Action] = field(default_factory=list)
    minutes: int = 0
    skipped: list[str] = field(default_factory=list)  # done without reading its hazards first
    early: list[str] = field(default_factory=list)  # dangerous, and done before the act that the guide asks for
    named: str = ""

    @property
    def observations(self) -> list[tuple[str, Mapping[str, str]]]:
        """What was seen: the step and its reading, in order."""
        readings = {step["id"]: step["reading"] for step in self.body["steps"]}
        return [(id_, readings[id_]) for verb, id_ in self.done if verb in ("test", "act")]

    @property
    def is_over(self) -> bool:
        """Whether a cause has been named."""
        return bool(self.named)

    @property
    def is_right(self) -> bool:
        """Whether it is the hidden one."""
        return self.named == self.body["cause"]

    @property
    def is_proven(self) -> bool:
        """Whether a test was made that shows the hidden fault."""
        return any(("test", id_) in self.done for id_ in self.body["proofs"])

    @property
    def failed_safety(self) -> bool:
        """Whether somebody might have been hurt."""
        return bool(self.skipped or self.early)

    @property
    def open(self) -> list[str]:
        """The steps that can be done next; a dangerous one can always be done, which is what is examined."""
        done = {id_ for verb, id_ in self.done if verb != "read"}
        return [
            step["id"]
            for step in self.body["steps"]
            if not self.is_over and step["id"] not in done and (is_dangerous(step) or is_ready(step, done))
        ]

    @property
    def can(self) -> list[Action]:
        """All that can be done next."""
        if self.is_over:
            return []
        steps = {step["id"]: step for step in self.body["steps"]}
        reads = [("read", id_) for id_ in steps if ("read", id_) not in self.done]
        names = [("name", cause["id"]) for cause in self.body["causes"]]
        return [*reads, *((verb_of(steps[id_]), id_) for id_ in self.open), *names]


def is_ready(step: Mapping[str, Any], done: Collection[str]) -> bool:
    """Say whether one of the acts that lead to a step is among the steps done, where any are needed."""
    return not step["after"] or any(id_ in done for id_ in step["after"])


def play(body: Mapping[str, Any], actions: Iterable[Action]) -> State:
    """Return how it stands after these actions. What cannot be done, or was done before, changes nothing."""
    state = State(body)
    steps = {step["id"]: step for step in body["steps"]}
    causes = {cause["id"] for cause in body["causes"]}
    for verb, id_ in actions:
        if state.is_over or (verb, id_) in state.done:
            continue
        if verb == "name" and id_ in causes:
            state.named = id_
        elif verb != "read" and id_ in steps and verb == verb_of(steps[id_]):
            if not _do(state, steps[id_]):
                continue
        elif verb != "read" or id_ not in steps:
            continue
        state.done.append((verb, id_))
    return state


def _do(state: State, step: Mapping[str, Any]) -> bool:
    """Take note of a step being done; return whether it can be."""
    is_ready_now = is_ready(step, {id_ for verb, id_ in state.done if verb == "act"})
    if not is_dangerous(step) and not is_ready_now:
        return False
    if is_dangerous(step) and ("read", step["id"]) not in state.done:
        state.skipped.append(step["id"])
    if not is_ready_now:
        state.early.append(step["id"])
    state.minutes += step["minutes"]
    return True


def score(state: State) -> Fraction:
    """Return what a play is worth: the cost of the best way by the cost of this one, 0 to 1.

    Nothing for another cause or none, and nothing where a hazard or an act before dangerous work was skipped; half for
    a cause named without a test that shows it.
    """
    if not state.is_right or state.failed_safety:
        return Fraction(0)
    best = best_cost(state.body)
    worth = Fraction(best, max(best, state.minutes))
    return worth if state.is_proven else worth * UNPROVEN
