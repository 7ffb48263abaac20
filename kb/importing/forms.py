"""The form to give a file."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.importing import archive, reading
from kb.models import KnowledgeIndexPage
from kb.models.pages import KINDS
from people.models import User


def folders(person: User) -> list[KnowledgeIndexPage]:
    """Return the folders this person may add documents to."""
    found = KnowledgeIndexPage.objects.select_related("locale").order_by("path")
    return [folder for folder in found if folder.permissions_for_user(person).can_add_subpage()]


class ImportForm(forms.Form):
    """A file, what it shall be and where it shall go."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=255,
        help_text=gettext_lazy(
            "Word (.docx), Markdown (.md), or a .zip of one Markdown file with its pictures; 20 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(reading.ENDINGS)}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of document"),
        help_text=gettext_lazy("A manual has a chapter for each heading of the first level; the others are one page."),
    )
    folder = forms.TypedChoiceField(label=gettext_lazy("Folder"), coerce=int)

    def __init__(self, *args: object, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, KINDS[kind]._meta.verbose_name) for kind in reading.KINDS]
        self.folders = {folder.pk: folder for folder in folders(person)}
        self.fields["folder"].choices = [
            (pk, f"{folder.title} ({folder.locale.get_display_name()})") for pk, folder in self.folders.items()
        ]

    def clean_file(self) -> UploadedFile:
        """Refuse by its size what need not be read."""
        file = self.cleaned_data["file"]
        if file.size > archive.MAX_SIZE:
            raise forms.ValidationError(_("The file is larger than %d MB.") % (archive.MAX_SIZE // 1024**2))
        return file
