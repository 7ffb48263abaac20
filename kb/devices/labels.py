"""Labels for devices: which ones, and the sheet they are printed on."""

import re
from collections.abc import Iterator, Sequence

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kb import paper
from kb.devices.lookup import tidy_code
from kb.models import Device, ProductModel
from kb.search.analysis import fold_code
from people.models import OrgUnit, Person

SHEET = 24  # labels on a sheet of A4: three across, eight down, 63.5 mm by 33.9 mm
MOST = 20 * SHEET

type Label = tuple[Device, SafeString] | None  # with its QR code; None is left empty


class LabelForm(forms.Form):
    """Which devices, and where on the first sheet to begin."""

    model = forms.ModelChoiceField(
        ProductModel.objects.all(), label=_("Product model"), required=False, to_field_name="key", empty_label=_("all")
    )
    owner = forms.ModelChoiceField(
        OrgUnit.objects.all(), label=_("Customer"), required=False, to_field_name="key", empty_label=_("all")
    )
    codes = forms.CharField(
        label=_("Only these (codes or serial numbers)"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 3}),
    )
    start = forms.IntegerField(
        label=_("First free label on the sheet"), required=False, min_value=1, max_value=SHEET, initial=1
    )

    def __init__(self, *args: object, person: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        known = Device.objects.visible_to(person)
        self.fields["model"].queryset = ProductModel.objects.filter(pk__in=known.values("model"))
        self.fields["owner"].queryset = OrgUnit.objects.filter(pk__in=known.values("owner"))


def chosen(
    *, person: Person, model: ProductModel | None = None, owner: OrgUnit | None = None, codes: str = ""
) -> QuerySet[Device]:
    """Return the devices in service that are meant, of those the person may know of."""
    found = Device.objects.visible_to(person).in_service().select_related("model")
    if model:
        found = found.filter(model=model)
    if owner:
        found = found.filter(owner__in=OrgUnit.objects.within(owner))
    if words := re.split(r"[\s,;，；、]+", codes.strip())[: 2 * MOST] if codes.strip() else []:
        named = {tidy_code(word) for word in words} - {""}
        serials = {fold_code(word) for word in words} - {""}
        found = found.filter(Q(code__in=named) | Q(folded__in=serials))
    return found.order_by("model__key", "folded")


def sheets(devices: Sequence[Device], *, start: int = 1) -> Iterator[list[Label]]:
    """Cut labels into sheets; the first begins at place `start`, from 1."""
    labels: list[Label] = [None] * (start - 1)
    labels += [(device, paper.code(address(device))) for device in devices]
    yield from (labels[first : first + SHEET] for first in range(0, len(labels), SHEET))


def address(device: Device) -> str:
    """Return what the code on a device's label holds."""
    return settings.BASE_URL + reverse("scan", args=[device.code])


@login_required
@permission_required("kb.view_device", raise_exception=True)
@require_safe
def labels(request: HttpRequest) -> HttpResponse:
    """Choose devices, look at their labels, print them; ?format=pdf is a file where PDF can be made."""
    form = LabelForm(request.GET or None, person=request.user, label_suffix="")
    context = {"form": form, "most": MOST, "on_a_sheet": SHEET, "has_pdf": paper.is_installed()}
    if not form.is_bound:
        return render(request, "kb/devices/labels.html", context)
    if not form.is_valid():
        return render(request, "kb/devices/labels.html", context, status=422)
    said = form.cleaned_data
    start = said.pop("start") or 1
    found = chosen(person=request.user, **said)
    devices = list(found[:MOST])
    context |= {"devices": devices, "total": found.count(), "sheets": list(sheets(devices, start=start))}
    if request.GET.get("format") == "pdf" and devices:
        return _pdf(request, context)
    return render(request, "kb/devices/labels.html", context)


def _pdf(request: HttpRequest, context: dict) -> HttpResponse:
    try:
        file = paper.pdf(render_to_string("kb/devices/labels_pdf.html", context, request))
    except paper.NoPaper as reason:
        return render(request, "kb/devices/labels.html", context | {"refusal": reason}, status=503)
    headers = {"Content-Disposition": 'inline; filename="labels.pdf"', "X-Robots-Tag": "noindex"}
    return HttpResponse(file, content_type="application/pdf", headers=headers)
