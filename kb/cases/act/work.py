"""The work on a case: it is given to somebody, he answers, is there, reports upwards, notes things."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.cases.act.standing import Kind, Standing, begin, required, tidy, write
from kb.cases.act.telling import announce
from kb.cases.in_charge import people_for
from kb.models import CaseEvent, FaultReport, SeverityLevel
from people.models import User
from people.refusal import Refused

TWICE = datetime.timedelta(minutes=10)  # the same words again so soon are the same note


def respond(
    *,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    happened_at: datetime.datetime | None = None,
    words: str = "",
) -> CaseEvent:
    """Somebody answered the customer. Once. Raises Refused."""
    return _moment(Kind.RESPONDED, "responded_at", report, by, at, happened_at, words)


def arrive(
    *,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    happened_at: datetime.datetime | None = None,
    words: str = "",
) -> CaseEvent:
    """Somebody is at the customer's. Once. Raises Refused."""
    return _moment(Kind.ARRIVED, "arrived_at", report, by, at, happened_at, words)


def inform(
    *,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    happened_at: datetime.datetime | None = None,
    words: str = "",
) -> CaseEvent:
    """It was reported upwards; the words say to whom. Once. Raises Refused."""
    return _moment(Kind.INFORMED, "informed_at", report, by, at, happened_at, words)


@transaction.atomic
def _moment(
    kind: str,
    field: str,
    report: FaultReport,
    by: User,
    at: datetime.datetime,
    happened_at: datetime.datetime | None,
    words: str,
) -> CaseEvent:
    stands, when = begin(report=report, by=by, at=at, kind=kind, happened_at=happened_at)
    event = write(stands.report, kind, by=by, at=when, text=words)
    setattr(stands.report, field, when)
    stands.report.save(update_fields=[field])
    return event


@transaction.atomic
def note(*, report: FaultReport, by: User, at: datetime.datetime, words: str) -> CaseEvent:
    """Write something down; the same words again within ten minutes are the same note. Raises Refused."""
    stands, when = begin(report=report, by=by, at=at, kind=Kind.NOTE)
    text = required(words, _("Write something."))
    same = stands.report.events.filter(kind=Kind.NOTE, by=by, text=text, at__gt=at - TWICE).first()
    return same or write(stands.report, Kind.NOTE, by=by, at=when, text=text)


@transaction.atomic
def dispatch(*, report: FaultReport, by: User, to: User, at: datetime.datetime, words: str = "") -> CaseEvent:
    """Give the case to somebody, or take it oneself; who had it and who has it now are told. Raises Refused."""
    stands, when = begin(report=report, by=by, at=at, kind=Kind.DISPATCHED)
    case, before = stands.report, stands.report.assigned_to
    if reasons := _objections_to(stands, to):
        raise Refused(*reasons)
    case.assigned_to = to
    case.save(update_fields=["assigned_to"])
    event = write(case, Kind.DISPATCHED, by=by, at=when, person=to, text=words)
    announce(event, [to], gettext_lazy("Case %(number)s was given to you: %(product)s."), at=at)
    if before:
        passed = gettext_lazy("Case %(number)s was given to %(person)s.")
        announce(event, [before], passed, at=at, person=to)
    return event


def _objections_to(stands: Standing, to: User) -> list[str]:
    """Say why this person cannot be given the case by the one who asks."""
    if stands.report.assigned_to_id == to.pk:
        return [_("%s has it already.") % to]
    if to.pk != stands.person.pk and not stands.dispatches:
        return [_("Only supervisors and dispatchers give a case to somebody else.")]
    own = to.pk == stands.person.pk and stands.belongs
    if not own and not people_for(stands.report).filter(pk=to.pk).exists():
        return [_("It can be given to people of the unit in charge, or of the tier that has it.")]
    return []


@transaction.atomic
def change_level(
    *, report: FaultReport, by: User, level: SeverityLevel, reason: str, at: datetime.datetime
) -> CaseEvent:
    """Say that it is graver or less grave than thought; the clocks follow the new level. Raises Refused."""
    stands, when = begin(report=report, by=by, at=at, kind=Kind.LEVEL)
    case, before = stands.report, stands.report.level
    reasons = [] if tidy(reason) else [_("Say why the severity changes.")]
    if level.scheme_id != before.scheme_id:
        reasons.append(_("This severity level is of another scheme."))
    if level.pk == before.pk:
        reasons.append(_("This is its severity already."))
    if reasons:
        raise Refused(*reasons)
    case.level = level
    case.save(update_fields=["level"])
    return write(case, Kind.LEVEL, by=by, at=when, text=f"{before.code} → {level.code}: {tidy(reason)}")
