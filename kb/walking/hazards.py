"""The dangers of a node, which are read before the step itself is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.blocks import HazardLevel
from kb.diagnosis import Node
from kb.models import Hazard
from kb.walking.walks import names

_LEVELS = ["", *HazardLevel.values]  # from none to the gravest


@dataclass(frozen=True)
class Danger:
    """What a step may do to people or property: the gravest level, the hazards named, whether the machine is live."""

    level: str
    named: tuple[Hazard, ...] = ()
    is_live: bool = False

    @property
    def comes_first(self) -> bool:
        """Whether it must be opened before the step is shown: live work, and what may hurt people badly."""
        return self.is_live or _LEVELS.index(self.level) >= _LEVELS.index(HazardLevel.WARNING)


def of(nodes: Sequence[Node]) -> dict[str, Danger]:
    """Return the danger of each node by its id, in at most two queries."""
    keys = {node.id: names(node.value.get("hazards")) for node in nodes}
    wanted = {key for found in keys.values() for key in found}
    rows = Hazard.objects.filter(key__in=wanted).prefetch_related("protection") if wanted else ()
    known = {row.key: row for row in rows}
    return {node.id: _danger(node, [known[key] for key in keys[node.id] if key in known]) for node in nodes}


def _danger(node: Node, named: list[Hazard]) -> Danger:
    own = node.value.get("hazard") or ""
    levels = [own if own in _LEVELS else "", *(hazard.level for hazard in named)]
    gravest_first = sorted(named, key=lambda hazard: -_LEVELS.index(hazard.level))
    return Danger(max(levels, key=_LEVELS.index), tuple(gravest_first), bool(node.value.get("live")))
