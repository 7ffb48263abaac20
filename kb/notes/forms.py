"""The forms of field notes."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.attachments import PhotosField
from kb.importing.forms import folders
from kb.models import DiagnosisRun, FaqPage, FaultGuidePage, FaultReport, ProductModel, Solution
from kb.notes.adopt import guides_for
from kb.notes.prefill import report_of, run_of
from kb.notes.write import WORDS
from people.models import User


def _words(name: str, rows: int, *, is_needed: bool = False, label: object = None) -> forms.CharField:
    """A field of the model to type in, as long as it may be."""
    field = Solution._meta.get_field(name)
    return forms.CharField(
        label=label or field.verbose_name, required=is_needed, max_length=field.max_length,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput,
    )  # fmt: skip


class WordsForm(forms.Form):
    """What a note says."""

    problem = _words("problem", 2, is_needed=True)
    remedy = _words("remedy", 4, label=gettext_lazy("What helped (empty: you ask)"))
    model = forms.ModelChoiceField(
        ProductModel.objects.all(), label=gettext_lazy("Product model"), required=False, empty_label="–"
    )
    code = _words("code", 0)
    cause = _words("cause", 2)
    photos = PhotosField(label=gettext_lazy("Photos"))

    def words(self) -> dict:
        """Return what was typed and chosen, without the pictures."""
        return {name: self.cleaned_data[name] for name in (*WORDS, "model")}


class NoteForm(WordsForm):
    """A new note, with what it came of."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    run = forms.CharField(required=False, widget=forms.HiddenInput)
    case = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, person: User, **options: object) -> None:
        super().__init__(*args, **options)
        self._person = person

    def clean_run(self) -> DiagnosisRun | None:
        """Return the run it came of, if the person may see it."""
        return run_of(self.cleaned_data["run"], self._person)

    def clean_case(self) -> FaultReport | None:
        """Return the case it came of, likewise."""
        return report_of(self.cleaned_data["case"], self._person)


class TakeUpForm(forms.Form):
    """Making a document of a note: a tick for one that nobody has confirmed."""

    even_unverified = forms.BooleanField(
        label=gettext_lazy("Take it up although nobody else has found that it works"), required=False
    )

    def __init__(self, *args: object, is_verified: bool, **options: object) -> None:
        super().__init__(*args, **options)
        if is_verified:
            del self.fields["even_unverified"]

    def is_meant(self) -> bool:
        """Say whether it is taken up although it is not verified."""
        return self.cleaned_data.get("even_unverified", False)


class FaqForm(TakeUpForm):
    """The folder that an FAQ is drafted in."""

    folder = forms.TypedChoiceField(label=gettext_lazy("Folder"), coerce=int)
    field_order = ("folder", "even_unverified")

    def __init__(self, *args: object, person: User, language: str, **options: object) -> None:
        super().__init__(*args, **options)
        self.folders = {folder.pk: folder for folder in folders(person)}
        self.fields["folder"].choices = [
            (pk, f"{folder.title} ({folder.locale.get_display_name()})") for pk, folder in self.folders.items()
        ]
        last = FaqPage.objects.filter(language=language).order_by("pk").last()  # the next one mostly goes beside it
        self.fields["folder"].initial = last.get_parent().pk if last else None


class GuideForm(TakeUpForm):
    """The fault guide that a note goes into, by its number."""

    guide = forms.CharField(
        label=gettext_lazy("Fault guide (document number)"), max_length=32,
        widget=forms.TextInput(attrs={"list": "guides", "autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("guide", "even_unverified")

    def __init__(self, *args: object, person: User, language: str, **options: object) -> None:
        super().__init__(*args, **options)
        self._guides, self._language = guides_for(person), language

    def clean_guide(self) -> FaultGuidePage:
        """Return the guide, in the person's language if there is one."""
        number = self.cleaned_data["guide"].strip()
        found = sorted(self._guides.filter(number__iexact=number), key=lambda guide: guide.language != self._language)
        if not found:
            raise forms.ValidationError(_("There is no fault guide of that number that you may see."))
        return found[0]
