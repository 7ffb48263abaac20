"""The screens of feedback: say whether an edition helped, propose a correction, answer those that came."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from kb import feedback
from kb.models import Block, ControlledPage, Correction, Vote
from kb.reading_views import edition_of, is_key
from kb.views import readable
from people.models import User
from people.refusal import Refused

A_PAGE = 25


def forms(page: ControlledPage) -> dict:
    """Return what both forms need."""
    return {
        "page": page,
        "edition": page.edition,
        "reasons": Vote.Reason.choices,
        "blocks": [(block.id, _heading(block)) for block in page.stream()],
        "longest_note": feedback.LONGEST_NOTE,
        "longest_text": feedback.LONGEST_TEXT,
    }


def _heading(block: object) -> str:
    words = block.value.get("heading") or block.block.label
    return str(words)[:80]


@never_cache
@login_required
def vote(request: HttpRequest, number: str) -> HttpResponse:
    """Whether the edition in force helped me, and if not, why."""
    page = readable(request, number)
    if request.method != "POST":
        return redirect(_panel(number))
    try:
        feedback.vote(
            person=request.user, edition=edition_of(request, number), was_helpful=request.POST.get("helpful") == "yes",
            reason=request.POST.get("reason", ""), note=request.POST.get("note", ""), at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return _again(request, page, "vote", refusal, status=422)
    messages.success(request, gettext("Thank you. Nobody who reads this sees what you said, or that it was you."))
    return redirect(_panel(number))


@never_cache
@login_required
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Propose a correction of a block, or of the whole document."""
    page = readable(request, number)
    if request.method != "POST":
        context = {"form": "correction", "typed": {"block": request.GET.get("block", "")}}
        return render(request, "kb/feedback/form.html", forms(page) | context)
    try:
        made = feedback.propose(
            person=request.user, edition=edition_of(request, number), block_id=request.POST.get("block", ""),
            text=request.POST.get("text", ""), at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return _again(request, page, "correction", refusal, status=422)
    thanks = gettext("Proposed. It waits for %s; you will be told what came of it.") % made.assignee
    messages.success(request, thanks if made.assignee else gettext("Proposed. You will be told what came of it."))
    return redirect(_panel(number))


def _panel(number: str) -> str:
    return f"{reverse('document', args=[number])}#feedback-panel"


def _again(request: HttpRequest, page: ControlledPage, form: str, refusal: Refused, status: int) -> HttpResponse:
    """Show the form again with what was typed; it speaks of the edition in force now."""
    context = {"form": form, "refusals": refusal.reasons, "typed": request.POST, "said": request.POST}
    return render(request, "kb/feedback/form.html", forms(page) | context, status=status)


@never_cache
@login_required
def corrections(request: HttpRequest) -> HttpResponse:
    """The queue of those who look after documents."""
    if not feedback.answers(request.user):
        raise PermissionDenied
    whose = "all" if request.GET.get("whose") == "all" else "mine"
    state = "closed" if request.GET.get("state") == "closed" else "open"
    found = feedback.answered_by(request.user)
    found = found.filter(assignee=request.user) if whose == "mine" else found
    found = found.open().order_by("proposed_at", "pk") if state == "open" else found.exclude(state="open")
    people = ("edition__page", "proposed_by", "assignee", "answered_by")
    shown = Paginator(found.select_related(*people), A_PAGE).get_page(request.GET.get("page"))
    headings = _headings(list(shown))
    rows = [(each, headings.get((each.edition.page_id, each.block_id), "")) for each in shown]
    context = {"rows": rows, "page_obj": shown, "whose": whose, "state": state}
    return render(request, "kb/feedback/corrections.html", context)


def _headings(corrections: list[Correction]) -> dict[tuple[int, str], str]:
    blocks = Block.objects.filter(
        page__in={each.edition.page_id for each in corrections}, block_id__in={each.block_id for each in corrections}
    )
    return {(page, block): heading for page, block, heading in blocks.values_list("page", "block_id", "heading")}


@never_cache
@login_required
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """A correction for whoever proposed it or may answer it; the answer by POST."""
    found = _correction(request, pk)
    if request.method != "POST":
        return _show(request, found)
    decisions = {"accept": True, "decline": False}
    try:
        if request.POST.get("decision") not in decisions:
            raise Refused(gettext("Choose whether you accept it."))
        feedback.answer(
            correction=found, accepted=decisions[request.POST["decision"]], answer=request.POST.get("answer", ""),
            by=request.user, at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return _show(request, _correction(request, pk), refusal)
    except Correction.DoesNotExist:
        raise Http404(pk) from None
    messages.success(request, gettext("Answered; whoever proposed it has been told."))
    return redirect("corrections")


@never_cache
@login_required
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a correction to another owner or author."""
    found = _correction(request, pk)
    if request.method != "POST":
        return redirect("correction", pk)
    named = request.POST.get("assignee", "")
    to = User.objects.filter(pk=named).first() if is_key(named) else None
    try:
        if to is None:
            raise Refused(gettext("Choose a person."))
        feedback.assign(correction=found, to=to, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _show(request, _correction(request, pk), refusal)
    except Correction.DoesNotExist:
        raise Http404(pk) from None
    messages.success(request, gettext("It is assigned to %s.") % to)
    return redirect("corrections")


def _correction(request: HttpRequest, pk: int) -> Correction:
    people = ("edition__page", "edition__revision", "proposed_by", "assignee", "answered_by")
    return get_object_or_404(feedback.seen_by(request.user).select_related(*people), pk=pk)


def _show(request: HttpRequest, found: Correction, refusal: Refused | None = None) -> HttpResponse:
    is_mine = feedback.answered_by(request.user).filter(pk=found.pk).exists()
    may_answer = is_mine and found.state == Correction.State.OPEN
    page = ControlledPage.objects.visible_to(request.user).filter(pk=found.edition.page_id).first()
    context = {
        "correction": found,
        "edition": found.edition,
        "passage": feedback.passage_of(found),
        "page": page,
        "answers": is_mine,
        "may_answer": may_answer,
        "candidates": feedback.candidates(found) if may_answer else [],
        "longest_answer": feedback.LONGEST_ANSWER,
        "refusals": refusal.reasons if refusal else [],
        "answer": request.POST.get("answer", ""),
    }
    return render(request, "kb/feedback/correction.html", context, status=422 if refusal else 200)
