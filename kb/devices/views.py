"""The screens of devices: parse, call, render."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kb import editions, gathered, warranty
from kb.devices import history, lookup
from kb.maintenance import due
from kb.models import ControlledPage, Device, FaultCode, FaultReport, MaintenancePlan, ProductModel
from kb.search.analysis import fold_code

_ON_A_PAGE = 50
_EVENTS_ON_A_PAGE = 15
_OPEN_CASES = 5


@require_safe
def scan(request: HttpRequest, number: str) -> HttpResponse:
    """The short address in the code printed on a device's label, a document or a certificate.

    Who may not know of a device gets the public page of its product. Misses are counted: codes cannot be tried out.
    """
    if number[:3].upper() == "BB-":
        return redirect("verify_number", number)
    if too_many := _count(request, dry_run=True):
        return too_many
    if code := lookup.tidy_code(number):
        device = Device.objects.filter(code=code).select_related("model").first()
        if device is not None:
            return redirect(_page_for(request, device))
    return redirect("document", number) if _document(request, number) else unknown(request, number)


def _page_for(request: HttpRequest, device: Device) -> str:
    if Device.objects.visible_to(request.user).filter(pk=device.pk).exists():
        return device.get_absolute_url()
    return f"{device.model.get_absolute_url()}?device={device.code}"


def _document(request: HttpRequest, number: str) -> ControlledPage | None:
    today = timezone.localdate()
    return editions.document_for(number=number, person=request.user, language=get_language(), on=today)


def _count(request: HttpRequest, *, dry_run: bool = False) -> HttpResponse | None:
    return ratelimit.consume_or_429(request, action="scan", limit_get=True, dry_run=dry_run)


def unknown(request: HttpRequest, typed: str) -> HttpResponse:
    """Say that no label, serial number or document is known by that, and show other ways."""
    if too_many := _count(request):
        return too_many
    return render(request, "kb/devices/unknown.html", {"typed": typed[:60]}, status=404)


@never_cache
@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """Where a code that cannot be scanned, a serial number, a document number or a fault code is typed."""
    typed = request.GET.get("code", "").strip()[:60]
    if not typed:
        return render(request, "kb/devices/unknown.html")
    if too_many := _count(request, dry_run=True):
        return too_many
    devices = list(Device.objects.visible_to(request.user).with_serial(typed).select_related("model")[:2])
    if len(devices) == 1:
        return redirect(devices[0])
    if devices:
        return redirect(reverse("devices", query={"q": typed}))
    if lookup.tidy_code(typed):
        return redirect("scan", lookup.tidy_code(typed))
    if _document(request, typed):
        return redirect("document", typed)
    if FaultCode.objects.spelt(typed).exists():
        return redirect("fault_code", fold_code(typed))
    return unknown(request, typed)


@login_required
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """The devices the person may know of, by serial number, code, model or customer."""
    text, key = request.GET.get("q", "").strip()[:100], request.GET.get("model", "")
    model = ProductModel.objects.filter(key=key).first()
    found = lookup.search(person=request.user, text=text, model=model).select_related("model", "owner")
    context = {
        "page_obj": Paginator(found.order_by("model__key", "folded"), _ON_A_PAGE).get_page(request.GET.get("page")),
        "q": text,
        "model": model,
        "models": ProductModel.objects.filter(devices__in=Device.objects.visible_to(request.user)).distinct(),
        "carried": lookup.carried(request),
    }
    return render(request, "kb/devices/list.html", context)


@login_required
@require_safe
def device(request: HttpRequest, code: str) -> HttpResponse:
    """A device: what it is, its warranty, what to do next, its history."""
    if (tidied := lookup.tidy_code(code)) and tidied != code:
        return redirect("device", tidied)
    rows = Device.objects.visible_to(request.user)
    found = get_object_or_404(rows.select_related("model__family", "owner", "unit", "area"), code=tidied)
    today = timezone.localdate()
    terms = warranty.terms(found.model)
    groups = gathered.documents(model=found.model, person=request.user, kinds=("guide", "procedure"))
    for group in groups:
        gathered.mark(group.found.rows, found.software)
    plans = gathered.with_procedures(MaintenancePlan.objects.of(found), person=request.user)
    entries = Paginator(history.entries(device=found, person=request.user), _EVENTS_ON_A_PAGE)
    shown = entries.get_page(request.GET.get("page"))
    context = {
        "device": found,
        "today": today,
        "cover": warranty.standing(terms, bought_on=found.bought_on, on=today),
        "groups": groups,
        "maintenance": due.of_device(device=found, plans=plans),
        "may_inspect": due.may_record(person=request.user, device=found),
        "open_cases": FaultReport.objects.visible_to(request.user).open().filter(device=found)[:_OPEN_CASES],
        "entries": history.read(list(shown), person=request.user),
        "page_obj": shown,
        "carried": lookup.carried(request, found),
    }
    return render(request, "kb/devices/device.html", context)
