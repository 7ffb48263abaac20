"""Where a question is used: papers, sittings, figures, appeals; and what many questions look like in a list."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Max

from exams import reach
from exams.models import Exam, FormItem, Item, ItemAppeal, ItemFigure, Question, QuestionVersion, Regrade

_LISTED = 20


@dataclass(frozen=True)
class Used:
    """What is known of a question's use: how many sittings of which exam, when last, by which version."""

    rows: list[Mapping[str, object]]  # exam, version, sittings, answered, share (mean, percent), last
    under_way: int
    fixed: list[FormItem]
    drawn_by: list[Exam]
    figures: list[ItemFigure]
    appeals: list[ItemAppeal]
    regrades: list[Regrade]

    @property
    def sittings(self) -> int:
        """On how many papers it was."""
        return sum(row["sittings"] for row in self.rows)

    @property
    def last(self) -> datetime.datetime | None:
        """When it was last handed out."""
        return max((row["last"] for row in self.rows), default=None)

    @property
    def is_in_use(self) -> bool:
        """Whether somebody has it before him, or a fixed paper in use holds it."""
        return bool(self.under_way or any(item.form.is_active for item in self.fixed))


def usage(question: Question) -> Used:
    """Return where the question is and was used. A constant number of queries."""
    items = Item.objects.filter(version__question=question).order_by()
    return Used(
        rows=_by_exam(items),
        under_way=items.filter(sitting__finished_at__isnull=True).count(),
        fixed=list(FormItem.objects.filter(question=question).select_related("form__exam")[:_LISTED]),
        drawn_by=list(reach.drawing(Question.objects.filter(pk=question.pk))[:_LISTED]),
        figures=_figures(question),
        appeals=list(
            ItemAppeal.objects.filter(item__version__question=question)
            .select_related("item__sitting__exam", "item__version")
            .order_by("-at")[:_LISTED]
        ),
        regrades=list(Regrade.objects.filter(question=question).select_related("by", "version").order_by("-at")),
    )


def _by_exam(items: "Item.objects") -> list[Mapping[str, object]]:
    return list(
        items.values("sitting__exam", "sitting__exam__title", "version__number")
        .annotate(sittings=Count("pk"), answered=Count("response"), last=Max("sitting__checked_in_at"))
        .order_by("-last")[:_LISTED]
    )


def _figures(question: Question) -> list[ItemFigure]:
    """Return its figures in the last report of each exam."""
    rows = ItemFigure.objects.filter(question=question).select_related("report__exam").order_by("-report__at")
    last: dict[int, ItemFigure] = {}
    for row in rows[: _LISTED * 5]:
        last.setdefault(row.report.exam_id, row)
    return list(last.values())


def exposure(questions: Collection[int]) -> dict[int, int]:
    """Return for each of these questions, by id, on how many papers it was. One query."""
    rows = Item.objects.filter(version__question__in=questions).order_by().values_list("version__question")
    return dict.fromkeys(questions, 0) | dict(rows.annotate(n=Count("pk")))


@dataclass
class Row:
    """What the list of the bank says of a question beside its own columns."""

    wording: str = ""
    kind: str = ""
    is_stale: bool = False
    needs_review: bool = False
    exposure: int = 0
    flags: list[str] = field(default_factory=list)


def described(questions: Collection[int]) -> dict[int, Row]:
    """Return what the list says of these questions, by id. Four queries, however many they are."""
    versions = QuestionVersion.objects.filter(question__in=questions).current().order_by()
    stale = set(versions.stale().values_list("question", flat=True))
    counts = exposure(questions)
    flags = _flags(questions)
    last = {pk: said for pk, *said in versions.values_list("question", "text", "kind", "reviewed_at")}
    return {
        pk: Row(*last[pk][:2], pk in stale, last[pk][2] is None, counts[pk], flags.get(pk, []))
        if pk in last
        else Row(needs_review=True)
        for pk in questions
    }


def _flags(questions: Collection[int]) -> dict[int, list[str]]:
    """Return the flags of each in its last figures."""
    rows = ItemFigure.objects.filter(question__in=questions).order_by("report__at", "report")
    return dict(rows.values_list("question", "flags"))
