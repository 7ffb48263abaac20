"""The body of a simulation, frozen from the graph of a guide and the fault that is hidden in it. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from exams.simulation import readings as shows
from exams.simulation import way
from exams.simulation.way import STEPS, TESTS
from kb.diagnosis import Edge, Graph, Node

MOST_STEPS = 1000
MOST_MINUTES = 10_000
_LINK = re.compile(r"\[([^\]]*)\]\((?:doc|course):[^)]*\)")  # leads out of the exam: its words stay
_WORDS = ("point", "instrument", "setup", "unit", "text")


def objections(
    graph: Graph, *, end: str, costs: Mapping[str, int] | None = None, readings: Mapping[str, str] | None = None
) -> list[str]:
    """Return a sentence for each thing that keeps this fault of this guide from being played."""
    costs, readings = costs or {}, readings or {}
    node = graph.nodes.get(end)
    if node is None or node.kind != "end":
        return [_("The guide has no end “%s”.") % end]
    found = [*_unknown(graph, costs, readings), *_unfit(graph, costs, readings)]
    steps = [id_ for id_ in way.reached(graph) if graph.nodes[id_].kind in STEPS]
    if len(steps) > MOST_STEPS:
        found.append(_("The guide is too large to be played: it has more than %d steps.") % MOST_STEPS)
    if len(_causes(graph, {})[0]) < 2:
        found.append(_("The guide has only one end; there is nothing to find out."))
    return found or _no_way(graph, end, costs, readings)


def _unknown(graph: Graph, costs: Mapping, readings: Mapping) -> list[str]:
    ids = [id_ for id_ in (*costs, *readings) if id_ not in graph.nodes or graph.nodes[id_].kind not in STEPS]
    return [_("The guide has no step “%s”.") % id_ for id_ in dict.fromkeys(ids)]


def _unfit(graph: Graph, costs: Mapping[str, int], readings: Mapping[str, str]) -> list[str]:
    found = [
        _("Minutes must be a whole number from 0 on: “%s”.") % id_ for id_, cost in costs.items() if not _fits(cost)
    ]
    for id_, said in readings.items():
        node = graph.nodes.get(id_)
        if node and node.kind == "measure" and way.edge_of(node, str(said)) is None:
            found.append(_("A reading of “%s” is a number or “cannot”.") % id_)
    return found


def _fits(cost: object) -> bool:
    return isinstance(cost, int) and not isinstance(cost, bool) and 0 <= cost <= MOST_MINUTES


def _no_way(graph: Graph, end: str, costs: Mapping[str, int], readings: Mapping[str, str]) -> list[str]:
    best = way.best(graph, end=end, costs=costs, readings=readings)
    if best is None:
        if way.best(graph, end=end, costs=costs, readings={}) is None:
            return [_("No way of the guide leads to “%s”.") % end]
        return [_("With these readings no way of the guide leads to “%s”.") % end]
    found = [
        _("“%s” lies on the way to the fault: its reading must be one of its answers.") % node.id
        for node, _edge in best
        if node.kind == "ask" and node.id in readings and way.edge_of(node, readings[node.id]) is None
    ]
    if not any(node.kind in TESTS for node, _edge in best):
        found.append(_("The way to “%s” has no test; there is nothing to find out.") % end)
    elif not sum(way.minutes(node, costs) for node, _edge in best):
        found.append(_("The way to “%s” must cost at least a minute.") % end)
    return found


def build(
    graph: Graph,
    *,
    end: str,
    number: str,
    edition: str,
    costs: Mapping[str, int] | None = None,
    readings: Mapping[str, str] | None = None,
    device: str = "",
    symptom: str = "",
    title: str = "",
    models: Sequence[str] = (),
    hazards: Mapping[str, Mapping[str, Any]] | None = None,
    remedies: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the frozen body: JSON that plays without the guide. Raises ValueError where there are objections.

    `graph` is the guide of that document number and edition with those it includes (kb.diagnosis.expand), `end` the
    block id of the hidden fault. `costs` are minutes by node where they are not the guide's; `readings` are an author's
    own: for a question one of its answers or free words, for a measurement a number or "cannot", for an act what is
    seen after it. `models` are those the guide is for; `hazards` say by key what each is: {name, level, text,
    protection: [words]}; `remedies` say by end how it is put right.
    """
    costs, readings = costs or {}, {id_: str(said) for id_, said in (readings or {}).items()}
    if refused := objections(graph, end=end, costs=costs, readings=readings):
        raise ValueError(" ".join(refused))
    best = way.best(graph, end=end, costs=costs, readings=readings) or []
    shown = _readings(graph, best, readings)
    causes, cause_of = _causes(graph, remedies or {})
    same = {id_ for id_, cause in cause_of.items() if cause == cause_of[end]}
    before = way.after(graph)
    return {
        **_written(number, end, costs, readings, device, symptom),
        "edition": edition,
        "title": title,
        "models": list(models),
        "steps": [
            _step(graph.nodes[id_], costs, hazards or {}) | {"after": before[id_], "reading": shown[id_]}
            for id_ in shown
        ],
        "causes": causes,
        "cause": cause_of[end],
        "way": [node.id for node, _edge in best if node.kind in STEPS],
        "proofs": _proofs(graph, best, shown, readings, same),
    }


def _written(
    number: str, end: str, costs: Mapping[str, int], readings: Mapping[str, str], device: str, symptom: str
) -> dict[str, Any]:
    """Return what its author said: see body.recipe."""
    said = {"device": device, "symptom": symptom, "minutes": dict(costs), "readings": dict(readings)}
    return {"guide": number, "fault": end} | {name: value for name, value in said.items() if value}


def _step(node: Node, costs: Mapping[str, int], hazards: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    keys = [key.strip() for key in str(node.value.get("hazards") or "").split(",") if key.strip()]
    return {
        "id": node.id,
        "kind": node.kind,
        "heading": str(node.value.get("heading") or node.id),
        **{name: _LINK.sub(r"\1", str(node.value.get(name) or "")) for name in _WORDS},
        "minutes": way.minutes(node, costs),
        "live": bool(node.value.get("live")),
        "level": str(node.value.get("hazard") or ""),
        "hazards": [dict(hazards.get(key) or {"name": key, "level": "", "text": "", "protection": []}) for key in keys],
        "answers": [edge.words for edge in node.edges if edge.field in ("choices", "ranges")],
    }


def _causes(graph: Graph, remedies: Mapping[str, str]) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Return the causes, those that read the same once, and which of them each end is."""
    causes: dict[tuple[str, str], dict[str, str]] = {}
    cause_of: dict[str, str] = {}
    for id_ in way.reached(graph):
        node = graph.nodes[id_]
        if node.kind == "end":
            heading, cause = str(node.value.get("heading") or id_), str(node.value.get("cause") or "")
            made = {"id": id_, "heading": heading, "cause": cause, "remedy": remedies.get(id_, "")}
            cause_of[id_] = causes.setdefault((heading.strip(), cause.strip()), made)["id"]
    return list(causes.values()), cause_of


def _readings(graph: Graph, best: Sequence[tuple[Node, Edge]], given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return what every step shows."""
    taken = {node.id: edge for node, edge in best}
    results = way.result_of_act(graph)
    found = {}
    for id_ in way.reached(graph):
        node = graph.nodes[id_]
        if node.kind not in STEPS:
            continue
        if id_ in given:
            found[id_] = shows.given(node, given[id_])
        elif id_ in taken:
            found[id_] = shows.on_the_way(node, taken[id_])
        else:
            found[id_] = shows.aside(node, is_result=id_ in results)
    return found


def _proofs(
    graph: Graph,
    best: Sequence[tuple[Node, Edge]],
    shown: Mapping[str, Mapping[str, str]],
    given: Mapping[str, str],
    ends: set[str],
) -> list[str]:
    """Return the tests of which any one shows the fault: what they read leads to its end, through acts at most."""
    taken = {node.id: edge for node, edge in best}
    found = []
    for id_ in shown:
        node = graph.nodes[id_]
        edge = taken.get(id_) or (way.edge_of(node, given[id_]) if id_ in given else None)
        if node.kind in TESTS and edge and way.landing(graph, edge.to) in ends:
            found.append(id_)
    return found
