"""The screens of results: what waits for its release, the results of an exam, late answers, the history of a grade."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exams.marking import late
from exams.marking.answers import key_of, told
from exams.marking.forms import LateForm
from exams.marking.release import release
from exams.marking.sheet import workbook
from exams.models import Exam, Item, LateAnswer, Sitting, SittingEvent
from exams.statistics import charts
from kb.control import sheets
from people.refusal import Refused

PER_PAGE = 50
MAY = permission_required("exams.release_results", raise_exception=True)
STATES = (
    ("waiting", pgettext_lazy("results", "To be released")),
    ("marking", pgettext_lazy("results", "Being marked")),
    ("released", pgettext_lazy("results", "Released")),
)
_OVER = Q(finished_at__isnull=False)
_STATE = {
    "waiting": _OVER & Q(marked_at__isnull=False, released_at__isnull=True),
    "marking": _OVER & Q(marked_at__isnull=True),
    "released": _OVER & Q(released_at__isnull=False),
}


@never_cache
@login_required
@MAY
@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """The exams that have been sat, those with results to release first."""
    counts = {name: Count("sittings", filter=_below(condition)) for name, condition in _STATE.items()}
    rows = Exam.objects.annotate(**counts).filter(Q(waiting__gt=0) | Q(marking__gt=0) | Q(released__gt=0))
    page = Paginator(rows.order_by("-waiting", "-marking", "key"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "late": late.waiting_for(request.user).count()}
    return render(request, "exams/marking/releases.html", context)


def _below(condition: Q) -> Q:
    """Return a condition on sittings as one on their exam."""
    children = [
        _below(each) if isinstance(each, Q) else (f"sittings__{each[0]}", each[1]) for each in condition.children
    ]
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


@never_cache
@login_required
@MAY
@require_http_methods(["GET", "HEAD", "POST"])
def exam_results(request: HttpRequest, key: str) -> HttpResponse:
    """The results of an exam (?format=xlsx to take them away); a POST releases those chosen, or all that were shown."""
    exam = get_object_or_404(Exam, key=key)
    if request.method == "POST":
        return _release(request, exam)
    if request.GET.get("format") == "xlsx":
        return _file(exam)
    return _results(request, exam)


def _results(request: HttpRequest, exam: Exam, *, status: int = 200, **said: object) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in _STATE else "waiting"
    rows = _with_remarks(exam.sittings.filter(_STATE[state]).select_related("person__unit"))
    others = exam.sittings.filter(_STATE["waiting"]).exclude(person=request.user)
    seen = list(others.values_list("points", "points_possible", "has_passed", "marked_at"))
    columns = charts.bars(_spread(row[:2] for row in seen))
    context = {
        "exam": exam,
        "state": state,
        "states": [(name, label, exam.sittings.filter(_STATE[name]).count()) for name, label in STATES],
        "page_obj": Paginator(rows.order_by("finished_at", "pk"), PER_PAGE).get_page(request.GET.get("page")),
        "waiting": len(seen),
        "passed": sum(bool(row[2]) for row in seen),
        "upto": max((row[3] for row in seen), default=None),
        "columns": columns,
        "chart": {"width": charts.width(len(columns)), "height": charts.HEIGHT, "bar": charts.WIDTH}
        | {"pass": charts.across(exam.pass_mark, len(columns))},
        "me": request.user,
    }
    return render(request, "exams/marking/results.html", context | said, status=status)


def _with_remarks(rows: QuerySet[Sitting]) -> QuerySet[Sitting]:
    """Annotate what keeps one from releasing at once: late answers to decide on, and who was not entitled."""
    undecided = LateAnswer.objects.filter(sitting=OuterRef("pk"), decision="")
    lapsed = SittingEvent.objects.filter(sitting=OuterRef("pk"), kind=SittingEvent.Kind.INELIGIBLE)
    return rows.annotate(has_late=Exists(undecided), has_lapsed=Exists(lapsed))


def _spread(rows: Iterable[tuple[Decimal, Decimal]]) -> list[tuple[str, int]]:
    """Return how many have how many percent of the points, in tens."""
    counts = [0] * 10
    for points, possible in rows:
        counts[min(9, int(points * 10 / possible)) if possible else 0] += 1
    return [(f"{10 * place}–{10 * place + 10}", count) for place, count in enumerate(counts)]


def _release(request: HttpRequest, exam: Exam) -> HttpResponse:
    note, chosen = request.POST.get("note", "")[:300], request.POST.getlist("sitting")[:PER_PAGE]
    rows = exam.sittings.filter(_STATE["waiting"]).select_related("exam", "person")
    if request.POST.get("act") == "all":
        rows = rows.exclude(person=request.user).filter(marked_at__lte=_moment(request.POST.get("upto", "")))
    else:
        rows = rows.filter(public_id__in=[found for each in chosen if (found := _uuid(each))])
    kept = {"note": note, "chosen": set(chosen)}
    wanted = list(rows)
    if not wanted:
        return _results(request, exam, status=422, refusals=[gettext("Choose results that wait for release.")], **kept)
    try:
        count = release(sittings=wanted, by=request.user, at=timezone.now(), note=note)
    except Refused as refusal:
        return _results(request, exam, status=409, refusals=refusal.reasons, **kept)
    messages.success(request, ngettext("%(n)d result released.", "%(n)d results released.", count) % {"n": count})
    return redirect("exam_results", exam.key)


def _moment(word: str) -> datetime.datetime:
    """Return the moment up to which results were shown; nonsense means none were."""
    try:
        found = parse_datetime(word)
    except ValueError:
        found = None
    return found if found and timezone.is_aware(found) else datetime.datetime(1970, 1, 2, tzinfo=datetime.UTC)


def _uuid(word: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(word)
    except ValueError:
        return None


def _file(exam: Exam) -> HttpResponse:
    day = timezone.localdate().isoformat()
    head = {"Content-Disposition": f'attachment; filename="{exam.key}-{day}.xlsx"'}
    return HttpResponse(workbook(exam=exam), content_type=sheets.XLSX, headers=head)


@never_cache
@login_required
@permission_required("exams.view_grade", raise_exception=True)
@require_safe
def sitting_grades(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What a sitting was worth from when to when, and why; nobody looks into his own before it is released."""
    own_secret = Q(person=request.user, released_at__isnull=True)
    rows = Sitting.objects.filter(finished_at__isnull=False).exclude(own_secret).select_related("exam", "person")
    sitting = get_object_or_404(rows, public_id=public_id)
    context = {
        "sitting": sitting,
        "exam": sitting.exam,
        "grades": sitting.grades.select_related("by"),
        "releases": sitting.releases.select_related("by"),
        "late": sitting.late_answers.exclude(decision="").select_related("decided_by"),
    }
    return render(request, "exams/marking/grades.html", context)


@never_cache
@login_required
@MAY
@require_safe
def late_answers(request: HttpRequest) -> HttpResponse:
    """The late answers that wait for a decision."""
    return _late(request)


def _late(
    request: HttpRequest, form: LateForm | None = None, pk: int | None = None, *, status: int = 200, **said: object
) -> HttpResponse:
    page = Paginator(late.waiting_for(request.user), 20).get_page(request.GET.get("page"))
    items = _items_of(page.object_list)
    rows = [_card(each, items[each.sitting_id, each.item], form if each.pk == pk else None) for each in page]
    context = {"page_obj": page, "rows": rows, "exam": None}
    return render(request, "exams/marking/late.html", context | said, status=status)


def _items_of(answers: Sequence[LateAnswer]) -> dict[tuple[int, int], Item]:
    sittings = {each.sitting_id for each in answers}
    rows = Item.objects.filter(sitting__in=sittings).select_related("version")
    return {(row.sitting_id, row.n): row for row in rows}


def _card(answer: LateAnswer, item: Item, form: LateForm | None) -> dict[str, object]:
    end = answer.sitting.deadline_at or answer.received_at
    seconds = int((answer.received_at - end).total_seconds())
    return {
        "answer": answer,
        "item": item,
        "said": told(item, answer.response),
        "before": told(item, item.response),
        "key": key_of(item),
        "minutes": -(-seconds // 60) if seconds > 0 else 0,
        "form": form or _late_form(answer),
    }


def _late_form(answer: LateAnswer, said: object = None) -> LateForm:
    moment = answer.received_at.isoformat()
    return LateForm(said, initial={"seen": moment}, label_suffix="", auto_id=f"late-{answer.pk}-%s")


@never_cache
@login_required
@MAY
@require_http_methods(["POST"])
def decide_late(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a late answer count, or not."""
    answer = late.waiting_for(request.user).filter(pk=pk).first()
    if answer is None:
        messages.warning(request, gettext("This was decided already."))
        return redirect("late_answers")
    form = _late_form(answer, request.POST)
    if not form.is_valid():
        return _late(request, form, pk, status=422)
    said = form.cleaned_data
    try:
        is_done = late.decide(
            late=answer, counts=said["counts"] == "yes", by=request.user, at=timezone.now(), note=said["note"],
            seen=said["seen"],
        )  # fmt: skip
    except Refused as refusal:
        return _late(request, form, pk, status=409, refusals=refusal.reasons)
    if not is_done:
        return _late(request, form, pk, status=409, refusals=[gettext("Another answer came meanwhile; read it first.")])
    messages.success(request, gettext("The decision is recorded."))
    return redirect("late_answers")
