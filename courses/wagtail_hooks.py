"""What courses adds to Wagtail's admin and to the pages of the knowledge base."""

from collections.abc import Set as AbstractSet

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from wagtail import hooks

from courses.models import Course, Lesson
from courses.viewsets import LearningGroup
from kb.models import ControlledPage, ProductModel
from kb.reach import Touched, touched
from kb.recheck import Citing
from people.models import Person

MOST = 12  # courses beside a product


@hooks.register("register_admin_viewset")
def learning_menu() -> LearningGroup:
    """Courses and plans."""
    return LearningGroup()


@hooks.register("kb_page_aside")
def courses_that_teach_it(request: HttpRequest, page: ControlledPage) -> str:
    """Name the courses whose lessons rest on this document, in whichever language it is read."""
    courses = Course.objects.visible_to(request.user).filter(lessons__page__number=page.number).distinct()
    return render_to_string("courses/_aside.html", {"courses": courses}, request) if courses else ""


@hooks.register("kb_product_aside")
def courses_about_it(request: HttpRequest, model: ProductModel) -> str:
    """Name the courses whose lessons rest on documents of this product."""
    courses = Course.objects.visible_to(request.user).filter(lessons__page__product_models=model).distinct()[:MOST]
    return render_to_string("courses/_product_aside.html", {"courses": courses}, request) if courses else ""


@hooks.register("kb_reach", order=10)
def lessons_that_rest_on_it(page: ControlledPage, block_ids: AbstractSet[str], person: Person) -> list[Touched]:
    """Name the lessons that cite these blocks of a document, each with its course."""
    lessons = Lesson.objects.citing(page, block_ids)
    known = lessons.filter(course__in=Course.objects.visible_to(person)).select_related("course")
    return [
        touched(
            "lessons",
            gettext("Lessons"),
            known.order_by("course__key", "sort_order"),
            lambda row: (f"{row.course} · {row}", row.get_absolute_url()),
            lessons,
        )
    ]


@hooks.register("kb_citations", order=10)
def lessons_to_check_again() -> Citing:
    """Lessons, looked after by whoever writes courses."""
    return Citing(
        rows=Lesson.objects.select_related("course", "page").order_by("course__key", "sort_order", "pk"),
        label=gettext("Lessons"),
        permission="courses.change_course",
        words=lambda row: f"{row.course} · {row}",
        edit_url=lambda row: reverse("courses:edit", args=[row.course_id]),
    )
