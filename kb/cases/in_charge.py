"""Who answers for a case: the unit in charge, and those of its people who give out its cases."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kb.models import Device, FaultReport, Tier
from people.models import Audience, OrgUnit, User, audience_of
from people.refusal import Refused
from people.roles import DISPATCHER, SUPERVISOR, Role

MOST = 30  # people who are told of something


def unit_for(*, by: User, device: Device | None) -> OrgUnit:
    """Return the unit in charge of a fault: the one that services the device, else that of our own who reports it.

    What is reported from outside goes to the unit of the first tier. Raises Refused.
    """
    if device and device.unit:
        return device.unit
    if by.unit and audience_of(by) == Audience.INTERNAL:
        return by.unit
    first = Tier.objects.filter(unit__isnull=False).select_related("unit").order_by("rank").first()
    if first is None:
        raise Refused(_("No unit is in charge of faults reported from outside yet; please call us."))
    return first.unit


def people_for(report: FaultReport) -> QuerySet[User]:
    """Return those to whom the case can be given: of the unit in charge and of the tier's, and of their parts."""
    own = OrgUnit.objects.within(report.unit)
    tiers = OrgUnit.objects.within(report.tier.unit if report.tier else None)
    return User.objects.filter(Q(unit__in=own) | Q(unit__in=tiers), is_active=True)


def supervisors_of(unit: OrgUnit | None) -> list[User]:
    """Return the supervisors of a unit, or of the nearest one above it that has any."""
    return _nearest(unit, SUPERVISOR)


def told_by(unit: OrgUnit | None) -> list[User]:
    """Return whom to tell that a unit has something to do: who gives out its cases, else all its people."""
    if unit is None:
        return []
    return _nearest(unit, SUPERVISOR, DISPATCHER) or list(User.objects.filter(unit=unit, is_active=True)[:MOST])


def supervises(person: User, report: FaultReport) -> bool:
    """Say whether this person is a supervisor of the unit in charge, or of one above it."""
    if not person.is_active or not person.groups.filter(name=SUPERVISOR.group).exists():
        return False
    return OrgUnit.objects.within(person.unit).filter(pk=report.unit_id).exists()


def _nearest(unit: OrgUnit | None, *roles: Role) -> list[User]:
    seen: set[int] = set()
    while unit is not None and unit.pk not in seen:
        names = [role.group for role in roles]
        people = User.objects.filter(unit=unit, is_active=True, groups__name__in=names).distinct()[:MOST]
        if found := list(people):
            return found
        seen.add(unit.pk)
        unit = unit.parent
    return []
