"""The screens of a run: record it, look at it, add pictures to it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kb import attachments, diagnosis
from kb.attachments import PhotosField
from kb.blocks import EndBlock
from kb.models import Attachment, Device, DiagnosisRun, FaultGuidePage, FaultReport, Override
from kb.runs import forms
from kb.runs.forms import RecordForm
from kb.runs.record import record
from kb.walking import address as addresses
from kb.walking import walks
from kb.walking.address import Address
from kb.walking.walks import Pinned
from people.models import OrgUnit, User
from people.refusal import Conflict, Refused


@login_required
@require_POST
def record_run(request: HttpRequest, number: str) -> HttpResponse:
    """Record what came of following the guide."""
    address, now = addresses.read(request.POST), timezone.now()
    try:
        pinned = _pinned(request, number, address)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(address.url(number))
    form, parts = forms.bound(request)
    if not (form.is_valid() and parts.is_valid()):
        return _again(request, pinned, address, status=422)
    said = form.cleaned_data
    device, report = _known(Device, request, code=address.device), _known(FaultReport, request, number=address.case)
    try:
        made = record(
            guide=pinned.guide, editions=pinned.editions, person=request.user, answers=address.answers,
            seen=address.seen, result=said["result"], key=address.key, at=now, device=device, report=report,
            note=said["note"], minutes=said["minutes"], parts=forms.used(parts), consent=said["consent"],
            consent_by=said["consent_by"],
            started_at=addresses.moment(address.started, now) if address.started is not None else None,
        )  # fmt: skip
    except Conflict as conflict:
        return _again(request, pinned, address, refusal=conflict, known=conflict.kept, status=409)
    except Refused as refusal:
        return _again(request, pinned, address, refusal=refusal, status=422)
    walks.discard(key=made.key, person=request.user)
    messages.success(request, gettext("Recorded. Thank you."))
    _keep_pictures(request, made, form)
    return redirect("run", made.key)


def _pinned(request: HttpRequest, number: str, address: Address) -> Pinned:
    if address.key is None or not address.editions:
        raise Refused(gettext("This form is broken; please try again."))
    return walks.pinned(
        pks=address.editions, number=number, person=request.user, key=address.key, on=timezone.localdate()
    )


def _known(model: type, request: HttpRequest, **named: str) -> Device | FaultReport | None:
    """Return the device or case of that name, as far as the person may know of it; say where there is none."""
    name = next(iter(named.values()))
    if not name:
        return None
    found = model.objects.visible_to(request.user).filter(**named).select_related("model").first()
    if found is None:
        messages.warning(request, gettext("%s is not known, or not open to you; recorded without it.") % name)
    return found


def _again(
    request: HttpRequest,
    pinned: Pinned,
    address: Address,
    *,
    status: int,
    refusal: Refused | None = None,
    known: DiagnosisRun | None = None,
) -> HttpResponse:
    """Show the form again with all that was typed."""
    try:
        node = walks.stand(pinned.tree, address.answers, None)[0].node
    except diagnosis.WrongTurn:
        node = None
    context = {
        "sheet": forms.sheet(pinned=pinned, address=address, node=node, at=timezone.now(), said=request),
        "edition": pinned.edition,
        "address": address.url(pinned.edition.number),
        "refusals": refusal.reasons if refusal else [],
        "known": known,
        "had_files": bool(request.FILES),
    }
    return render(request, "kb/runs/again.html", context, status=status)


def _keep_pictures(request: HttpRequest, run: DiagnosisRun, form: RecordForm) -> None:
    """Keep what came with the form; say which pictures could not be kept. The run itself is saved."""
    said = {"by": request.user, "at": timezone.now(), "run": run}
    told = attachments.attach_all(files=form.cleaned_data["photos"], **said)
    if drawn := form.cleaned_data["signature"]:
        told += attachments.attach_all(files=[drawn], kind=Attachment.Kind.SIGNATURE, **said)
    for words in told:
        messages.warning(request, words)


@never_cache
@login_required
@require_safe
def run(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A run as it was recorded."""
    rows = DiagnosisRun.objects.visible_to(request.user).select_related(
        "guide", "edition", "person", "unit", "report", "device__model", "model", "component"
    )
    found = get_object_or_404(rows.defer("guide__body"), key=key)
    is_own = is_of(found, request.user)
    device, report = _open(request, found.device), _open(request, found.report)
    context = {
        "run": found,
        "parts": found.parts.select_related("part"),
        "overrides": Override.objects.filter(walk=found.key, is_granted=True).select_related("supervisor"),
        "attachments": attachments.visible_to(request.user).filter(run=found),
        "is_own": is_own,
        "device": device,
        "report": report,
        "fault_class": dict(FaultGuidePage.FaultClass.choices).get(found.fault_class, ""),
        "next": _next(found, device, report) if is_own and found.result != EndBlock.Result.RESOLVED else [],
        "photos": PhotosField(label=gettext("Photos")).widget.render("photos", None, {"id": "photos"}),
    }
    return render(request, "kb/runs/run.html", context)


def _open(request: HttpRequest, row: Device | FaultReport | None) -> Device | FaultReport | None:
    """Return the row if the person may know of it."""
    return row and type(row).objects.visible_to(request.user).filter(pk=row.pk).select_related("model").first()


def _next(run: DiagnosisRun, device: Device | None, report: FaultReport | None) -> list[tuple[str, str, str]]:
    """Return what can be done about a fault that is not resolved: words, address, icon."""
    query = {"run": str(run.key), "guide": run.guide.number} | ({"device": device.code} if device else {})
    handing = report.get_absolute_url() if report else reverse("report_fault", query=query)
    return [
        (gettext("Hand over: the case"), handing, "people") if report
        else (gettext("Hand over: report the fault"), handing, "people"),
        (gettext("Write down what you found"), reverse("new_solution", query={"run": str(run.key)}), "pen"),
    ]  # fmt: skip


def is_of(run: DiagnosisRun, person: User) -> bool:
    """Tell whether a run is this person's or his unit's: they see whose consent it was, and may add pictures."""
    return run.person_id == person.pk or OrgUnit.objects.within(person.unit).filter(pk=run.unit_id).exists()


@login_required
@require_POST
def add_photos(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Add pictures to a run that is recorded."""
    found = get_object_or_404(DiagnosisRun.objects.visible_to(request.user), key=key)
    if not is_of(found, request.user):
        raise Http404(key)
    files = request.FILES.getlist("photos")
    told = attachments.attach_all(files=files, by=request.user, at=timezone.now(), run=found)
    for words in told or ([] if files else [gettext("Choose at least one picture.")]):
        messages.warning(request, words)
    if count := len(files) - len(told):
        messages.success(request, ngettext("%s picture kept.", "%s pictures kept.", count) % count)
    return redirect(f"{reverse('run', args=[found.key])}#pictures")
