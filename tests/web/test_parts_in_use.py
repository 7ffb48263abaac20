"""Taking a part out of a row in the authoring screens: a lesson of a course, a level of a scheme."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from courses import learn
from courses.models import Lesson
from exams.models import Decision, Level
from people import roles
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def take_out(client, address, *parts, **typed):
    """Send the editing form of that address with these parts ticked to be taken out."""
    sent = querydict_from_html(client.get(address).content.decode(), form_id="w-editor-form")
    sent.update({f"{part}-DELETE": "on" for part in parts} | typed)
    return client.post(address, sent)


@pytest.fixture
def done(client, technician):
    """A course of two lessons, of which the first was done, in front of its trainer."""
    client.force_login(make.person(roles.TRAINER))
    course = make.course(lessons=2)
    learn.complete(person=technician, lesson=course.lessons.first(), confirmed=True, at=NOON)
    return course


def test_a_lesson_that_was_done_stays_and_nothing_typed_is_lost(client, done):
    answer = take_out(client, reverse("courses:edit", args=[done.pk]), "lessons-0", "lessons-1", title="新名")

    assert answer.status_code == 200
    assert "第1课" in answer.context["form"].non_field_errors()[0]
    assert answer.context["form"]["title"].value() == "新名"
    done.refresh_from_db()
    assert (done.title != "新名", done.lessons.count()) == (True, 2)


def test_saving_again_after_the_refusal_keeps_the_lesson(client, done):
    address = reverse("courses:edit", args=[done.pk])
    refused = take_out(client, address, "lessons-0", title="新名")

    again = client.post(address, querydict_from_html(refused.content.decode(), form_id="w-editor-form"))

    assert again.status_code == 302
    done.refresh_from_db()
    assert (done.title, done.lessons.count()) == ("新名", 2)


def test_a_lesson_nobody_did_is_taken_out(client, done):
    assert take_out(client, reverse("courses:edit", args=[done.pk]), "lessons-1").status_code == 302
    assert Lesson.objects.get().key == "lesson-1"


def decided(level, technician, manager):
    outcome = Decision.Outcome.REFUSED
    Decision.objects.create(level=level, person=technician, outcome=outcome, decided_by=manager, decided_at=NOON)


def required(level, technician, manager):
    make.level(held=level, scheme=make.level().scheme)


@pytest.mark.parametrize("use", [decided, required])
def test_a_level_that_was_decided_on_or_is_asked_for_stays(client, technician, manager, use):
    level = make.level()
    use(level, technician, manager)
    client.force_login(make.person(roles.CERTIFICATION_MANAGER))

    answer = take_out(client, reverse("schemes:edit", args=[level.scheme_id]), "levels-0")

    assert (answer.status_code, bool(answer.context["form"].non_field_errors())) == (200, True)
    assert Level.objects.filter(pk=level.pk).exists()
