"""What an exam asks of whoever sits it."""

import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from courses.models import Course, Enrolment
from exams.models.paper import Exam
from exams.models.sitting import Sitting
from people.models import Credential, Qualification


class PrerequisiteQuerySet(models.QuerySet["Prerequisite"]):
    """What exams ask of those who sit them."""

    def unmet(self, person: models.Expression | int, at: datetime.datetime) -> Self:
        """Those that this person (an id, or an expression for it) does not meet at that moment."""
        courses = Enrolment.objects.completed().filter(person=person, course=OuterRef("course"))
        exams = Sitting.objects.passed().filter(person=person, exam=OuterRef("exam_passed"))
        held = Credential.objects.valid(at).filter(
            person=person,
            qualification__subject=OuterRef("qualification__subject"),
            qualification__rank__gte=OuterRef("qualification__rank"),
        )
        return self.exclude(Exists(courses)).exclude(Exists(exams)).exclude(Exists(held))


class Prerequisite(Orderable):
    """What an exam asks of whoever sits it: a course completed, another exam passed, or a qualification held."""

    exam = ParentalKey(Exam, on_delete=models.CASCADE, related_name="prerequisites")
    course = models.ForeignKey(
        Course, models.PROTECT, verbose_name=_("course"), null=True, blank=True, related_name="+"
    )
    exam_passed = models.ForeignKey(
        Exam, models.PROTECT, verbose_name=_("exam"), null=True, blank=True, related_name="+"
    )
    qualification = models.ForeignKey(
        Qualification, models.PROTECT, verbose_name=_("qualification"), null=True, blank=True, related_name="+"
    )

    objects = PrerequisiteQuerySet.as_manager()

    panels = [FieldRowPanel([FieldPanel("course"), FieldPanel("exam_passed"), FieldPanel("qualification")])]

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(course__isnull=False, exam_passed__isnull=True, qualification__isnull=True)
                | Q(course__isnull=True, exam_passed__isnull=False, qualification__isnull=True)
                | Q(course__isnull=True, exam_passed__isnull=True, qualification__isnull=False),
                name="prerequisite_asks_for_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.course or self.exam_passed or self.qualification)

    def clean(self) -> None:
        """A prerequisite asks for exactly one thing, and not for its own exam."""
        if sum(bool(each) for each in (self.course_id, self.exam_passed_id, self.qualification_id)) != 1:
            raise ValidationError(_("Choose a course, an exam or a qualification: exactly one."))
        if self.exam_passed_id and self.exam_passed_id == self.exam_id:
            raise ValidationError({"exam_passed": _("An exam cannot ask for itself.")})
