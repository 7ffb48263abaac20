"""How a case stands for a person, and what he can do with it: asked by the screen and by each act itself."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from kb.models import CaseEvent, FaultReport, Tier
from kb.search.analysis import fold_code
from people.models import OrgUnit, User
from people.refusal import Refused

Kind = CaseEvent.Kind
REOPEN_DAYS = 30
LONGEST = CaseEvent._meta.get_field("text").max_length


@dataclass(frozen=True)
class Standing:
    """A case as it stands for a person at an instant.

    He belongs to it if it was given to him, or his unit (or a part of it) is in charge or has it handed over.
    `on_loan` and `at_factory` are serial numbers, the latest last; `higher` and `lower` the tiers it can go to.
    """

    report: FaultReport
    person: User
    at: datetime.datetime
    belongs: bool
    dispatches: bool
    is_reporter: bool
    on_loan: tuple[str, ...]
    at_factory: tuple[str, ...]
    higher: tuple[Tier, ...]
    lower: tuple[Tier, ...]

    @property
    def works(self) -> bool:
        """Whether he may do things with it."""
        return self.belongs or self.dispatches


def standing(*, report: FaultReport, person: User, at: datetime.datetime) -> Standing:
    """Return how a case that this person may see stands for him."""
    units = {report.unit_id, report.tier.unit_id if report.tier else None}
    own = set(OrgUnit.objects.within(person.unit).values_list("pk", flat=True))
    rank = report.tier.rank if report.tier else 1
    tiers = list(Tier.objects.order_by("rank"))
    moved = list(report.events.order_by("at", "pk").values_list("kind", "serial"))
    return Standing(
        report=report,
        person=person,
        at=at,
        belongs=report.assigned_to_id == person.pk or bool(units & own),
        dispatches=person.has_perm("kb.dispatch_case"),
        is_reporter=report.reporter_id == person.pk,
        on_loan=_away(moved, Kind.LOANED, Kind.LOAN_BACK),
        at_factory=_away(moved, Kind.TO_FACTORY, Kind.FROM_FACTORY),
        higher=tuple(tier for tier in tiers if tier.rank > rank),
        lower=tuple(tier for tier in tiers if tier.rank < rank) if report.tier else (),
    )


def _away(moved: Iterable[tuple[str, str]], out: str, back: str) -> tuple[str, ...]:
    """Return the serial numbers that went out and did not come back; without one, back means any."""
    away: list[str] = []
    for kind, serial in moved:
        if kind == out:
            away.append(serial)
        elif kind == back and (there := same_serial(away, serial)) is not None:
            away.remove(there)
    return tuple(away)


def same_serial(serials: Iterable[str], serial: str) -> str | None:
    """Return which of these is the one meant, in any spelling."""
    return next((each for each in serials if fold_code(each) == fold_code(serial)), None)


def objections(kind: str, standing: Standing) -> list[str]:
    """Say why this cannot happen to the case now through this person; empty where it can."""
    allowed = standing.works or (standing.is_reporter and kind in {Kind.NOTE, Kind.REOPENED})
    if not allowed:
        return [_("Only those who work on this case can do that.")]
    if standing.report.closed_at and kind not in {Kind.NOTE, Kind.REOPENED}:
        return [_("The case is closed.")]
    said = _REFUSALS.get(kind, _nothing)(standing)
    return [said] if said else []


def _nothing(_standing: Standing) -> str:
    return ""


def _done_at(moment: str) -> Callable[[Standing], str]:
    def refusal(standing: Standing) -> str:
        at = getattr(standing.report, moment)
        return _("That was done already, at %s.") % f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""

    return refusal


def _reopening(standing: Standing) -> str:
    closed_at = standing.report.closed_at
    if closed_at is None:
        return _("The case is open.")
    if standing.at > closed_at + datetime.timedelta(days=REOPEN_DAYS):
        return _("It was closed more than %s days ago: report the fault anew.") % REOPEN_DAYS
    return ""


_REFUSALS: dict[str, Callable[[Standing], str]] = {
    Kind.RESPONDED: _done_at("responded_at"),
    Kind.ARRIVED: _done_at("arrived_at"),
    Kind.INFORMED: _done_at("informed_at"),
    Kind.ESCALATED: lambda standing: "" if standing.higher else _("There is no higher tier."),
    Kind.HANDED_BACK: lambda standing: "" if standing.lower else _("The case was not handed over."),
    Kind.LOAN_BACK: lambda standing: "" if standing.on_loan else _("No loan unit is out."),
    Kind.FROM_FACTORY: lambda standing: "" if standing.at_factory else _("Nothing is at the factory."),
    Kind.REOPENED: _reopening,
}


def begin(
    *, report: FaultReport, by: User, at: datetime.datetime, kind: str, happened_at: datetime.datetime | None = None
) -> tuple[Standing, datetime.datetime]:
    """Lock the case and return how it stands and when the thing happened: now, unless it is entered later.

    Runs in the caller's transaction. Raises FaultReport.DoesNotExist where he may not see it, and Refused.
    """
    seen = FaultReport.objects.visible_to(by).order_by().values("pk")
    locked = FaultReport.objects.select_for_update().get(pk=report.pk, pk__in=seen)
    stands, when = standing(report=locked, person=by, at=at), happened_at or at
    reasons = objections(kind, stands)
    if when > at:
        reasons.append(_("That lies in the future."))
    if when < locked.reported_at:
        reasons.append(_("That was before the fault was reported."))
    if reasons:
        raise Refused(*reasons)
    return stands, when


def write(
    report: FaultReport, kind: str, *, by: User, at: datetime.datetime, text: str = "", **facts: object
) -> CaseEvent:
    """Append an event. Raises Refused where the words or the serial number are too long."""
    text, reasons = tidy(text), []
    if len(text) > LONGEST:
        reasons.append(_("These words are too long: %s characters at most.") % LONGEST)
    if len(str(facts.get("serial", ""))) > CaseEvent._meta.get_field("serial").max_length:
        reasons.append(_("This serial number is too long: 60 characters at most."))
    if reasons:
        raise Refused(*reasons)
    return CaseEvent.objects.create(report=report, kind=kind, at=at, by=by, text=text, **facts)


def tidy(text: str) -> str:
    """Return what was typed without NUL, with line ends of one character."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def required(text: str, sentence: str) -> str:
    """Return what was typed. Raises Refused with the sentence where that is nothing."""
    if not (said := tidy(text)):
        raise Refused(sentence)
    return said
