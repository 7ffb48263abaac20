"""The bank as a list in the admin: what is looked for, what the columns say, many changed at once; topics as a tree."""

from collections.abc import Sequence

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import BooleanFilter, ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, BooleanColumn, BulkActionsCheckboxColumn, Column, Table, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets import BooleanRadioSelect, HeaderButton

from exams.bank.usage import described
from exams.forms import tree
from exams.kinds import KINDS
from exams.models import Item, ItemFigure, Question, QuestionVersion, Topic
from exams.models.bank import QuestionQuerySet
from exams.statistics.flags import FLAGS

_WORDS = 120  # characters of a question in the list


def _topics() -> list[tuple[str, str]]:
    return [(str(topic.pk), "\u2003" * depth + topic.label) for topic, depth in tree(Topic.objects.all())]


class QuestionFilters(WagtailFilterSet):
    """What to look for in the bank."""

    topic = ChoiceFilter(label=_("Topic, with those below"), choices=_topics, method="within")
    kind = ChoiceFilter(
        label=_("Kind"), choices=lambda: [(key, kind.label) for key, kind in KINDS.items()], method="of_kind"
    )
    needs_review = BooleanFilter(label=_("Needs review"), widget=BooleanRadioSelect, method="to_review")
    is_stale = BooleanFilter(label=_("Rests on changed text"), widget=BooleanRadioSelect, method="stale")
    flag = ChoiceFilter(
        label=_("Statistics say"), choices=lambda: [(key, flag.word) for key, flag in FLAGS.items()], method="flagged"
    )

    class Meta:
        model = Question
        fields = ["topic", "kind", "state", "difficulty", "is_critical", "for_practice"]

    def within(self, found: QuestionQuerySet, name: str, value: str) -> QuestionQuerySet:
        """Those of the topic and of all topics below it."""
        topic = int(value)
        return found.filter(topic__in=Topic.objects.within([topic])[topic])

    def of_kind(self, found: QuestionQuerySet, name: str, value: str) -> QuestionQuerySet:
        """Those whose current version is of this kind."""
        return found.filter(Exists(_current().filter(kind=value)))

    def to_review(self, found: QuestionQuerySet, name: str, value: bool) -> QuestionQuerySet:
        """Those in the bank whose current version nobody has reviewed; or the others."""
        waiting = Exists(_current().filter(reviewed_at=None)) & ~Q(state=Question.State.RETIRED)
        return found.filter(waiting if value else ~waiting)

    def stale(self, found: QuestionQuerySet, name: str, value: bool) -> QuestionQuerySet:
        """Those whose current version rests on text that has changed; or the others."""
        changed = list(QuestionVersion.objects.current().stale().order_by().values_list("question", flat=True))
        return found.filter(pk__in=changed) if value else found.exclude(pk__in=changed)

    def flagged(self, found: QuestionQuerySet, name: str, value: str) -> QuestionQuerySet:
        """Those whose last figures have this flag."""
        last = ItemFigure.objects.filter(question=OuterRef("question")).order_by("-report__at", "-report")
        figures = ItemFigure.objects.filter(pk=Subquery(last.values("pk")[:1]))
        has = [pk for pk, flags in figures.values_list("question", "flags") if value in flags]
        return found.filter(pk__in=has)


def _current() -> "QuestionVersion.objects":
    return QuestionVersion.objects.filter(question=OuterRef("pk")).current()


def _exposure() -> Coalesce:
    counts = (
        Item.objects.filter(version__question=OuterRef("pk"))
        .order_by()
        .values("version__question")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


class NoteColumn(Column):
    """What somebody should know of a question, the gravest first."""

    def get_value(self, instance: Question) -> SafeString:
        """Return the words."""
        said = [
            (instance.is_stale, _("rests on changed text")),
            (instance.needs_review, _("waits for a review")),
            *((True, FLAGS[flag].word) for flag in instance.flags if flag in FLAGS),
            (instance.is_critical, _("critical")),
            (instance.for_practice, _("for practice only")),
        ]
        return format_html_join(", ", "{}", ((words,) for is_so, words in said if is_so))


class QuestionList(IndexView):
    """The bank. What the columns say is read for the rows of the page alone, so it does not grow with the bank."""

    template_name = "exams/admin/questions.html"
    default_ordering = ("topic__key", "key")

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """A box to tick, the words, and what else there is to say."""
        title = self._get_title_column_class(TitleColumn)(
            "wording",
            label=_("Question"),
            width="40%",
            get_url=lambda row: self.get_edit_url(row) or self.get_inspect_url(row),
            get_title_id=lambda row: f"question_{row.pk}_title",
        )
        topic, difficulty, state = (self._get_custom_column(name) for name in ("topic", "difficulty", "state"))
        kind, notes = Column("kind_label", label=_("Kind")), NoteColumn("notes", label=_("To note"))
        asked = Column("exposure", label=pgettext_lazy("question", "Times asked"), sort_key="exposure")
        tick = BulkActionsCheckboxColumn("bulk_actions", obj_type="question")
        return [tick, title, topic, kind, difficulty, state, notes, asked]

    def get_base_queryset(self) -> QuestionQuerySet:
        """Return the questions with their topics."""
        return Question.objects.select_related("topic")

    def order_queryset(self, queryset: QuestionQuerySet) -> QuestionQuerySet:
        """Sort; how often each was asked is counted only to sort by it."""
        if self.ordering in ("exposure", "-exposure"):
            asked = _exposure()
            return queryset.order_by(asked.asc() if self.ordering == "exposure" else asked.desc(), "pk")
        return super().order_queryset(queryset)

    def search_queryset(self, queryset: QuestionQuerySet) -> QuestionQuerySet:
        """Return those with this in their key or in words of their current version."""
        if not self.is_searching:
            return queryset
        said = _current().filter(
            Q(text__icontains=self.search_query) | Q(name__icontains=self.search_query)
        )  # fmt: skip
        return queryset.filter(Q(key__icontains=self.search_query) | Exists(said))

    def get_table(self, object_list: Sequence[Question]) -> Table:
        """Say of each row what the columns show."""
        said = described([row.pk for row in object_list])
        for row in object_list:
            each = said[row.pk]
            vars(row).update(vars(each), kind_label=KINDS[each.kind].label if each.kind else "")
            row.wording = each.wording[:_WORDS] or str(row)
        return super().get_table(object_list)

    def get_inspect_url(self, instance: Question) -> str:
        """Return the address of the question's own page."""
        return reverse("question", args=[instance.pk])

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """To write a question, and to bring in or take away many."""
        return [*super().header_buttons, *_beside(self.request)]


def _beside(request: HttpRequest) -> list[HeaderButton]:
    links = [
        (_("Import"), "import_questions", "upload", "exams.change_question"),
        (_("Export"), "export_questions", "download", "exams.change_question"),
        (_("Can papers be drawn?"), "paper_check", "clipboard-list", "exams.view_exam"),
    ]
    return [
        HeaderButton(label, url=f"{reverse(name)}?{request.GET.urlencode()}", icon_name=icon)
        for label, name, icon, permission in links
        if request.user.has_perm(permission)
    ]


class TopicList(IndexView):
    """The topics as a tree, each with how many questions it has."""

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """Its place in the tree, and how many questions it has with and without those below it."""
        title = self._get_title_column_class(TitleColumn)("place", label=_("Topic"), get_url=self.get_edit_url)
        practice = BooleanColumn("may_practise", label=_("Exam questions may be practised"))
        numbers = [Column("whole", label=_("Questions, with topics below")), Column("own", label=_("Its own"))]
        return [title, self._get_custom_column("key"), *numbers, practice]

    def get_base_queryset(self) -> "Topic.objects":
        """Return the topics with the number of their questions in the bank."""
        kept = Count("questions", filter=~Q(questions__state=Question.State.RETIRED))
        return Topic.objects.annotate(own=kept).select_related("parent")

    def get_table(self, object_list: Sequence[Topic]) -> Table:
        """Put the rows in the order of the tree, with what is below them counted."""
        below = Topic.objects.within([topic.pk for topic in object_list])
        own = {topic.pk: topic.own for topic in object_list}
        rows = []
        for topic, depth in tree(object_list):
            topic.place = "\u2003" * depth + topic.label
            topic.whole = sum(own.get(pk, 0) for pk in below[topic.pk])
            rows.append(topic)
        return super().get_table(rows)
