"""The screen on which a fault is reported: what is known already first, then the form."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache

from kb.attachments import attach_all
from kb.cases import levels, report, similar
from kb.cases.forms import ReportForm
from kb.models import Device, DiagnosisRun, FaultGuidePage, ProductModel, Symptom
from kb.notes.similar import similar as similar_notes
from people.models import Audience, audience_of
from people.refusal import Conflict, Refused


@never_cache
@login_required
def report_fault(request: HttpRequest) -> HttpResponse:
    """Report a fault; ?device=, model=, code=, guide=, run= and q= say what is known already.

    Sent with `look`, it shows what is known about what was typed, and keeps nothing.
    """
    known = _known(request)
    if request.method != "POST":
        return _form(request, known, _new_form(request, known, _initial(request, known)))
    if "look" in request.POST:
        return _form(request, known, _new_form(request, known, request.POST.dict()))
    form = _new_form(request, known, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return _form(request, known, form, status=422)
    try:
        made = report.receive(
            key=_key(request), by=request.user, at=timezone.now(), run=known["run"],
            **form.said(),
        )  # fmt: skip
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _form(request, known, form, status=409 if isinstance(refusal, Conflict) else 422)
    for refusal in attach_all(files=form.cleaned_data["photos"], by=request.user, at=timezone.now(), report=made):
        messages.warning(request, refusal)
    messages.success(request, gettext("Reported as %s.") % made.number)
    return redirect(made)


def _known(request: HttpRequest) -> dict:
    """Return what the address, or the form sent, names: as far as the person may know of it."""
    said = request.POST if request.method == "POST" else request.GET
    person = request.user
    runs = DiagnosisRun.objects.visible_to(person).select_related("guide", "model", "device__model")
    run = runs.filter(key=_uuid(said.get("run", ""))).first()
    devices = Device.objects.visible_to(person).select_related("model__family", "model__scheme", "scheme", "unit")
    device = devices.filter(code=said.get("device", "")[:16]).first()
    device = device or (run and run.device_id and devices.filter(pk=run.device_id).first()) or None
    models = ProductModel.objects.select_related("family", "scheme")
    model = device.model if device else models.filter(key=said.get("model", "")[:60]).first()
    model = model or (run and run.model_id and models.filter(pk=run.model_id).first()) or None
    guides = FaultGuidePage.objects.visible_to(person).preferring(get_language())
    number = said.get("guide", "") or (run.guide.number if run else "")
    guide = guides.filter(number=number[:32]).first() if number else None
    return {"device": device, "model": model, "guide": guide, "run": run}


def _initial(request: HttpRequest, known: dict) -> dict:
    guide, run, person = known["guide"], known["run"], request.user
    initial = {
        "model": known["model"].key if known["model"] else None,
        "code": request.GET.get("code", "")[:40],
        "description": request.GET.get("q", "")[:200] or (f"{run.cause or run.guide.title}" if run else ""),
    }
    if guide and (symptom := guide.symptoms.first()):
        initial["symptom"] = symptom.key
    if audience_of(person) != Audience.INTERNAL:
        initial["name"] = str(person)[:60]
    return initial


def _new_form(request: HttpRequest, known: dict, initial: dict | None = None, **sent: object) -> ReportForm:
    guide = known["guide"]
    rank = levels.default_rank(model=known["model"], guide=guide) if guide else None
    return ReportForm(
        by=request.user, at=timezone.now(), device=known["device"], model=known["model"], rank=rank, initial=initial,
        **sent,
    )  # fmt: skip


def _form(request: HttpRequest, known: dict, form: ReportForm, status: int = 200) -> HttpResponse:
    return render(
        request,
        "kb/cases/report.html",
        known | {"form": form, "key": _key(request)} | _alike(request, known, form),
        status=status,
    )


def _alike(request: HttpRequest, known: dict, form: ReportForm) -> dict:
    """Return what is known already about what was said so far."""

    def said(name: str) -> str:
        return str(form[name].value() or "") if name in form.fields else ""

    model = known["model"] or ProductModel.objects.select_related("family").filter(key=said("model")).first()
    symptom = Symptom.objects.filter(key=said("symptom")).first() if said("symptom") else None
    facts = {"person": request.user, "model": model, "code": said("code"), "symptom": symptom}
    words = " ".join(filter(None, [said("description")[:200], symptom.name if symptom else ""]))
    return {
        "guides": similar.guides(**facts, guide=known["guide"]),
        "cases": similar.cases(**facts, device=known["device"]),
        "solutions": similar_notes(person=request.user, text=words, model=model, code=said("code")),
        "has_looked": "look" in request.POST,
    }


def _key(request: HttpRequest) -> uuid.UUID:
    return _uuid(request.POST.get("key", "")) or uuid.uuid4()


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except (ValueError, ValidationError):
        return None
