"""Pictures and files of the library."""

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from people.models import Audience


class Picture(AbstractImage):
    """A picture, public to whoever knows its address; whoever cannot see it reads its description."""

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


def files_storage() -> Storage:
    """Return where files lie: apart from pictures, out of reach of the web server."""
    return storages["files"]


class File(AbstractDocument):
    """A file to download, for its audience: firmware, a data sheet, a form."""

    file = models.FileField(_("file"), storage=files_storage, upload_to="")
    audience = models.PositiveSmallIntegerField(_("audience"), choices=Audience, default=Audience.INTERNAL)

    admin_form_fields = (*Document.admin_form_fields, "audience")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
