"""The form in which the certification manager enters a credential."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.models import Credential, CredentialEvent, Qualification, User

_ISSUED = CredentialEvent.Kind.ISSUED


class CredentialForm(forms.Form):
    """What somebody holds, since when and until when, and how it is known."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Person"))
    qualification = forms.ModelChoiceField(Qualification.objects.none(), label=_("Qualification"))
    valid_from = forms.DateField(
        label=_("Valid from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: without an end."),
    )  # fmt: skip
    earned_by = forms.ChoiceField(
        label=_("Earned by"), choices=[
            (Credential.EarnedBy.EXTERNAL, _("external proof")), (Credential.EarnedBy.TRAINING, _("training passed")),
        ],
    )  # fmt: skip
    proof = forms.CharField(
        label=_("Proof"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Number and issuer of the document you have seen."),
    )  # fmt: skip

    def __init__(self, *args: object, by: User, on: datetime.date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        others = User.objects.filter(is_active=True).exclude(pk=by.pk)  # nobody qualifies himself
        self.fields["person"].queryset = others.order_by("name", "username")
        self.fields["qualification"].queryset = Qualification.objects.select_related("subject")
        self.initial["valid_from"] = on

    def clean(self) -> dict:
        """Refuse an end before the beginning, and what is entered already."""
        cleaned = super().clean()
        same = {name: cleaned.get(name) for name in ("person", "qualification", "valid_from", "valid_until")}
        known = Credential.objects.filter(**same).with_status(timezone.now()).filter(last_event=_ISSUED)
        if not self.errors and known.exists():
            self.add_error(None, gettext("This has been entered already."))
        begin, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if begin and end and end < begin:
            self.add_error("valid_until", gettext("It ends before it begins."))
        return cleaned
