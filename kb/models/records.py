"""What was done with the knowledge: runs of fault guides."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.blocks import EndBlock
from kb.models.pages import FaultGuidePage
from people.models import User


class DiagnosisRun(models.Model):
    """A fault guide followed to an end, append-only: the revision followed, the answers and readings, what came of it.

    The sender makes the key, so a run that arrives twice is recorded once.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    guide = models.ForeignKey(FaultGuidePage, models.PROTECT, verbose_name=_("fault guide"), related_name="runs")
    version = models.CharField(_("version"), max_length=16)
    revision_id = models.PositiveBigIntegerField(_("revision"), null=True)
    person = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="runs")
    path = models.JSONField(_("path"))
    end = models.CharField(_("end"), max_length=64)
    result = models.CharField(_("result"), max_length=12, choices=EndBlock.Result)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("diagnosis run")
        verbose_name_plural = _("diagnosis runs")
        ordering = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.guide.number} {self.end} {self.result}"
