"""What statistics are asked for."""

import datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kb.evidence.statistics import DIMENSIONS, Wanted
from kb.models import FaultGuidePage, ProductModel
from people.dates import add_months
from people.models import OrgUnit

LONGEST_YEARS = 10
FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)


def _day(label: Promise) -> forms.DateField:
    picker = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(
        label=label, required=False, widget=picker, validators=[MinValueValidator(FIRST), MaxValueValidator(LAST)]
    )


class WantedForm(forms.Form):
    """From when to when, and of what; the last twelve months where nothing is said."""

    begins = _day(_("From"))
    ends = _day(_("To"))
    model = forms.ModelChoiceField(
        ProductModel.objects.all(), to_field_name="key", label=_("Product"), required=False, empty_label=_("All")
    )
    guide = forms.CharField(label=_("Fault guide"), required=False, max_length=32)
    unit = forms.ModelChoiceField(
        OrgUnit.objects.all(), to_field_name="key", label=_("Unit"), required=False, empty_label=_("All")
    )
    fault_class = forms.ChoiceField(
        choices=[("", _("All")), *FaultGuidePage.FaultClass.choices], label=_("Fault class"), required=False
    )
    by = forms.ChoiceField(choices=[(key, name) for key, (_c, name) in DIMENSIONS.items()], required=False)

    def clean(self) -> dict:
        """Put the days in order, and look the guide up by its number."""
        said = super().clean()
        begins, ends = said.get("begins"), said.get("ends")
        if begins and ends and begins > ends:
            self.add_error("ends", _("It ends before it begins."))
        elif begins and ends and ends.year - begins.year > LONGEST_YEARS:
            self.add_error("begins", _("At most ten years at once."))
        if number := said.get("guide"):
            said["guide"] = FaultGuidePage.objects.filter(number__iexact=number).first()
            if said["guide"] is None:
                self.add_error("guide", _("There is no fault guide of this number."))
        return said

    def wanted(self, on: datetime.date) -> Wanted:
        """Return which runs; what was said wrongly counts as not said."""
        said = self.cleaned_data
        ends = said.get("ends") or max(on, said.get("begins") or on)
        begins = said.get("begins") or add_months(ends.replace(day=1), -11)
        return Wanted(
            begins, ends, said.get("model"), said.get("guide") or None, said.get("unit"), said.get("fault_class") or ""
        )
