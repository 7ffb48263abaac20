"""The authoring screens of the question bank, exams and certification."""

from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import InspectView
from wagtail.admin.viewsets.model import ModelViewSetGroup

from exams.bank.editor import AddQuestion, EditQuestion, list_passages
from exams.bank.listed import QuestionFilters, QuestionList, TopicList
from exams.forms import QuestionForm
from exams.models import BlueprintRow, Decision, Exam, LateAnswer, Question, Scheme, Sitting, Topic
from exams.papers.check import check
from people.viewsets import EditUsed, Records, Rows


class TopicViewSet(Rows):
    """Topics."""

    model = Topic
    form_fields = ["key", "title", "title_en", "parent", "may_practise"]
    index_view_class = TopicList
    list_per_page = 1000  # a tree is seen whole


class QuestionViewSet(Rows):
    """Questions; saving one with other words or another key makes a version."""

    model = Question
    icon = "help"
    index_view_class = QuestionList
    add_view_class = AddQuestion
    edit_view_class = EditQuestion
    filterset_class = QuestionFilters
    search_fields = ["key"]  # and the words: see the list
    index_template_name = QuestionList.template_name
    create_template_name = AddQuestion.template_name
    edit_template_name = EditQuestion.template_name

    def get_form_class(self, for_update: bool = False) -> type[QuestionForm]:
        """Return the form, which shows question and version as one."""
        return QuestionForm

    def get_urlpatterns(self) -> list[URLPattern]:
        """Add what the editor's script asks for."""
        return [path("passages/", list_passages, name="passages"), *super().get_urlpatterns()]


class EditExam(EditUsed):
    """An exam to be changed, with whether the bank can fill its blueprint."""

    template_name = "exams/admin/exam_edit.html"

    def get_context_data(self, **kwargs: object) -> dict:
        """Add what the bank allows; the editor's script keeps it up with what is typed."""
        rows = list(BlueprintRow.objects.filter(exam=self.object).select_related("topic"))
        return super().get_context_data(**kwargs) | {"check": check(rows)}


class ExamViewSet(Rows):
    """Exams with their blueprints."""

    model = Exam
    icon = "form"
    edit_view_class = EditExam
    edit_template_name = EditExam.template_name
    list_display = ["title", "key", "minutes", "pass_mark"]


def result_of(sitting: Sitting) -> str:
    """Return the result in words, once it is released: who looks here may have sat himself."""
    if sitting.released_at is None:
        return gettext("not released") if sitting.finished_at else ""
    return f"{gettext('passed') if sitting.has_passed else gettext('not passed')} · {sitting.percent} %"


class InspectSitting(InspectView):
    """A sitting to look at."""

    def get_has_passed_display_value(self) -> str:
        """Return the result."""
        return result_of(self.object)


class SittingViewSet(Records):
    """Sittings, to look at; papers and keys stay closed here, and scores until they are released."""

    model = Sitting
    icon = "time"
    form_fields = ["exam"]
    inspect_view_class = InspectSitting
    list_display = [
        "exam", "person", "attempt", "started_at", "finished_at",
        Column("has_passed", accessor=result_of, label=_("Result")),
    ]  # fmt: skip
    list_filter = ["exam"]
    inspect_view_fields = ["exam", "person", "attempt", "started_at", "deadline_at", "finished_at", "has_passed"]


class LateAnswerViewSet(Records):
    """Answers that came too late, to look at."""

    model = LateAnswer
    icon = "time"
    form_fields = ["item"]
    list_display = ["sitting", "item", "received_at"]
    list_filter = ["sitting__exam"]


class SchemeViewSet(Rows):
    """Certification schemes with their levels."""

    model = Scheme
    icon = "success"
    list_display = ["title", "key"]


class DecisionViewSet(Records):
    """Decisions, to look at: they are made on their own screen and never changed."""

    model = Decision
    icon = "clipboard-list"
    form_fields = ["reason"]
    list_display = ["level", "person", "outcome", "decided_by", "decided_at"]


class ExamGroup(ModelViewSetGroup):
    """The menu of exams and certification."""

    menu_label = _("Exams and certification")
    menu_icon = "form"
    menu_order = 230
    items = (
        TopicViewSet("topics"),
        QuestionViewSet("questions"),
        ExamViewSet("exams"),
        SittingViewSet("sittings"),
        LateAnswerViewSet("late-answers"),
        SchemeViewSet("schemes"),
        DecisionViewSet("decisions"),
    )
