"""Exams and the blueprints their papers are drawn from."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable

from exams.models.bank import Question, Topic
from people.bilingual import Bilingual
from people.models import Audience, Person, audience_of


class ExamQuerySet(models.QuerySet["Exam"]):
    """The one door to exams."""

    def visible_to(self, person: Person) -> Self:
        """Those this person may know of: people sign in to be examined."""
        return self.filter(audience__lte=audience_of(person)) if person.is_authenticated else self.none()


class Exam(ClusterableModel):
    """An exam: what is drawn, how long it takes (minutes), what passes (percent), how often it may be tried."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    summary_en = models.CharField(_("summary in English"), max_length=300, blank=True)
    audience = models.PositiveSmallIntegerField(_("audience"), choices=Audience, default=Audience.DEALER)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark in percent"), default=75, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MinValueValidator(1)])
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=3, validators=[MinValueValidator(1)])
    wait_days = models.PositiveSmallIntegerField(_("days to wait between attempts"), default=0)
    is_open_book = models.BooleanField(_("open book"), default=True)

    label = Bilingual("title")
    summary_label = Bilingual("summary")

    objects = ExamQuerySet.as_manager()

    panels = [
        FieldRowPanel([FieldPanel("key"), FieldPanel("audience")]),
        FieldRowPanel([FieldPanel("title"), FieldPanel("title_en")]),
        FieldRowPanel([FieldPanel("summary"), FieldPanel("summary_en")]),
        FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("minutes"), FieldPanel("is_open_book")]),
        FieldRowPanel([FieldPanel("attempts"), FieldPanel("wait_days")]),
        InlinePanel("blueprint", heading=_("Blueprint"), label=_("Draw"), min_num=1),
    ]

    class Meta:
        verbose_name = _("exam")
        verbose_name_plural = _("exams")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """Return the address of its lobby in the language of the moment."""
        return reverse("exam", args=[self.key])


class BlueprintRow(Orderable):
    """So many questions of a topic (and difficulty, or critical ones only), each worth so many points."""

    exam = ParentalKey(Exam, on_delete=models.CASCADE, related_name="blueprint")
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name=_("topic"), related_name="+")
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), choices=Question.Difficulty, null=True, blank=True)
    is_critical = models.BooleanField(_("critical ones only"), default=False)
    count = models.PositiveSmallIntegerField(_("how many"), validators=[MinValueValidator(1)])
    points = models.PositiveSmallIntegerField(_("points each"), default=1, validators=[MinValueValidator(1)])

    panels = [
        FieldRowPanel([FieldPanel("topic"), FieldPanel("difficulty"), FieldPanel("is_critical")]),
        FieldRowPanel([FieldPanel("count"), FieldPanel("points")]),
    ]

    def __str__(self) -> str:
        return f"{self.topic.key} × {self.count}"
