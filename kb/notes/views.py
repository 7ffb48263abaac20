"""The screens of field notes: the list, and writing a new one."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kb.attachments import attach_all
from kb.models import ProductModel, Solution
from kb.notes.forms import NoteForm
from kb.notes.prefill import prefilled, run_of
from kb.notes.similar import documents_for, similar
from kb.notes.standing import State, counts, waiting
from kb.notes.write import write
from people.refusal import Refused

A_PAGE = 25
_MOST_FOUND = 200
_WHOSE = ("mine", "followed")


@never_cache
@login_required
@require_safe
def solutions(request: HttpRequest) -> HttpResponse:
    """The notes a person may see: by state, product, whose they are, and by words."""
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "model", "whose", "q")}
    notes = _sifted(request, asked)
    counted = counts(notes)
    notes = _in_state(notes.with_successes().with_standing(), asked["state"]).order_by("-created_at", "-pk")
    shown = Paginator(notes.select_related("model", "author", "document"), A_PAGE).get_page(request.GET.get("page"))
    seen = Solution.objects.visible_to(request.user)
    is_adopter = request.user.has_perm("kb.adopt_solution")
    context = {
        "page_obj": shown,
        "asked": asked,
        "states": [(state.value, state.label, counted[state]) for state in State],
        "total": sum(counted.values()) - counted[State.CLOSED],
        "models": ProductModel.objects.filter(pk__in=seen.order_by().values("model")),
        "waiting": waiting(seen, timezone.now()) if is_adopter else None,
    }
    return render(request, "kb/notes/list.html", context)


def _sifted(request: HttpRequest, asked: dict[str, str]) -> QuerySet[Solution]:
    notes = Solution.objects.visible_to(request.user)
    if asked["q"]:
        found = [note.pk for note in notes.search(asked["q"][:_MOST_FOUND])[:_MOST_FOUND]]
        notes = notes.filter(pk__in=found)
    if asked["model"]:
        notes = notes.filter(model__key=asked["model"])
    if asked["whose"] == "mine":
        notes = notes.filter(author=request.user)
    elif asked["whose"] == "followed":
        notes = notes.filter(followers__person=request.user)
    return notes


def _in_state(notes: QuerySet[Solution], state: str) -> QuerySet[Solution]:
    """Return those of one state; without one all that were not put aside."""
    return notes.filter(standing=state) if state in State.values else notes.exclude(standing=State.CLOSED)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_solution(request: HttpRequest) -> HttpResponse:
    """Write a note or ask, on one screen; what is like it stands above."""
    if request.method != "POST":
        begun = prefilled(request.GET, request.user) | {"key": uuid.uuid4()}
        return _ask(request, NoteForm(initial=begun, person=request.user), begun)
    if request.POST.get("action") == "look":
        typed = request.POST.dict()
        return _ask(request, NoteForm(initial=typed, person=request.user), typed)
    form = NoteForm(request.POST, request.FILES, person=request.user)
    if not form.is_valid():
        return _ask(request, form, request.POST.dict())
    said, now = form.cleaned_data, timezone.now()
    try:
        made = write(
            key=said["key"], by=request.user, at=now, run=said["run"], report=said["case"], query=said["q"],
            symptom=said["case"].symptom if said["case"] else None, **form.words(),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, refusal.reasons)
        return _ask(request, form, request.POST.dict())
    for reason in attach_all(files=said["photos"], by=request.user, at=now, solution=made):
        messages.error(request, reason)
    messages.success(request, _thanks(made))
    return redirect(made)


def _thanks(made: Solution) -> str:
    if not made.remedy:
        return gettext("Your question is kept. You will be told when somebody knows what helps.")
    return gettext("Kept, as unverified. You will be told when it works for somebody else, and what becomes of it.")


def _ask(request: HttpRequest, form: NoteForm, typed: dict[str, Any]) -> HttpResponse:
    """Show the form, and above it what is like what was typed so far."""
    model = typed.get("model")
    if not isinstance(model, ProductModel | None):
        model = ProductModel.objects.filter(pk=model).first() if model.isdecimal() and len(model) < 10 else None
    named = {"person": request.user, "text": typed.get("problem", ""), "model": model, "code": typed.get("code", "")}
    run = run_of(str(typed.get("run", "")), request.user)
    context = {
        "form": form,
        "similar": similar(**named),
        "documents": documents_for(**named),
        "run": run if run and run.person_id == request.user.pk else None,
        "has_looked": bool(named["text"] or named["code"]),
    }
    return render(request, "kb/notes/new.html", context, status=422 if form.errors else 200)
