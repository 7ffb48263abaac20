"""The forms of a gate: asking for leave, and deciding it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kb.control.forms import SignedForm


class AskForm(forms.Form):
    """Why a step has to be done by somebody who is not qualified for it."""

    reason = forms.CharField(
        label=_("Why it cannot wait for somebody who is qualified"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )


class DecisionForm(SignedForm):
    """What a supervisor answers, and why; he signs it with his password."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500})
    )
