"""Pictures and files of the library."""

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from kb.models.signing import Submission
from people.models import Audience, User


class Picture(AbstractImage):
    """A picture, public to whoever knows its address; whoever cannot see it reads its description."""

    admin_form_fields = Image.admin_form_fields

    def clean(self) -> None:
        """Keep the picture what it is: a text that three people signed may show it."""
        super().clean()
        if self.pk and not Picture.objects.filter(pk=self.pk, file=self.file.name).exists():
            raise ValidationError(
                {"file": _("Texts that were signed may show this picture: upload the new one beside it.")}
            )

    def is_signed(self) -> bool:
        """Whether a text that was submitted for signatures shows it."""
        shows = Submission.objects.filter(revision__content__body__regex=rf'"picture": {self.pk}\b')
        return self.pk is not None and shows.exists()


class KeptPictures(CollectionOwnershipPermissionPolicy):
    """Pictures are their owner's, but one that a signed text shows stays, whoever would delete it."""

    def user_has_permission_for_instance(self, user: User, action: str, instance: Picture) -> bool:
        """Refuse to delete what was signed, to superusers as well."""
        allowed = super().user_has_permission_for_instance(user, action, instance)
        return allowed and not (action == "delete" and instance.is_signed())


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
