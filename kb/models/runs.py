"""Runs of fault guides: where somebody stands in one, and what came of following it."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kb.blocks import EndBlock
from kb.models.cases import FaultReport
from kb.models.devices import Device
from kb.models.pages import FaultGuidePage
from kb.models.products import Component, Part, ProductModel
from kb.models.signing import Edition
from people.models import OrgUnit, Person, Qualification, User


class Walk(models.Model):
    """Where a person stands in a guide, to resume it: the address that was open last. Forgotten after a while.

    The key becomes that of the run.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(User, models.CASCADE, related_name="walks")
    guide = models.ForeignKey(FaultGuidePage, models.CASCADE, related_name="+")
    query = models.TextField()
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("search under way")
        verbose_name_plural = _("searches under way")
        ordering = ["-seen_at"]
        indexes = [models.Index(fields=["person", "-seen_at"], name="walk_of_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.guide_id}"


class Override(models.Model):
    """A supervisor's leave to do one step of one run without the qualification it asks for; asked for, then decided."""

    walk = models.UUIDField()
    guide = models.ForeignKey(FaultGuidePage, models.PROTECT, related_name="+")
    node = models.CharField(max_length=200)
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="overrides")
    asked_at = models.DateTimeField()
    asked_because = models.CharField(_("why it is needed"), max_length=500)
    supervisor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_granted = models.BooleanField(null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("qualification override")
        verbose_name_plural = _("qualification overrides")
        ordering = ["-asked_at", "-pk"]
        permissions = [("override_gate", "Can let somebody do a step he is not qualified for")]
        constraints = [
            models.UniqueConstraint(fields=["walk", "node"], name="one_override_per_walk_and_node"),
            models.CheckConstraint(
                condition=Q(is_granted__isnull=True, decided_at__isnull=True, supervisor__isnull=True)
                | Q(is_granted__isnull=False, decided_at__isnull=False, supervisor__isnull=False),
                name="an_override_is_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.qualification_id} {self.node}"


class DiagnosisRunQuerySet(models.QuerySet["DiagnosisRun"]):
    """Runs, for those who may know of them."""

    def visible_to(self, person: Person) -> Self:
        """Those of the person's unit and its parts and his own; all with the permission to see cases."""
        if not person.is_authenticated:
            return self.none()
        if person.has_perm("kb.see_cases"):
            return self
        return self.filter(Q(unit__in=OrgUnit.objects.within(person.unit)) | Q(person=person))


class DiagnosisRun(models.Model):
    """A fault guide followed to an end, append-only: the edition followed, the answers and readings, what came of it.

    The sender makes the key, so a run that arrives twice is recorded once; `digest` tells a copy from another run
    under the same key. What the guide called things is kept as it was (`path`, `cause`, `credentials`).
    """

    class Consent(models.TextChoices):
        NONE = "none", _("not needed")
        ORAL = "oral", _("oral")
        WRITTEN = "written", _("written")

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    digest = models.CharField(max_length=64, editable=False, default="")
    guide = models.ForeignKey(FaultGuidePage, models.PROTECT, verbose_name=_("fault guide"), related_name="runs")
    edition = models.ForeignKey(Edition, models.PROTECT, verbose_name=_("edition"), null=True, related_name="runs")
    version = models.CharField(_("version"), max_length=16)
    person = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="runs")
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="runs"
    )
    report = models.ForeignKey(
        FaultReport, models.PROTECT, verbose_name=_("case"), null=True, blank=True, related_name="runs"
    )
    device = models.ForeignKey(
        Device, models.PROTECT, verbose_name=_("device"), null=True, blank=True, related_name="runs"
    )
    model = models.ForeignKey(
        ProductModel, models.PROTECT, verbose_name=_("product model"), null=True, blank=True, related_name="runs"
    )
    path = models.JSONField(_("path"))
    end = models.CharField(_("end"), max_length=200)
    result = models.CharField(_("result"), max_length=12, choices=EndBlock.Result)
    fault_class = models.CharField(_("fault class"), max_length=16, blank=True)
    cause = models.CharField(_("cause"), max_length=300, blank=True)
    component = models.ForeignKey(
        Component, models.PROTECT, verbose_name=_("component"), null=True, blank=True, related_name="runs"
    )
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    consent = models.CharField(_("customer's consent"), max_length=8, choices=Consent, default=Consent.NONE)
    consent_by = models.CharField(_("consent given by"), max_length=60, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    credentials = models.JSONField(_("credentials held at that minute"), default=list)
    gaps = models.JSONField(_("steps without the qualification or hazards not opened"), default=list)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    received_at = models.DateTimeField(_("received at"), null=True)

    objects = DiagnosisRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("diagnosis run")
        verbose_name_plural = _("diagnosis runs")
        ordering = ["-recorded_at", "-pk"]
        permissions = [("see_statistics", "Can see the statistics of cases and runs")]
        indexes = [
            models.Index(fields=["recorded_at"], name="run_recorded_at"),
            models.Index(fields=["device", "recorded_at"], name="run_of_device"),
            models.Index(fields=["person", "recorded_at"], name="run_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.guide.number} {self.end} {self.result}"


class RunTurn(models.Model):
    """A node that a run passed: the way taken there, and how the run ended, to ask how runs through a branch ended.

    `guide` is the one in which the node stands, which differs from the run's where that one included it; `node` is its
    id there. Written with the run, never changed.
    """

    run = models.ForeignKey(DiagnosisRun, models.CASCADE, related_name="turns")
    guide = models.ForeignKey(FaultGuidePage, models.PROTECT, related_name="+")
    node = models.CharField(max_length=64)
    way = models.CharField(max_length=12)
    to = models.CharField(max_length=200)
    end = models.CharField(max_length=200)
    result = models.CharField(max_length=12, choices=EndBlock.Result)

    class Meta:
        verbose_name = _("turn of a run")
        verbose_name_plural = _("turns of runs")
        ordering = ["run", "pk"]
        indexes = [models.Index(fields=["guide", "node", "way", "to", "end", "result"], name="turns_of_a_branch")]

    def __str__(self) -> str:
        return f"{self.node} {self.way}"


class PartUsed(models.Model):
    """A part that was put in: its number, and the serial numbers of what came out and went in."""

    run = models.ForeignKey(DiagnosisRun, models.PROTECT, related_name="parts")
    part = models.ForeignKey(Part, models.PROTECT, null=True, related_name="uses")
    number = models.CharField(_("part number"), max_length=40)
    quantity = models.PositiveSmallIntegerField(_("how many"), default=1)
    serial_out = models.CharField(_("serial number taken out"), max_length=60, blank=True)
    serial_in = models.CharField(_("serial number put in"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("part used")
        verbose_name_plural = _("parts used")
        ordering = ["run", "pk"]

    def __str__(self) -> str:
        return f"{self.number} × {self.quantity}"
