"""A hidden fault to be found: the candidate tests, acts and at last names the cause."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams import simulation
from exams.kinds.kind import BadResponse, Kind, Response
from exams.kinds.order import placed, shuffled
from exams.simulation import readings
from exams.simulation.play import UNPROVEN, Action, State, is_dangerous, is_ready, verb_of

_VERBS = ("read", "test", "act", "name")
_FACE = ("kind", "heading", "point", "instrument", "setup", "unit", "text", "minutes", "live", "level", "hazards")


class Simulation(Kind):
    """A hidden fault of a fault guide is played. Body: see exams.simulation.body; it holds a copy of the guide.

    Response: the list of what was done so far, [[verb, id], …]: ["read", "t1"] opens the hazards and instructions of a
    step, ["test", "t1"] asks or measures, ["act", "a2"] does, ["name", "c3"] names the cause. It can only grow. What
    was seen is in `reveal`, never in `shown`.
    """

    label = gettext_lazy("Fault simulation")

    def mistakes(self, body: object) -> list[str]:
        return simulation.flaws(body)

    def arrange(self, body: Mapping, chance: Random) -> list:
        return [shuffled(len(body["steps"]), chance), shuffled(len(body["causes"]), chance)]

    def shown(self, body: Mapping, order: list) -> dict:
        ids = _Ids(body, order)
        headings = {step["id"]: step["heading"] for step in body["steps"]}
        return {
            "device": body.get("device") or "、".join(body["models"]),
            "symptom": body.get("symptom", ""),
            "steps": [_face(step, ids, headings) for step in ids.steps],
            "causes": [{**cause, "id": ids.of[cause["id"]]} for cause in ids.causes],
        }

    def key(self, body: Mapping, order: list) -> dict:
        ids = _Ids(body, order)
        way = [ids.of[id_] for id_ in body["way"]]
        return {"cause": ids.of[body["cause"]], "way": way, "minutes": simulation.best_cost(body)}

    def clean(self, shown: Mapping, response: object, before: Response = None) -> Response:
        kept = [list(action) for action in before] if isinstance(before, list) else []
        steps = {step["id"]: step for step in shown["steps"]}
        known = {f"{verb} {id_}" for id_, step in steps.items() for verb in ("read", verb_of(step))}
        known |= {f"name {cause['id']}" for cause in shown["causes"]}
        for action in _asked(response, most=4 * len(known)):
            if " ".join(action) not in known:
                raise BadResponse(_("Choose among what is shown."))
            if action in kept:
                continue
            if any(verb == "name" for verb, _id in kept):
                raise BadResponse(_("You have named the cause; nothing more can be done."))
            if action[0] in ("test", "act") and not is_ready(steps[action[1]], [id_ for _verb, id_ in kept]):
                raise BadResponse(_("Not yet: this shows what something else has brought about, which was not done."))
            kept.append(action)
        return kept or None

    def _worth(self, body: Mapping, order: list, response: Response) -> Fraction:
        return simulation.score(_play(body, order, response))

    def words(self, shown: Mapping, response: Response) -> list[str]:
        headings = {each["id"]: each["heading"] for each in (*shown["steps"], *shown["causes"])}
        said = {
            "read": _("Hazards read: %s"), "test": _("Tested: %s"), "act": _("Done: %s"), "name": _("Cause named: %s"),
        }  # fmt: skip
        return [said[verb] % headings[id_] for verb, id_ in _pairs(response) if id_ in headings]

    def key_words(self, shown: Mapping, key: Mapping) -> list[str]:
        headings = {step["id"]: step["heading"] for step in shown["steps"]}
        cause = next(cause for cause in shown["causes"] if cause["id"] == key["cause"])
        remedy = [_("Remedy: %s") % cause["remedy"]] if cause["remedy"] else []
        way = {"minutes": key["minutes"], "way": " → ".join(headings[id_] for id_ in key["way"])}
        return [_("Cause: %s") % _cause(cause), *remedy, _("Best way, %(minutes)d min: %(way)s") % way]

    def guess(self, body: Mapping) -> float:
        return float(UNPROVEN / len(body["causes"]))

    def choices(self, body: Mapping) -> list[tuple[str, str, float]]:
        return [(cause["id"], _cause(cause), float(cause["id"] == body["cause"])) for cause in body["causes"]]

    def chosen(self, body: Mapping, order: list, response: Response) -> list[str]:
        named = _play(body, order, response).named
        return [named] if named else []

    def feedback(self, body: Mapping, order: list, response: Response) -> list[str]:
        state = _play(body, order, response)
        headings = {step["id"]: step["heading"] for step in body["steps"]}
        found = [_("Done without reading its hazards first: %s") % headings[id_] for id_ in state.skipped]
        found += [_("Dangerous work, done before what the guide asks for: %s") % headings[id_] for id_ in state.early]
        if not state.named:
            found.append(_("No cause was named."))
        elif not state.is_right:
            found.append(_("The cause named is not the fault."))
        elif not state.is_proven:
            found.append(_("The cause was named without a test that shows it."))
        spent = {"minutes": state.minutes, "best": simulation.best_cost(body)}
        return [*found, _("%(minutes)d minutes spent; the best way takes %(best)d.") % spent]

    def reveal(self, body: Mapping, order: list, response: Response) -> dict:
        ids, state = _Ids(body, order), _play(body, order, response)
        return {
            "seen": [{"id": ids.of[id_], "words": readings.words(reading)} for id_, reading in state.observations],
            "done": [ids.of[id_] for verb, id_ in state.done if verb in ("test", "act")],
            "read": [ids.of[id_] for verb, id_ in state.done if verb == "read"],
            "minutes": state.minutes,
            "open": [ids.of[id_] for id_ in state.open],
            "named": ids.of.get(state.named, ""),
            "is_over": state.is_over,
            "actions": [[verb, ids.of[id_]] for verb, id_ in state.done],
        }

    def right_response(self, body: Mapping, order: list) -> object:
        ids = _Ids(body, order)
        steps = {step["id"]: step for step in body["steps"]}
        return [*_by_the_book(body, steps, ids), ["name", ids.of[body["cause"]]]]


def _by_the_book(body: Mapping, steps: Mapping[str, Mapping], ids: "_Ids") -> Iterator[list[str]]:
    for id_ in body["way"]:
        if is_dangerous(steps[id_]):
            yield ["read", ids.of[id_]]
        yield [verb_of(steps[id_]), ids.of[id_]]


class _Ids:
    """The ids of one order: a letter for test, act or cause and a number by its place; `of` and `back` translate."""

    def __init__(self, body: Mapping, order: list) -> None:
        orders = order if len(order) == 2 else [[], []]
        self.steps, self.causes = (
            [rows[place] for place in placed(own, len(rows))]
            for rows, own in zip((body["steps"], body["causes"]), orders, strict=True)
        )
        self.of = {step["id"]: f"{verb_of(step)[0]}{n}" for n, step in enumerate(self.steps, start=1)}
        self.of |= {cause["id"]: f"c{n}" for n, cause in enumerate(self.causes, start=1)}
        self.back = {shown: id_ for id_, shown in self.of.items()}


def _face(step: Mapping[str, Any], ids: _Ids, headings: Mapping[str, str]) -> dict[str, Any]:
    """Return what may be seen of a step; what a dangerous one needs first is for the candidate to know."""
    after = [] if is_dangerous(step) else step["after"]
    said = {name: step[name] for name in _FACE}
    needs = [headings[id_] for id_ in after]
    return {"id": ids.of[step["id"]], **said, "after": [ids.of[id_] for id_ in after], "needs": needs}


def _play(body: Mapping, order: list, response: Response) -> State:
    back = _Ids(body, order).back
    actions: list[Action] = [(verb, back[id_]) for verb, id_ in _pairs(response) if id_ in back]
    return simulation.play(body, actions)


def _pairs(response: Response) -> list[tuple[str, str]]:
    rows = response if isinstance(response, list) else []
    found = [tuple(row) for row in rows if isinstance(row, (list, tuple)) and len(row) == 2]
    return [(verb, id_) for verb, id_ in found if verb in _VERBS and isinstance(id_, str)]


def _asked(response: object, most: int) -> list[list[str]]:
    """Return the actions that were sent; each may be a pair or, from a form, "test t1". Raises BadResponse."""
    rows = [response] if isinstance(response, str) and response else response or []
    if not isinstance(rows, list) or len(rows) > most:
        raise BadResponse(_("Choose among what is shown."))
    found = [row.split(" ") if isinstance(row, str) else row for row in rows]
    if not all(isinstance(row, list) and len(row) == 2 and all(isinstance(each, str) for each in row) for row in found):
        raise BadResponse(_("Choose among what is shown."))
    return found


def _cause(cause: Mapping[str, str]) -> str:
    return " · ".join(filter(None, (cause["heading"], cause["cause"])))
