"""Products, their fault codes, parts, tools and dangers, and the words for what is wrong."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from kb.blocks import HazardLevel
from kb.models.named import Named
from kb.models.severity import SeverityScheme
from kb.search.analysis import fold_code
from people.bilingual import Bilingual
from people.models import Subject


class ProductFamily(index.Indexed, Named):
    """A family of products, such as servers; its subject is what its technicians qualify in."""

    subject = models.ForeignKey(
        Subject, models.PROTECT, verbose_name=_("field of work"), null=True, blank=True, related_name="families"
    )

    search_fields = [
        index.SearchField("name", boost=4),
        index.SearchField("name_en", boost=4),
        index.AutocompleteField("name"),
        index.AutocompleteField("name_en"),
    ]

    class Meta(Named.Meta):
        verbose_name = _("product family")
        verbose_name_plural = _("product families")


class ProductModelQuerySet(SearchableQuerySetMixin, models.QuerySet["ProductModel"]):
    """Models that can be searched for."""


class ProductModel(index.Indexed, Named):
    """A model that is sold and serviced; warranty in months, maintenance interval in words."""

    family = models.ForeignKey(ProductFamily, models.PROTECT, verbose_name=_("family"), related_name="models")
    warranty_months = models.PositiveSmallIntegerField(_("warranty in months"), default=0)
    maintenance = models.CharField(_("maintenance interval"), max_length=60, blank=True)
    scheme = models.ForeignKey(
        SeverityScheme, models.PROTECT, verbose_name=_("severity scheme"), null=True, blank=True, related_name="models"
    )

    search_fields = [
        index.SearchField("name", boost=4),
        index.SearchField("name_en", boost=4),
        index.AutocompleteField("name"),
        index.AutocompleteField("name_en"),
        index.FilterField("family"),
    ]

    objects = ProductModelQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("product model")
        verbose_name_plural = _("product models")

    def get_absolute_url(self) -> str:
        """Return the address of its page in the language of the moment."""
        return reverse("product", args=[self.key])


class Specification(models.Model):
    """A line of the specification 规格参数 of a model: what is stated, and its value in words."""

    model = models.ForeignKey(
        ProductModel, models.CASCADE, verbose_name=_("product model"), related_name="specifications"
    )
    name = models.CharField(_("property"), max_length=120)
    name_en = models.CharField(_("property in English"), max_length=120, blank=True)
    value = models.CharField(_("value"), max_length=200)
    value_en = models.CharField(_("value in English"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    label = Bilingual("name")
    words = Bilingual("value")

    class Meta:
        verbose_name = _("specification")
        verbose_name_plural = _("specifications")
        ordering = ["model", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["model", "name"], name="one_value_per_model_and_property")]

    def __str__(self) -> str:
        return f"{self.label}: {self.words}"


class SoftwareRelease(models.Model):
    """A software or firmware version of a model."""

    model = models.ForeignKey(ProductModel, models.CASCADE, verbose_name=_("product model"), related_name="releases")
    version = models.CharField(_("version"), max_length=40)
    released_on = models.DateField(_("released on"), null=True, blank=True)
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    note_en = models.CharField(_("what is new, in English"), max_length=300, blank=True)
    label = Bilingual("note")

    class Meta:
        verbose_name = _("software version")
        verbose_name_plural = _("software versions")
        ordering = ["model", "-released_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["model", "version"], name="one_release_per_model_and_version")]

    def __str__(self) -> str:
        return f"{self.model} {self.version}"


class Component(Named):
    """A part of a model that fails and is warranted for itself; components may lie inside one another."""

    model = models.ForeignKey(ProductModel, models.CASCADE, verbose_name=_("product model"), related_name="components")
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("inside"), null=True, blank=True, related_name="components"
    )
    warranty_months = models.PositiveSmallIntegerField(_("warranty in months"), null=True, blank=True)

    class Meta(Named.Meta):
        verbose_name = _("component")
        verbose_name_plural = _("components")

    def clean(self) -> None:
        """Refuse a component inside itself, or inside one of another model."""
        super().clean()
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("A component cannot lie inside itself.")})
            if above.model_id != self.model_id:
                raise ValidationError({"parent": _("It lies inside a component of another model.")})
            above = above.parent


class WarrantyExclusion(Named):
    """What the warranty does not cover 不在保修范围; of some components, or of everything where none is named."""

    components = models.ManyToManyField(
        Component, verbose_name=_("components"), blank=True, related_name="warranty_exclusions"
    )

    class Meta(Named.Meta):
        verbose_name = _("warranty exclusion")
        verbose_name_plural = _("warranty exclusions")


class Part(Named):
    """A spare part."""

    number = models.CharField(_("part number"), max_length=40, unique=True)
    product_models = models.ManyToManyField(
        ProductModel, verbose_name=_("product models"), blank=True, related_name="spares"
    )
    substitutes = models.ManyToManyField(
        "self", verbose_name=_("may be replaced by"), symmetrical=False, blank=True, related_name="replaces"
    )
    has_serial = models.BooleanField(_("every piece has a serial number"), default=False)

    class Meta(Named.Meta):
        verbose_name = _("spare part")
        verbose_name_plural = _("spare parts")


class Tool(Named):
    """A tool or instrument, or what protects a person; one that is no longer approved stays where documents name it."""

    is_protective = models.BooleanField(_("protects a person (PPE)"), default=False)
    is_approved = models.BooleanField(_("approved for use"), default=True)

    class Meta(Named.Meta):
        verbose_name = _("tool")
        verbose_name_plural = _("tools")


class Hazard(Named):
    """A danger of the work 危险源: how grave it is, what may happen and how to avoid it, what to wear."""

    level = models.CharField(_("level"), max_length=8, choices=HazardLevel, default=HazardLevel.WARNING)
    text = models.CharField(_("what may happen, and how to avoid it"), max_length=600)
    text_en = models.CharField(_("the same in English"), max_length=600, blank=True)
    protection = models.ManyToManyField(
        Tool, verbose_name=_("what to wear and use"), blank=True, related_name="protects_from"
    )
    words = Bilingual("text")

    class Meta(Named.Meta):
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")


class Symptom(Named):
    """A controlled word for what the customer sees, with what else people call it."""

    synonyms = models.CharField(_("synonyms, separated by commas"), max_length=300, blank=True)

    class Meta(Named.Meta):
        verbose_name = _("symptom")
        verbose_name_plural = _("symptoms")


class FaultCodeQuerySet(models.QuerySet["FaultCode"]):
    """Fault codes, however they are typed."""

    def spelt(self, text: str) -> Self:
        """Those whose code is this text in any spelling: `e04`, `E-04`, full width, with spaces."""
        return self.filter(folded=fold_code(text))


class FaultCode(models.Model):
    """A code a product shows; of one model, or of a whole family."""

    class Severity(models.IntegerChoices):
        SYSTEM_DOWN = 1, _("Level 1")
        DEGRADED = 2, _("Level 2")
        PART_DAMAGED = 3, _("Level 3")
        NOT_A_FAULT = 4, _("Level 4")

    family = models.ForeignKey(
        ProductFamily, models.CASCADE, verbose_name=_("family"), null=True, blank=True, related_name="codes"
    )
    model = models.ForeignKey(
        ProductModel,
        models.CASCADE,
        verbose_name=_("product model"),
        null=True,
        blank=True,
        related_name="codes",
    )
    code = models.CharField(_("code"), max_length=40)
    folded = models.CharField(max_length=40, editable=False, db_index=True)
    meaning = models.CharField(_("meaning"), max_length=200)
    meaning_en = models.CharField(_("meaning in English"), max_length=200, blank=True)
    severity = models.PositiveSmallIntegerField(_("default severity"), choices=Severity)
    software = models.CharField(_("software versions that show it"), max_length=100, blank=True)
    label = Bilingual("meaning")

    objects = FaultCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("fault code")
        verbose_name_plural = _("fault codes")
        ordering = ["code", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(family__isnull=True, model__isnull=False) | Q(family__isnull=False, model__isnull=True),
                name="fault_code_of_a_model_or_a_family",
            ),
            models.UniqueConstraint(fields=["family", "folded"], name="one_fault_code_per_family"),
            models.UniqueConstraint(fields=["model", "folded"], name="one_fault_code_per_model"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.product}"

    def get_absolute_url(self) -> str:
        """Return the address of the page of this code in the language of the moment."""
        return reverse("fault_code", args=[self.folded])

    def clean(self) -> None:
        """Keep the folded spelling beside the code as typed; refuse one that is empty or the product has already."""
        self.folded = fold_code(self.code)
        if self.code and not self.folded:
            raise ValidationError({"code": _("A fault code needs a letter or a digit.")})
        same = FaultCode.objects.filter(family=self.family_id, model=self.model_id, folded=self.folded)
        if other := same.exclude(pk=self.pk).first():
            raise ValidationError({"code": _("This product has this code already, as %s.") % other.code})

    @property
    def product(self) -> ProductModel | ProductFamily:
        """Whose code it is."""
        return self.model or self.family
