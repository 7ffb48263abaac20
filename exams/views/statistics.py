"""The statistics of exams and of questions, for those who keep them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from exams.kinds import KINDS
from exams.models import Exam, Question, Sitting, StatisticsReport
from exams.statistics import charts, classical, rasch, readings, report
from exams.statistics import question as answered
from exams.statistics.flags import FLAGS, Flag
from exams.statistics.gather import counted
from exams.statistics.sheet import workbook
from kb.control import sheets
from people.models import User

PER_PAGE = 50
SEE = "exams.see_statistics"
# By what the questions are sorted; without one they stand as on the paper.
ORDERS = ("facility", "discrimination_index", "people")


@login_required
@permission_required(SEE, raise_exception=True)
@require_safe
def statistics_of_exams(request: HttpRequest) -> HttpResponse:
    """The exams, each with its last report in a line."""
    page = Paginator(Exam.objects.visible_to(request.user), PER_PAGE).get_page(request.GET.get("page"))
    last = StatisticsReport.objects.filter(exam=OuterRef("exam")).order_by("-at", "-pk").values("pk")[:1]
    wanted = StatisticsReport.objects.filter(exam__in=[exam.pk for exam in page], pk=Subquery(last)).order_by()
    names = ("at", "sittings", "data__possible", "data__test__mean", "data__test__cic", "data__flagged")
    reports = {exam: Line(*values) for exam, *values in wanted.values_list("exam", *names)}
    lines = [(exam, reports.get(exam.pk)) for exam in page]
    return render(request, "exams/statistics/exams.html", {"page_obj": page, "lines": lines})


@dataclass(frozen=True)
class Line:
    """The last report of an exam in a line."""

    at: timezone.datetime
    sittings: int
    possible: float | None
    mean: float | None
    cic: float | None
    flagged: Mapping[str, int]

    @property
    def percent(self) -> float | None:
        """The mean in percent of the marks."""
        return None if self.mean is None or not self.possible else 100 * self.mean / self.possible

    @property
    def serious(self) -> int:
        """How many questions need looking at."""
        return sum(count for key, count in self.flagged.items() if key in FLAGS and FLAGS[key].is_serious)


@login_required
@permission_required(SEE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def exam_statistics(request: HttpRequest, key: str) -> HttpResponse:
    """The last report of an exam (?format=xlsx to take it away); a POST works it out anew."""
    exam = get_object_or_404(Exam.objects.visible_to(request.user), key=key)
    if request.method == "POST":
        if report.is_outdated(exam):  # pressed twice, it is worked out once
            report.make(exam=exam, at=timezone.now())
        return redirect("exam_statistics", key=key)
    made = report.latest(exam)
    if made is None or not made.sittings:
        context = {"exam": exam, "sittings": counted(exam).count(), "is_outdated": report.is_outdated(exam)}
        return render(request, "exams/statistics/exam.html", context)
    if request.GET.get("format") == "xlsx":
        return _file(exam, made, request.user)
    return render(request, "exams/statistics/exam.html", _context(request, exam, made))


def _context(request: HttpRequest, exam: Exam, made: StatisticsReport) -> dict[str, Any]:
    data, flag, order = made.data, request.GET.get("flag", ""), request.GET.get("by", "")
    items = [item for item in data["items"] if not flag or flag in item["flags"]]
    if order in ORDERS:
        items.sort(key=lambda item: (item[order] is None, item[order]))
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    scale = data["rasch"]
    shown = [item["question"] for item in page]
    scaled = [each["question"] for each in scale.get("difficulties", ())]
    labels = _labels({*shown, *scaled, *data["overview"]["questions"]}, request.user)
    columns = charts.bars([(f"{10 * place}–{10 * place + 10}", count) for place, count in enumerate(data["histogram"])])
    return {
        "exam": exam,
        "report": made,
        "data": data,
        "is_outdated": report.is_outdated(exam),
        "caution": readings.caution(made.sittings),
        "readings": readings.readings(data["test"], data["possible"]),
        "columns": columns,
        "chart": {
            "width": charts.width(len(columns)),
            "height": charts.HEIGHT,
            "bar": charts.WIDTH,
            "pass": charts.across(data["pass_mark"], len(columns)),
        },
        "page_obj": page,
        "rows": [Row(item, *labels[item["question"]]) for item in page],
        "flags": [(key, FLAGS[key], count) for key, count in data["flagged"].items() if key in FLAGS],
        "flag": FLAGS.get(flag),
        "by": order,
        "overview": _overview(data["overview"], labels, request.user),
        "scale": _scale(scale, labels),
    }


@dataclass(frozen=True)
class Row:
    """A line of the table of questions: its figures, what it is called, its words if they may be read."""

    item: Mapping[str, Any]
    key: str
    words: str

    @property
    def flags(self) -> list[Flag]:
        """What its figures say."""
        return [FLAGS[key] for key in self.item["flags"] if key in FLAGS]

    @property
    def why_not(self) -> str:
        """Why its discrimination cannot be said."""
        reason = self.item["reasons"].get("discrimination_index")
        return str(classical.REASONS[reason]) if reason else ""


def _labels(wanted: Iterable[int], person: User) -> dict[int, tuple[str, str]]:
    """Return key and words of these questions; the words for those only who may read the bank. One query."""
    found = Question.objects.filter(pk__in=list(wanted)).select_related("topic").order_by()
    if not _may_read(person):
        return {row.pk: (str(row), "") for row in found}
    return {row.pk: (str(row), row.wording or "") for row in found.with_current()}


def _may_read(person: User) -> bool:
    return person.has_perm("exams.view_question") or person.has_perm("exams.change_question")


def _overview(
    seen: Mapping[str, list], labels: Mapping[int, tuple[str, str]], person: User
) -> dict[str, list[tuple[Any, Any]]]:
    """Return the questions (number, key) and the people (name, shares); names for those who may see sittings.

    Nobody sees here what he scored himself before it is released.
    """
    hidden = set(
        Sitting.objects.of(person).filter(released_at=None, pk__in=seen["sittings"]).values_list("pk", flat=True)
    )
    names: Mapping[int, str] = {}
    if person.has_perm("exams.view_sitting"):
        sittings = Sitting.objects.filter(pk__in=seen["sittings"]).select_related("person")
        names = {sitting.pk: str(sitting.person) for sitting in sittings}
    rows = zip(seen["sittings"], seen["shares"], strict=True)
    people = [
        (names.get(pk, n), [_cell(share) for share in row])
        for n, (pk, row) in enumerate(rows, start=1)
        if pk not in hidden
    ]
    return {"questions": [(labels[pk][0], pk) for pk in seen["questions"]], "people": people}


def _cell(share: float | None) -> tuple[str, str]:
    """Return how a cell of the overview is coloured, and what it says."""
    if share is None:
        return "none", ""
    if share in {0, 1}:
        return ("all", "1") if share else ("nothing", "0")
    return "part", f"{share:.2f}".lstrip("0")


def _scale(scale: Mapping[str, Any], labels: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
    """Return Rasch's map of people and questions and its table, or the reason why there is none."""
    if "reason" in scale:
        return {"reason": rasch.REASONS[scale["reason"]]}
    listed = sorted(scale["difficulties"], key=lambda each: each["value"])
    abilities = [(each["value"], each["people"]) for each in scale["abilities"]]
    drawn = charts.person_item_map(abilities, [(labels[each["question"]][0], each["value"]) for each in listed])
    return {
        "map": drawn,
        "width": charts.MAP_WIDTH,
        "ground": charts.MAP_HEIGHT,
        "items": [(n, labels[each["question"]], each) for n, each in enumerate(listed, start=1)],
        "abilities": [each for each in scale["abilities"] if each["people"]],
    }


def _file(exam: Exam, made: StatisticsReport, person: User) -> HttpResponse:
    labels = _labels([item["question"] for item in made.data["items"]], person)
    response = HttpResponse(workbook(exam=exam, report=made, labels=labels), content_type=sheets.XLSX)
    response["Content-Disposition"] = f'attachment; filename="statistics-{exam.key}-{made.at:%Y-%m-%d}.xlsx"'
    return response


@login_required
@permission_required(SEE, raise_exception=True)
@require_safe
def question_statistics(request: HttpRequest, pk: int) -> HttpResponse:
    """What the answers say about one question; its words and who chose what for those only who may read the bank."""
    question = get_object_or_404(Question.objects.select_related("topic"), pk=pk)
    may_read = _may_read(request.user)
    versions = answered.versions(question)
    asked = request.GET.get("version", "")
    shown = next((row for row, _some in versions if str(row.number) == asked), versions[0][0] if versions else None)
    months = answered.months(question)
    columns = charts.bars([(some.label, some.facility) for some in months], highest=100)
    figures = answered.figures(question, request.user)
    context = {
        "question": question,
        "may_read": may_read,
        "shown": shown,
        "versions": versions,
        "choices": answered.choices(shown) if shown and may_read else [],
        "guess": 100 * KINDS[shown.kind].guess(shown.body) if shown else None,
        "figures": [(row, [FLAGS[key] for key in row.flags if key in FLAGS]) for row in figures],
        "months": list(zip(months, columns, strict=True)),
        "chart": {"width": charts.width(len(columns)), "height": charts.HEIGHT, "bar": charts.WIDTH},
    }
    return render(request, "exams/statistics/question.html", context)
