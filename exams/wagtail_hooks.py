"""What exams adds to Wagtail's admin and to the pages of the knowledge base."""

from collections.abc import Set as AbstractSet

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from exams import reach
from exams.bank.many import ChangeMany
from exams.models import Level, Question, QuestionVersion
from exams.viewsets import ExamGroup
from kb.models import ControlledPage, PersonsNeeded
from kb.reach import Touched
from kb.recheck import Citing
from people.models import Person


@hooks.register("register_admin_viewset")
def exam_menu() -> ExamGroup:
    """The bank, exams, certification."""
    return ExamGroup()


hooks.register("register_bulk_action", ChangeMany)


@hooks.register("register_log_actions")
def steps_of_questions(actions: LogActionRegistry) -> None:
    """Name the steps by which questions come into use and go out of it."""
    actions.register_action("exams.activate", _("Activate"), _("Activated"))
    actions.register_action("exams.quarantine", _("Quarantine"), _("Quarantined"))
    actions.register_action("exams.retire", _("Retire"), _("Retired"))


@hooks.register("kb_page_aside")
def levels_that_qualify_for_it(request: HttpRequest, page: ControlledPage) -> str:
    """Name the certification levels that confer what a procedure asks for."""
    asked = PersonsNeeded.objects.filter(page=page.pk).values("qualification")
    levels = Level.objects.filter(qualification__in=asked).select_related("scheme", "qualification__subject")
    return render_to_string("exams/_aside.html", {"levels": levels}, request) if levels else ""


@hooks.register("kb_reach", order=20)
def what_rests_on_it(page: ControlledPage, block_ids: AbstractSet[str], person: Person) -> list[Touched]:
    """Name the questions, exams and levels that rest on these blocks of a document."""
    return reach.of(page, block_ids, person)


@hooks.register("kb_citations", order=20)
def questions_to_check_again() -> Citing:
    """Questions as they are drawn today, looked after by whoever keeps the bank."""
    return Citing(
        rows=QuestionVersion.objects.in_use().select_related("question", "page").order_by("question__topic", "pk"),
        label=capfirst(str(Question._meta.verbose_name_plural)),
        permission="exams.change_question",
        words=lambda row: row.text,
        edit_url=lambda row: reverse("questions:edit", args=[row.question_id]),
    )
