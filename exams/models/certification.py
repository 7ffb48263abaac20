"""Certification schemes, their levels, what a level asks, and the decisions to certify."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable

from courses.models import Course
from exams.models.paper import Exam
from people.bilingual import Bilingual
from people.models import Credential, Qualification, User


class Scheme(ClusterableModel):
    """A certification scheme 认证方案 (ISO/IEC 17024, 8): ordered levels and their rules."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    summary_en = models.CharField(_("summary in English"), max_length=300, blank=True)
    label = Bilingual("title")
    summary_label = Bilingual("summary")

    panels = [
        FieldPanel("key"),
        FieldRowPanel([FieldPanel("title"), FieldPanel("title_en")]),
        FieldRowPanel([FieldPanel("summary"), FieldPanel("summary_en")]),
        InlinePanel("levels", heading=_("Levels"), label=_("Level")),
    ]

    class Meta:
        verbose_name = _("certification scheme")
        verbose_name_plural = _("certification schemes")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label


class Level(ClusterableModel, Orderable):
    """A level of a scheme, such as 初级: the qualification it confers and for how many months."""

    scheme = ParentalKey(Scheme, on_delete=models.CASCADE, related_name="levels")
    key = models.SlugField(_("key"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    text = models.TextField(_("text (Markdown)"), blank=True)
    text_en = models.TextField(_("text in English (Markdown)"), blank=True)
    qualification = models.ForeignKey(
        Qualification, models.PROTECT, verbose_name=_("qualification"), related_name="levels"
    )
    months = models.PositiveSmallIntegerField(_("valid for months"), validators=[MinValueValidator(1)])
    label = Bilingual("title")
    text_label = Bilingual("text")

    panels = [
        FieldRowPanel([FieldPanel("key"), FieldPanel("months"), FieldPanel("qualification")]),
        FieldRowPanel([FieldPanel("title"), FieldPanel("title_en")]),
        FieldPanel("text"),
        FieldPanel("text_en"),
        InlinePanel("requirements", heading=_("What it asks"), label=_("Requirement"), min_num=1),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        constraints = [models.UniqueConstraint(fields=["scheme", "key"], name="one_level_per_scheme_and_key")]

    def __str__(self) -> str:
        return f"{self.scheme.label} · {self.label}"


class Requirement(Orderable):
    """What a level asks: a course completed, an exam passed, or another level held."""

    level = ParentalKey(Level, on_delete=models.CASCADE, related_name="requirements")
    course = models.ForeignKey(
        Course, models.PROTECT, verbose_name=_("course"), null=True, blank=True, related_name="+"
    )
    exam = models.ForeignKey(Exam, models.PROTECT, verbose_name=_("exam"), null=True, blank=True, related_name="+")
    held = models.ForeignKey(
        Level, models.PROTECT, verbose_name=_("level held"), null=True, blank=True, related_name="+"
    )

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(course__isnull=False, exam__isnull=True, held__isnull=True)
                | Q(course__isnull=True, exam__isnull=False, held__isnull=True)
                | Q(course__isnull=True, exam__isnull=True, held__isnull=False),
                name="requirement_asks_for_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(getattr(self, self.kind))

    @property
    def kind(self) -> str:
        """What it asks for: `course`, `exam` or `held`."""
        return next((name for name in ("course", "exam", "held") if getattr(self, f"{name}_id")), "held")

    @property
    def target_id(self) -> int:
        """The id of the course, exam or level."""
        return getattr(self, f"{self.kind}_id")

    def clean(self) -> None:
        """A requirement asks for exactly one thing."""
        if sum(bool(each) for each in (self.course_id, self.exam_id, self.held_id)) != 1:
            raise ValidationError(_("Choose a course, an exam or a level: exactly one."))


class Decision(models.Model):
    """发证: a person decided to certify a candidate or not, on evidence kept as it was (ISO/IEC 17024, 9.4)."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    level = models.ForeignKey(Level, models.PROTECT, verbose_name=_("level"), related_name="decisions")
    person = models.ForeignKey(User, models.PROTECT, verbose_name=_("candidate"), related_name="decisions")
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    reason = models.TextField(_("reason"), blank=True)
    evidence = models.JSONField(_("evidence"), default=dict)
    decided_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("decided by"), related_name="decisions_made")
    decided_at = models.DateTimeField(_("decided at"))
    credential = models.OneToOneField(
        Credential,
        models.PROTECT,
        verbose_name=_("credential"),
        null=True,
        blank=True,
        related_name="decision",
    )

    class Meta:
        verbose_name = _("certification decision")
        verbose_name_plural = _("certification decisions")
        ordering = ["-decided_at"]
        permissions = [("decide_certification", "Can decide certifications")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="granted", credential__isnull=False)
                | Q(outcome="refused", credential__isnull=True),
                name="a_granted_decision_has_its_credential",
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} · {self.person} · {self.get_outcome_display()}"
