"""What the answers say about one question, in all exams that asked it."""

from dataclasses import dataclass

import numpy as np
from django.db.models import Avg, Count, FloatField, QuerySet, TextField
from django.db.models.functions import Cast, TruncMonth
from django.utils import timezone

from exams.kinds import KINDS
from exams.models import Exam, Item, ItemFigure, Question, QuestionVersion
from exams.statistics import distractors
from exams.statistics.gather import COUNTED, codes
from people.models import Person

MOST_MONTHS, MOST_ANSWERS = 24, 5_000


@dataclass(frozen=True)
class Some:
    """Some of the answers: which, how many, and their mean in percent of the marks."""

    label: str
    people: int
    facility: float


def months(question: Question) -> list[Some]:
    """Return the answers of each month that had any, the last two years of them. One query."""
    counted = _answers(question).annotate(month=TruncMonth("sitting__finished_at")).values_list("month")
    found = counted.annotate(people=Count("pk"), facility=_mean()).order_by("-month")[:MOST_MONTHS]
    return [Some(f"{timezone.localtime(month):%Y-%m}", people, 100 * mean) for month, people, mean in reversed(found)]


def versions(question: Question) -> list[tuple[QuestionVersion, Some]]:
    """Return each version that was answered, the latest first. Two queries."""
    counted = _answers(question).values_list("version").annotate(people=Count("pk"), facility=_mean()).order_by()
    found = {pk: (people, mean) for pk, people, mean in counted}
    rows = question.versions.filter(pk__in=found).order_by("-number")
    return [(row, Some(str(row.number), found[row.pk][0], 100 * found[row.pk][1])) for row in rows]


def _answers(question: Question) -> QuerySet[Item]:
    return Item.objects.counted().filter(version__question=question, sitting__marked_at__isnull=False).order_by()


def _mean() -> Avg:
    return Avg(Cast("share", FloatField()))


def figures(question: Question, person: Person) -> list[ItemFigure]:
    """Return the figures of the question in the last report of each exam that this person may know of. One query."""
    exams = Exam.objects.visible_to(person)
    found = ItemFigure.objects.filter(question=question, report__exam__in=exams).select_related("report__exam")
    latest = {figure.report.exam: figure for figure in found.defer("report__data").order_by("report__at", "report")}
    return list(latest.values())


def choices(version: QuestionVersion) -> list[distractors.Choice]:
    """Return who chose what in the last answers to a version; groups go by the marks of their paper. One query."""
    if version.kind not in COUNTED:
        return []
    found = Item.objects.counted().filter(
        version=version, sitting__points__isnull=False, sitting__points_possible__gt=0
    )
    rows = found.order_by("-pk").values_list(
        Cast("order", TextField()), Cast("response", TextField()), "sitting__points", "sitting__points_possible"
    )[:MOST_ANSWERS]
    chosen, totals = [], []
    for order, response, points, possible in rows:
        chosen.append(codes(version, order, response))
        totals.append(float(points / possible))
    return distractors.table(KINDS[version.kind].choices(version.body), chosen, np.array(totals))
