"""The screens of the knowledge base: parse, call, render."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from kb import diagnosis, edition_views, editions, runs
from kb.blocks import EndBlock
from kb.models import (
    ChapterPage,
    ControlledPage,
    FaultCode,
    FaultGuidePage,
    Part,
    ProcedurePage,
    ProductFamily,
    ProductModel,
)
from kb.models.pages import KINDS
from kb.search.analysis import fold_code
from people.models import Qualification


def readable(request: HttpRequest, number: str) -> ControlledPage:
    """Return the document of this number that the person may read, in his language if there is one. Raises Http404."""
    pages = ControlledPage.objects.visible_to(request.user).filter(number=number)
    page = pages.preferring(get_language()).specific().first()
    if page is None:
        raise Http404(number)
    return page


def library(request: HttpRequest) -> HttpResponse:
    """All documents the person may read, kind by kind."""
    kind = request.GET.get("kind", "")
    wanted = KINDS.get(kind)
    pages = ControlledPage.objects.visible_to(request.user).preferring(get_language()).not_exact_type(ChapterPage)
    pages = pages.exact_type(wanted) if wanted else pages
    groups: dict[str, list[ControlledPage]] = {key: [] for key in KINDS}
    for page in pages.with_version().order_by("number").specific(defer=True):
        groups[page.kind].append(page)
    shown = [(KINDS[key]._meta.verbose_name_plural, key, found) for key, found in groups.items() if found]
    return render(request, "kb/library.html", {"groups": shown, "kind": kind})


def document(request: HttpRequest, number: str) -> HttpResponse:
    """A document as it is in force, in the dress of its kind; of a withdrawn one, that it is."""
    today = timezone.localdate()
    page = editions.document_for(number=number, person=request.user, language=get_language(), on=today)
    if page is None:
        raise Http404(number)
    if not page.live:
        found = editions.standings(page=page, person=request.user, on=today)
        return edition_views.withdrawn(request, page, found) if editions.end_of(found) else redirect("editions", number)
    edition_views.count_opening(request, page, today)
    context = edition_views.context_of(request, page)
    context["upcoming"] = edition_views.upcoming_of(request, page, today)
    return render(request, page.get_template(request), context)


def scan(request: HttpRequest, number: str) -> HttpResponse:
    """The short address in the code printed on a document or certificate."""
    if number.startswith("BB-"):
        return redirect("verify_number", number)
    return redirect("document", number)


def walk(request: HttpRequest, number: str) -> HttpResponse:
    """One node of a fault guide. The answers so far stand in the address: every screen can be linked and reloaded."""
    page = _guide(request, number)
    answers, mistake = request.GET.getlist("a"), ""
    try:
        turns, node = diagnosis.walk(page.graph, answers + request.GET.getlist("reading"))
    except diagnosis.WrongTurn as wrong:
        mistake = (
            gettext("“%s” is not an answer here. Enter a number, such as 11.8, or choose one of the ways on.") % wrong
        )
        turns, node = _walk_as_far_as_possible(page.graph, answers)
    trail = [turn.answer for turn in turns]
    context = {
        "page": page,
        "is_foreign": page.language != get_language(),
        "node": node,
        "child": next(child for child in page.body if child.id == node.id),
        "turns": [(turn, runs.said(turn), _address(number, trail[:place])) for place, turn in enumerate(turns)],
        "ways": [
            (runs.said(diagnosis.Turn(node, answer)), answer, _address(number, [*trail, answer]))
            for answer in node.ways
        ],
        "trail": trail,
        "mistake": mistake,
        "back": _address(number, trail[:-1]) if trail else None,
        "restart": _address(number, []),
        "run_key": uuid.uuid4(),
        "results": EndBlock.Result.choices,
    }
    return render(request, "kb/walk.html", context | _named(request, node), status=422 if mistake else 200)


def _guide(request: HttpRequest, number: str) -> FaultGuidePage:
    page = readable(request, number)
    if not isinstance(page, FaultGuidePage):
        raise Http404(number)
    return page


def _named(request: HttpRequest, node: diagnosis.Node) -> dict:
    """Return the rows that an act or an end names: the procedure, if open to the person, qualification and parts."""
    named: dict = {}
    if procedure := node.value.get("procedure") or node.value.get("remedy"):
        named["procedure"] = ProcedurePage.objects.visible_to(request.user).with_version().filter(pk=procedure).first()
    if wanted := node.value.get("qualification"):
        found = Qualification.objects.filter(subject__key=wanted.partition("/")[0]).select_related("subject")
        named["qualification"] = next((each for each in found if each.key == wanted), None)
    if parts := node.value.get("parts"):
        named["parts"] = Part.objects.filter(key__in=[key.strip() for key in parts.split(",")])
    return named


def _walk_as_far_as_possible(graph: diagnosis.Graph, answers: list[str]) -> tuple[list[diagnosis.Turn], diagnosis.Node]:
    for length in range(len(answers), -1, -1):
        try:
            return diagnosis.walk(graph, answers[:length])
        except diagnosis.WrongTurn:
            continue
    raise AssertionError("a walk without answers cannot fail")


def _address(number: str, answers: list[str]) -> str:
    query = QueryDict(mutable=True)
    query.setlist("a", answers)
    return reverse("walk", args=[number]) + (f"?{query.urlencode()}" if answers else "")


@login_required
@require_POST
def record_run(request: HttpRequest, number: str) -> HttpResponse:
    """Record what came of following the guide."""
    page = _guide(request, number)
    answers = request.POST.getlist("a")
    try:
        runs.record(
            guide=page, person=request.user, answers=answers, result=request.POST.get("result", ""),
            note=request.POST.get("note", ""), key=uuid.UUID(request.POST.get("key", "")), at=timezone.now(),
        )  # fmt: skip
    except ValueError as refusal:
        messages.error(
            request,
            str(refusal) if isinstance(refusal, runs.Refused) else gettext("This form is broken; please try again."),
        )
        return redirect(_address(number, answers))
    messages.success(request, gettext("Recorded. Thank you."))
    return redirect("document", number)


def products(request: HttpRequest) -> HttpResponse:
    """All products, family by family."""
    return render(request, "kb/products.html", {"families": ProductFamily.objects.prefetch_related("models")})


def product(request: HttpRequest, key: str) -> HttpResponse:
    """A product model: its documents, fault codes, parts, components."""
    model = get_object_or_404(ProductModel.objects.select_related("family"), key=key)
    pages = (
        ControlledPage.objects.visible_to(request.user)
        .filter(product_models=model)
        .preferring(get_language())
        .with_version()
        .order_by("number")
    )
    codes = FaultCode.objects.filter(Q(model=model) | Q(family=model.family)).select_related("model", "family")
    context = {
        "product": model,
        "documents": pages.specific(defer=True),
        "codes": codes,
        "components": model.components.all(),
        "parts": model.spares.all(),
    }
    return render(request, "kb/product.html", context)


def fault_code(request: HttpRequest, code: str) -> HttpResponse:
    """A fault code, in every product that has it, with the guides for it."""
    codes = FaultCode.objects.spelt(code).select_related("model", "family")
    if not codes:
        raise Http404(code)
    if code != fold_code(code):
        return redirect("fault_code", fold_code(code))
    guides = (
        FaultGuidePage.objects.visible_to(request.user)
        .filter(codes__in=codes)
        .preferring(get_language())
        .distinct()
        .prefetch_related("codes")
    )
    found = [(each, [guide for guide in guides if each in guide.codes.all()]) for each in codes]
    return render(request, "kb/fault_code.html", {"codes": found, "code": codes[0].code})
