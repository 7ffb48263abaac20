"""What an exam officer says of a session, and of who is to sit in it."""

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exams.invigilation import bookings, networks
from exams.models import Exam, ExamSession
from people.models import OrgUnit, User
from people.refusal import Refused


class MomentInput(forms.DateTimeInput):
    """A day and a minute, as browsers ask for them."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class PeopleField(forms.CharField):
    """Usernames or employee numbers, as people."""

    def __init__(self, **options: object) -> None:
        super().__init__(widget=forms.Textarea({"rows": 3}), max_length=20_000, **options)

    def clean(self, value: str) -> list[User]:
        """Return the people named. Raises ValidationError, naming who is not found."""
        try:
            return bookings.people_named(bookings.names_in(super().clean(value)))
        except Refused as refusal:
            raise forms.ValidationError(refusal.reasons) from None


class SessionForm(forms.ModelForm):
    """A session; its invigilators are named by username or employee number."""

    watchers = PeopleField(
        label=_("Invigilators"), required=False,
        help_text=_("Usernames or employee numbers, between them blanks, commas or lines. They need no role for it."),
    )  # fmt: skip

    class Meta:
        model = ExamSession
        fields = (
            "exam", "title", "place", "opens_at", "closes_at", "seats", "networks", "needs_check_in",
            "needs_ticket", "is_self_service", "note",
        )  # fmt: skip
        labels = {"place": pgettext_lazy("session", "Place")}
        widgets = {"opens_at": MomentInput, "closes_at": MomentInput, "networks": forms.Textarea({"rows": 3})}
        help_texts = {
            "opens_at": _("From then on candidates may check in and begin."),
            "closes_at": _("Nobody begins after that; who has begun has his full time."),
            "seats": _("How many people can be booked."),
            "needs_check_in": _("Nobody begins before the invigilator has seen him."),
            "needs_ticket": _("Each candidate gets a card with a code of his own, which lets him in once."),
            "is_self_service": _("Otherwise only the exam officer books people."),
        }

    def __init__(self, *args: object, by: User, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["exam"].queryset = Exam.objects.visible_to(by)
        self.fields["exam"].empty_label = _("Choose an exam")
        if self.instance.pk:
            named = self.instance.invigilators.order_by("username").values_list("username", flat=True)
            self.initial.setdefault("watchers", "\n".join(named))

    def clean_networks(self) -> str:
        """Refuse lines that are no networks, in words."""
        text = self.cleaned_data["networks"]
        if mistakes := networks.mistakes(text):
            raise forms.ValidationError(mistakes)
        return text

    def clean(self) -> dict:
        """Refuse a session that closes before it opens, and one that lasts for weeks by a slip."""
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("It has to close after it opens."))
        elif opens and closes and closes - opens > datetime.timedelta(days=366):
            self.add_error("closes_at", _("A session lasts a year at most."))
        return cleaned


class BookForm(forms.Form):
    """Who is to be booked: named, in a file, or all of a unit."""

    names = PeopleField(label=_("Usernames or employee numbers"), required=False)
    file = forms.FileField(
        label=_("A list of them (.xlsx or .csv)"), required=False, allow_empty_file=True,
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        OrgUnit.objects.all(),
        label=_("All of a unit"),
        required=False,
        to_field_name="key",
        empty_label=pgettext_lazy("unit", "none"),
    )

    def clean_file(self) -> list[User]:
        """Return the people in the file."""
        file = self.cleaned_data["file"]
        if not file:
            return []
        try:
            return bookings.people_named(bookings.names_of_file(name=file.name, data=file.read()))
        except Refused as refusal:
            raise forms.ValidationError(refusal.reasons) from None

    def clean(self) -> dict:
        """Refuse a form that names nobody."""
        cleaned = super().clean()
        if not self.errors and not self.people():
            raise forms.ValidationError(_("Name at least one person."))
        return cleaned

    def people(self) -> list[User]:
        """Return everybody who is meant, each once."""
        said = self.cleaned_data
        of_unit = bookings.people_of(said["unit"]) if said.get("unit") else []
        return list(dict.fromkeys([*said.get("names", []), *said.get("file", []), *of_unit]))
