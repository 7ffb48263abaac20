"""Handing a case to a higher tier with what was gathered, and back."""

import datetime
import re
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb import diagnosis
from kb.cases.act.standing import Kind, begin, required, tidy, write
from kb.cases.act.telling import announce, followers
from kb.cases.in_charge import people_for, told_by
from kb.models import CaseEvent, FaultReport, Tier
from people.models import User
from people.refusal import Refused

_BETWEEN = re.compile(r"[\n;；]+")


def collect_lines(*texts: str) -> list[str]:
    """Return what is to be gathered, one thing a line: texts name them with semicolons or on lines."""
    lines = (line.strip(" \t。.") for text in texts for line in _BETWEEN.split(text or ""))
    return list(dict.fromkeys(line for line in lines if line))


def to_collect(*, report: FaultReport, tier: Tier) -> list[str]:
    """Return what that tier wants, and what the end of the guide followed last asks for."""
    return collect_lines(tier.words, asked_at_end(report)[1])


def asked_at_end(report: FaultReport) -> tuple[str, str]:
    """Return whom to hand over to and what to gather, as the end says at which the last search of the case arrived."""
    run = report.runs.select_related("guide").order_by("recorded_at", "pk").last()
    if run is None:
        return "", ""
    guide = run.guide
    node = diagnosis.expand(guide.graph, guide.included_graphs(), guide.pk).nodes.get(run.end)
    value = node.value if node else {}
    return value.get("escalate") or "", value.get("collect") or ""


@transaction.atomic
def escalate(
    *,
    report: FaultReport,
    by: User,
    tier: Tier,
    collected: Sequence[tuple[str, str]] = (),
    words: str = "",
    at: datetime.datetime,
) -> CaseEvent:
    """Hand the case to a higher tier; its unit sees it from then on and is told, as are who reported and who has it.

    `collected` is what was gathered: each line of what is asked for, with what was found. Raises Refused.
    """
    stands, when = begin(report=report, by=by, at=at, kind=Kind.ESCALATED)
    reasons = [] if tier in stands.higher else [_("It can only be handed over to a higher tier.")]
    gathered = {line: tidy(found) for line, found in collected}
    if missing := [line for line in to_collect(report=stands.report, tier=tier) if not gathered.get(line)]:
        sentence = _("Gather this first, or write why it cannot be had: %s")
        reasons.append(sentence % gettext_list(missing))
    if reasons:
        raise Refused(*reasons)
    case = stands.report
    case.tier = tier
    case.save(update_fields=["tier"])
    text = "\n".join([tidy(words), *(f"{line}: {found}" for line, found in gathered.items() if found)])
    event = write(case, Kind.ESCALATED, by=by, at=when, tier=tier, text=text)
    handed = gettext_lazy("Case %(number)s was handed over to %(tier)s: %(product)s.")
    announce(event, [*told_by(tier.unit), *followers(case)], handed, at=at, tier=tier)
    return event


def gettext_list(words: Sequence[str]) -> str:
    """Return several things as one phrase."""
    return _(", ").join(words)


@transaction.atomic
def hand_back(*, report: FaultReport, by: User, tier: Tier, words: str, at: datetime.datetime) -> CaseEvent:
    """Hand the case back to a lower tier with what was found; whoever had it above has it no more. Raises Refused."""
    stands, when = begin(report=report, by=by, at=at, kind=Kind.HANDED_BACK)
    if tier not in stands.lower:
        raise Refused(_("It can only be handed back to a lower tier."))
    said = required(words, _("Say what was found, and what is to be done now."))
    case, told = stands.report, followers(stands.report)
    case.tier = tier if tier != stands.lower[0] else None  # with the field, it is where it began
    if case.assigned_to and not people_for(case).filter(pk=case.assigned_to_id).exists():
        case.assigned_to = None
    case.save(update_fields=["tier", "assigned_to"])
    event = write(case, Kind.HANDED_BACK, by=by, at=when, tier=tier, text=said)
    back = gettext_lazy("Case %(number)s was handed back to %(tier)s: %(product)s.")
    announce(event, [*told, *told_by(case.unit)], back, at=at, tier=tier)
    return event
