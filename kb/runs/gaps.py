"""What a person held at the minute of a run, what the steps of it asked for beyond that, and who is told."""

import datetime
import uuid
from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb import diagnosis
from kb.models import DiagnosisRun
from kb.runs.retrace import Path
from kb.walking import gates, hazards
from people.inbox import tell
from people.models import Credential, User


def credentials_of(person: User, *, at: datetime.datetime) -> list[dict]:
    """Return the credentials in force at that instant, as they are kept with a run."""
    held = Credential.objects.filter(person=person).valid(at).select_related("qualification__subject")
    return [
        {
            "qualification": each.qualification.key,
            "words": str(each.qualification),
            "number": each.number,
            "valid_until": str(each.valid_until) if each.valid_until else None,
        }
        for each in held
    ]


def gaps_of(path: Path, *, person: User, walk: uuid.UUID, seen: Collection[str], at: datetime.datetime) -> list[dict]:
    """Return what steps of the path asked for that was not so: a qualification not held, a hazard not opened.

    They are written down, not refused: what was done was done. `seen` holds the ids of the nodes whose hazards were
    opened. A step that could not be measured asks for nothing.
    """
    nodes = [turn.node for turn in path.turns if turn.answer != diagnosis.CANNOT]
    standing = gates.standings(person=person, nodes=nodes, walk=walk, at=at)
    shut = {id_: gate.qualification for id_, gate in standing.items() if not gate.is_open}
    dangers = hazards.of(nodes)
    missed = [node for node in nodes if dangers[node.id].comes_first and node.id not in seen]
    return [
        *(_gap("qualification", node, shut[node.id].key, str(shut[node.id])) for node in nodes if node.id in shut),
        *(_gap("hazard", node, *_words(dangers[node.id])) for node in missed),
    ]


def _words(danger: hazards.Danger) -> tuple[str, str]:
    """Return the keys and the names of the hazards of a step."""
    named = danger.named
    return ", ".join(each.key for each in named), ", ".join(each.label for each in named) or _("hazard of this step")


def _gap(kind: str, node: diagnosis.Node, wanted: str, words: str) -> dict:
    heading = str(node.value.get("heading") or "")
    return {"kind": kind, "node": node.id, "heading": heading, "wanted": wanted, "words": words}


def tell_supervisors(run: DiagnosisRun, *, at: datetime.datetime) -> None:
    """Tell those who answer for the unit that a step was done without the qualification it asks for."""
    if not any(gap["kind"] == "qualification" for gap in run.gaps):
        return
    for supervisor in gates.supervisors(run.person):
        tell(
            person=supervisor,
            key=f"run-{run.key}-gaps",
            text=gettext_lazy("%(person)s did a step of %(guide)s without the qualification it asks for."),
            values={"person": run.person, "guide": run.guide.number},
            url=reverse("run", args=[run.key]),
            at=at,
        )
