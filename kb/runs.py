"""Recording that a fault guide was followed to an end."""

import datetime
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from kb import diagnosis
from kb.blocks import EndBlock
from kb.models import DiagnosisRun, FaultGuidePage
from people.models import User


class Refused(ValueError):
    """The run cannot be recorded so; the text says why, for the person."""


def said(turn: diagnosis.Turn) -> str:
    """Return the answer given at a node in words."""
    node, answer = turn.node, turn.answer
    if answer == diagnosis.NONE:
        return _("None of these")
    if answer == diagnosis.CANNOT:
        return _("Cannot be measured")
    if node.kind == "ask":
        choice = node.value["choices"][int(answer)]
        return choice.get("value", choice)["words"]
    return f"{answer} {node.value['unit']}" if node.kind == "measure" else _("Done")


def record(
    *,
    guide: FaultGuidePage,
    person: User,
    answers: Sequence[str],
    result: str,
    note: str,
    key: uuid.UUID,
    at: datetime.datetime,
) -> DiagnosisRun:
    """Record a run; one that arrives again (the same key from the same person) is returned as it was recorded.

    The path is walked again here, so only what the guide allows can be recorded. Raises Refused.
    """
    try:
        turns, here = diagnosis.walk(guide.graph, answers)
    except diagnosis.WrongTurn:
        raise Refused(_("The guide has changed since you began. Please go through it once more.")) from None
    if here.kind != "end":
        raise Refused(_("Follow the guide to an end first."))
    if result not in EndBlock.Result:
        raise Refused(_("Say what came of it: resolved, workaround or unresolved."))
    path = [
        {
            "node": turn.node.id,
            "heading": turn.node.value["heading"],
            "answer": turn.answer,
            "said": said(turn),
        }
        for turn in turns
    ]
    run, made = DiagnosisRun.objects.get_or_create(
        key=key,
        defaults={
            "guide": guide,
            "version": guide.version,
            "revision_id": guide.live_revision_id,
            "person": person,
            "path": path,
            "end": here.id,
            "result": result,
            "note": note[:2000],
            "recorded_at": at,
        },
    )
    if not made and (run.person_id, run.guide_id) != (person.pk, guide.pk):
        raise Refused(_("This form is broken; please try again."))
    return run
