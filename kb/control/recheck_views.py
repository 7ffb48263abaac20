"""The screen of what rests on changed text: parse, call, render."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kb import recheck
from people.refusal import Refused

PER_PAGE = 25


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def to_recheck(request: HttpRequest) -> HttpResponse:
    """What this person looks after and that rests on changed text, a kind at a time; and "still right" about one."""
    mine = {each.key: each for each in recheck.looked_after_by(request.user)}
    if not mine:
        raise PermissionDenied
    if request.method == "POST":
        return _confirm(request, _chosen(mine, request.POST.get("kind", "")))
    kinds = [(key, each.label, each.rows.stale().count()) for key, each in mine.items()]
    fullest = next((key for key, _label, count in kinds if count), kinds[0][0])
    citing = _chosen(mine, request.GET.get("kind", fullest))
    page = Paginator(citing.rows.stale(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "kinds": kinds,
        "kind": citing.key,
        "page_obj": page,
        "rows": recheck.stale(citing, list(page), request.user),
    }
    return render(request, "kb/reach/recheck.html", context)


def _chosen(mine: dict[str, recheck.Citing], key: str) -> recheck.Citing:
    if key not in mine:
        raise Http404(key)
    return mine[key]


def _confirm(request: HttpRequest, citing: recheck.Citing) -> HttpResponse:
    pk = request.POST.get("pk", "")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        raise Http404(pk)
    try:
        citation = citing.rows.model(pk=int(pk))  # read again as it is confirmed; it may be gone by now
        recheck.confirm(citation=citation, by=request.user, seen=request.POST.get("seen", ""), at=timezone.now())
    except recheck.Settled as news:
        messages.info(request, str(news))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("Noted in your name: still right."))
    place = {"kind": citing.key, "page": request.POST.get("page", "1")}
    return redirect(f"{reverse('recheck')}?{urlencode(place)}")
