"""How much papers share, which questions were asked most, and which never."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef

from exams.models import Exam, Form, FormItem, Item, Question, Sitting
from exams.sit.enter import candidates

LISTED = 50
LOOKED_AT = 2000  # papers
_SITTINGS = 12


@dataclass(frozen=True)
class Paper:
    """A fixed paper, or that of a sitting."""

    name: str
    questions: frozenset[int]


@dataclass(frozen=True)
class Overlap:
    """Papers against each other: a row each, with how many questions it shares with each of them, and in percent."""

    papers: Sequence[Paper]

    @property
    def rows(self) -> list[tuple[Paper, list[tuple[int, int]]]]:
        """Return (paper, [(shared, percent of its own) for each paper])."""
        return [(paper, [_shared(paper, other) for other in self.papers]) for paper in self.papers]

    @property
    def mean(self) -> float | None:
        """What two different papers share on average, in percent of the first one."""
        pairs = [
            _shared(paper, other)[1] for paper in self.papers for other in self.papers if paper is not other
        ]  # fmt: skip
        return sum(pairs) / len(pairs) if pairs else None


def _shared(paper: Paper, other: Paper) -> tuple[int, int]:
    n = len(paper.questions & other.questions)
    return n, round(100 * n / (len(paper.questions) or 1))


def of_forms(exam: Exam) -> Overlap:
    """Return the overlap of the exam's fixed papers in use."""
    forms = Form.objects.filter(exam=exam, is_active=True).order_by("name")[:_SITTINGS]
    return _overlap({form.pk: form.name for form in forms}, FormItem.objects.filter(form__in=forms), "form", "question")


def of_sittings(exam: Exam) -> Overlap:
    """Return the overlap of the papers of its last sittings."""
    last = Sitting.objects.filter(exam=exam, started_at__isnull=False).order_by("-started_at")[:_SITTINGS]
    names = {row.pk: f"{row.started_at:%m-%d} · {row.pk}" for row in last}
    return _overlap(names, Item.objects.filter(sitting__in=list(names)), "sitting", "version__question")


def _overlap(names: Mapping[int, str], rows: "Item.objects", of: str, question: str) -> Overlap:
    asked: dict[int, set[int]] = {pk: set() for pk in names}
    for pk, each in rows.order_by().values_list(of, question):
        asked[pk].add(each)
    return Overlap([Paper(name, frozenset(asked[pk])) for pk, name in names.items()])


@dataclass(frozen=True)
class Asked:
    """A question and on how many papers of an exam it was."""

    question: Question
    papers: int
    percent: int
    last: datetime.datetime


def most_asked(exam: Exam) -> tuple[int, list[Asked]]:
    """Return how many papers of the exam were looked at, the last ones, and the questions that were on most of them."""
    papers = Sitting.objects.filter(exam=exam).order_by("-pk").values_list("pk", flat=True)
    last = list(papers[:LOOKED_AT])
    rows = Item.objects.filter(sitting__in=last).order_by().values("version__question")
    counts = rows.annotate(n=Count("pk"), last=Max("sitting__checked_in_at")).order_by("-n", "version__question")
    top = list(counts[:LISTED])
    ids = [row["version__question"] for row in top]
    questions = Question.objects.with_current().select_related("topic").in_bulk(ids)
    return len(last), [
        Asked(questions[row["version__question"]], row["n"], round(100 * row["n"] / len(last)), row["last"])
        for row in top
    ]


def never_asked(exam: Exam) -> tuple[int, list[Question]]:
    """Return how many questions the exam may draw that were on no paper of any exam, and the first of them."""
    asked = Item.objects.filter(version__question=OuterRef("pk"))
    unasked = Question.objects.filter(~Exists(asked)).order_by("pk").values_list("pk", flat=True)
    may_draw = {each.id for each in candidates(exam)}
    never = [pk for pk in unasked if pk in may_draw]
    shown = Question.objects.with_current().select_related("topic").in_bulk(never[:LISTED])
    return len(never), [shown[pk] for pk in never[:LISTED]]
