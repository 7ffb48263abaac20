"""The authoring screens of the question bank, exams and certification."""

from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.admin.widgets import BooleanRadioSelect

from exams.forms import QuestionForm
from exams.models import Decision, Exam, LateAnswer, Question, Scheme, Sitting, Topic
from exams.models.bank import QuestionQuerySet
from people.viewsets import Records, Rows


class TopicViewSet(Rows):
    """Topics."""

    model = Topic
    form_fields = ["key", "title", "title_en", "parent"]
    list_display = ["title", "key"]


class QuestionFilters(WagtailFilterSet):
    """What to look for in the bank."""

    is_stale = BooleanFilter(label=_("Rests on changed text"), widget=BooleanRadioSelect)

    class Meta:
        model = Question
        fields = ["topic", "state", "difficulty", "is_critical"]


class QuestionList(IndexView):
    """The bank, each question with its words and whether what they rest on has changed."""

    def get_base_queryset(self) -> QuestionQuerySet:
        """Return the questions with what the columns show."""
        return super().get_base_queryset().with_current().select_related("topic")


class QuestionViewSet(Rows):
    """Questions; saving one with other words or another key makes a version."""

    model = Question
    icon = "help"
    index_view_class = QuestionList
    filterset_class = QuestionFilters
    stale = BooleanColumn("is_stale", label=_("Rests on changed text"))
    list_display = ["wording", "topic", "difficulty", "is_critical", "state", stale]
    search_fields = ["key", "versions__text"]

    def get_form_class(self, for_update: bool = False) -> type[QuestionForm]:
        """Return the form, which shows question and version as one."""
        return QuestionForm


class ExamViewSet(Rows):
    """Exams with their blueprints."""

    model = Exam
    icon = "form"
    list_display = ["title", "key", "minutes", "pass_mark"]


class SittingViewSet(Records):
    """Sittings, to look at; papers and keys stay closed here."""

    model = Sitting
    icon = "time"
    form_fields = ["exam"]
    list_display = ["exam", "person", "attempt", "started_at", "finished_at", "has_passed"]
    list_filter = ["exam", "has_passed"]
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
