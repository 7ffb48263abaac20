"""The screens of learning."""

import pytest
from django.urls import reverse

from courses.models import Enrolment, Lesson, LessonCompletion
from people.models import Audience
from tests import make
from tests.make import TODAY, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(client, technician):
    client.force_login(technician)
    return client


def words(answer):
    return answer.content.decode().split("<main", 1)[1].split("</main>")[0]


def done(client, lesson, **form):
    return client.post(reverse("complete_lesson", args=[lesson.course.key, lesson.key]), form)


def test_from_the_list_through_every_lesson_to_the_end(learner):
    course = make.course(lessons=2, attestation=True, title="高压安全")
    assert "高压安全" in words(learner.get(reverse("courses")))
    assert learner.get(course.get_absolute_url()).status_code == 200

    answer = learner.post(reverse("enrol", args=[course.key]), follow=True)
    visited = []
    while "lesson" in answer.context and answer.context["lesson"].pk not in visited:
        visited.append(answer.context["lesson"].pk)
        answer = learner.post(
            reverse("complete_lesson", args=[course.key, answer.context["lesson"].key]),
            {"confirmed": "on"},
            follow=True,
        )

    assert visited == [lesson.pk for lesson in course.lessons.all()]
    assert Enrolment.objects.completed().exists()
    assert len(list(answer.context["messages"])) == 1


def test_an_attestation_not_ticked_is_told_in_its_place(learner):
    pledge = make.course(attestation=True).lessons.get(kind="attestation")

    answer = done(learner, pledge)

    assert answer.status_code == 422
    assert answer.context["mistake"] in words(answer)
    assert not LessonCompletion.objects.exists()


def test_enrolling_in_a_course_without_lessons_leads_back_to_it(learner):
    course = make.course(lessons=0)

    assert learner.post(reverse("enrol", args=[course.key])).url == course.get_absolute_url()
    assert learner.get(course.get_absolute_url()).status_code == 200


def test_a_course_not_for_this_audience_does_not_exist(client, dealer):
    course = make.course(audience=Audience.INTERNAL, title="内部课程")
    lesson = course.lessons.first()
    client.force_login(dealer)

    assert "内部课程" not in client.get(reverse("courses")).content.decode()
    assert client.get(course.get_absolute_url()).status_code == 404
    assert client.get(lesson.get_absolute_url()).status_code == 404
    assert client.post(reverse("enrol", args=[course.key])).status_code == 404
    assert done(client, lesson).status_code == 404
    assert not Enrolment.objects.exists()


def test_strangers_see_public_courses_and_sign_in_to_learn(client):
    course = make.course(audience=Audience.PUBLIC, title="公开课程")
    make.course(audience=Audience.DEALER, title="经销商课程")

    shown = words(client.get(reverse("courses")))
    assert "公开课程" in shown
    assert "经销商课程" not in shown
    assert client.get(course.get_absolute_url()).status_code == 200
    login = reverse("account_login")
    assert client.get(course.lessons.first().get_absolute_url()).url.startswith(login)
    assert client.post(reverse("enrol", args=[course.key])).url.startswith(login)
    assert done(client, course.lessons.first()).url.startswith(login)


def test_looking_at_the_addresses_changes_nothing(learner):
    course = make.course()

    assert learner.get(reverse("enrol", args=[course.key])).status_code == 405
    assert learner.get(reverse("complete_lesson", args=[course.key, "lesson-1"])).status_code == 405
    assert not Enrolment.objects.exists()


def shows(page, block_id=""):
    return Lesson.objects.create(
        course=make.course(lessons=0), key="l", title="课", kind="page", page=page, block_id=block_id
    )


def test_a_lesson_shows_the_document_or_the_one_block_of_it(learner):
    page = make.document(body=[text("a", "第一段"), text("b", "第二段")])

    whole, part = (words(learner.get(shows(page, block_id).get_absolute_url())) for block_id in ("", "b"))

    assert "第一段" in whole
    assert "第二段" in whole
    assert "第一段" not in part
    assert "第二段" in part


@pytest.mark.parametrize("build", [make.procedure, make.guide, lambda: make.manual()[0], lambda: make.manual()[1][0]])
def test_a_lesson_can_show_any_kind_of_document(learner, build):
    assert learner.get(shows(build()).get_absolute_url()).status_code == 200


def test_a_document_the_person_may_not_read_is_not_shown_in_the_lesson_either(client, dealer):
    page = make.document(title="内部题目", body=[text("a", "内部文字")], audience=Audience.INTERNAL)
    lesson = shows(page)
    client.force_login(dealer)

    for address in (lesson.get_absolute_url(), lesson.course.get_absolute_url()):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "内部" not in answer.content.decode()


def test_a_block_that_is_gone_leaves_the_lesson_standing(learner):
    page = make.document(body=[text("a", "第一段")])

    assert learner.get(shows(page, "gone").get_absolute_url()).status_code == 200


def test_the_plan_shows_what_is_due(learner, technician):
    course = make.course(title="高压安全")
    technician.position, technician.position_since = make.position(), TODAY
    technician.save()
    make.plan(technician.position, course)

    assert "高压安全" in words(learner.get(reverse("plan")))


def test_the_plan_of_a_person_without_a_position_is_empty(learner):
    assert learner.get(reverse("plan")).status_code == 200
