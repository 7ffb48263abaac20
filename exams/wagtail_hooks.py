"""What exams adds to Wagtail's admin and to the pages of the knowledge base."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail import hooks

from exams.models import Level
from exams.viewsets import ExamGroup
from kb.models import ControlledPage, PersonsNeeded


@hooks.register("register_admin_viewset")
def exam_menu() -> ExamGroup:
    """The bank, exams, certification."""
    return ExamGroup()


@hooks.register("kb_page_aside")
def levels_that_qualify_for_it(request: HttpRequest, page: ControlledPage) -> str:
    """Name the certification levels that confer what a procedure asks for."""
    asked = PersonsNeeded.objects.filter(page=page.pk).values("qualification")
    levels = Level.objects.filter(qualification__in=asked).select_related("scheme", "qualification__subject")
    return render_to_string("exams/_aside.html", {"levels": levels}, request) if levels else ""
