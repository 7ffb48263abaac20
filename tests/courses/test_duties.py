"""What the plans for a position ask of people, and reminding them."""

import datetime

import pytest
from django.utils import translation

from courses import learn
from courses.models import Course, duties
from courses.remind import remind
from people.models import Notice
from tests import make
from tests.make import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def course():
    return make.course(title="高压安全", title_en="High voltage")


@pytest.fixture
def engineer(technician, course):
    technician.position, technician.position_since = make.position(), TODAY
    technician.save()
    make.plan(technician.position, course, due_days=30)
    return technician


def finish(person, course):
    for lesson in course.lessons.all():
        learn.complete(person=person, lesson=lesson, confirmed=True, at=NOON)


def test_a_course_is_due_so_many_days_after_taking_the_position(engineer, course):
    (duty,) = duties(person=engineer)

    assert (duty.item.course, duty.due_on, duty.done, duty.total) == (course, TODAY + 30 * DAY, 0, 2)


@pytest.mark.parametrize(("days", "overdue"), [(29, False), (30, False), (31, True)])
def test_it_is_overdue_after_its_day(engineer, days, overdue):
    (duty,) = duties(person=engineer)

    assert duty.is_overdue(TODAY + days * DAY) is overdue


def test_what_is_done_is_never_overdue(engineer, course):
    finish(engineer, course)
    (duty,) = duties(person=engineer)

    assert duty.is_done
    assert not duty.is_overdue(TODAY + 400 * DAY)


@pytest.mark.parametrize("missing", ["position", "position_since"])
def test_without_a_position_or_its_day_nothing_is_owed(engineer, missing):
    setattr(engineer, missing, None)

    assert duties(person=engineer) == []


def test_another_position_owes_nothing(engineer, dealer):
    dealer.position, dealer.position_since = make.position(), TODAY

    assert duties(person=dealer) == []


def test_the_soonest_comes_first_and_what_is_done_last(engineer, course):
    late, soon = make.course(), make.course()
    make.plan(engineer.position, late, due_days=90)
    make.plan(engineer.position, soon, due_days=7)
    finish(engineer, soon)

    assert [duty.item.course for duty in duties(person=engineer)] == [course, late, soon]


def test_a_course_in_two_plans_counts_its_lessons_once(engineer, course):
    make.plan(engineer.position, course, due_days=7)

    assert [(duty.total, duty.due_on) for duty in duties(person=engineer)] == [
        (2, TODAY + 7 * DAY),
        (2, TODAY + 30 * DAY),
    ]


def test_the_number_of_queries_does_not_grow_with_the_plans(engineer, django_assert_max_num_queries):
    for _ in range(5):
        make.plan(engineer.position, make.course(), make.course())

    with django_assert_max_num_queries(3):
        assert len(duties(person=engineer)) == 11


def night(days):
    return remind(at=NOON + days * DAY, on=TODAY + days * DAY)


@pytest.mark.parametrize(("days", "lines"), [(22, 0), (23, 1), (30, 1), (31, 1)])
def test_the_person_is_told_a_week_before_and_when_it_is_overdue(engineer, days, lines):
    night(days)

    assert Notice.objects.filter(person=engineer).count() == lines


def test_each_of_the_two_once_however_often_it_runs(engineer):
    for days in [23, 23, 24, 30, 31, 31, 60]:
        night(days)

    assert Notice.objects.count() == 2


def test_who_has_done_it_or_left_is_told_nothing(engineer, course):
    engineer.is_active = False
    engineer.save()
    night(25)
    engineer.is_active = True
    engineer.save()
    finish(engineer, course)
    night(25)

    assert not Notice.objects.exists()


def test_the_line_names_the_course_in_both_languages_and_leads_to_it(client, engineer, course):
    with translation.override("en"):
        night(25)

    notice = Notice.objects.get()
    assert "高压安全" in notice.text
    assert "High voltage" in notice.text_en
    client.force_login(engineer)
    assert client.get(notice.url, follow=True).context["course"] == Course.objects.get()
