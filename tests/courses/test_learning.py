"""Taking a course: enrolling, completing lessons, progress."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from courses import learn
from courses.models import Course, Enrolment, Lesson, LessonCompletion
from people.models import Audience
from tests import make
from tests.make import NOON, text

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


def complete(person, lesson, confirmed=False, at=NOON):
    return learn.complete(person=person, lesson=lesson, confirmed=confirmed, at=at)


def progress(person, course):
    return Enrolment.objects.filter(person=person, course=course).with_progress().get()


def test_courses_are_for_their_audience(customer, dealer, technician):
    for audience in Audience:
        make.course(audience=audience)

    people = (AnonymousUser(), customer, dealer, technician)
    assert [Course.objects.visible_to(person).count() for person in people] == [1, 1, 2, 3]


def test_enrolling_twice_keeps_the_first(technician):
    course = make.course()
    first = learn.enrol(person=technician, course=course, at=NOON)

    again = learn.enrol(person=technician, course=course, at=NOON + HOUR)

    assert (again.pk, again.enrolled_at) == (first.pk, NOON)


def test_completing_a_lesson_enrols(technician):
    course = make.course()

    complete(technician, course.lessons.first())

    assert progress(technician, course).done == 1


def test_completing_twice_keeps_the_first_record(technician):
    lesson = make.course().lessons.first()
    first = complete(technician, lesson)

    again = complete(technician, lesson, at=NOON + HOUR)

    assert (again.pk, again.done_at) == (first.pk, NOON)


def test_a_statement_must_be_confirmed(technician):
    pledge = make.course(attestation=True).lessons.get(kind="attestation")

    with pytest.raises(learn.NotYet):
        complete(technician, pledge)
    assert not LessonCompletion.objects.exists()
    assert complete(technician, pledge, confirmed=True)


def test_the_version_read_is_kept(technician):
    page = make.document(body=[text("a")], version="2.3")
    lesson = Lesson.objects.create(course=make.course(lessons=0), key="l", title="课", kind="page", page=page)

    assert complete(technician, lesson).version == "2.3"


def test_progress_to_the_end(technician, dealer):
    course = make.course(lessons=2, attestation=True)
    complete(dealer, course.lessons.first())
    seen = []
    for hours, lesson in enumerate(course.lessons.all()):
        complete(technician, lesson, confirmed=True, at=NOON + hours * HOUR)
        row = progress(technician, course)
        seen.append((row.done, row.total, row.finished_at))

    assert seen == [(1, 3, None), (2, 3, None), (3, 3, NOON + 2 * HOUR)]
    assert Enrolment.objects.completed().get().person == technician


def test_a_new_lesson_reopens_it(technician):
    course = make.course(lessons=1)
    complete(technician, course.lessons.get())
    Lesson.objects.create(course=course, key="new", title="新课")

    assert not Enrolment.objects.completed().exists()
    assert progress(technician, course).finished_at is None


def test_a_course_without_lessons_is_never_completed(technician):
    course = make.course(lessons=0)
    learn.enrol(person=technician, course=course, at=NOON)

    row = progress(technician, course)
    assert (row.done, row.total, row.finished_at) == (0, 0, None)
    assert not Enrolment.objects.completed().exists()


def test_a_lesson_that_shows_a_document_needs_one():
    lesson = Lesson(course=make.course(), key="l", title="课", kind="page")

    with pytest.raises(ValidationError, match="page"):
        lesson.clean()


def test_a_lesson_whose_document_is_closed_to_the_person_is_not_done(dealer, technician):
    page = make.document(body=[text("first")], audience=Audience.INTERNAL)
    course = make.course(lessons=0)
    lesson = Lesson.objects.create(course=course, key="page", title="文件", kind=Lesson.Kind.PAGE, page=page)

    with pytest.raises(learn.NotYet):
        complete(dealer, lesson)
    assert complete(technician, lesson).version == page.version


def test_a_lesson_is_checked_against_the_block_it_cites_when_it_is_first_cited():
    page = make.document(body=[text("first"), text("second")])
    lesson = Lesson(course=make.course(lessons=0), key="page", title="文件", kind=Lesson.Kind.PAGE, page=page)

    lesson.block_id = "nowhere"
    with pytest.raises(ValidationError):
        lesson.clean()

    lesson.block_id = "first"
    lesson.clean()
    lesson.save()
    assert not Lesson.objects.stale().exists()

    make.issue(page, body=[text("first", "别的"), text("second")])
    lesson.clean()
    lesson.save()
    assert Lesson.objects.stale().get() == lesson

    lesson.block_id = "second"
    lesson.clean()
    lesson.save()
    assert not Lesson.objects.stale().exists()


def test_a_course_takes_no_negative_time():
    with pytest.raises(ValidationError) as refusal:
        Course(key="c", title="课程", hours=-5).full_clean()

    assert list(refusal.value.message_dict) == ["hours"]
