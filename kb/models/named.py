"""What rows of the catalogue have in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.bilingual import Bilingual


class Named(models.Model):
    """A row with a key for files and addresses and a name in both languages."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    label = Bilingual("name")

    class Meta:
        abstract = True
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label
