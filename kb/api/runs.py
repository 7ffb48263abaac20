"""Runs: recorded, looked at, given pictures."""

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Router
from ninja.files import UploadedFile
from ninja.responses import Status

from kb import attachments, editions
from kb.api.door import Wrong
from kb.api.schemas import Errors, PhotosOut, RunIn, RunOut
from kb.attachments import pictures
from kb.models import Device, DiagnosisRun, Edition, FaultGuidePage, FaultReport
from kb.runs.record import Used, record
from kb.runs.views import is_of
from kb.walking import walks
from people.models import User

router = Router(tags=["runs"])
_REFUSALS = {409: Errors, 404: Errors, 413: Errors, 422: Errors}


@router.post("", response={201: RunOut, 200: RunOut} | _REFUSALS, summary="Record a run")
def add(request: HttpRequest, said: RunIn) -> Status:
    """Record a run once: 201 for a new one, 200 for one that is recorded already, 409 for another one under its key."""
    person, now = request.user, timezone.now()
    pinned = editions_of(said.editions, number=said.guide, person=person)
    is_new = not DiagnosisRun.objects.filter(key=said.key).exists()
    run = record(
        guide=pinned[0].page.faultguidepage, editions=pinned, person=person, answers=said.answers, seen=said.seen,
        result=said.result, key=said.key, at=said.recorded_at, received_at=now,
        device=named(Device, "device", person, code=said.device),
        report=named(FaultReport, "case", person, number=said.case), note=said.note, minutes=said.minutes,
        parts=[Used(**part.dict()) for part in said.parts], consent=said.consent, consent_by=said.consent_by,
        started_at=said.started_at,
    )  # fmt: skip
    walks.discard(key=run.key, person=person)
    return Status(201 if is_new else 200, shown(run))


def editions_of(pks: list[int], *, number: str, person: User) -> list[Edition]:
    """Return the editions of these keys, in their order. Raises Http404 for a guide the person may not know of."""
    today = timezone.localdate()
    page = editions.document_for(number=number, person=person, language=settings.LANGUAGE_CODE, on=today)
    if not isinstance(page, FaultGuidePage):
        raise Http404(number)
    possible = [pk for pk in pks if 0 < pk < 2**63]
    found = {each.pk: each for each in walks.open_editions(person, today).filter(pk__in=possible)}
    if set(pks) - set(found) or found[pks[0]].number != number:
        raise Wrong("editions", _("These are no editions of this guide."))
    return [found[pk] for pk in dict.fromkeys(pks)]


def named(model: type, field: str, person: User, **name: str) -> Device | FaultReport | None:
    """Return the row of that name, None for none. Raises Wrong for one that the person may not know of."""
    wanted = next(iter(name.values()))
    if not wanted:
        return None
    found = model.objects.visible_to(person).filter(**name).select_related("model").first()
    if found is None:
        raise Wrong(field, _("“%s” is not known, or not open to you.") % wanted)
    return found


def shown(run: DiagnosisRun) -> dict:
    """Return what is said of a run; not whose consent it was."""
    names = ("key", "version", "end", "result", "cause", "path", "gaps", "credentials", "recorded_at", "received_at")
    return {name: getattr(run, name) for name in names} | {
        "guide": run.guide.number,
        "photos": attachments.visible_to(run.person).filter(run=run, kind="photo").count(),
        "url": f"{settings.BASE_URL}{reverse('run', args=[run.key])}",
    }


@router.get("/{key}", response={200: RunOut, 404: Errors}, summary="Look at a run")
def look(request: HttpRequest, key: uuid.UUID) -> dict:
    """Return a run of your own or of your unit."""
    return shown(get_object_or_404(DiagnosisRun.objects.visible_to(request.user), key=key))


@router.post("/{key}/photos", response={201: PhotosOut} | _REFUSALS, summary="Add photos to a run")
def add_photos(request: HttpRequest, key: uuid.UUID, photos: File[list[UploadedFile]]) -> Status:
    """Keep pictures (multipart/form-data, field photos) with a run; one that it has already is not kept twice."""
    run = get_object_or_404(DiagnosisRun.objects.visible_to(request.user), key=key)
    if not is_of(run, request.user):
        raise Http404(key)
    told = attachments.attach_all(files=photos, by=request.user, at=timezone.now(), run=run)
    errors = [{"field": "photos", "message": words} for words in told]
    if len(told) < len(photos):
        return Status(201, {"photos": shown(run)["photos"], "errors": errors})
    is_large = any((file.size or 0) > pictures.MOST_BYTES for file in photos)
    return Status(413 if is_large else 422, {"errors": errors})
