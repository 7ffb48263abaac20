"""What stands before a step: hazards not opened yet, a gate that is shut, work that outsiders leave to service."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from kb.diagnosis import Node
from kb.models import Part, Picture, ProcedurePage
from kb.walking import gates, hazards
from kb.walking.gates import Gate
from kb.walking.hazards import Danger
from kb.walking.walks import Place, names
from people.models import Person


class Stage(StrEnum):
    """How much of a node is shown: the step itself, or what comes before it."""

    SERVICE = "service"
    HAZARD = "hazard"
    GATE = "gate"
    STEP = "step"


@dataclass(frozen=True)
class Standing:
    """Where somebody really stands: no further than the first node that is barred, and what bars it."""

    place: Place
    stage: Stage
    danger: Danger
    gate: Gate


def standing(
    *, place: Place, person: Person, seen: Collection[str], walk: uuid.UUID, at: datetime.datetime
) -> Standing:
    """Return how far the person may look: an address that leads past a bar leads up to it."""
    path = place.path
    dangers = hazards.of(path)
    doors = gates.standings(person=person, nodes=path, walk=walk, at=at)
    for count, node in enumerate(path):
        danger, gate = dangers[node.id], doors.get(node.id, Gate())
        stage = _stage(node, danger, gate, gates.is_outsider(person), seen)
        if stage != Stage.STEP or count == place.at:
            return Standing(replace(place, at=count), stage, danger, gate)
    raise AssertionError("the node looked at is the last of its path")


def _stage(node: Node, danger: Danger, gate: Gate, is_outside: bool, seen: Collection[str]) -> Stage:
    if is_outside and (danger.is_live or gate.qualification):
        return Stage.SERVICE
    if danger.comes_first and node.id not in seen:
        return Stage.HAZARD
    return Stage.STEP if gate.is_open else Stage.GATE


def named(node: Node, person: Person) -> dict:
    """Return the rows a node names: its procedure, if open to the person, its picture, and its parts."""
    rows: dict = {}
    if procedure := node.value.get("procedure") or node.value.get("remedy"):
        rows["procedure"] = ProcedurePage.objects.visible_to(person).with_version().filter(pk=procedure).first()
    if picture := node.value.get("picture"):
        rows["picture"] = Picture.objects.filter(pk=picture).prefetch_renditions("width-1000").first()
    if keys := names(node.value.get("parts")):
        found = {part.key: part for part in Part.objects.filter(key__in=keys)}
        rows["parts"] = [found[key] for key in keys if key in found]
    return rows
