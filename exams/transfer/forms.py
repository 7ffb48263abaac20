"""The forms to give a file of questions, and to say which questions to take out."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from exams import formats
from exams.forms import TopicChoiceField
from exams.kinds import KINDS
from exams.models import Question, QuestionVersion, Topic
from exams.models.bank import QuestionQuerySet
from exams.transfer.take_out import ENDINGS
from kb.importing import archive

# What the formats are called; names that nobody translates.
LABELS = {
    "gift": "GIFT",
    "aiken": "Aiken",
    "moodle-xml": "Moodle XML",
    "qti21": "QTI 2.1 / 2.2",
    "qti30": "QTI 3.0",
    "xlsx": "Excel (.xlsx)",
    "csv": "CSV",
}


def label(format: str) -> str:
    """Return what a format is called."""
    return LABELS.get(format, format)


class FileForm(forms.Form):
    """A file of questions, and the topic they go into."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=255,
        help_text=gettext_lazy(
            "GIFT, Aiken (.gift, .txt), Moodle XML, QTI (.xml), QTI packages (.zip), spreadsheets (.xlsx, .csv); 20 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ".gift,.txt,.xml,.zip,.xlsx,.csv"}),
    )
    topic = TopicChoiceField(
        Topic.objects.none(),
        label=gettext_lazy("Topic"),
        required=False,
        empty_label=gettext_lazy("as the file says"),
        help_text=gettext_lazy("Categories of the file become topics below it."),
    )
    format = forms.ChoiceField(
        label=pgettext_lazy("of a file", "Format"),
        required=False,
        help_text=gettext_lazy("Only where the file is taken for another one."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.all()
        self.fields["format"].choices = [("", _("by what is in the file"))] + [
            (key, label(key)) for key in formats.READERS
        ]

    def clean_file(self) -> UploadedFile:
        """Refuse by its size what need not be read."""
        file = self.cleaned_data["file"]
        if file.size > archive.MAX_SIZE:
            raise forms.ValidationError(_("The file is larger than %d MB.") % (archive.MAX_SIZE // 1024**2))
        return file


class OutForm(forms.Form):
    """Which questions, and in which format."""

    topic = TopicChoiceField(
        Topic.objects.none(), label=gettext_lazy("Topic, with those below"), required=False, empty_label="–"
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    difficulty = forms.TypedChoiceField(label=gettext_lazy("Difficulty"), required=False, coerce=int, empty_value=None)
    format = forms.ChoiceField(label=pgettext_lazy("of a file", "Format"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = Topic.objects.all()
        self.fields["kind"].choices = [("", "–"), *((key, kind.label) for key, kind in KINDS.items())]
        self.fields["state"].choices = [("", "–"), *Question.State.choices]
        self.fields["difficulty"].choices = [("", "–"), *Question.Difficulty.choices]
        self.fields["format"].choices = [(key, label(key)) for key in ENDINGS]

    def questions(self) -> QuestionQuerySet:
        """Return the questions meant, in the order of the bank; retired ones only where they are asked for."""
        said = self.cleaned_data
        found = Question.objects.order_by("topic__key", "key")
        if said["topic"]:
            found = found.filter(topic__in=Topic.objects.within([said["topic"].pk])[said["topic"].pk])
        if said["kind"]:
            current = QuestionVersion.objects.filter(question=OuterRef("pk"), kind=said["kind"]).current()
            found = found.filter(Exists(current))
        if said["difficulty"]:
            found = found.filter(difficulty=said["difficulty"])
        return found.filter(state=said["state"]) if said["state"] else found.exclude(state=Question.State.RETIRED)
