"""The screens of wrong keys and of appeals: see who changes, then mark a question again; decide on an appeal."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exams.kinds import KINDS
from exams.marking import appeal
from exams.marking import regrade as again
from exams.marking.answers import key_of, told
from exams.marking.forms import AppealForm
from exams.models import Item, ItemAppeal, QuestionVersion, Regrade
from kb.models import ControlledPage
from people.refusal import Refused

SHOWN = 200  # of those who change; the counts are of all
PER_PAGE = 50


@never_cache
@login_required
@permission_required("exams.regrade", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def regrade(request: HttpRequest, pk: int) -> HttpResponse:
    """A version of a question: by which rule it is marked again (?rule, ?new), who changes, and doing it."""
    version = get_object_or_404(QuestionVersion.objects.select_related("question__topic"), pk=pk)
    said = request.POST or request.GET
    rule = said.get("rule", "")
    others = list(version.question.versions.order_by("-number"))
    new = next((each for each in others if str(each.pk) == said.get("new")), None)
    if request.method != "POST":
        return _regrade(request, version, others, rule, new if rule == Regrade.Rule.KEY else None)
    try:
        _record, count = again.regrade(
            version=version, rule=rule, new_version=new if rule == Regrade.Rule.KEY else None, by=request.user,
            reason=request.POST.get("reason", "")[:2000], at=timezone.now(),
            seen=request.POST.get("seen", ""),
        )  # fmt: skip
    except Refused as refusal:
        return _regrade(request, version, others, rule, new, status=409, refusals=refusal.reasons)
    said = ngettext("Marked again: %(n)d result changed.", "Marked again: %(n)d results changed.", count)
    messages.success(request, said % {"n": count})
    return redirect("regrade", version.pk)


def _regrade(
    request: HttpRequest,
    version: QuestionVersion,
    others: list[QuestionVersion],
    rule: str,
    new: QuestionVersion | None,
    *,
    status: int = 200,
    **said: object,
) -> HttpResponse:
    context: dict[str, object] = {
        "version": version,
        "key": key_of(Item(version=version, order=[])),
        "rules": _rules(version, others),
        "others": [(each, key_of(Item(version=each, order=[]))) for each in others if again.fits(version, each)],
        "rule": rule,
        "new": new,
        "asked": again.asked(version).count(),
        "under_way": again.under_way(version),
        "past": Regrade.objects.filter(version=version).select_related("by", "new_version").order_by("-at", "-pk")[:20],
        "reason": (request.POST or request.GET).get("reason", "")[:2000],
    }
    if rule:
        context["objections"] = again.objections(version=version, rule=rule, new_version=new, by=request.user)
        if not context["objections"]:
            context["look"] = again.look(version=version, rule=rule, new_version=new, most=SHOWN)
    return render(request, "exams/marking/regrade.html", context | said, status=status)


def _rules(version: QuestionVersion, others: list[QuestionVersion]) -> list[tuple[str, str]]:
    """Return the rules that can be chosen: by a key only where there is one for what was asked."""
    has_key = not KINDS[version.kind].is_marked_by_hand and any(again.fits(version, each) for each in others)
    return [(name, label) for name, label in Regrade.Rule.choices if name != Regrade.Rule.KEY or has_key]


@never_cache
@login_required
@permission_required("exams.decide_appeals", raise_exception=True)
@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """The open appeals, the oldest first; ?state=decided for the others."""
    is_open = request.GET.get("state") != "decided"
    rows = ItemAppeal.objects.exclude(state=ItemAppeal.State.OPEN).exclude(item__sitting__person=request.user)
    rows = appeal.waiting_for(request.user).order_by("at", "pk") if is_open else rows.order_by("-decided_at", "pk")
    rows = rows.select_related("item__version", "item__sitting__exam", "decided_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "exams/marking/appeals.html", {"page_obj": page, "is_open": is_open})


@never_cache
@login_required
@permission_required("exams.decide_appeals", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def decide_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """An appeal with the question and the answer, without a name; and the decision on it."""
    rows = ItemAppeal.objects.exclude(item__sitting__person=request.user)
    made = get_object_or_404(
        rows.select_related("item__version__question", "item__sitting__exam", "item__edition", "decided_by"), pk=pk
    )
    most = made.item.points if appeal.asks_for_share(made) else None
    if request.method != "POST":
        return _appeal(request, made, AppealForm(most=most))
    form = AppealForm(request.POST, most=most)
    if not form.is_valid():
        return _appeal(request, made, form, status=422)
    said = form.cleaned_data
    points = said.get("points")
    share = None if points is None else Decimal(points) / made.item.points
    try:
        is_done = appeal.decide(
            made=made, is_upheld=said["outcome"] == "upheld", answer=said["answer"], by=request.user,
            at=timezone.now(), share=share,
        )  # fmt: skip
    except Refused as refusal:
        return _appeal(request, made, form, status=409, refusals=refusal.reasons)
    if not is_done:
        made.refresh_from_db()
        return _appeal(request, made, form, status=409, refusals=[gettext("This was decided already.")])
    messages.success(request, gettext("The decision is recorded."))
    if said["outcome"] == "upheld" and most is None and request.user.has_perm("exams.regrade"):
        return redirect("regrade", made.item.version_id)
    return redirect("appeals")


def _appeal(
    request: HttpRequest, made: ItemAppeal, form: AppealForm, *, status: int = 200, **said: object
) -> HttpResponse:
    item = made.item
    context = {
        "appeal": made,
        "item": item,
        "exam": item.sitting.exam,
        "answer": told(item, item.response),
        "key": key_of(item),
        "points": None if item.share is None else item.share * item.points,
        "comments": [each.comment for each in item.markings.order_by("pk") if each.comment],
        "page": ControlledPage.objects.visible_to(request.user).filter(pk=item.version.page_id).first(),
        "objections": appeal.deciding_objections(made=made, by=request.user),
        "form": form,
    }
    return render(request, "exams/marking/appeal.html", context | said, status=status)
