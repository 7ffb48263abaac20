"""The screens of maintenance: what is due, the checklist, the record, the notice to the customer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from kb.attachments import attach_all, visible_to
from kb.maintenance import due as rules
from kb.maintenance.forms import InspectionForm
from kb.maintenance.record import record
from kb.models import Device, Inspection, MaintenancePlan, ProcedurePage, ProductModel
from people.models import OrgUnit
from people.refusal import Refused

ON_A_PAGE = 50


@login_required
def maintenance(request: HttpRequest) -> HttpResponse:
    """What is due within sixty days on the devices the person may know of; ?model= and ?owner= narrow it."""
    today = timezone.localdate()
    devices = _narrowed(request, Device.objects.visible_to(request.user))
    found = rules.DueList(devices=devices, by=today + rules.AHEAD)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    mine = Device.objects.visible_to(request.user).order_by()
    context = {
        "page_obj": page,
        "today": today,
        "models": ProductModel.objects.filter(pk__in=mine.values("model")),
        "owners": OrgUnit.objects.filter(pk__in=mine.values("owner")),
        "asked": {"model": request.GET.get("model", ""), "owner": request.GET.get("owner", "")},
    }
    return render(request, "kb/maintenance/due.html", context)


def _narrowed(request: HttpRequest, devices: QuerySet[Device]) -> QuerySet[Device]:
    model, owner = (request.GET.get(name, "") for name in ("model", "owner"))
    devices = devices.filter(model__key=model) if model else devices
    return devices.filter(owner__key=owner) if owner else devices


def _due(request: HttpRequest, key: str, code: str) -> tuple[MaintenancePlan, Device]:
    """Return a plan and a device it applies to, which the person may know of. Raises Http404."""
    device = get_object_or_404(
        Device.objects.visible_to(request.user).select_related("model", "owner", "unit", "area"), code=code
    )
    return get_object_or_404(MaintenancePlan.objects.of(device), key=key), device


@login_required
def inspect(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """The checklist of a plan for a device, and recording what was found."""
    plan, device = _due(request, key, code)
    if not rules.may_record(person=request.user, device=device):
        raise PermissionDenied
    now, today = timezone.now(), timezone.localdate()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = InspectionForm(*sent, plan=plan, on=today)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = record(
                plan=plan, device=device, by=request.user, done_on=said["done_on"], at=now, answers=form.answers(),
                key=said["key"], minutes=said["minutes"], note=said["note"],
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, refused.reasons)
        else:
            for sentence in attach_all(files=said["photos"], by=request.user, at=now, inspection=made):
                messages.warning(request, sentence)
            messages.success(request, gettext("Recorded. Thank you."))
            return redirect("inspection", made.key)
    context = {
        "plan": plan,
        "device": device,
        "form": form,
        "procedure": ProcedurePage.objects.visible_to(request.user).filter(pk=plan.procedure_id).first(),
        "last": device.inspections.visible_to(request.user).filter(plan=plan).first(),
    }
    return render(request, "kb/maintenance/inspect.html", context, status=422 if form.errors else 200)


@login_required
def inspection(request: HttpRequest, key: str) -> HttpResponse:
    """A record: what was found at each line, with the limits of that day."""
    found = Inspection.objects.visible_to(request.user).select_related("plan", "device__model", "person", "unit")
    made = get_object_or_404(found, key=key)
    pictures = visible_to(request.user).filter(inspection=made)
    context = {
        "inspection": made,
        "results": made.results.all(),
        "attachments": pictures,
        "is_device_open": Device.objects.visible_to(request.user).filter(pk=made.device_id).exists(),
    }
    return render(request, "kb/maintenance/inspection.html", context)


@login_required
def due_notice(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """The notice to the customer, to read or print 保养到期通知书."""
    plan, device = _due(request, key, code)
    found = next((due for due in rules.of_device(device=device) if due.plan.pk == plan.pk), None)
    if found is None:
        raise Http404(key)
    context = {"due": found, "items": plan.items.all(), "today": timezone.localdate()}
    return render(request, "kb/maintenance/notice.html", context)
