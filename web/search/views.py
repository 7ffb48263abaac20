"""The search screen and what belongs to it: parse, call, render."""

import hashlib
import time
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from kb.searching import log, saved
from kb.searching.find import is_whole
from kb.searching.screens import may_see_why
from people.refusal import Refused
from web.search import kept, recent
from web.search.asked import LONGEST, Asked, asked
from web.search.jump import address_of
from web.search.page import found
from web.search.suggested import suggested

_ONCE = 12 * 60 * 60  # seconds within which the same click of the same person is one click


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything the person may see, grouped by kind; a code or a number in any spelling leads straight to it."""
    wanted = asked(request.GET)
    if not wanted.query:
        return render(request, "web/search/empty.html", {"query": "", "kept": kept.shown(request)})
    if wanted.is_fresh and not wanted.is_as_typed and (address := address_of(text=wanted.query, person=request.user)):
        return redirect(address)
    begun = time.perf_counter()
    context = found(request, wanted)
    context["is_whole"] = bool(context["count"]) or is_whole()
    if wanted.is_fresh and context["is_whole"]:
        _note(wanted, context["count"], time.perf_counter() - begun)
    context["is_explained"] = request.user.has_perm("wagtailadmin.access_admin") and may_see_why(request.user)
    context["is_saved"] = kept.is_saved(request.user, wanted)
    response = render(request, "web/search/results.html", context)
    if wanted.is_fresh:
        recent.remember(request, response, wanted.query)
    return response


def _note(wanted: Asked, count: int, seconds: float) -> None:
    language, on = get_language(), timezone.localdate()
    log.note(text=wanted.query, language=language, found=count, milliseconds=seconds * 1000, on=on)


@never_cache
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """What somebody may mean who has begun to type; before he has, what he searched for lately and what he keeps."""
    text = request.GET.get("q", "").strip()
    if too_many := ratelimit.consume_or_429(request, action="suggest", limit_get=True):
        return too_many
    shown = suggested(text, request.user) if text else kept.as_suggestions(request)
    return JsonResponse({"suggestions": shown}, json_dumps_params={"ensure_ascii": False})


@csrf_exempt  # a beacon carries no token; what is counted comes from our own screens alone
@require_POST
def clicked(request: HttpRequest) -> HttpResponse:
    """Count that a search led to a document; once for the same person, query and document."""
    text, number = request.POST.get("q", "")[:LONGEST], request.POST.get("number", "")[:32]
    if _is_from_here(request) and text and number and cache.add(_click(request, text, number), 1, _ONCE):
        log.clicked(text=text, language=get_language(), number=number, on=timezone.localdate())
    return HttpResponse(status=204)


def _is_from_here(request: HttpRequest) -> bool:
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def _click(request: HttpRequest, text: str, number: str) -> str:
    who = request.session.session_key or f"{request.META.get('REMOTE_ADDR')} {request.headers.get('User-Agent')}"
    return "clicked." + hashlib.sha256(f"{who}\n{text}\n{number}".encode()).hexdigest()


@login_required
@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep a search."""
    wanted = asked(request.POST)
    if not wanted.query:
        return redirect("search")
    try:
        saved.save(person=request.user, query=wanted.query, narrowed=wanted.narrowed, at=timezone.now())
        messages.success(request, _("Kept. You find it under the empty search box."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(wanted.address(all="1"))


@login_required
@require_POST
def forget_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a search no longer."""
    saved.forget(person=request.user, pk=pk)
    return redirect("search")


@require_POST
def forget_recent(request: HttpRequest) -> HttpResponse:
    """Forget what was searched for lately."""
    response = redirect("search")
    recent.forget(response)
    return response
