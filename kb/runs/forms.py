"""The form at the end of a fault guide: the result alone will do; what else there is to say stands below it."""

import base64
import binascii
import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kb.attachments import PhotosField
from kb.blocks import EndBlock
from kb.diagnosis import Node
from kb.models import Device, DiagnosisRun, FaultReport, Part
from kb.runs.record import LONGEST_NOTE, MOST_MINUTES, MOST_PARTS, MOST_PIECES, Used
from kb.walking.address import Address, moment
from kb.walking.walks import Pinned, names

_LONGEST_SEARCH = datetime.timedelta(hours=8)  # what took longer was left and resumed: nobody knows how long it took
_SIGNATURE = "data:image/png;base64,"
_CHOICES = 200  # of the model's parts
_EMPTY_ROWS = 2


class RecordForm(forms.Form):
    """What came of a search."""

    result = forms.ChoiceField(
        label=_("What came of it?"),
        choices=EndBlock.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what came of it: resolved, workaround or unresolved.")},
    )
    minutes = forms.IntegerField(label=_("Minutes it took"), required=False, min_value=0, max_value=MOST_MINUTES)
    note = forms.CharField(
        label=_("Remark"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )
    photos = PhotosField(label=_("Photos"))
    consent = forms.ChoiceField(
        label=_("Customer’s consent"), choices=DiagnosisRun.Consent.choices, initial="none", required=False
    )
    consent_by = forms.CharField(label=_("Given by (name)"), required=False, max_length=60)
    signature = forms.CharField(required=False, max_length=400_000, widget=forms.HiddenInput)

    def clean_consent(self) -> str:
        """Take none for nothing said."""
        return self.cleaned_data["consent"] or DiagnosisRun.Consent.NONE

    def clean_signature(self) -> SimpleUploadedFile | None:
        """Return what was drawn as a file."""
        drawn = self.cleaned_data["signature"]
        if not drawn:
            return None
        try:
            if not drawn.startswith(_SIGNATURE):
                raise ValueError(drawn[:40])
            data = base64.b64decode(drawn.removeprefix(_SIGNATURE), validate=True)
        except (ValueError, binascii.Error):
            raise forms.ValidationError(_("The signature did not arrive whole. Let it be drawn once more.")) from None
        return SimpleUploadedFile(gettext("signature"), data, "image/png")


class PartForm(forms.Form):
    """A part that was put in; without a number or with none of them it was not."""

    number = forms.CharField(label=_("Part number"), required=False, max_length=40)
    quantity = forms.IntegerField(label=_("How many"), required=False, min_value=0, max_value=MOST_PIECES)
    serial_out = forms.CharField(label=_("Serial number taken out"), required=False, max_length=60)
    serial_in = forms.CharField(label=_("Serial number put in"), required=False, max_length=60)
    has_serial, name = True, ""

    @property
    def used(self) -> Used | None:
        """What was used."""
        said = self.cleaned_data
        quantity = 1 if said.get("quantity") is None else said["quantity"]
        if not said.get("number") or not quantity:
            return None
        return Used(said["number"], quantity, said.get("serial_out", ""), said.get("serial_in", ""))


PartForms = forms.formset_factory(PartForm, extra=_EMPTY_ROWS, max_num=MOST_PARTS, absolute_max=MOST_PARTS)


@dataclass(frozen=True)
class Sheet:
    """The form with its rows of parts, as the screen shows it."""

    form: RecordForm
    parts: forms.BaseFormSet
    number: str
    fields: list[tuple[str, str]]
    choices: list[Part]
    named: str

    @property
    def is_open(self) -> bool:
        """Whether what is optional is shown at once: where something in it is to be put right."""
        return bool(self.form.errors or self.parts.total_error_count() or self.form.is_bound)


def sheet(
    *,
    pinned: Pinned,
    address: Address,
    node: Node | None,
    at: datetime.datetime,
    device: Device | None = None,
    report: FaultReport | None = None,
    said: HttpRequest | None = None,
) -> Sheet:
    """Return the form at an end: filled with what the end says, or with what was typed."""
    value: Mapping = node.value if node else {}
    named = _named(names(value.get("parts")), device or report)
    quantity = 1 if len(named) == 1 else 0  # of several he says which it was
    if said:
        form, parts = bound(said)
    else:
        form = RecordForm(initial={"result": value.get("result"), "minutes": _minutes(address, at), "consent": "none"})
        parts = PartForms(initial=[{"number": part.number, "quantity": quantity} for part in named], prefix="parts")
    known = {part.number: part for part in named}
    for row in parts:
        part = known.get(row["number"].value())
        row.has_serial, row.name = part is None or part.has_serial, part.label if part else ""
    choices = _choices(pinned, device or report)
    words = ", ".join(f"{part.label} × {quantity}" for part in named)
    return Sheet(form, parts, pinned.edition.number, address.fields, choices, words)


def bound(request: HttpRequest) -> tuple[RecordForm, forms.BaseFormSet]:
    """Return the forms that were sent."""
    return RecordForm(request.POST, request.FILES), PartForms(request.POST, prefix="parts")


def used(parts: forms.BaseFormSet) -> list[Used]:
    """Return the parts of rows that are valid."""
    return [part for row in parts if (part := row.used)]


def _minutes(address: Address, at: datetime.datetime) -> int | None:
    """Return how long it took, rounded up to minutes."""
    begun = moment(address.started, at) if address.started is not None else None
    if begun is None or at - begun > _LONGEST_SEARCH:
        return None
    return max(1, -(-int((at - begun).total_seconds()) // 60))


def _named(keys: Collection[str], of: Device | FaultReport | None) -> list[Part]:
    """Return the parts of these keys; those that do not fit the machine are left out where it is known."""
    found = Part.objects.filter(key__in=keys)
    if of:
        found = found.filter(Q(product_models=of.model_id) | Q(product_models__isnull=True))
    return list(found.distinct())


def _choices(pinned: Pinned, of: Device | FaultReport | None) -> list[Part]:
    """Return parts to choose from: those of the model, or of the models the guide is for."""
    models = [of.model_id] if of else pinned.edition.revision.content.get("product_models") or []
    return list(Part.objects.filter(product_models__in=models).distinct()[:_CHOICES])
