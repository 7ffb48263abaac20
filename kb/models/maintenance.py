"""Maintenance: what is done to a model or a device every so often, and the records that it was."""

import uuid
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kb.models.devices import Device
from kb.models.named import Named
from kb.models.pages import ProcedurePage
from kb.models.products import ProductModel
from people.bilingual import Bilingual
from people.models import OrgUnit, Person, User


class MaintenancePlanQuerySet(models.QuerySet["MaintenancePlan"]):
    """Plans of models and devices."""

    def of(self, device: Device) -> Self:
        """Those of the device, and those of its model that no plan of the device stands in for."""
        own = self.filter(device=device, is_active=True)
        return self.filter(
            Q(device=device) | Q(model=device.model_id) & ~Q(pk__in=own.values("instead_of")), is_active=True
        )


class MaintenancePlan(Named):
    """维护计划: what is due every so many months on each device of a model, or on one device, perhaps in its stead."""

    model = models.ForeignKey(
        ProductModel, models.CASCADE, verbose_name=_("product model"), null=True, blank=True, related_name="plans"
    )
    device = models.ForeignKey(
        Device, models.CASCADE, verbose_name=_("device"), null=True, blank=True, related_name="plans"
    )
    instead_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("in the stead of this plan of the model"),
        null=True,
        blank=True,
        related_name="+",
    )
    interval_months = models.PositiveSmallIntegerField(_("every (months)"), validators=[MinValueValidator(1)])
    notice_days = models.PositiveSmallIntegerField(_("notice to the customer (days before)"), default=14)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=60)
    procedure = models.ForeignKey(
        ProcedurePage, models.PROTECT, verbose_name=_("procedure"), null=True, blank=True, related_name="plans"
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = MaintenancePlanQuerySet.as_manager()

    class Meta(Named.Meta):
        verbose_name = _("maintenance plan")
        verbose_name_plural = _("maintenance plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(model__isnull=True, device__isnull=False) | Q(model__isnull=False, device__isnull=True),
                name="a_plan_of_a_model_or_a_device",
            )
        ]


class MaintenanceItem(models.Model):
    """A line of a plan's checklist: something to look at, or to measure within limits (both included)."""

    plan = models.ForeignKey(MaintenancePlan, models.CASCADE, verbose_name=_("plan"), related_name="items")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.CharField(_("what to check"), max_length=300)
    text_en = models.CharField(_("the same in English"), max_length=300, blank=True)
    unit = models.CharField(_("unit (empty: yes or no)"), max_length=16, blank=True)
    low = models.DecimalField(_("at least"), max_digits=12, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("at most"), max_digits=12, decimal_places=4, null=True, blank=True)
    label = Bilingual("text")

    class Meta:
        verbose_name = _("checklist line")
        verbose_name_plural = _("checklist lines")
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(high__gte=F("low")),
                name="limits_in_their_order",
            ),
            models.UniqueConstraint(fields=["plan", "position"], name="one_line_per_plan_and_position"),
        ]

    def __str__(self) -> str:
        return self.label


class InspectionQuerySet(models.QuerySet["Inspection"]):
    """Records of maintenance, for those who may know of them."""

    def visible_to(self, person: Person) -> Self:
        """Those of devices the person may know of that are his unit's, his own, or all with the permission."""
        if not person.is_authenticated:
            return self.none()
        if person.has_perm("kb.see_cases"):
            return self
        units = OrgUnit.objects.within(person.unit)
        return self.filter(Q(unit__in=units) | Q(device__owner__in=units) | Q(person=person))


class Inspection(models.Model):
    """巡检记录: a plan carried out on a device, append-only. The sender makes the key: arriving twice it is one."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    digest = models.CharField(max_length=64, editable=False)
    plan = models.ForeignKey(MaintenancePlan, models.PROTECT, verbose_name=_("plan"), related_name="inspections")
    device = models.ForeignKey(Device, models.PROTECT, verbose_name=_("device"), related_name="inspections")
    person = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="inspections")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, verbose_name=_("unit"), null=True, related_name="+")
    done_on = models.DateField(_("done on"))
    recorded_at = models.DateTimeField(_("recorded at"))
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    is_complete = models.BooleanField(_("every line answered and within its limits"))
    note = models.TextField(_("note"), max_length=2000, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-done_on", "-pk"]
        indexes = [models.Index(fields=["device", "plan", "-done_on"], name="inspections_of_a_device")]

    def __str__(self) -> str:
        return f"{self.device} {self.done_on}"


class InspectionResult(models.Model):
    """A line of an inspection, with the words and limits of that day."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="results")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    unit = models.CharField(max_length=16, blank=True)
    low = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    high = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    reading = models.DecimalField(_("reading"), max_digits=16, decimal_places=6, null=True)
    is_right = models.BooleanField(_("in order"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("result of an inspection")
        verbose_name_plural = _("results of inspections")
        ordering = ["inspection", "position"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "position"], name="one_result_per_inspection_and_line")
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.position}"


class DueNotice(models.Model):
    """保养到期通知书: a customer was told that maintenance of a device is due; once for each date."""

    plan = models.ForeignKey(MaintenancePlan, models.CASCADE, related_name="notices")
    device = models.ForeignKey(Device, models.CASCADE, related_name="notices")
    due_on = models.DateField(_("due on"))
    sent_at = models.DateTimeField(_("sent at"))
    people = models.PositiveIntegerField(_("people told"), default=0)

    class Meta:
        verbose_name = _("due notice")
        verbose_name_plural = _("due notices")
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "device", "due_on"], name="one_notice_per_plan_device_and_date")
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.due_on}"
