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


class Timeout(models.TextChoices):
    """What becomes of a sitting that nobody hands in."""

    AUTO = "auto", _("it is handed in")
    GRACE = "grace", _("it may be handed in for some minutes more, without new answers; then it is void")
    ABANDON = "abandon", _("it is void")


class Release(models.TextChoices):
    """When a candidate learns his result."""

    AT_ONCE = "at-once", _("as soon as it is marked")
    BY_OFFICER = "by-officer", _("when the exam officer releases it")


class Paging(models.TextChoices):
    """How a paper is shown at first; the candidate may switch."""

    ALL = "all", _("all on one page")
    ONE = "one", _("one on a page")


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
    instructions = models.TextField(_("instructions"), blank=True)
    instructions_en = models.TextField(_("instructions in English"), blank=True)
    material = models.CharField(_("allowed material"), max_length=300, blank=True)
    material_en = models.CharField(_("allowed material in English"), max_length=300, blank=True)
    avoid_attempts = models.PositiveSmallIntegerField(
        _("attempts whose questions are not asked again"),
        default=1,
        help_text=_("Questions of a person’s last so many attempts are never drawn for him again; 0 allows all."),
    )
    timeout = models.CharField(
        _("when nobody comes back"), max_length=8, choices=Timeout, default=Timeout.AUTO,
        help_text=_("What happens to a sitting that was not handed in when its time is over."),
    )  # fmt: skip
    grace_minutes = models.PositiveSmallIntegerField(_("minutes of grace to hand in"), default=0)
    release = models.CharField(_("release of results"), max_length=12, choices=Release, default=Release.BY_OFFICER)
    paging = models.CharField(_("questions on a page"), max_length=4, choices=Paging, default=Paging.ALL)
    markers = models.PositiveSmallIntegerField(
        _("markers of what is marked by hand"),
        default=1,
        choices=[(1, _("one")), (2, _("two, and a third where they differ"))],
    )
    is_blind = models.BooleanField(_("markers do not see whose answer it is"), default=True)
    needs_session = models.BooleanField(_("only in a scheduled session"), default=False)
    reveals_key = models.BooleanField(
        _("the released result shows the right answers"),
        default=True,
        help_text=_("Otherwise it shows the score by topic, and what to read again."),
    )

    label = Bilingual("title")
    summary_label = Bilingual("summary")
    instructions_label = Bilingual("instructions")
    material_label = Bilingual("material")

    objects = ExamQuerySet.as_manager()

    panels = [
        FieldRowPanel([FieldPanel("key"), FieldPanel("audience")]),
        FieldRowPanel([FieldPanel("title"), FieldPanel("title_en")]),
        FieldRowPanel([FieldPanel("summary"), FieldPanel("summary_en")]),
        FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("minutes"), FieldPanel("is_open_book")]),
        FieldRowPanel([FieldPanel("attempts"), FieldPanel("wait_days"), FieldPanel("avoid_attempts")]),
        FieldPanel("instructions"),
        FieldPanel("instructions_en"),
        FieldRowPanel([FieldPanel("material"), FieldPanel("material_en")]),
        InlinePanel("prerequisites", heading=_("Prerequisites"), label=_("Prerequisite")),
        InlinePanel("blueprint", heading=_("Blueprint"), label=_("Draw")),
        FieldRowPanel([FieldPanel("paging"), FieldPanel("needs_session")]),
        FieldRowPanel([FieldPanel("timeout"), FieldPanel("grace_minutes")]),
        FieldRowPanel([FieldPanel("markers"), FieldPanel("is_blind")]),
        FieldRowPanel([FieldPanel("release"), FieldPanel("reveals_key")]),
    ]

    class Meta:
        verbose_name = _("exam")
        verbose_name_plural = _("exams")
        ordering = ["key"]
        permissions = [
            ("invigilate", "Can invigilate any session"),
            ("mark_answers", "Can mark answers"),
            ("release_results", "Can release results"),
            ("regrade", "Can mark a question again"),
            ("decide_appeals", "Can decide appeals of questions"),
            ("see_statistics", "Can see the statistics of exams and questions"),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """Return the address of its lobby in the language of the moment."""
        return reverse("exam", args=[self.key])


class BlueprintRow(Orderable):
    """So many questions of a topic (and difficulty, or critical ones only), each worth so many points."""

    exam = ParentalKey(Exam, on_delete=models.CASCADE, related_name="blueprint")
    topic = models.ForeignKey(
        Topic, models.PROTECT, verbose_name=_("topic"), related_name="+", help_text=_("With all topics below it.")
    )
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


class FormQuerySet(models.QuerySet["Form"]):
    """Fixed papers."""

    def usable(self) -> Self:
        """Those in use whose questions may all still be drawn."""
        barred = FormItem.objects.exclude(question__in=Question.objects.drawable().order_by().values("pk"))
        asking = self.filter(is_active=True, items__isnull=False).distinct()
        return asking.exclude(pk__in=barred.order_by().values("form"))


class Form(models.Model):
    """A fixed paper of an exam. Where an exam has active ones, each candidate gets one of them (parallel forms)."""

    exam = models.ForeignKey(Exam, models.CASCADE, verbose_name=_("exam"), related_name="forms")
    name = models.CharField(_("name"), max_length=40)
    seed = models.CharField(_("seed"), max_length=32, blank=True, help_text=_("What it was drawn with, if drawn."))
    is_active = models.BooleanField(_("in use"), default=True)

    objects = FormQuerySet.as_manager()

    class Meta:
        verbose_name = _("fixed paper")
        verbose_name_plural = _("fixed papers")
        ordering = ["exam", "name"]
        constraints = [models.UniqueConstraint(fields=["exam", "name"], name="one_form_per_exam_and_name")]

    def __str__(self) -> str:
        return f"{self.exam} · {self.name}"


class FormItem(models.Model):
    """A question of a fixed paper, in its place."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    question = models.ForeignKey(Question, models.PROTECT, verbose_name=_("question"), related_name="+")
    points = models.PositiveSmallIntegerField(_("points"), default=1, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["form", "position"]
        constraints = [
            models.UniqueConstraint(fields=["form", "position"], name="one_question_per_form_and_position"),
            models.UniqueConstraint(fields=["form", "question"], name="each_question_once_in_a_form"),
        ]

    def __str__(self) -> str:
        return f"{self.form} · {self.position}"
