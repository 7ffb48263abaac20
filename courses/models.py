"""Courses and their lessons, who takes them, and the plans that ask for them."""

import datetime
from dataclasses import dataclass
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PageChooserPanel
from wagtail.models import Orderable
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from kb.models import Citation, CitingQuerySet
from people.bilingual import Bilingual
from people.models import Audience, Person, Position, Qualification, User, audience_of


class CourseQuerySet(SearchableQuerySetMixin, models.QuerySet["Course"]):
    """The one door to courses."""

    def visible_to(self, person: Person) -> Self:
        """Those for this person's audience; people sign in to learn, so strangers see only what is public."""
        return self.filter(audience__lte=audience_of(person))


class Course(index.Indexed, ClusterableModel):
    """A course 课程: its objective, and its lessons in order."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    summary_en = models.CharField(_("summary in English"), max_length=300, blank=True)
    objective = models.TextField(_("objective"), blank=True)
    objective_en = models.TextField(_("objective in English"), blank=True)
    audience = models.PositiveSmallIntegerField(_("audience"), choices=Audience, default=Audience.INTERNAL)
    hours = models.DecimalField(
        _("hours"), max_digits=5, decimal_places=1, default=1, validators=[MinValueValidator(0)]
    )
    covers = models.ForeignKey(
        Qualification,
        models.PROTECT,
        verbose_name=_("prepares for"),
        null=True,
        blank=True,
        related_name="courses",
    )

    label = Bilingual("title")
    summary_label = Bilingual("summary")
    objective_label = Bilingual("objective")

    objects = CourseQuerySet.as_manager()

    panels = [
        FieldRowPanel([FieldPanel("key"), FieldPanel("audience")]),
        FieldRowPanel([FieldPanel("title"), FieldPanel("title_en")]),
        FieldRowPanel([FieldPanel("summary"), FieldPanel("summary_en")]),
        FieldRowPanel([FieldPanel("objective"), FieldPanel("objective_en")]),
        FieldRowPanel([FieldPanel("hours"), FieldPanel("covers")]),
        InlinePanel("lessons", heading=_("Lessons"), label=_("Lesson")),
    ]
    search_fields = [
        index.SearchField("title", boost=4),
        index.SearchField("title_en", boost=4),
        index.SearchField("summary", boost=2),
        index.SearchField("summary_en", boost=2),
        index.SearchField("objective", boost=1),
        index.SearchField("objective_en", boost=1),
        index.AutocompleteField("title"),
        index.AutocompleteField("title_en"),
        index.FilterField("audience"),
    ]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """Return the address of its page in the language of the moment."""
        return reverse("course", args=[self.key])


class Lesson(Orderable, Citation):
    """A lesson of a course: own text, a document of the knowledge base, or a statement to confirm."""

    class Kind(models.TextChoices):
        READING = "reading", _("Reading")
        PAGE = "page", _("Document")
        ATTESTATION = "attestation", _("Attestation")

    course = ParentalKey(Course, on_delete=models.CASCADE, related_name="lessons")
    key = models.SlugField(_("key"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.READING)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    text = models.TextField(_("text (Markdown)"), blank=True)
    text_en = models.TextField(_("text in English (Markdown)"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=10)

    label = Bilingual("title")
    text_label = Bilingual("text")

    objects = CitingQuerySet.as_manager()

    panels = [
        FieldRowPanel([FieldPanel("key"), FieldPanel("kind"), FieldPanel("minutes")]),
        FieldRowPanel([FieldPanel("title"), FieldPanel("title_en")]),
        FieldRowPanel([PageChooserPanel("page"), FieldPanel("block_id")]),
        FieldPanel("text"),
        FieldPanel("text_en"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="one_lesson_per_course_and_key")]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """A lesson that shows a document needs one."""
        if self.kind == self.Kind.PAGE and not self.page_id:
            raise ValidationError({"page": _("Choose the document this lesson shows.")})
        self.check_citation()

    def get_absolute_url(self) -> str:
        """Return the address of its page in the language of the moment."""
        return reverse("lesson", args=[self.course.key, self.key])


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Who is taking what, and how far they are."""

    def with_progress(self) -> Self:
        """Annotate `done` and `total` (lessons) and `finished_at` (when the last of them was done, else null)."""
        lessons = Lesson.objects.filter(course=OuterRef("course")).order_by().values("course").annotate(n=Count("pk"))
        completions = (
            LessonCompletion.objects.filter(enrolment=OuterRef("pk"))
            .order_by()
            .values("enrolment")
            .annotate(n=Count("pk"))
        )
        last = LessonCompletion.objects.filter(enrolment=OuterRef("pk")).order_by("-done_at").values("done_at")[:1]
        return self.annotate(
            total=Coalesce(Subquery(lessons.values("n")), 0),
            done=Coalesce(Subquery(completions.values("n")), 0),
        ).annotate(finished_at=Case(When(total__gt=0, done__gte=F("total"), then=Subquery(last))))

    def completed(self) -> Self:
        """Those whose every lesson is done."""
        return self.with_progress().filter(finished_at__isnull=False)


class Enrolment(models.Model):
    """A person takes a course."""

    person = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="enrolments")
    course = models.ForeignKey(Course, models.PROTECT, verbose_name=_("course"), related_name="enrolments")
    enrolled_at = models.DateTimeField(_("enrolled at"))

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-enrolled_at"]
        constraints = [models.UniqueConstraint(fields=["person", "course"], name="one_enrolment_per_person_and_course")]

    def __str__(self) -> str:
        return f"{self.person} · {self.course}"


class LessonCompletion(models.Model):
    """A lesson was done; of a document, in which version."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="completions")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="completions")
    version = models.CharField(_("version"), max_length=16, blank=True)
    done_at = models.DateTimeField(_("done at"))

    class Meta:
        ordering = ["done_at"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson"], name="one_completion_per_enrolment_and_lesson")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.lesson}"


class Plan(ClusterableModel):
    """A training plan 培训计划 for a position: which courses, each due so many days after taking the position."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    goal = models.CharField(_("goal"), max_length=300, blank=True)
    position = models.ForeignKey(Position, models.PROTECT, verbose_name=_("position"), related_name="plans")
    label = Bilingual("title")

    panels = [
        FieldRowPanel([FieldPanel("key"), FieldPanel("position")]),
        FieldRowPanel([FieldPanel("title"), FieldPanel("title_en")]),
        FieldPanel("goal"),
        InlinePanel("items", heading=_("Courses"), label=_("Course")),
    ]

    class Meta:
        verbose_name = _("training plan")
        verbose_name_plural = _("training plans")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.label


class PlanItem(Orderable):
    """A course of a plan, and when it is due: days after the person took the position."""

    plan = ParentalKey(Plan, on_delete=models.CASCADE, related_name="items")
    course = models.ForeignKey(Course, models.PROTECT, verbose_name=_("course"), related_name="plan_items")
    due_days = models.PositiveSmallIntegerField(_("due after days in the position"), default=30)

    panels = [FieldRowPanel([FieldPanel("course"), FieldPanel("due_days")])]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["plan", "course"], name="one_item_per_plan_and_course")]

    def __str__(self) -> str:
        return f"{self.plan} · {self.course}"


@dataclass(frozen=True)
class Duty:
    """A course a plan asks of a person: by when, and how far he is (lessons done of total)."""

    item: PlanItem
    due_on: datetime.date
    done: int
    total: int

    @property
    def is_done(self) -> bool:
        """Whether every lesson is done."""
        return self.total > 0 and self.done >= self.total

    def is_overdue(self, on: datetime.date) -> bool:
        """Whether it should have been done before this day."""
        return not self.is_done and self.due_on < on


def duties(*, person: User) -> list[Duty]:
    """Return what the plans for this person's position ask of him, soonest first; without a position, nothing."""
    if not person.position_id or not person.position_since:
        return []
    items = PlanItem.objects.filter(plan__position=person.position_id).select_related("plan", "course")
    progress = {row.course_id: row for row in Enrolment.objects.filter(person=person).with_progress()}
    totals = dict(
        Lesson.objects.filter(course__plan_items__in=items)
        .order_by()
        .values_list("course")
        .annotate(Count("pk", distinct=True))
    )
    found = [
        Duty(
            item=item,
            due_on=person.position_since + datetime.timedelta(days=item.due_days),
            done=progress[item.course_id].done if item.course_id in progress else 0,
            total=totals.get(item.course_id, 0),
        )
        for item in items
    ]
    return sorted(found, key=lambda duty: (duty.is_done, duty.due_on))
