"""Fault reports: received, looked at."""

import uuid

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import Status

from kb.api.door import Wrong
from kb.api.runs import named
from kb.api.schemas import Errors, ReportIn, ReportOut
from kb.cases.report import receive
from kb.models import Area, Device, DiagnosisRun, FaultReport, ProductModel, SeverityLevel, Symptom

router = Router(tags=["reports"])


@router.post(
    "",
    response={201: ReportOut, 200: ReportOut, 409: Errors, 413: Errors, 422: Errors},
    summary="Report a fault",
)
def add(request: HttpRequest, said: ReportIn) -> Status:
    """Open a case once: 201 for a new one, 200 for one that is open already, 409 for another one under its key."""
    person = request.user
    if said.frequency and said.frequency not in FaultReport.Frequency:
        raise Wrong("frequency", _("This is one of: %s.") % ", ".join(FaultReport.Frequency.values))
    is_new = not FaultReport.objects.filter(key=said.key).exists()
    report = receive(
        key=said.key, by=person, at=timezone.now(), description=said.description,
        model=_row(ProductModel, "model", said.model), device=named(Device, "device", person, code=said.device),
        serial=said.serial, bought_on=said.bought_on, symptom=_row(Symptom, "symptom", said.symptom), code=said.code,
        occurred=said.occurred, frequency=said.frequency, level=_level(said.level), area=_row(Area, "area", said.area),
        contact=said.contact.dict() if said.contact else None,
        run=get_object_or_404(DiagnosisRun.objects.visible_to(person), key=said.run) if said.run else None,
    )  # fmt: skip
    return Status(201 if is_new else 200, shown(report))


def _row(model: type, field: str, key: str) -> ProductModel | Symptom | Area | None:
    found = model.objects.filter(key=key).first() if key else None
    if key and found is None:
        raise Wrong(field, _("“%s” is not known, or not open to you.") % key)
    return found


def _level(key: str) -> SeverityLevel | None:
    scheme, _slash, rank = key.partition("/")
    rank = int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 3 else -1
    found = SeverityLevel.objects.filter(scheme__key=scheme, rank=rank).first() if key else None
    if key and found is None:
        raise Wrong("level", _("“%s” is not known, or not open to you.") % key)
    return found


def shown(report: FaultReport) -> dict:
    """Return what is said of a case; the customer's contact is not."""
    names = ("key", "number", "serial", "reported_at", "responded_at", "arrived_at", "closed_at", "outcome")
    return {name: getattr(report, name) for name in names} | {
        "model": report.model.key,
        "level": report.level.key,
        "url": f"{settings.BASE_URL}{report.get_absolute_url()}",
    }


@router.get("/{key}", response={200: ReportOut, 404: Errors}, summary="Look at a case")
def look(request: HttpRequest, key: uuid.UUID) -> dict:
    """Return how a case stands."""
    rows = FaultReport.objects.visible_to(request.user).select_related("model", "level__scheme")
    return shown(get_object_or_404(rows, key=key))
