"""How runs that came past a node of a fault guide, or took one way on from it, ended."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from kb import diagnosis
from kb.models import Component, FaultGuidePage, RunTurn
from people.models import Audience, Person, audience_of

SHOWN = 3  # endings named one by one; the others together


class Row(NamedTuple):
    """How many runs took a way from a node, were led to `to` and ended at `end` with `result`."""

    node: str
    way: str
    to: str
    end: str
    result: str
    runs: int


@dataclass(frozen=True)
class Ending:
    """Where runs ended, in words, how many, and what part of all in whole percent."""

    label: str
    runs: int
    percent: int


@dataclass(frozen=True)
class Evidence:
    """How many runs, and their most frequent endings."""

    runs: int
    endings: tuple[Ending, ...]


def is_open_to(person: Person) -> bool:
    """Tell whether a person is shown what runs teach: our own staff."""
    return person.is_authenticated and audience_of(person) == Audience.INTERNAL


def rows(*, guide: FaultGuidePage, node: str = "") -> list[Row]:
    """Return the counted turns at one node, or at all nodes, of a guide in all its languages. One query."""
    same = FaultGuidePage.objects.filter(translation_key=guide.translation_key)
    turns = RunTurn.objects.filter(guide__in=same).order_by()
    turns = turns.filter(node=node) if node else turns
    counted = turns.values_list("node", "way", "to", "end", "result").annotate(runs=Count("pk"))
    return [Row(*row) for row in counted]


def of_node(*, guide: FaultGuidePage, tree: diagnosis.Graph, node: diagnosis.Node) -> dict[str, Evidence]:
    """Return what is known of each way on from a node by its answer ("r0" for the first range), "" for all together.

    A way that leads elsewhere than it did in a run is another way: that run does not count.
    """
    found = rows(guide=guide, node=local(node.id))
    words = labels(tree)
    ways = {way_of(edge): [row for row in found if fits(row, edge)] for edge in node.edges}
    known = {way: evidence(some, words) for way, some in ways.items() if some}
    together = [row for some in ways.values() for row in some]
    return known | ({"": evidence(together, words)} if together else {})


def way_of(edge: diagnosis.Edge) -> str:
    """Return what a way on is called in the records: its answer, or the place of the range."""
    return edge.answer or f"r{edge.place}"


def local(id_: str) -> str:
    """Return what a node is called in its own guide."""
    return id_.rpartition("/")[2]


def fits(row: Row, edge: diagnosis.Edge) -> bool:
    """Tell whether the runs of this row took this way."""
    return row.way == way_of(edge) and local(row.to) == local(edge.to)


def evidence(found: Iterable[Row], words: Mapping[str, str]) -> Evidence:
    """Sum the rows up: the most frequent endings by name, the rest together."""
    counted: Counter[str] = Counter()
    for row in found:
        counted[words.get(local(row.end)) or _("elsewhere")] += row.runs
    total = counted.total()
    first = counted.most_common(SHOWN)
    if rest := total - sum(count for _label, count in first):
        first.append((_("others"), rest))
    return Evidence(total, tuple(Ending(label, count, round(100 * count / total)) for label, count in first))


def labels(tree: diagnosis.Graph) -> dict[str, str]:
    """Return a short name of each end by its id: the component that was at fault, else the cause, else its heading."""
    ends = [node for node in tree.nodes.values() if node.kind == "end"]
    keys = {str(node.value.get("component") or "") for node in ends} - {""}
    names = {component.key: component.label for component in Component.objects.filter(key__in=keys)}
    return {local(node.id): _label(node, names) for node in ends}


def _label(node: diagnosis.Node, names: Mapping[str, str]) -> str:
    named = names.get(str(node.value.get("component") or ""))
    return named or str(node.value.get("cause") or node.value.get("heading") or node.id)
