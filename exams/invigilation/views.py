"""The live screens: the board of a session or an exam, a sitting with its log, what is stuck, and the acts on them."""

import datetime
import uuid
from collections.abc import Callable, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exams.invigilation import board, interventions, log
from exams.invigilation import stuck as stuck_sittings
from exams.invigilation.session_views import number_in, watched
from exams.invigilation.sessions import sittings_watched_by
from exams.models import Exam, ExamSession, Sitting
from people.refusal import Refused

ON_A_PAGE = 50
EVENTS_ON_A_PAGE = 200


@never_cache
@login_required
@require_safe
def session_board(request: HttpRequest, pk: int) -> HttpResponse:
    """The live board of a session; ?part=1 is the list alone, for the script that keeps it fresh."""
    return _session_board(request, watched(request, pk))


def _session_board(
    request: HttpRequest, session: ExamSession, failed: str = "", refusals: Sequence[str] = ()
) -> HttpResponse:
    now = timezone.now()
    lines = board.of_session(session=session, by=request.user, at=now)
    return _board(request, lines, now, {"session": session, "exam": session.exam}, failed, refusals)


@never_cache
@login_required
@permission_required("exams.invigilate", raise_exception=True)
@require_safe
def exam_board(request: HttpRequest, key: str) -> HttpResponse:
    """Who sits an exam now without a session."""
    exam, now = get_object_or_404(Exam, key=key), timezone.now()
    return _board(request, board.of_exam(exam=exam, by=request.user, at=now), now, {"exam": exam})


def _board(
    request: HttpRequest,
    lines: list[board.Line],
    now: datetime.datetime,
    about: dict,
    failed: str = "",
    refusals: Sequence[str] = (),
) -> HttpResponse:
    counted = board.counts(lines)
    state = request.GET.get("state", "")
    shown = [line for line in lines if not state or line.state == state]
    context = about | {
        "lines": shown,
        "total": len(lines),
        "state": state,
        "states": [(each.value, each.label, count) for each, count in counted.items()],
        "now": now,
        **_form(request, failed, refusals),
    }
    name = "exams/invigilation/_board.html" if request.GET.get("part") else "exams/invigilation/board.html"
    return render(request, name, context, status=422 if failed else 200)


def _form(request: HttpRequest, failed: str, refusals: Sequence[str]) -> dict:
    """Return what the forms of acts need: a key of their own, and what was typed where one failed."""
    return {
        "key": uuid.uuid4().hex,
        "failed": failed,
        "refusals": refusals,
        "typed": request.POST if failed else {},
    }


def _sitting(request: HttpRequest, public_id: uuid.UUID) -> Sitting:
    rows = sittings_watched_by(request.user).select_related("exam", "person", "booking__session")
    return get_object_or_404(rows, public_id=public_id)


@never_cache
@login_required
@require_safe
def sitting_log(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A sitting as its invigilator sees it: how it stands, what can be done, everything that happened."""
    return _sitting_page(request, _sitting(request, public_id))


def _sitting_page(
    request: HttpRequest, sitting: Sitting, failed: str = "", refusals: Sequence[str] = ()
) -> HttpResponse:
    now = timezone.now()
    events = sitting.events.select_related("by").order_by("-pk")
    page = Paginator(events, EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sitting": sitting,
        "exam": sitting.exam,
        "session": sitting.booking.session if sitting.booking else None,
        "line": board.of_sitting(sitting=sitting, at=now),
        "page_obj": page,
        "events": [(event, log.words(event)) for event in page.object_list],
        "now": now,
        **_form(request, failed, refusals),
    }
    return render(request, "exams/invigilation/sitting.html", context, status=422 if failed else 200)


@login_required
def sitting_act(request: HttpRequest, public_id: uuid.UUID, name: str) -> HttpResponse:
    """An act on one sitting; what cannot be done is said, and nothing typed is lost."""
    sitting = _sitting(request, public_id)
    if request.method != "POST":  # such as the other language of a form that failed
        return redirect("sitting_log", sitting.public_id)
    try:
        count = _act(name)(request, [sitting], timezone.now())
    except Refused as refusal:
        return _sitting_page(request, sitting, failed=name, refusals=refusal.reasons)
    _say(request, count)
    if request.POST.get("back") == "stuck":
        return redirect("stuck")
    if not Sitting.objects.filter(pk=sitting.pk).exists():  # a paper taken back
        return redirect("session_board", sitting.booking.session_id) if sitting.booking else redirect("stuck")
    return redirect("sitting_log", sitting.public_id)


@login_required
def session_act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """An act on all of a session that are under way."""
    session = watched(request, pk)
    if request.method != "POST":
        return redirect("session_board", session.pk)
    act = _act(name)
    rows = sittings_watched_by(request.user).filter(booking__session=session).open()
    if name != "message":
        rows = rows.filter(started_at__isnull=False)
    try:
        count = act(request, list(rows), timezone.now())
    except Refused as refusal:
        return _session_board(request, session, failed=name, refusals=refusal.reasons)
    _say(request, count)
    return redirect("session_board", session.pk)


def _say(request: HttpRequest, count: int) -> None:
    if count:
        messages.success(request, ngettext("Done for %(n)d person.", "Done for %(n)d people.", count) % {"n": count})
    else:
        messages.warning(request, gettext("Nothing to change: it was done already, or the candidate has finished."))


type Act = Callable[[HttpRequest, Sequence[Sitting], datetime.datetime], int]


def _act(name: str) -> Act:
    if name not in ACTS:
        raise Http404(name)
    return ACTS[name]


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "")


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:64]


def _extra_time(request: HttpRequest, sittings: Sequence[Sitting], at: datetime.datetime) -> int:
    return interventions.extra_time(
        sittings=sittings, minutes=number_in(request, "minutes"), reason=_words(request), by=request.user, at=at,
        key=_key(request),
    )  # fmt: skip


def _pause(request: HttpRequest, sittings: Sequence[Sitting], at: datetime.datetime) -> int:
    return interventions.pause(sittings=sittings, reason=_words(request), by=request.user, at=at)


def _resume(request: HttpRequest, sittings: Sequence[Sitting], at: datetime.datetime) -> int:
    return interventions.resume(sittings=sittings, by=request.user, at=at)


def _message(request: HttpRequest, sittings: Sequence[Sitting], at: datetime.datetime) -> int:
    return interventions.message(
        sittings=sittings, text=_words(request), by=request.user, at=at, key=_key(request)
    )  # fmt: skip


def _note(request: HttpRequest, sittings: Sequence[Sitting], at: datetime.datetime) -> int:
    return interventions.note(sittings=sittings, text=_words(request), by=request.user, at=at, key=_key(request))


def _end(request: HttpRequest, sittings: Sequence[Sitting], at: datetime.datetime) -> int:
    return interventions.end(sittings=sittings, reason=_words(request), by=request.user, at=at)


ACTS: dict[str, Act] = {
    "message": _message,
    "extra-time": _extra_time,
    "pause": _pause,
    "resume": _resume,
    "note": _note,
    "end": _end,
}


@never_cache
@login_required
@permission_required("exams.invigilate", raise_exception=True)
@require_safe
def stuck(request: HttpRequest) -> HttpResponse:
    """Sittings that got stuck, each with the way to close it."""
    now = timezone.now()
    rows = stuck_sittings.stuck(sittings_watched_by(request.user), now)
    page = Paginator(rows.select_related("exam", "person"), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "exams/invigilation/stuck.html", {"page_obj": page, "now": now})
