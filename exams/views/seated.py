"""What the script of a paper asks: the seat, saving, beats, handing in. JSON in, JSON out.

The token of the seat stands for the session: it is signed, it is for one sitting and one window, and no other site can
send its header. So a save reads neither a session nor a person, and goes on when the session ends.
"""

import datetime
import json
import logging
import uuid
from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from exams import sit
from exams.kinds import KINDS, BadResponse
from exams.models import Sitting, SittingEvent
from exams.views.own import ELSEWHERE, LATE, NOT_ENTITLED, is_elsewhere, own_sitting

logger = logging.getLogger(__name__)
RETRY_AFTER = "2"  # seconds
SEAT = gettext_lazy("This exam goes on in another window. Here nothing can be saved.")


def _seated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass the seat of the window that asks. Its token stands for the session: no other site can send this header."""

    @csrf_exempt
    @require_POST
    @never_cache
    @wraps(view)
    def asked(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
        try:
            seat = sit.seat_of(request.headers.get("X-Seat", ""))
        except sit.NotSeated:
            return _refusal(401, gettext("Open the paper again."), reason="seat")
        if seat.sitting != public_id:
            return _refusal(401, gettext("Open the paper again."), reason="seat")
        try:
            return view(request, seat)
        except OperationalError:  # busy or restarting: the script tries again
            logger.exception("the database did not answer in time")
            reply = _refusal(503, gettext("The server is busy. Your answer waits and is sent again."))
            reply.headers["Retry-After"] = RETRY_AFTER
            return reply

    return asked


def _refusal(status: int, message: object, **more: object) -> JsonResponse:
    return JsonResponse({"message": str(message), **more}, status=status)


def _over(public_id: uuid.UUID, **more: object) -> JsonResponse:
    return _refusal(410, LATE, url=reverse("result", args=[public_id]), **more)


def _time(end: datetime.datetime, at: datetime.datetime) -> dict[str, object]:
    """What every reply says of the clock: the server's is the only one that counts."""
    remaining = max(0, int((end - at).total_seconds() * 1000))
    return {"remaining_ms": remaining, "server_time": at.isoformat(), "deadline": end.isoformat()}


def _sent(request: HttpRequest) -> dict:
    sent = json.loads(request.body or b"{}")
    if not isinstance(sent, dict):
        raise TypeError
    return sent


BROKEN = (ValueError, TypeError, LookupError, OverflowError, RecursionError, RawPostDataException)


@login_required
@require_POST
@never_cache
def seat(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give the seat to the window that asks, with the answers as saved and the messages so far."""
    found, now = own_sitting(request, public_id), timezone.now()
    if is_elsewhere(request, found):
        return _refusal(403, ELSEWHERE)
    if found.started_at is None:
        return _refusal(409, gettext("The clock does not run yet."), reason="ready")
    try:
        device = str(_sent(request).get("device", ""))
        taken, row = sit.take(sitting=found, device=device, at=now)
    except BROKEN:
        return _refusal(400, gettext("This could not be read."))
    except sit.Closed:
        return _over(public_id)
    answers = {item.n: _answer(item) for item in sit.asked(row)}
    return JsonResponse(
        {"seat": taken.token, "lease": taken.lease, "answers": answers, **_state(row, now), "messages": _messages(row)}
    )


def _answer(item: sit.Asked) -> dict[str, object]:
    reveal = KINDS[item.version.kind].reveal(item.version.body, item.order, item.response)
    said = {"response": item.response, "revision": item.revision, "saved_at": _clock(item.saved_at)}
    return said | ({"reveal": reveal} if reveal else {})


def _clock(at: datetime.datetime | None) -> str:
    return timezone.localtime(at).strftime("%H:%M:%S") if at else ""


def _state(row: Sitting, at: datetime.datetime) -> dict[str, object]:
    return _time(row.ends_at(at), at) | {"paused": row.paused_at is not None}


def _messages(row: Sitting) -> list[dict[str, object]]:
    sent = row.events.filter(kind=SittingEvent.Kind.MESSAGE).order_by("pk")
    return [{"id": each.pk, "text": each.detail.get("text", ""), "at": _clock(each.at)} for each in sent]


@_seated
def save(request: HttpRequest, seat: sit.Seat) -> HttpResponse:
    """Save one answer, sent as JSON {item, response, base}: `base` is the revision it was made on, 0 for none.

    Answers 200 {item, revision, saved_at, remaining_ms, server_time, deadline}; 409 with the newer answer, or that the
    seat was taken, or that there is a break; 410 with what was saved where the sitting is over; 403 to whoever is not
    entitled any more; 422 with a sentence where the answer cannot be; 400 where the request is broken; 401 without a
    seat; 503 with Retry-After where the database is busy.
    """
    now = timezone.now()
    try:
        sent = _sent(request)
        saved = sit.save(
            sitting=seat.sitting, item=int(sent["item"]), response=sent["response"], base=int(sent["base"]),
            lease=seat.lease, at=now,
        )  # fmt: skip
    except BadResponse as reason:
        return _refusal(422, reason)
    except BROKEN:
        return _refusal(400, gettext("This answer could not be read."))
    except sit.Closed as over:
        return _over(seat.sitting, response=over.response, revision=over.revision)
    except sit.Ineligible:
        return _refusal(403, NOT_ENTITLED, reason="ineligible")
    except sit.NotSeated:
        return _refusal(409, SEAT, reason="lease")
    except sit.Paused:
        return _refusal(409, gettext("You are on a break."), reason="paused")
    except sit.Stale as stale:
        newer = {"response": stale.response, "revision": stale.revision}
        return _refusal(409, stale, reason="newer", **newer, **_shown(stale.reveal))
    reply = {"item": saved.n, "revision": saved.revision, "saved_at": _clock(saved.saved_at)}
    return JsonResponse(reply | _time(saved.ends_at, now) | _shown(saved.reveal))


def _shown(reveal: dict) -> dict[str, dict]:
    return {"reveal": reveal} if reveal else {}


@_seated
def beat(request: HttpRequest, seat: sit.Seat) -> HttpResponse:
    """Note that the window is there, JSON {events: [{kind, seconds}]}; say the time left and what is to be known."""
    now = timezone.now()
    try:
        events = _sent(request).get("events", [])
        row, has_seat = sit.beat(seat=seat, events=events if isinstance(events, list) else [], at=now)
    except BROKEN:
        return _refusal(400, gettext("This could not be read."))
    except sit.Closed:
        return _over(seat.sitting)
    return JsonResponse({**_state(row, now), "messages": _messages(row), "lease": has_seat})


@_seated
def hand_in(request: HttpRequest, seat: sit.Seat) -> HttpResponse:
    """Hand in; a second time it is the same receipt."""
    try:
        sit.hand_in(public_id=seat.sitting, lease=seat.lease, at=timezone.now())
    except sit.NotSeated:
        return _refusal(409, SEAT, reason="lease")
    except Sitting.DoesNotExist:
        return _refusal(401, gettext("Open the paper again."), reason="seat")
    return JsonResponse({"url": reverse("result", args=[seat.sitting])})
