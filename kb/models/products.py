"""Products, their fault codes, the parts and tools that go with them, and the words for what is wrong."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from kb.search.analysis import fold_code
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


class ProductFamily(index.Indexed, Named):
    """A family of products, such as servers."""

    search_fields = [
        index.SearchField("name", boost=4),
        index.SearchField("name_en", boost=4),
        index.AutocompleteField("name"),
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

    search_fields = [
        index.SearchField("name", boost=4),
        index.SearchField("name_en", boost=4),
        index.AutocompleteField("name"),
        index.FilterField("family"),
    ]

    objects = ProductModelQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("product model")
        verbose_name_plural = _("product models")

    def get_absolute_url(self) -> str:
        """Return the address of its page in the language of the moment."""
        return reverse("product", args=[self.key])


class Component(Named):
    """A part of a model that fails and is warranted for itself."""

    model = models.ForeignKey(ProductModel, models.CASCADE, verbose_name=_("product model"), related_name="components")
    warranty_months = models.PositiveSmallIntegerField(_("warranty in months"), null=True, blank=True)

    class Meta(Named.Meta):
        verbose_name = _("component")
        verbose_name_plural = _("components")


class Part(Named):
    """A spare part."""

    number = models.CharField(_("part number"), max_length=40, unique=True)
    product_models = models.ManyToManyField(
        ProductModel, verbose_name=_("product models"), blank=True, related_name="spares"
    )

    class Meta(Named.Meta):
        verbose_name = _("spare part")
        verbose_name_plural = _("spare parts")


class Tool(Named):
    """An approved tool or instrument."""

    class Meta(Named.Meta):
        verbose_name = _("tool")
        verbose_name_plural = _("tools")


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
