"""The forms of cases: a fault report, and the sieve of the list."""

import datetime

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kb.attachments import PhotosField
from kb.cases import levels
from kb.control.forms import DayField
from kb.models import Area, Contact, Device, FaultReport, ProductModel, SeverityLevel, Symptom
from people.models import User
from people.refusal import Refused

QUICK = ("model", "description", "occurred", "frequency", "photos", "name", "phone")
MORE = ("address", "serial", "bought_on", "symptom", "code", "rank", "area")


def _longest(field: str, model: type = FaultReport) -> int:
    return model._meta.get_field(field).max_length


class ReportForm(forms.Form):
    """What is wrong with which machine, and whom to reach: quick things first, the rest folded away.

    `device` is the machine where it is known; then neither product nor serial number are asked.
    """

    model = forms.ModelChoiceField(
        ProductModel.objects.all(), label=gettext_lazy("Product"), to_field_name="key", empty_label="–"
    )
    description = forms.CharField(
        label=gettext_lazy("What happens"),
        max_length=_longest("description"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    occurred = forms.CharField(label=gettext_lazy("Since when"), max_length=_longest("occurred"), required=False)
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=[("", "–"), *FaultReport.Frequency.choices], required=False
    )
    photos = PhotosField(label=gettext_lazy("Photos"))
    name = forms.CharField(
        label=gettext_lazy("Customer’s name"),
        max_length=_longest("name", Contact),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Customer’s phone"),
        max_length=_longest("phone", Contact),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Customer’s address"),
        max_length=_longest("address", Contact),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    serial = forms.CharField(label=gettext_lazy("Serial number"), max_length=_longest("serial"), required=False)
    bought_on = DayField(label=gettext_lazy("Bought on"), required=False)
    symptom = forms.ModelChoiceField(
        Symptom.objects.all(),
        label=gettext_lazy("Symptom"),
        to_field_name="key",
        required=False,
        empty_label="–",
    )
    code = forms.CharField(label=gettext_lazy("Fault code shown"), max_length=_longest("code"), required=False)
    rank = forms.TypedChoiceField(label=gettext_lazy("Severity"), coerce=int, empty_value=None, required=False)
    area = forms.ModelChoiceField(
        Area.objects.all(), label=gettext_lazy("Area"), to_field_name="key", required=False, empty_label="–"
    )

    def __init__(
        self,
        *args: object,
        by: User,
        at: datetime.datetime,
        device: Device | None = None,
        model: ProductModel | None = None,
        rank: int | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.device, self.by, self.at = device, by, at
        if device:
            del self.fields["model"], self.fields["serial"]
        self._offer_levels(device.model if device else model, rank)

    def _offer_levels(self, model: ProductModel | None, rank: int | None) -> None:
        """Offer the levels of the scheme that applies; by itself the fault code says which."""
        try:
            scheme = levels.scheme_for(model=model, device=self.device)
            usual = levels.level_in(scheme, rank or levels.USUAL_RANK)
        except Refused:  # said when it is sent
            del self.fields["rank"]
            return
        offered = [(each.rank, f"{each.label} · {each.words}") for each in SeverityLevel.objects.of(scheme)]
        self.fields["rank"].choices = [("", _("as the fault code says, else %s") % usual.label), *offered]
        if rank:
            self.initial.setdefault("rank", usual.rank)

    def quick(self) -> list[forms.BoundField]:
        """What is asked at once."""
        return [self[name] for name in QUICK if name in self.fields]

    def more(self) -> list[forms.BoundField]:
        """What is asked of those who have the time."""
        return [self[name] for name in MORE if name in self.fields]

    @property
    def unfolds(self) -> bool:
        """Whether what is folded away has a mistake or was filled in."""
        return any(field.errors or field.value() for field in self.more())

    def said(self) -> dict:
        """Return what `report.receive` takes, all but key, person and moment; the form is valid. Raises Refused."""
        said = dict(self.cleaned_data)
        said.pop("photos")
        rank = said.pop("rank", None)
        contact = {name: said.pop(name) for name in ("name", "phone", "address")}
        model = self.device.model if self.device else said["model"]
        device = self.device or self._known(model, said.get("serial", ""))
        level = levels.level_in(levels.scheme_for(model=model, device=device), rank) if rank else None
        return said | {"model": model, "device": device, "contact": contact, "level": level}

    def _known(self, model: ProductModel, serial: str) -> Device | None:
        if not serial:
            return None
        return Device.objects.visible_to(self.by).with_serial(serial).filter(model=model).first()


class ListForm(forms.Form):
    """Which cases."""

    WHOSE = (("mine", gettext_lazy("Mine")), ("unit", gettext_lazy("My unit’s")), ("all", gettext_lazy("All")))
    STATES = (
        ("open", pgettext_lazy("case", "Open")),
        ("late", pgettext_lazy("case", "Late")),
        ("closed", pgettext_lazy("case", "Closed")),
        ("archived", pgettext_lazy("case", "Archived")),
    )

    level = forms.ModelChoiceField(
        SeverityLevel.objects.select_related("scheme").order_by("scheme", "rank"),
        label=gettext_lazy("Severity"),
        required=False,
        empty_label=gettext_lazy("all"),
    )
    product = forms.ModelChoiceField(
        ProductModel.objects.all(),
        label=gettext_lazy("Product"),
        to_field_name="key",
        required=False,
        empty_label=gettext_lazy("all"),
    )
    person = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Given to"), required=False, empty_label=gettext_lazy("all")
    )
    text = forms.CharField(label=gettext_lazy("Case or serial number"), required=False, max_length=60)

    def __init__(self, *args: object, people: Q, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.filter(people).order_by("name", "pk")
        self.fields["level"].label_from_instance = lambda level: f"{level.scheme.label} · {level.label}"
