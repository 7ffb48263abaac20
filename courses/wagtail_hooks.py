"""What courses adds to Wagtail's admin and to the pages of the knowledge base."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail import hooks

from courses.models import Course
from courses.viewsets import LearningGroup
from kb.models import ControlledPage


@hooks.register("register_admin_viewset")
def learning_menu() -> LearningGroup:
    """Courses and plans."""
    return LearningGroup()


@hooks.register("kb_page_aside")
def courses_that_teach_it(request: HttpRequest, page: ControlledPage) -> str:
    """Name the courses whose lessons rest on this document, in whichever language it is read."""
    courses = Course.objects.visible_to(request.user).filter(lessons__page__number=page.number).distinct()
    return render_to_string("courses/_aside.html", {"courses": courses}, request) if courses else ""
