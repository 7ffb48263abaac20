"""The body of a simulation: the recipe its author wrote, and what was frozen by it. Pure.

Recipe: {guide: document number, fault: block id of an end, device?, symptom?, minutes?: {step: whole number},
readings?: {step: words}}. Frozen it is a recipe and {edition, title, models: [words], steps: [{id, kind, heading,
point, instrument, setup, unit, text, minutes, live, level, hazards: [{name, level, text, protection}], answers, after:
[id], reading: {kind, words}}], causes: [{id, heading, cause, remedy}], cause, way: [id], proofs: [id]}. Ids are block
ids of the guide; those of a guide walked inside it come after the id of the block that includes it and a slash.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from exams.simulation.readings import SAID
from exams.simulation.way import STEPS, TESTS

_TEXTS = ("guide", "fault", "device", "symptom")
_TABLES = ("minutes", "readings")


def recipe(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what its author wrote: two bodies of one recipe differ only where the guide does."""
    return {name: body[name] for name in (*_TEXTS, *_TABLES) if body.get(name)}


def is_frozen(body: object) -> bool:
    """Say whether the guide has been looked up for it."""
    return isinstance(body, dict) and "steps" in body


def recipe_flaws(body: object) -> list[str]:
    """Return a sentence for each thing that is missing in the recipe, any JSON."""
    if not isinstance(body, dict):
        return [_("Name the guide.")]
    found = [] if _is_text(body.get("guide")) and body["guide"] else [_("Name the guide.")]
    if not _is_text(body.get("fault")) or not body["fault"]:
        found.append(_("Name the fault: the id of an end of the guide."))
    tables = [body.get(name, {}) for name in _TABLES]
    texts = [body.get(name, "") for name in _TEXTS[2:]]
    if not all(isinstance(table, dict) for table in tables) or not all(map(_is_text, texts)):
        found.append(_("Minutes and readings are given by step."))
    return found


def flaws(body: object) -> list[str]:
    """Return a sentence for each thing that keeps it from being played, any JSON."""
    found = recipe_flaws(body)
    if found:
        return found
    if not is_frozen(body):
        return [_("The guide has not been looked up yet.")]
    return [] if _is_whole(body) else [_("The copy of the guide is damaged. Look the guide up again.")]


def _is_whole(body: Mapping[str, Any]) -> bool:
    steps, causes = body["steps"], body.get("causes")
    if not _is_list(steps, _is_step) or not _is_list(causes, _is_cause) or len(causes) < 2:
        return False
    kinds = {step["id"]: step["kind"] for step in steps}
    ends = {cause["id"] for cause in causes}
    is_distinct = len(kinds) == len(steps) and len(ends) == len(causes)
    way, proofs = body.get("way"), body.get("proofs")
    return (
        is_distinct
        and isinstance(body.get("models"), list)
        and all(map(_is_text, body["models"]))
        and _is_text(body.get("cause"))
        and body["cause"] in ends
        and _is_list(way, lambda id_: _is_text(id_) and id_ in kinds)
        and len(set(way)) == len(way)
        and sum(step["minutes"] for step in steps if step["id"] in way) > 0
        and _is_list(proofs, lambda id_: _is_text(id_) and kinds.get(id_) in TESTS)
        and all(kinds.get(id_) == "act" for step in steps for id_ in step["after"])
    )


def _is_list(each: object, is_fit: Callable[[Any], bool]) -> bool:
    return isinstance(each, list) and bool(each) and all(map(is_fit, each))


def _is_text(each: object) -> bool:
    return isinstance(each, str)


def _is_step(step: object) -> bool:
    if not isinstance(step, dict) or not _is_text(step.get("kind")) or step["kind"] not in STEPS:
        return False
    words = (step.get(name) for name in ("id", "heading", "point", "instrument", "setup", "unit", "text", "level"))
    reading, hazards, after = step.get("reading"), step.get("hazards"), step.get("after")
    return (
        all(map(_is_text, words))
        and type(step.get("minutes")) is int
        and step["minutes"] >= 0
        and isinstance(reading, dict)
        and _is_text(reading.get("kind"))
        and (reading["kind"] in SAID or _is_text(reading.get("words")))
        and isinstance(hazards, list)
        and all(isinstance(each, dict) and _is_text(each.get("name")) for each in hazards)
        and isinstance(after, list)
        and all(map(_is_text, after))
    )


def _is_cause(cause: object) -> bool:
    return isinstance(cause, dict) and all(_is_text(cause.get(name)) for name in ("id", "heading", "cause", "remedy"))
