"""Devices: single machines at customers."""

import secrets
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kb.models.products import ProductModel
from kb.models.severity import Area, SeverityScheme
from kb.search.analysis import fold_code
from people.models import Audience, OrgUnit, Person, audience_of

LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing that reads like something else


def new_code() -> str:
    """Return a code for a label: 60 random bits in 12 letters, which say nothing and cannot be guessed."""
    return "".join(secrets.choice(LETTERS) for _place in range(12))


class DeviceQuerySet(models.QuerySet["Device"]):
    """Devices, for those who may know of them."""

    def visible_to(self, person: Person) -> Self:
        """Our own staff see all; dealers and customers those they own or look after; others none."""
        if not person.is_authenticated:
            return self.none()
        if audience_of(person) == Audience.INTERNAL:
            return self
        units = OrgUnit.objects.within(person.unit)
        return self.filter(Q(owner__in=units) | Q(unit__in=units))

    def with_serial(self, text: str) -> Self:
        """Those whose serial number is this text in any spelling."""
        return self.filter(folded=fold_code(text)).exclude(folded="")

    def in_service(self) -> Self:
        """Those not retired."""
        return self.filter(retired_on__isnull=True)


class Device(models.Model):
    """设备: one machine, by its serial number. The code on its label opens its page and says nothing by itself."""

    code = models.CharField(_("code on the label"), max_length=16, unique=True, default=new_code, editable=False)
    model = models.ForeignKey(ProductModel, models.PROTECT, verbose_name=_("product model"), related_name="devices")
    serial = models.CharField(_("serial number"), max_length=60)
    folded = models.CharField(max_length=60, editable=False, db_index=True)
    owner = models.ForeignKey(
        OrgUnit, models.PROTECT, verbose_name=_("customer"), null=True, blank=True, related_name="devices"
    )
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, verbose_name=_("unit that services it"), null=True, blank=True, related_name="+"
    )
    site = models.CharField(_("where it stands"), max_length=200, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name=_("area"), null=True, blank=True, related_name="+")
    scheme = models.ForeignKey(
        SeverityScheme,
        models.PROTECT,
        verbose_name=_("severity scheme of its contract"),
        null=True,
        blank=True,
        related_name="devices",
    )
    software = models.CharField(_("software version"), max_length=40, blank=True)
    bought_on = models.DateField(_("bought on"), null=True, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["model", "serial"]
        constraints = [models.UniqueConstraint(fields=["model", "folded"], name="one_device_per_model_and_serial")]

    def __str__(self) -> str:
        return f"{self.model.label} · {self.serial}"

    def get_absolute_url(self) -> str:
        """Return the address of its page in the language of the moment."""
        return reverse("device", args=[self.code])

    def clean(self) -> None:
        """Keep the folded spelling beside the number as it is on the plate; refuse one the model has already."""
        super().clean()
        self.folded = fold_code(self.serial or "")
        if self.serial and not self.folded:
            raise ValidationError({"serial": _("A serial number needs a letter or a digit.")})
        same = Device.objects.filter(model=self.model_id, folded=self.folded).exclude(pk=self.pk)
        if other := same.first():
            raise ValidationError({"serial": _("There is such a device already, as %s.") % other.serial})
