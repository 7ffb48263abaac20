"""Pictures and files of the library."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class Picture(AbstractImage):
    """A picture; whoever cannot see it reads its description."""

    admin_form_fields = Image.admin_form_fields


class PictureRendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_picture_and_size"
            )
        ]


class File(AbstractDocument):
    """A file to download: firmware, a data sheet, a form."""

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
