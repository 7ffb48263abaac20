"""The form field for several pictures: taken now with the camera, or chosen from those in the phone."""

from collections.abc import Mapping

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif"


class PhotosInput(forms.FileInput):
    """Two inputs of one name, for a browser either opens the camera or lets several pictures be chosen."""

    template_name = "kb/attachments/photos_input.html"
    allow_multiple_selected = True
    use_fieldset = True

    def get_context(self, name: str, value: object, attrs: Mapping[str, object] | None) -> dict:
        """Add the kinds of files."""
        return super().get_context(name, value, {"accept": ACCEPTED, "multiple": True} | dict(attrs or {}))

    def value_from_datadict(self, data: Mapping, files: MultiValueDict, name: str) -> list[UploadedFile]:
        """Return the files of both."""
        return [file for file in files.getlist(name) if file]


class PhotosField(forms.Field):
    """Any number of pictures, none included. They are looked at when they are kept: see `attach_all`."""

    widget = PhotosInput

    def __init__(self, **options: object) -> None:
        super().__init__(**{"required": False} | options)

    def clean(self, value: list[UploadedFile], initial: object = None) -> list[UploadedFile]:
        """Return the files."""
        return super().clean(value) or []
