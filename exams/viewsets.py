"""The authoring screens of the question bank, exams and certification."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from exams.forms import QuestionForm
from exams.models import Decision, Exam, Question, Scheme, Sitting, Topic


class _Rows(ModelViewSet):
    """A table of rows."""

    icon = "list-ul"
    list_per_page = 50
    copy_view_enabled = False


class TopicViewSet(_Rows):
    """Topics."""

    model = Topic
    form_fields = ["key", "title", "title_en", "parent"]
    list_display = ["title", "key"]


class QuestionViewSet(_Rows):
    """Questions; saving one with other words or another key makes a version."""

    model = Question
    icon = "help"
    list_display = ["wording", "topic", "difficulty", "is_critical", "state"]
    list_filter = ["topic", "state", "difficulty", "is_critical"]
    search_fields = ["key", "versions__text"]

    def get_form_class(self, for_update: bool = False) -> type[QuestionForm]:
        """Return the form, which shows question and version as one."""
        return QuestionForm


class ExamViewSet(_Rows):
    """Exams with their blueprints."""

    model = Exam
    icon = "form"
    list_display = ["title", "key", "minutes", "pass_mark"]


class SittingViewSet(_Rows):
    """Sittings, to look at; papers and keys stay closed here."""

    model = Sitting
    icon = "time"
    form_fields = ["exam"]
    list_display = ["exam", "person", "attempt", "started_at", "finished_at", "has_passed"]
    list_filter = ["exam", "has_passed"]
    inspect_view_enabled = True
    inspect_view_fields = [
        "exam",
        "person",
        "attempt",
        "started_at",
        "deadline_at",
        "finished_at",
        "points",
        "points_possible",
        "has_passed",
    ]


class SchemeViewSet(_Rows):
    """Certification schemes with their levels."""

    model = Scheme
    icon = "success"
    list_display = ["title", "key"]


class DecisionViewSet(_Rows):
    """Decisions, to look at: they are made on their own screen and never changed."""

    model = Decision
    icon = "clipboard-list"
    form_fields = ["reason"]
    list_display = ["level", "person", "outcome", "decided_by", "decided_at"]
    inspect_view_enabled = True


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
        SchemeViewSet("schemes"),
        DecisionViewSet("decisions"),
    )
