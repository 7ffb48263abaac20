"""The end of a case, and of what it says about the customer."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.cases.act.standing import Kind, Standing, begin, required, write
from kb.cases.act.telling import announce, followers
from kb.cases.in_charge import supervises, told_by
from kb.cases.retain import blank
from kb.models import CaseEvent, Contact, FaultReport
from people.models import User
from people.refusal import Refused

Outcome = FaultReport.Outcome


@transaction.atomic
def close(
    *,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    outcome: str,
    words: str = "",
    happened_at: datetime.datetime | None = None,
) -> CaseEvent:
    """End the case; who reported it and who has it are told. Raises Refused."""
    stands, when = begin(report=report, by=by, at=at, kind=Kind.CLOSED, happened_at=happened_at)
    if reasons := _objections_to_end(stands, outcome, when):
        raise Refused(*reasons)
    case = stands.report
    case.closed_at, case.outcome = when, outcome
    case.save(update_fields=["closed_at", "outcome"])
    event = write(case, Kind.CLOSED, by=by, at=when, text=words)
    closed = gettext_lazy("Case %(number)s was closed: %(product)s. You can have it opened again within 30 days.")
    announce(event, followers(case), closed, at=at)
    return event


def _objections_to_end(stands: Standing, outcome: str, when: datetime.datetime) -> list[str]:
    if outcome not in Outcome.values:
        return [_("Say how it ended.")]
    reasons = []
    if stands.on_loan and outcome != Outcome.LOAN:
        reasons.append(_("A loan unit is still out: %s") % ", ".join(stands.on_loan))
    if stands.at_factory and outcome not in {Outcome.FACTORY, Outcome.LOAN}:
        reasons.append(_("A machine is still at the factory: %s") % ", ".join(stands.at_factory))
    if outcome == Outcome.LOAN and not stands.on_loan:
        reasons.append(_("No loan unit is out."))
    moments = (stands.report.responded_at, stands.report.arrived_at, stands.report.informed_at)
    if any(moment and moment > when for moment in moments):
        reasons.append(_("That was before what was done last."))
    return reasons


@transaction.atomic
def reopen(*, report: FaultReport, by: User, at: datetime.datetime, reason: str) -> CaseEvent:
    """Open a closed case again within 30 days; what was not done before is promised anew from now. Raises Refused."""
    stands, when = begin(report=report, by=by, at=at, kind=Kind.REOPENED)
    said = required(reason, _("Say why it is opened again."))
    case = stands.report
    case.closed_at, case.outcome = None, ""
    case.save(update_fields=["closed_at", "outcome"])
    event = write(case, Kind.REOPENED, by=by, at=when, text=said)
    again = gettext_lazy("Case %(number)s was opened again: %(product)s.")
    announce(event, [*followers(case), *told_by(case.unit)], again, at=at)
    return event


@transaction.atomic
def erase_contact(*, report: FaultReport, by: User, at: datetime.datetime, reason: str) -> CaseEvent:
    """Erase the customer's contact and the pictures of a case at once, because he asked for it. Raises Refused.

    A supervisor of the unit in charge does it, closed case or not; what is counted stays as it was.
    """
    stands, when = begin(report=report, by=by, at=at, kind=Kind.NOTE)
    if not supervises(by, stands.report):
        raise Refused(_("Only a supervisor of the unit in charge erases a customer's contact."))
    if not Contact.objects.filter(report=stands.report, erased_at__isnull=True).exists():
        raise Refused(_("There is no contact to erase."))
    said = required(reason, _("Say why the contact is erased."))
    blank([stands.report.pk], at=at)
    return write(stands.report, Kind.NOTE, by=by, at=when, text=_("Contact erased") + f": {said}")
