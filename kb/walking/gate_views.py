"""The screens of gates: ask a supervisor for leave; see who asks; decide."""

import datetime

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from kb.diagnosis import Node, WrongTurn
from kb.models import Override, Walk
from kb.walking import address as addresses
from kb.walking import bars, gates, hazards, views, walks
from kb.walking.bars import Stage
from kb.walking.forms import AskForm, DecisionForm
from people.models import Credential, User
from people.refusal import Refused

_A_SCREEN = 30


@never_cache
@login_required
def gate_ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask a supervisor for leave to do the step that the address leads to; the address is that of the step."""
    address, now = addresses.read(request.GET), timezone.now()
    back = address.url(number)
    if request.method != "POST" or not address.is_complete:
        return redirect(back)
    try:
        pinned = walks.pinned(
            pks=address.editions, number=number, person=request.user, key=address.key, on=timezone.localdate(now)
        )
        place, _wrong = walks.stand(pinned.tree, address.answers, address.at)
        found = bars.standing(place=place, person=request.user, seen=address.seen, walk=address.key, at=now)
        if found.stage != Stage.GATE:
            return redirect(back)
        form = AskForm(request.POST)
        if not form.is_valid():
            return views.screen(request, pinned, address, now, form)
        gates.ask(
            person=request.user, guide=pinned.guide, node=found.place.node.id, walk=address.key, at=now,
            qualification=found.gate.qualification, reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except (Refused, WrongTurn) as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    walks.keep(
        key=address.key, person=request.user, guide=pinned.guide, query=address.query, has_begun=True, at=now
    )  # fmt: skip
    return redirect(back)


@login_required
def gates_asked(request: HttpRequest) -> HttpResponse:
    """What people of one's units asked leave for: what waits first, then what was decided or lapsed."""
    if not request.user.has_perm("kb.override_gate"):
        raise PermissionDenied
    rows, now = gates.open_to(request.user), timezone.now()
    waits = Q(is_granted=None, asked_at__gte=now - gates.OPEN_FOR)
    context = {
        "waiting": rows.filter(waits).order_by("asked_at")[:100],
        "page_obj": Paginator(rows.exclude(waits), _A_SCREEN).get_page(request.GET.get("page")),
    }
    return render(request, "kb/walking/gates.html", context)


@never_cache
@login_required
@sensitive_post_parameters("password")
def gate(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asks for leave to do which step, why, and what he holds; allow or refuse it, with a reason."""
    if not request.user.has_perm("kb.override_gate"):
        raise PermissionDenied
    override, now = get_object_or_404(gates.open_to(request.user), pk=pk), timezone.now()
    form = DecisionForm(request.POST or None, person=request.user)
    context = {**_asked(override, request.user, now), "form": form}
    if request.method != "POST":
        return render(request, "kb/walking/gate.html", context)
    if too_many := ratelimit.consume_or_429(request, action="sign", user=request.user):
        return too_many
    if not form.is_valid():
        return render(request, "kb/walking/gate.html", context, status=422)
    try:
        gates.decide(
            override=override, by=request.user, is_granted="grant" in request.POST,
            reason=form.cleaned_data["reason"], at=now,
        )  # fmt: skip
    except Refused as refusal:
        override.refresh_from_db()
        context |= _asked(override, request.user, now) | {"refusals": refusal.reasons}
        return render(request, "kb/walking/gate.html", context, status=409)
    messages.success(request, gettext("Decided. %s has been told.") % override.person)
    return redirect("gates")


def _asked(override: Override, supervisor: User, now: datetime.datetime) -> dict:
    node = _step(override, supervisor, timezone.localdate(now))
    subject = override.qualification.subject
    held = Credential.objects.filter(person=override.person, qualification__subject=subject)
    return {
        "override": override,
        "today": timezone.localdate(now),
        "node": node,
        "danger": hazards.of([node])[node.id] if node else None,
        "held": held.with_status(now).select_related("qualification__subject")[:20],
        "objections": gates.objections(override=override, by=supervisor, at=now),
    }


def _step(override: Override, supervisor: User, on: datetime.date) -> Node | None:
    """Return the step as it is in the editions he walks on, if the supervisor may read them."""
    kept = Walk.objects.filter(key=override.walk, person=override.person).first()
    pks = addresses.read(QueryDict(kept.query)).editions if kept else ()
    rows = {edition.pk: edition for edition in walks.open_editions(supervisor, on).filter(pk__in=pks)}
    editions = [rows[pk] for pk in pks if pk in rows]
    if not editions or editions[0].page_id != override.guide_id:
        return None
    return walks.tree_of(editions).nodes.get(override.node)
