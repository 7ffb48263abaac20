"""The checklist of a plan as a form."""

import datetime
import uuid
from collections.abc import Iterator
from decimal import Decimal

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kb import diagnosis
from kb.attachments import PhotosField
from kb.maintenance.record import Answer
from kb.models import MaintenanceItem, MaintenancePlan

RIGHT, WRONG, NOT_DONE = "right", "wrong", ""
CHOICES = [(RIGHT, _("in order")), (WRONG, _("not in order")), (NOT_DONE, _("not done"))]


class ReadingField(forms.CharField):
    """A reading as people type it."""

    def clean(self, value: str | None) -> Decimal | None:
        """Return the number; full-width signs and a decimal comma are understood."""
        text = super().clean(value)
        if not text:
            return None
        try:
            number = diagnosis.reading(text)
        except diagnosis.WrongTurn:
            raise forms.ValidationError(_("“%s” is not a number such as 11.8.") % text[:30]) from None
        if abs(number) >= Decimal(10) ** 10 or number.as_tuple().exponent < -6:
            raise forms.ValidationError(_("At most ten digits before the point and six after it."))
        return number


class InspectionForm(forms.Form):
    """One field, or two, for each line of the checklist, and what goes with the record."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    done_on = forms.DateField(label=_("Done on"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=60 * 24 * 30, required=False)
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3}))
    photos = PhotosField(label=_("Photos"), required=False)

    def __init__(self, *args: object, plan: MaintenancePlan, on: datetime.date, **options: object) -> None:
        super().__init__(*args, **options)
        self.items = list(plan.items.all())
        self.initial = {"key": uuid.uuid4(), "done_on": on} | self.initial
        for item in self.items:
            self.fields[f"answer-{item.position}"] = _answer(item)
            remark = {"aria-label": f"{gettext('Remark')}: {item.label}", "placeholder": gettext("Remark")}
            self.fields[f"note-{item.position}"] = forms.CharField(
                label=_("Remark"), max_length=300, required=False, widget=forms.TextInput(remark)
            )

    def lines(self) -> Iterator[tuple[MaintenanceItem, forms.BoundField, forms.BoundField]]:
        """Yield each line with its answer and its remark."""
        for item in self.items:
            yield item, self[f"answer-{item.position}"], self[f"note-{item.position}"]

    def answers(self) -> dict[int, Answer]:
        """Return what was found, by position."""
        found = {}
        for item in self.items:
            said, note = (self.cleaned_data[f"{name}-{item.position}"] for name in ("answer", "note"))
            if item.unit:
                found[item.position] = Answer(reading=said, note=note)
            else:
                found[item.position] = Answer(is_right=said == RIGHT if said else None, note=note)
        return found


def _answer(item: MaintenanceItem) -> forms.Field:
    if item.unit:
        return ReadingField(
            label=item.label, required=False, max_length=40,
            widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        )  # fmt: skip
    return forms.ChoiceField(label=item.label, choices=CHOICES, required=False, widget=forms.RadioSelect)
