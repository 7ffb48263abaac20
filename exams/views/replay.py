"""A fault simulation as it was played: what was done, what it showed, what it cost."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exams.kinds import KINDS
from exams.models import Item

_DID: dict[str, str | Promise] = {
    "read": _("Safety notes read"),
    "test": _("Tested"),
    "act": _("Done"),
    "name": _("Cause named"),
}


@dataclass(frozen=True)
class Step:
    """Something that was done, and what it showed."""

    did: str | Promise
    what: str
    reading: str
    minutes: int


@dataclass(frozen=True)
class Replay:
    """The way that was gone and the best one."""

    steps: list[Step]
    minutes: int
    best: int
    way: list[str]


def replay(item: Item) -> Replay | None:
    """Return how a simulation was played, None for other kinds."""
    version = item.version
    if version.kind != "simulation":
        return None
    kind = KINDS[version.kind]
    shown, key = kind.shown(version.body, item.order), kind.key(version.body, item.order)
    seen = kind.reveal(version.body, item.order, item.response)
    rows = {each["id"]: each for each in (*shown["causes"], *shown["steps"])}
    readings = {each["id"]: each["words"] for each in seen["seen"]}
    steps = [_step(verb, rows[id_], readings) for verb, id_ in seen["actions"]]
    return Replay(steps, seen["minutes"], key["minutes"], [rows[id_]["heading"] for id_ in key["way"]])


def _step(verb: str, row: dict, readings: dict[str, str]) -> Step:
    is_done = verb in ("test", "act")
    return Step(
        _DID[verb], row["heading"], readings.get(row["id"], "") if is_done else "", row["minutes"] if is_done else 0
    )
