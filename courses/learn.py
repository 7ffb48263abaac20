"""Taking a course: enrol, and complete its lessons one by one."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Course, Enrolment, Lesson, LessonCompletion
from kb.models import ControlledPage
from people.models import User


class NotYet(Exception):
    """The lesson cannot be completed so; the text says why, for the person."""


def enrol(*, person: User, course: Course, at: datetime.datetime) -> Enrolment:
    """Enrol the person; a second time changes nothing."""
    enrolment, _made = Enrolment.objects.get_or_create(person=person, course=course, defaults={"enrolled_at": at})
    return enrolment


@transaction.atomic
def complete(*, person: User, lesson: Lesson, confirmed: bool, at: datetime.datetime) -> LessonCompletion:
    """Record that the lesson was done, enrolling the person if need be; a second time keeps the first record.

    Raises NotYet where an attestation was not confirmed, or the lesson's document is not open to the person.
    """
    if lesson.kind == Lesson.Kind.ATTESTATION and not confirmed:
        raise NotYet(_("Tick the box to confirm the statement first."))
    if lesson.page and not ControlledPage.objects.visible_to(person).filter(number=lesson.page.number).exists():
        raise NotYet(
            _("This lesson shows a document that is not open to you or no longer in force. Tell your trainer.")
        )
    completion, _made = LessonCompletion.objects.get_or_create(
        enrolment=enrol(person=person, course=lesson.course, at=at),
        lesson=lesson,
        defaults={"version": lesson.page.version if lesson.page else "", "done_at": at},
    )
    return completion


def finished_words(course: Course) -> str:
    """Return the sentence that tells a person he has done the whole course."""
    return _("You have completed the course “%s”.") % course.label
