"""Recording that a plan was carried out on a device: once, however often it is sent."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.maintenance.due import may_record
from kb.models import Device, Inspection, InspectionResult, MaintenanceItem, MaintenancePlan
from people.models import User
from people.refusal import Conflict, Refused


@dataclass(frozen=True)
class Answer:
    """What was found at a line: the reading where there is one to take, else whether it is in order; None: not done."""

    reading: Decimal | None = None
    is_right: bool | None = None
    note: str = ""


def within(item: MaintenanceItem, answer: Answer | None) -> bool:
    """Tell whether a line is in order: answered, and a reading within the limits (both included)."""
    if answer is None:
        return False
    if not item.unit:
        return bool(answer.is_right)
    reading = answer.reading
    return (
        reading is not None
        and (item.low is None or reading >= item.low)
        and (item.high is None or reading <= item.high)
    )


def record(
    *,
    plan: MaintenancePlan,
    device: Device,
    by: User,
    done_on: datetime.date,
    at: datetime.datetime,
    answers: Mapping[int, Answer],
    key: uuid.UUID,
    minutes: int | None = None,
    note: str = "",
) -> Inspection:
    """Record an inspection with the words and limits of the checklist as they are now; `answers` by position.

    The same again under the same key returns what is recorded. Raises Conflict where the key came with other content,
    Refused where it cannot be.
    """
    said = {str(place): asdict(answer) for place, answer in sorted(answers.items())}
    content = [plan.pk, device.pk, done_on.isoformat(), said, minutes, note]
    digest = hashlib.sha256(json.dumps(content, default=str, ensure_ascii=False).encode()).hexdigest()
    if known := _known(key, by, digest):
        return known
    _object(plan, device, by, done_on, at)
    try:
        with transaction.atomic():
            return _write(plan, device, by, done_on, at, answers, key, digest, minutes, note)
    except IntegrityError:  # the same key has arrived in the meantime
        if known := _known(key, by, digest):
            return known
        raise


def _known(key: uuid.UUID, by: User, digest: str) -> Inspection | None:
    known = Inspection.objects.filter(key=key).first()
    if known and (known.person_id, known.digest) != (by.pk, digest):
        raise Conflict(
            _("This inspection is recorded already, with other details. What was recorded first stands."), known
        )
    return known


def _object(plan: MaintenancePlan, device: Device, by: User, done_on: datetime.date, at: datetime.datetime) -> None:
    if not may_record(person=by, device=device):
        raise Refused(_("Only our own staff and whoever services this device record its maintenance."))
    if not MaintenancePlan.objects.of(device).filter(pk=plan.pk).exists():
        raise Refused(_("This plan does not apply to this device."))
    if done_on > timezone.localdate(at):
        raise Refused(_("It cannot have been done after today."))
    if device.bought_on and done_on < device.bought_on:
        raise Refused(_("It cannot have been done before the device was bought."))


def _write(
    plan: MaintenancePlan,
    device: Device,
    by: User,
    done_on: datetime.date,
    at: datetime.datetime,
    answers: Mapping[int, Answer],
    key: uuid.UUID,
    digest: str,
    minutes: int | None,
    note: str,
) -> Inspection:
    items = list(plan.items.all())
    right = {item.position: within(item, answers.get(item.position)) for item in items}
    made = Inspection.objects.create(
        key=key, digest=digest, plan=plan, device=device, person=by, unit=by.unit, done_on=done_on, recorded_at=at,
        minutes=minutes, is_complete=all(right.values()), note=note,
    )  # fmt: skip
    InspectionResult.objects.bulk_create(
        InspectionResult(
            inspection=made, position=item.position, text=item.label, unit=item.unit, low=item.low, high=item.high,
            reading=answers.get(item.position, Answer()).reading, is_right=right[item.position],
            note=answers.get(item.position, Answer()).note,
        )
        for item in items
    )  # fmt: skip
    return made
