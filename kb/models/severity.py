"""How grave a fault is and how fast it must be answered: schemes of levels, hours, areas and tiers. All of it is data.

The contracts and regulations contradict each other on times, so a time always belongs to a scheme.
"""

from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kb.models.named import Named
from people.bilingual import Bilingual
from people.models import OrgUnit


class BusinessHours(Named):
    """Hours in which a clock runs, in the time zone of the site; without any opening hours it never does."""

    class Meta(Named.Meta):
        verbose_name = _("business hours")
        verbose_name_plural = _("business hours")


class OpeningHours(models.Model):
    """From when to when on a day of the week."""

    class Day(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    hours = models.ForeignKey(BusinessHours, models.CASCADE, verbose_name=_("business hours"), related_name="opening")
    day = models.PositiveSmallIntegerField(_("day"), choices=Day)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["hours", "day", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="opening_hours_end_after_they_begin"),
            models.UniqueConstraint(fields=["hours", "day", "opens"], name="one_opening_per_day_and_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_day_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        """Refuse hours that lie over others of the same day."""
        super().clean()
        others = OpeningHours.objects.filter(hours=self.hours_id, day=self.day).exclude(pk=self.pk)
        if None not in (self.opens, self.closes) and others.filter(opens__lt=self.closes, closes__gt=self.opens):
            raise ValidationError({"opens": _("These hours lie over others of the same day.")})


class Holiday(models.Model):
    """A day on which no clock of these hours runs."""

    hours = models.ForeignKey(BusinessHours, models.CASCADE, verbose_name=_("business hours"), related_name="holidays")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["hours", "day"]
        constraints = [models.UniqueConstraint(fields=["hours", "day"], name="one_holiday_per_hours_and_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Area(Named):
    """Where a customer is, as far as it decides how soon somebody can be there: main urban area, suburb."""

    class Meta(Named.Meta):
        verbose_name = _("area")
        verbose_name_plural = _("areas")


class SeverityScheme(Named):
    """故障等级体系: levels with times, of a regulation, a product or a contract."""

    hours = models.ForeignKey(
        BusinessHours,
        models.PROTECT,
        verbose_name=_("business hours (empty: round the clock)"),
        null=True,
        blank=True,
        related_name="schemes",
    )
    is_default = models.BooleanField(_("where neither contract nor product names one"), default=False)

    class Meta(Named.Meta):
        verbose_name = _("severity scheme")
        verbose_name_plural = _("severity schemes")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_severity_scheme"
            )
        ]


class SeverityLevelQuerySet(models.QuerySet["SeverityLevel"]):
    """Levels of schemes."""

    def of(self, scheme: SeverityScheme) -> Self:
        """Those of one scheme, the gravest first."""
        return self.filter(scheme=scheme).order_by("rank")


class SeverityLevel(models.Model):
    """故障等级: what it is, and within how many minutes somebody responds, arrives, and has reported upwards."""

    class Mode(models.TextChoices):
        REMOTE = "remote", _("mostly remote")
        ON_SITE = "on-site", _("on site")
        EITHER = "either", _("remote first, then on site")

    scheme = models.ForeignKey(SeverityScheme, models.CASCADE, verbose_name=_("scheme"), related_name="levels")
    rank = models.PositiveSmallIntegerField(
        _("rank (1 is the gravest)"), validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    code = models.CharField(_("code"), max_length=20)
    code_en = models.CharField(_("code in English"), max_length=20, blank=True)
    definition = models.CharField(_("definition"), max_length=300)
    definition_en = models.CharField(_("definition in English"), max_length=300, blank=True)
    respond_minutes = models.PositiveIntegerField(_("respond within (minutes)"))
    arrive_minutes = models.PositiveIntegerField(_("arrive within (minutes)"), null=True, blank=True)
    report_minutes = models.PositiveIntegerField(_("report upwards within (minutes)"), null=True, blank=True)
    mode = models.CharField(_("mode"), max_length=8, choices=Mode, default=Mode.EITHER)
    label = Bilingual("code")
    words = Bilingual("definition")

    objects = SeverityLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("severity level")
        verbose_name_plural = _("severity levels")
        ordering = ["scheme", "rank"]
        constraints = [models.UniqueConstraint(fields=["scheme", "rank"], name="one_level_per_scheme_and_rank")]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """How files name it: `contract/2`. Reads the scheme."""
        return f"{self.scheme.key}/{self.rank}"


class ArrivalTime(models.Model):
    """Within how many minutes somebody arrives in one area, where that differs from the level's own."""

    level = models.ForeignKey(SeverityLevel, models.CASCADE, verbose_name=_("level"), related_name="arrivals")
    area = models.ForeignKey(Area, models.CASCADE, verbose_name=_("area"), related_name="arrivals")
    minutes = models.PositiveIntegerField(_("arrive within (minutes)"))

    class Meta:
        verbose_name = _("arrival time")
        verbose_name_plural = _("arrival times")
        ordering = ["level", "area"]
        constraints = [models.UniqueConstraint(fields=["level", "area"], name="one_arrival_time_per_level_and_area")]

    def __str__(self) -> str:
        return f"{self.level} {self.area}: {self.minutes}"


class TierQuerySet(models.QuerySet["Tier"]):
    """The tiers, from the field upwards."""

    def named(self, words: str) -> "Tier | None":
        """The tier that a fault guide calls so, in either language."""
        return self.filter(Q(name=words) | Q(name_en=words)).order_by("rank").first()


class Tier(Named):
    """支撑层级: whom a case is handed to next; 1 is the field, the last one the manufacturer."""

    rank = models.PositiveSmallIntegerField(_("rank (1 is the field)"), unique=True)
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, verbose_name=_("unit in charge"), null=True, blank=True, related_name="tiers"
    )
    collect = models.CharField(_("what to gather before handing over"), max_length=600, blank=True)
    collect_en = models.CharField(_("the same in English"), max_length=600, blank=True)
    words = Bilingual("collect")

    objects = TierQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["rank"]
