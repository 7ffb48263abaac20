"""Reports of statistics as they were calculated."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exams.models.bank import Question
from exams.models.paper import Exam


class StatisticsReport(models.Model):
    """The statistics of an exam as of a moment; `data` is the frozen result of exams/statistics."""

    exam = models.ForeignKey(Exam, models.CASCADE, verbose_name=_("exam"), related_name="reports")
    at = models.DateTimeField(_("as of"))
    sittings = models.PositiveIntegerField(_("sittings"))
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("statistics report")
        verbose_name_plural = _("statistics reports")
        ordering = ["exam", "-at"]

    def __str__(self) -> str:
        return f"{self.exam} · {self.at:%Y-%m-%d}"


class ItemFigure(models.Model):
    """The figures of a question in a report, to sort and filter the bank by. Percent, as in the report."""

    report = models.ForeignKey(StatisticsReport, models.CASCADE, related_name="figures")
    question = models.ForeignKey(Question, models.CASCADE, verbose_name=_("question"), related_name="figures")
    people = models.PositiveIntegerField(_("answered by"))
    facility = models.FloatField(_("facility"), null=True, blank=True)
    discrimination = models.FloatField(_("discrimination"), null=True, blank=True)
    flags = models.JSONField(_("flags"), default=list)

    class Meta:
        verbose_name = _("figures of a question")
        verbose_name_plural = _("figures of questions")
        ordering = ["report", "question"]
        constraints = [
            models.UniqueConstraint(fields=["report", "question"], name="one_figure_per_report_and_question")
        ]

    def __str__(self) -> str:
        return f"{self.question_id} · {self.facility}"
