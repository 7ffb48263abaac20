"""The screens of markers: what waits, and marking an answer."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exams.marking import queue
from exams.marking.answers import told, words_in
from exams.marking.forms import MarkForm
from exams.marking.mark import mark, share_of
from exams.models import Exam, Item, Topic
from kb.models import Block, ControlledPage
from people.refusal import Refused

PER_PAGE = 50
MAY = permission_required("exams.mark_answers", raise_exception=True)
# By what the queue is narrowed, in addresses and in the query.
_NARROWED = {"exam": "sitting__exam", "topic": "version__question__topic"}


def _narrowed(rows: QuerySet[Item], said: QueryDict) -> QuerySet[Item]:
    """Narrow the queue to an exam and a topic, by id; nonsense narrows nothing."""
    return rows.filter(**{way: int(said[name]) for name, way in _NARROWED.items() if _is_id(said.get(name, ""))})


def _is_id(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 10


@never_cache
@login_required
@MAY
@require_safe
def marking(request: HttpRequest) -> HttpResponse:
    """What this person may mark, the oldest first, by exam and topic."""
    rows = queue.waiting(request.user)
    shown = Paginator(_narrowed(rows, request.GET), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": shown,
        "exams": _counted(rows, "exam", Exam),
        "topics": _counted(rows, "topic", Topic),
        "narrowed": _way(request.GET),
        "now": timezone.now(),
    }
    return render(request, "exams/marking/queue.html", context)


def _counted(rows: QuerySet[Item], name: str, model: type[Exam] | type[Topic]) -> list[tuple[Exam | Topic, int]]:
    """Return the exams or topics that something waits of, with how much."""
    found = Item.objects.filter(pk__in=rows.order_by().values("pk")).order_by().values_list(_NARROWED[name])
    counts = dict(found.annotate(Count("pk")))
    return [(each, counts[each.pk]) for each in model.objects.filter(pk__in=counts)]


def _way(said: QueryDict) -> str:
    """Return the narrowing as a query string, empty for none."""
    kept = {name: said[name] for name in _NARROWED if _is_id(said.get(name, ""))}
    return f"?{urlencode(kept)}" if kept else ""


@never_cache
@login_required
@MAY
@require_http_methods(["GET", "HEAD", "POST"])
def mark_item(request: HttpRequest, pk: int) -> HttpResponse:
    """An answer with its rubric; marked, the next one of the queue follows."""
    item = get_object_or_404(
        Item.objects.select_related("sitting__exam", "sitting__person", "version__question__topic", "edition"), pk=pk
    )
    is_asked = request.method != "POST"
    look = queue.objections if is_asked else queue.barriers  # a form that comes too late is shown again
    if reasons := look(item=item, by=request.user):
        messages.warning(request, " ".join(reasons))
        return redirect(reverse("marking") + _way(request.GET))
    stands = queue.standing(item)
    if is_asked:
        return _form(request, item, stands, MarkForm(item=item, initial={"seen": len(stands.marks)}))
    form = MarkForm(request.POST, item=item)
    if not form.is_valid():
        return _form(request, item, stands, form, status=422)
    said = form.cleaned_data
    try:
        mark(
            item=item, by=request.user, share=share_of(form.rubric, said["scores"]), scores=said["scores"],
            comment=said["comment"], seen=said["seen"], at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return _form(request, item, queue.standing(item), form, status=409, refusals=refusal.reasons)
    messages.success(request, gettext("Marked."))
    return _next(request)


def _next(request: HttpRequest) -> HttpResponse:
    found = _narrowed(queue.waiting(request.user), request.GET).first()
    if found is None:
        return redirect("marking")
    return redirect(reverse("mark_item", args=[found.pk]) + _way(request.GET))


def _form(
    request: HttpRequest, item: Item, stands: queue.Standing, form: MarkForm, *, status: int = 200, **said: object
) -> HttpResponse:
    version = item.version
    page = ControlledPage.objects.visible_to(request.user).filter(pk=version.page_id).first()
    context = {
        "item": item,
        "exam": item.sitting.exam,
        "person": None if item.sitting.exam.is_blind else item.sitting.person,
        "answer": told(item, item.response),
        "words": words_in(item.response),
        "least": version.body.get("least_words"),
        "most": version.body.get("most_words"),
        "sample": version.body.get("sample", ""),
        "form": form,
        "marks": [_said(each, form) for each in stands.marks] if stands.needs_settling else [],
        "page": page,
        "passage": Block.objects.filter(page=page, block_id=version.block_id).first() if page else None,
        "narrowed": _way(request.GET),
    }
    return render(request, "exams/marking/item.html", context | said, status=status)


def _said(made: object, form: MarkForm) -> dict[str, object]:
    """Return a mark without its marker, for whoever settles two that differ."""
    scores = zip((row["criterion"] for row in form.rubric), made.scores, strict=False)
    return {"share": made.share * 100, "scores": list(scores), "comment": made.comment}
