"""What maintenance is due, and when: counted from the last record, else from the day the device was bought."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from kb.models import Device, Inspection, MaintenancePlan
from people.dates import add_months
from people.models import Audience, OrgUnit, Person, audience_of

AHEAD = datetime.timedelta(days=60)  # how far the list of what is due looks


@dataclass(frozen=True)
class Due:
    """A plan that is due on a device; `last_on` is when it was done, None for never; `due_on` None for "at once"."""

    plan: MaintenancePlan
    device: Device
    last_on: datetime.date | None
    due_on: datetime.date | None


@dataclass(frozen=True)
class _Pair:
    plan: int
    device: int
    last_on: datetime.date | None
    base: datetime.date | None


class DueList:
    """What is due on some devices by a day, the longest overdue first; sliced a page at a time.

    The pairs (plan, device) that are due are read whole, three columns each; devices and plans only for a page.
    """

    def __init__(self, *, devices: QuerySet[Device], by: datetime.date) -> None:
        self.devices, self.by = devices, by

    @cached_property
    def _plans(self) -> dict[int, MaintenancePlan]:
        plans = MaintenancePlan.objects.filter(is_active=True).select_related("procedure", "model")
        return {plan.pk: plan for plan in plans}

    @cached_property
    def _pairs(self) -> list[_Pair]:
        intervals = {plan.interval_months for plan in self._plans.values()}
        pairs = [pair for source in ("model__plans", "plans") for pair in self._due(source, intervals)]
        return sorted(pairs, key=lambda pair: (self._due_on(pair) or datetime.date.min, pair.device, pair.plan))

    def _due(self, source: str, intervals: Iterable[int]) -> list[_Pair]:
        """Return the pairs that are due, of plans that devices have by their model, or of their own."""
        done = Inspection.objects.filter(device=OuterRef("pk"), plan=OuterRef(f"{source}__pk")).order_by()
        instead = MaintenancePlan.objects.filter(
            device=OuterRef("pk"), instead_of=OuterRef(f"{source}__pk"), is_active=True
        )
        found = (
            self.devices.in_service()
            .order_by()
            .filter(~Exists(instead), **{f"{source}__is_active": True})
            .annotate(
                plan=F(f"{source}__pk"),
                last_on=Subquery(done.values("device").annotate(day=Max("done_on")).values("day")),
                base=Coalesce("last_on", "bought_on"),
            )
        )
        due = Q(base__isnull=True)
        for months in intervals:
            due |= Q(**{f"{source}__interval_months": months}, base__lte=latest_base(self.by, months))
        return [_Pair(*row) for row in found.filter(due).values_list("plan", "pk", "last_on", "base")]

    def _due_on(self, pair: _Pair) -> datetime.date | None:
        return add_months(pair.base, self._plans[pair.plan].interval_months) if pair.base else None

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, part: slice) -> list[Due]:
        pairs = self._pairs[part]
        devices = Device.objects.select_related("model", "owner", "area").in_bulk({pair.device for pair in pairs})
        return [Due(self._plans[pair.plan], devices[pair.device], pair.last_on, self._due_on(pair)) for pair in pairs]


def latest_base(by: datetime.date, months: int) -> datetime.date:
    """Return the last day from which so many months, clipped to the end of the month, end by that day.

    >>> latest_base(datetime.date(2026, 2, 28), 1)
    datetime.date(2026, 1, 31)
    """
    day = add_months(by, -months)
    while add_months(day + datetime.timedelta(days=1), months) <= by:
        day += datetime.timedelta(days=1)
    return day


def of_device(*, device: Device, plans: Iterable[MaintenancePlan] | None = None) -> list[Due]:
    """Return every plan of a device, or of these of its plans, with when it is due next, the first due first."""
    plans = MaintenancePlan.objects.of(device).select_related("procedure") if plans is None else plans
    last = dict(device.inspections.order_by().values_list("plan").annotate(day=Max("done_on")))
    found = []
    for plan in plans:
        base = last.get(plan.pk) or device.bought_on
        due_on = add_months(base, plan.interval_months) if base else None
        found.append(Due(plan, device, last.get(plan.pk), due_on))
    return sorted(found, key=lambda due: due.due_on or datetime.date.min)


def may_record(*, person: Person, device: Device) -> bool:
    """Tell whether a person records maintenance of a device he may know of: our own staff, and whoever services it."""
    if not person.is_authenticated:
        return False
    if audience_of(person) == Audience.INTERNAL:
        return True
    return device.unit_id is not None and OrgUnit.objects.within(person.unit).filter(pk=device.unit_id).exists()
