"""The forms of document control."""

import datetime

from django import forms
from django.contrib.auth.hashers import check_password
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kb.models import Act, ControlledPage, Deputy, DocumentClass, Significance, SignOffTask, Submission
from people.dates import add_months
from people.models import User
from people.roles import APPROVER, REVIEWER


class DayField(forms.DateField):
    """A day, entered with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SubmissionForm(forms.Form):
    """What the author says of a text, or of its end, as he hands it to its signers."""

    significance = forms.ChoiceField(label=_("How much the change matters"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("What changed and why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300})
    )
    effective_on = DayField(label=_("Takes effect on"))
    review_by = DayField(label=_("To be reviewed by"), required=False)
    successor = forms.CharField(
        label=_("Replaced by (document number)"), required=False, max_length=32, help_text=_("Readers are led there.")
    )
    reviewer = forms.ModelChoiceField(User.objects.none(), label=_("Reviewer"))
    approver = forms.ModelChoiceField(User.objects.none(), label=_("Approver"))

    def __init__(
        self,
        *args: object,
        page: ControlledPage,
        act: Act,
        candidates: dict[str, list[User]],
        today: datetime.date,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.fields["significance"].choices = SIGNIFICANCES
        self.fields["reviewer"].queryset = _only(candidates[SignOffTask.Step.REVIEW])
        self.fields["approver"].queryset = _only(candidates[SignOffTask.Step.APPROVE])
        rules = DocumentClass.objects.get(kind=page.kind)
        self.initial |= {"effective_on": today, "review_by": add_months(today, rules.review_months)}
        if act == Act.WITHDRAWAL:
            self.fields["reason"].label = _("Why it is withdrawn")
            del self.fields["significance"], self.fields["review_by"]
        else:
            del self.fields["successor"]
            if page.edition is None:  # the first edition corrects nothing
                self.fields["significance"].choices = SIGNIFICANCES[1:]
                self.initial["significance"] = Significance.CONTENT

    def clean_successor(self) -> ControlledPage | None:
        """Find the document that takes its place, in its own language before another."""
        number = self.cleaned_data["successor"].strip()
        if not number:
            return None
        found = ControlledPage.objects.live().filter(number__iexact=number)
        page = found.filter(language=self.page.language).first() or found.first()
        if page is None:
            raise forms.ValidationError(gettext("No document in force has the number %s.") % number)
        return page


class SignedForm(forms.Form):
    """What somebody puts his name under: it ends by asking for his password again."""

    password = forms.CharField(
        label=_("Your password, again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: object, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password"] = self.fields.pop("password")  # the last thing asked

    def clean_password(self) -> str:
        """Make sure it is he who signs.

        The person's own `check_password` would also keep the password anew where it is kept in an older way, and that
        ends the session in which he signs.
        """
        if not check_password(self.cleaned_data["password"], self.person.password):
            raise forms.ValidationError(gettext("This is not your password."))
        return ""


class SignatureForm(SignedForm):
    """A name under a text, with the digest of what was seen."""

    digest = forms.CharField(widget=forms.HiddenInput)
    significance = forms.ChoiceField(label=_("How much the change matters"), widget=forms.RadioSelect)
    effective_on = DayField(label=_("Takes effect on"))
    comment = forms.CharField(
        label=_("Remark; the reason where you return it"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 300}),
    )

    def __init__(self, *args: object, submission: Submission, step: str, person: User, **kwargs: object) -> None:
        super().__init__(*args, person=person, **kwargs)
        self.initial |= {
            "digest": submission.digest,
            "significance": submission.significance,
            "effective_on": submission.effective_on,
        }
        self.fields["significance"].choices = SIGNIFICANCES
        if step != SignOffTask.Step.APPROVE:
            del self.fields["effective_on"]
        if step != SignOffTask.Step.APPROVE or submission.act == Act.WITHDRAWAL:
            del self.fields["significance"]


SIGNIFICANCES = [
    (Significance.ERRATUM, _("Erratum: words or form; nobody needs to learn anything anew")),
    (Significance.CONTENT, _("Content: what people do or know changes; they read it again")),
    (Significance.SAFETY, _("Safety-critical: whoever works by the old text endangers people or data")),
]


def _only(people: list[User]) -> "forms.models.QuerySet[User]":
    return User.objects.filter(pk__in=[person.pk for person in people]).order_by("name", "username")


class DeputyForm(forms.ModelForm):
    """Who signs for me, from when to when."""

    class Meta:
        model = Deputy
        fields = ("deputy", "begins_on", "ends_on")
        field_classes = {"begins_on": DayField, "ends_on": DayField}

    def __init__(self, *args: object, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.instance.person = person
        signers = User.objects.filter(is_active=True, groups__name__in=[REVIEWER.group, APPROVER.group])
        self.fields["deputy"].queryset = signers.exclude(pk=person.pk).order_by("name", "username").distinct()

    def clean(self) -> dict:
        """Refuse an end before the beginning, and the same twice."""
        cleaned = super().clean()
        begins_on, ends_on = cleaned.get("begins_on"), cleaned.get("ends_on")
        if begins_on and ends_on and ends_on < begins_on:
            self.add_error("ends_on", gettext("It ends before it begins."))
        elif not self.errors and Deputy.objects.filter(person=self.instance.person, **cleaned).exists():
            self.add_error(None, gettext("This has been entered already."))
        return cleaned
