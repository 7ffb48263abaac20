"""Maintenance done on the devices of the demonstration, so that some is late, some due soon and some done."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from kb.maintenance.record import Answer, record
from kb.models import Device, Inspection, MaintenanceItem, MaintenancePlan
from people.models import User
from web.demo.keys import key


@dataclass(frozen=True)
class Visit:
    """Somebody was at a device so many days ago; what was not in order by its position on the list."""

    device: str
    person: str
    days: int
    minutes: int
    wrong: Mapping[int, Answer] = field(default_factory=dict)
    note: str = ""


VISITS = (
    Visit("7hk2m9q4wx3d", "senior", 80, 85),
    Visit("b5t8z1n6yc0f", "senior", 30, 95, {6: Answer(Decimal("83.5"), note="机柜前方堆放纸箱，已请客户移走")}),
    Visit("s5c0r9e2ha6t", "technician", 50, 90),
    Visit("q3v7k0r2hm8s", "technician", 100, 55),
    Visit("e9w4d6x1pj5n", "technician", 194, 40),
    Visit("m1s6b4z9rq7k", "technician", 170, 45, note="社区门诊周三下午闭诊，下次约在这个时段。"),
    Visit("x8n0j5h2wd6e", "senior", 20, 130, {5: Answer(Decimal(66), note="B 控电池容量偏低，已报备件")}),
    Visit("4ptv3y9c1k8m", "technician", 3, 60),
    Visit("g6r2q0a7zx5b", "technician", 98, 65),
    Visit("0kz5m8j6tc2y", "technician", 60, 35),
)


def make_inspections(*, at: datetime.datetime) -> list[Inspection]:
    """Record them."""
    devices = Device.objects.in_bulk([visit.device for visit in VISITS], field_name="code")
    people = User.objects.in_bulk({visit.person for visit in VISITS}, field_name="username")
    return [_recorded(visit, devices[visit.device], people[visit.person], at) for visit in VISITS]


def _recorded(visit: Visit, device: Device, person: User, at: datetime.datetime) -> Inspection:
    plan = MaintenancePlan.objects.of(device).get()
    then = at - datetime.timedelta(days=visit.days)
    return record(
        plan=plan, device=device, by=person, done_on=timezone.localdate(then), at=then, minutes=visit.minutes,
        answers={item.position: visit.wrong.get(item.position) or _right(item) for item in plan.items.all()},
        key=key(f"visit/{visit.device}"), note=visit.note,
    )  # fmt: skip


def _right(item: MaintenanceItem) -> Answer:
    """Return an answer that is in order."""
    if not item.unit:
        return Answer(is_right=True)
    if item.unit == "n":
        return Answer(item.low if item.low is not None else Decimal(0))
    if item.low is not None and item.high is not None:
        return Answer(_rounded((item.low + item.high) / 2))
    return Answer(_rounded(item.high * Decimal("0.6") if item.low is None else item.low * Decimal("1.3")))


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"))
