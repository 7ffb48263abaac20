"""Receiving a fault report: the case begins, its clocks run, the unit in charge is told."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.cases import levels
from kb.cases.in_charge import told_by, unit_for
from kb.models import (
    Area,
    CaseEvent,
    Contact,
    Device,
    DiagnosisRun,
    FaultReport,
    ProductModel,
    SeverityLevel,
    Symptom,
)
from people.inbox import tell
from people.models import User
from people.refusal import Conflict, Refused

ATTEMPTS = 20  # at a number, when many reports arrive in the same instant
CONTACT = ("name", "phone", "address")


def receive(
    *,
    key: uuid.UUID,
    by: User,
    at: datetime.datetime,
    description: str,
    model: ProductModel | None = None,
    device: Device | None = None,
    serial: str = "",
    bought_on: datetime.date | None = None,
    symptom: Symptom | None = None,
    code: str = "",
    occurred: str = "",
    frequency: str = "",
    level: SeverityLevel | None = None,
    area: Area | None = None,
    contact: Mapping[str, str] | None = None,
    run: DiagnosisRun | None = None,
) -> FaultReport:
    """Open a case; the same report under the same key again is the case opened before.

    A device goes before a model; a serial number that a device of the model has, and `by` may know of, is that device.
    Without a level the fault code says how grave it is. `contact` has a name, a phone, an address, each if known.
    `run` is the fault search that led here. Raises Conflict where the key came with other content, and Refused.
    """
    device = device or _device_of(by, model, serial)
    report = FaultReport(
        key=key, reporter=by, reported_at=at, device=device, model=device.model if device else model,
        serial=device.serial if device else _line(serial),
        bought_on=bought_on or (device.bought_on if device else None), symptom=symptom, code=_line(code),
        description=_text(description), occurred=_line(occurred), frequency=frequency,
        area=area or (device.area if device else None),
    )  # fmt: skip
    said = {name: _line((contact or {}).get(name, "")) for name in CONTACT}
    if refusals := _objections(report, level, said, at):
        raise Refused(*refusals)
    report.level = level or levels.level_in(
        levels.scheme_for(model=report.model, device=device), levels.default_rank(model=report.model, code=report.code)
    )
    report.unit = unit_for(by=by, device=device)
    report.digest = _digest(report, said, run)
    return _kept(report, said, run)


def _device_of(by: User, model: ProductModel | None, serial: str) -> Device | None:
    found = Device.objects.visible_to(by).with_serial(serial).filter(model=model) if model and serial else ()
    return next(iter(found), None)


def _objections(
    report: FaultReport, level: SeverityLevel | None, contact: Mapping[str, str], at: datetime.datetime
) -> list[str]:
    """Say everything that is wrong with what was said."""
    if report.model_id is None:
        return [_("Say which product it is.")]
    reasons = []
    if report.device and not Device.objects.visible_to(report.reporter).filter(pk=report.device.pk).exists():
        reasons.append(_("There is no such device."))
    if not report.description:
        reasons.append(_("Say what happens."))
    if len(report.description) > FaultReport._meta.get_field("description").max_length:
        reasons.append(_("The description is too long: 4000 characters at most."))
    if report.bought_on and report.bought_on > timezone.localdate(at):
        reasons.append(_("It cannot have been bought after today."))
    if level and level.scheme != levels.scheme_for(model=report.model, device=report.device):
        reasons.append(_("This severity level is of another scheme."))
    return reasons + _too_long(report, "serial", "code", "occurred", "frequency") + _too_long(Contact(**contact))


def _too_long(row: FaultReport | Contact, *names: str) -> list[str]:
    """Say which of these fields (of a contact: all) the database could not hold as they are."""
    names = names or CONTACT
    try:
        row.clean_fields(exclude=[field.name for field in row._meta.fields if field.name not in names])
    except ValidationError as mistake:
        labels = {name: row._meta.get_field(name).verbose_name for name in mistake.message_dict}
        return [f"{labels[name]}: {said}" for name, all_said in mistake.message_dict.items() for said in all_said]
    return []


def _digest(report: FaultReport, contact: Mapping[str, str], run: DiagnosisRun | None) -> str:
    """SHA-256 (hex) of what was said, by whom."""
    said = [report.reporter_id, report.model_id, report.device_id, report.symptom_id, report.area_id, report.level_id]
    said += [report.serial, str(report.bought_on), report.code, report.description, report.occurred, report.frequency]
    said += [*contact.values(), run.pk if run else None]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _kept(report: FaultReport, contact: Mapping[str, str], run: DiagnosisRun | None) -> FaultReport:
    """Save it under the next number; whoever was quicker to that number makes us try the one after it."""
    for _attempt in range(ATTEMPTS):
        if found := FaultReport.objects.filter(key=report.key).first():
            if found.digest == report.digest:
                return found
            raise Conflict(
                _("Another report was sent under this key before. Open the form anew and send it again."), found
            )
        try:
            with transaction.atomic():
                return _opened(report, contact, run)
        except IntegrityError:
            report.pk = None
    raise Refused(_("Too many reports arrive at once. Please send it again."))


def _opened(report: FaultReport, contact: Mapping[str, str], run: DiagnosisRun | None) -> FaultReport:
    report.number = next_number(timezone.localdate(report.reported_at).year)
    report.save(force_insert=True)
    if any(contact.values()):
        Contact.objects.create(report=report, **contact)
    kinds, at, by = CaseEvent.Kind, report.reported_at, report.reporter
    CaseEvent.objects.create(report=report, kind=kinds.RECEIVED, at=at, by=by)
    if run:
        CaseEvent.objects.create(report=report, kind=kinds.RUN, at=max(run.recorded_at, at), by=run.person, run=run)
    for person in told_by(report.unit):
        if person.pk != by.pk:
            _tell(person, report)
    return report


def next_number(year: int) -> str:
    """Return the number after the last one of that year: FR-2026-00001 is the first."""
    prefix = f"FR-{year}-"
    running = Cast(Substr("number", len(prefix) + 1), IntegerField())
    last = FaultReport.objects.filter(number__startswith=prefix).aggregate(last=Max(running))["last"]
    return f"{prefix}{(last or 0) + 1:05}"


def _tell(person: User, report: FaultReport) -> None:
    tell(
        person=person,
        key=f"case-{report.pk}-received",
        text=gettext_lazy("New case %(number)s: %(product)s, %(level)s."),
        values={"number": report.number, "product": report.model, "level": report.level},
        url=report.get_absolute_url(),
        at=report.reported_at,
    )


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
