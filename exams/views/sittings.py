"""The screens of exams for those who sit them: parse, call, render."""

import datetime
import secrets
import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from exams import sit
from exams.invigilation import admit, door
from exams.invigilation.sessions import booking_for
from exams.kinds import BadResponse
from exams.models import Exam, Prerequisite, Sitting
from exams.views import paper, seated
from exams.views.own import ELSEWHERE, LATE, NOT_ENTITLED, is_elsewhere, own_sitting
from people.refusal import Refused


@login_required
def lobbies(request: HttpRequest) -> HttpResponse:
    """All exams for this person, and how he stands in each."""
    mine: dict[int, list[Sitting]] = {}
    for sitting in Sitting.objects.of(request.user):
        mine.setdefault(sitting.exam_id, []).append(sitting)
    exams = [(exam, mine.get(exam.pk, [])) for exam in Exam.objects.visible_to(request.user)]
    return render(request, "exams/lobbies.html", {"exams": exams})


@login_required
@never_cache
def lobby(request: HttpRequest, key: str) -> HttpResponse:
    """What the exam is and asks, and the form to check in, or why there is none."""
    return _lobby(request, get_object_or_404(Exam.objects.visible_to(request.user), key=key))


def _lobby(request: HttpRequest, exam: Exam, refused: list[str] | None = None) -> HttpResponse:
    person, now = request.user, timezone.now()
    sittings = [
        sit.close_if_over(sitting=each, at=now)
        for each in Sitting.objects.of(person).filter(exam=exam).order_by("-attempt")
    ]
    booking = booking_for(exam=exam, person=person, at=now)
    closed = admit.objections(exam=exam, person=person, at=now, address=door.address_of(request), ticket=None)
    context = {
        "exam": exam,
        "blueprint": exam.blueprint.select_related("topic"),
        "items": _size(exam),
        "sittings": [each for each in sittings if each.finished_at],
        "open": next((each for each in sittings if not each.finished_at), None),
        "objections": sit.objections(exam=exam, person=person, at=now) + closed,
        "attempts_left": max(0, exam.attempts - sum(each.started_at is not None for each in sittings)),
        "prerequisites": _prerequisites(exam, person.pk, now),
        "booking": booking,
        "needs_ticket": bool(booking and booking.session.needs_ticket),
        "ticket": (request.POST or request.GET).get("ticket", "")[:40],
        "refused": refused or [],
        "at": now,
    }
    return render(request, "exams/lobby.html", context, status=409 if refused else 200)


def _size(exam: Exam) -> int:
    form = exam.forms.filter(is_active=True).first()
    return form.items.count() if form else sum(row.count for row in exam.blueprint.all())


def _prerequisites(exam: Exam, person: int, at: datetime.datetime) -> list[tuple[Prerequisite, bool]]:
    unmet = set(Prerequisite.objects.filter(exam=exam).unmet(person, at).values_list("pk", flat=True))
    rows = exam.prerequisites.select_related("course", "exam_passed", "qualification__subject")
    return [(row, row.pk not in unmet) for row in rows]


@login_required
@require_POST
def check_in(request: HttpRequest, key: str) -> HttpResponse:
    """Take the candidate's word for who he is and that he knows the rules, and hand out his paper; the clock stands."""
    exam, now = get_object_or_404(Exam.objects.visible_to(request.user), key=key), timezone.now()
    if "confirm_identity" not in request.POST or "confirm_rules" not in request.POST:
        return _lobby(request, exam, [gettext("Confirm who you are and that you know the rules.")])
    if too_many := door.too_many(request):
        return too_many
    try:
        with transaction.atomic():  # a refusal must not spend the ticket
            booking = admit.admit(
                exam=exam, person=request.user, at=now, address=door.address_of(request),
                ticket=request.POST.get("ticket", ""),
            )  # fmt: skip
            sitting = sit.check_in(exam=exam, person=request.user, at=now, seed=secrets.token_hex(16), booking=booking)
    except Refused as refusal:
        return _lobby(request, exam, refusal.reasons)
    return redirect(sitting)


@login_required
@require_POST
def start(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Start the clock, or go on where it runs already."""

    def barred(found: Sitting) -> list[str]:
        return [str(ELSEWHERE)] if is_elsewhere(request, found) else []

    try:
        return redirect(sit.start(public_id=public_id, person=request.user, at=timezone.now(), barred=barred))
    except Sitting.DoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        return _lobby(request, own_sitting(request, public_id).exam, refusal.reasons)


@login_required
@never_cache
def sitting(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The paper with the answers as saved. Nothing of the key is in its context."""
    now = timezone.now()
    found = sit.close_if_over(sitting=own_sitting(request, public_id), at=now)
    if found.finished_at:
        return redirect("result", found.public_id)
    if is_elsewhere(request, found):
        return _lobby(request, found.exam, [str(ELSEWHERE)])
    if found.started_at is None:
        context = {
            "exam": found.exam,
            "sitting": found,
            "items": found.items.count(),
            "minutes": found.minutes,
            "at": now,
        }
        return render(request, "exams/ready.html", context)
    return render(request, "exams/sitting.html", paper.paper(sitting=found, items=sit.asked(found), at=now))


@csrf_exempt
@require_POST
@never_cache
def finish(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Hand in. The script does so with its seat; a browser without scripts sends all answers in a form."""
    return seated.hand_in(request, public_id) if "X-Seat" in request.headers else _finish_form(request, public_id)


@csrf_protect
@login_required
def _finish_form(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    found, now = own_sitting(request, public_id), timezone.now()
    if is_elsewhere(request, found):
        return _lobby(request, found.exam, [str(ELSEWHERE)])
    has_answers = any(name.startswith("item-") for name in request.POST)  # a button of a simulation sends no `whole`
    asked = request.POST.get("whole", "save" if has_answers else "")
    refused, is_late = _saved_from_form(request, found, now) if asked else ([], False)
    if is_late:
        messages.warning(request, LATE)
        return redirect("result", found.public_id)
    if refused or asked == "save":
        for reason in refused:
            messages.error(request, reason)
        if not refused:
            messages.success(request, gettext("Saved."))
        return redirect(found)
    sit.finish(sitting=sit.close_if_over(sitting=found, at=now), at=now)
    return redirect("result", found.public_id)


def _saved_from_form(request: HttpRequest, found: Sitting, now: datetime.datetime) -> tuple[list[str], bool]:
    """Save what the form says otherwise than what is saved; return what was refused, and whether all came too late."""
    refused, is_late = [], False
    for item in sit.asked(found):
        face = paper.face(item)
        try:
            response, base = paper.response_from(request.POST, face), paper.base_from(request.POST, face)
            if response is not None or base:
                sit.save(sitting=found.public_id, item=item.n, response=response, base=base, lease=None, at=now)
        except (BadResponse, sit.Stale) as reason:
            refused.append(f"{item.n}: {reason}")
        except sit.Paused:
            return [gettext("You are on a break.")], False
        except sit.Ineligible:
            return [str(NOT_ENTITLED)], False
        except sit.Closed:
            is_late = True  # each one is kept
        except LookupError:  # the clock does not run yet
            return [], False
    return refused, is_late
