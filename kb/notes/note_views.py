"""The screen of one field note, and what can be done with it there."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kb.attachments import attach_all
from kb.attachments import visible_to as pictures_for
from kb.models import ControlledPage, DiagnosisRun, FaultReport, Solution
from kb.notes import adopt, confirm, write
from kb.notes.forms import FaqForm, GuideForm, WordsForm
from kb.notes.prefill import run_of
from kb.notes.standing import State
from people.refusal import Refused

_GUIDES = 100  # offered by name; others by number


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def solution(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A note for whoever may see it; what is done with it comes by POST as `action`."""
    note = _note(request, key)
    if request.method != "POST":
        return _show(request, note)
    do = _ACTIONS.get(request.POST.get("action", ""))
    if do is None:
        return _show(request, note, refusals=[gettext("This form is broken; please try again.")])
    try:
        return do(request, note)
    except Refused as refusal:
        return _show(request, _note(request, key), refusals=refusal.reasons)
    except Solution.DoesNotExist:
        raise Http404(key) from None


def _note(request: HttpRequest, key: uuid.UUID) -> Solution:
    notes = Solution.objects.visible_to(request.user).with_successes().with_standing()
    people = ("author", "unit", "model", "symptom", "document", "closed_by", "run__guide", "report")
    return get_object_or_404(notes.select_related(*people), key=key)


def _show(request: HttpRequest, note: Solution, refusals: list[str] | None = None, **forms: object) -> HttpResponse:
    person, confirmations = request.user, list(note.confirmations.select_related("person", "run"))
    mine = next((each for each in confirmations if each.person_id == person.pk), None)
    may_improve = write.may_improve(note, person)
    context = {
        "note": note,
        "states": State,
        "refusals": refusals or [],
        "typed": request.POST,
        "pictures": pictures_for(person).filter(solution=note),
        "confirmations": confirmations,
        "mine": mine,
        "may_confirm": not confirm.objections(note, person),
        "may_answer": note.standing == State.QUESTION and write.is_open(note),
        "improving": forms.get("improving") or (_improving(note) if may_improve else None),
        "is_followed": note.followers.filter(person=person).exists(),
        "follower_count": note.followers.count(),
        "run": note.run and DiagnosisRun.objects.visible_to(person).filter(pk=note.run_id).first(),
        "report": note.report and FaultReport.objects.visible_to(person).filter(pk=note.report_id).first(),
        "document": note.document and ControlledPage.objects.visible_to(person).filter(pk=note.document_id).first(),
        "run_key": request.POST.get("run") or request.GET.get("run", ""),
        "longest": {"note": confirm.LONGEST_NOTE, "because": adopt.LONGEST_REASON},
    }
    if person.has_perm("kb.adopt_solution"):
        context |= _adopting(request, note, forms)
    is_refused = bool(refusals) or any(form.errors for form in forms.values())
    return render(request, "kb/notes/note.html", context, status=422 if is_refused else 200)


def _improving(note: Solution) -> WordsForm:
    return WordsForm(initial={name: getattr(note, name) for name in (*write.WORDS, "model")})


def _adopting(request: HttpRequest, note: Solution, forms: dict) -> dict:
    """Return what those who make documents of notes are shown."""
    guides = adopt.guides_for(request.user)
    own = guides.filter(product_models=note.model) if note.model else guides.none()
    can_be_taken = note.standing in (State.VERIFIED, State.UNVERIFIED) and write.is_open(note)
    return {
        "is_adopter": True,
        "may_take_up": can_be_taken,
        "faq_form": forms.get("faq") or _faq(request, note),
        "guide_form": forms.get("guide") or _guide(request, note),
        "guides": list(dict.fromkeys([*own[:_GUIDES], *guides[:_GUIDES]]))[:_GUIDES] if can_be_taken else [],
        "may_put_aside": note.standing not in (State.ADOPTED, State.CLOSED),
        "may_reopen": note.standing == State.CLOSED or (note.document_id and note.standing != State.ADOPTED),
    }


def _faq(request: HttpRequest, note: Solution, data: object = None) -> FaqForm:
    return FaqForm(data, prefix="faq", **_taking_up(request, note))


def _guide(request: HttpRequest, note: Solution, data: object = None) -> GuideForm:
    return GuideForm(data, prefix="guide", **_taking_up(request, note))


def _taking_up(request: HttpRequest, note: Solution) -> dict:
    return {"person": request.user, "language": get_language(), "is_verified": note.standing == State.VERIFIED}


def _confirm(request: HttpRequest, note: Solution) -> HttpResponse:
    worked = request.POST["action"] == "worked"
    confirm.confirm(
        solution=note, by=request.user, worked=worked, at=timezone.now(), note=request.POST.get("note", ""),
        run=run_of(request.POST.get("run", ""), request.user),
    )  # fmt: skip
    messages.success(request, gettext("Thank you. The next one who meets this sees what you found."))
    return redirect(note)


def _follow(request: HttpRequest, note: Solution) -> HttpResponse:
    write.follow(solution=note, by=request.user, at=timezone.now())
    messages.success(request, gettext("You will be told what becomes of it."))
    return redirect(note)


def _answer(request: HttpRequest, note: Solution) -> HttpResponse:
    said = {name: request.POST.get(name, "") for name in ("remedy", "cause")}
    write.answer(solution=note, by=request.user, at=timezone.now(), **said)
    messages.success(request, gettext("Thank you. Whoever asked is told."))
    return redirect(note)


def _improve(request: HttpRequest, note: Solution) -> HttpResponse:
    form = WordsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, note, improving=form)
    try:
        write.improve(solution=note, by=request.user, at=timezone.now(), **form.words())
    except Refused as refusal:
        form.add_error(None, refusal.reasons)
        return _show(request, note, improving=form)
    photos = form.cleaned_data["photos"]
    for reason in attach_all(files=photos, by=request.user, at=timezone.now(), solution=note):
        messages.error(request, reason)
    messages.success(request, gettext("Kept."))
    return redirect(note)


def _draft_faq(request: HttpRequest, note: Solution) -> HttpResponse:
    _only_adopters(request)
    form = _faq(request, note, request.POST)
    if not form.is_valid():
        return _show(request, note, faq=form)
    page = adopt.draft_faq(
        solution=note, by=request.user, at=timezone.now(), folder=form.folders[form.cleaned_data["folder"]],
        even_unverified=form.is_meant(),
    )  # fmt: skip
    return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))


def _into_guide(request: HttpRequest, note: Solution) -> HttpResponse:
    _only_adopters(request)
    form = _guide(request, note, request.POST)
    if not form.is_valid():
        return _show(request, note, guide=form)
    page = adopt.into_guide(
        solution=note, by=request.user, at=timezone.now(), guide=form.cleaned_data["guide"],
        even_unverified=form.is_meant(),
    )  # fmt: skip
    return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))


def _put_aside(request: HttpRequest, note: Solution) -> HttpResponse:
    _only_adopters(request)
    adopt.put_aside(solution=note, by=request.user, because=request.POST.get("because", ""), at=timezone.now())
    messages.success(request, gettext("Put aside; whoever wrote or followed it has been told why."))
    return redirect(note)


def _reopen(request: HttpRequest, note: Solution) -> HttpResponse:
    _only_adopters(request)
    adopt.reopen(solution=note, by=request.user, at=timezone.now())
    messages.success(request, gettext("It waits again."))
    return redirect(note)


def _only_adopters(request: HttpRequest) -> None:
    if not request.user.has_perm("kb.adopt_solution"):
        raise PermissionDenied


_ACTIONS: dict[str, Callable[[HttpRequest, Solution], HttpResponse]] = {
    "worked": _confirm,
    "failed": _confirm,
    "follow": _follow,
    "answer": _answer,
    "improve": _improve,
    "faq": _draft_faq,
    "guide": _into_guide,
    "aside": _put_aside,
    "reopen": _reopen,
}
