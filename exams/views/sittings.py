"""The screens of exams: parse, call, render."""

import json
import secrets

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from exams import sit
from exams.kinds import KINDS, BadResponse
from exams.models import Answer, Exam, Sitting
from kb.models import Block, ControlledPage

LATE = gettext_lazy("The sitting is over. What was saved before counts; what comes later is kept, but not scored.")


@login_required
def lobbies(request: HttpRequest) -> HttpResponse:
    """All exams for this person, and how he stands in each."""
    mine: dict[int, list[Sitting]] = {}
    for sitting in Sitting.objects.of(request.user).defer("paper", "answer_key"):
        mine.setdefault(sitting.exam_id, []).append(sitting)
    exams = [(exam, mine.get(exam.pk, [])) for exam in Exam.objects.visible_to(request.user)]
    return render(request, "exams/lobbies.html", {"exams": exams})


@login_required
@never_cache
def lobby(request: HttpRequest, key: str) -> HttpResponse:
    """What the exam is, and the button that starts the clock, or why there is none."""
    return _lobby(request, get_object_or_404(Exam.objects.visible_to(request.user), key=key))


def _lobby(request: HttpRequest, exam: Exam, reasons: list[str] | None = None) -> HttpResponse:
    now = timezone.now()
    sittings = [sit.close_if_over(sitting=each, at=now) for each in Sitting.objects.of(request.user).filter(exam=exam)]
    context = {
        "exam": exam,
        "blueprint": exam.blueprint.select_related("topic"),
        "items": sum(row.count for row in exam.blueprint.all()),
        "sittings": sittings,
        "open": next((each for each in sittings if not each.finished_at), None),
        "objections": reasons or sit.objections(exam=exam, person=request.user, at=now),
        "attempts_left": max(0, exam.attempts - len(sittings)),
    }
    return render(request, "exams/lobby.html", context, status=409 if reasons else 200)


@login_required
@require_POST
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Start the clock, or go on with the sitting that is open."""
    exam = get_object_or_404(Exam.objects.visible_to(request.user), key=key)
    try:
        return redirect(sit.start(exam=exam, person=request.user, at=timezone.now(), seed=secrets.token_hex(16)))
    except sit.Refused as refusal:
        return _lobby(request, exam, refusal.reasons)


def _own(request: HttpRequest, public_id: str, *, unread: tuple[str, ...] = ()) -> Sitting:
    sittings = Sitting.objects.of(request.user).select_related("exam").defer(*unread)
    return get_object_or_404(sittings, public_id=public_id)


@login_required
@never_cache
def sitting(request: HttpRequest, public_id: str) -> HttpResponse:
    """The paper with the answers as saved. Nothing of the key is in its context."""
    now = timezone.now()
    found = sit.close_if_over(sitting=_own(request, public_id, unread=("answer_key",)), at=now)
    if found.finished_at:
        return redirect("result", found.public_id)
    answers = {answer.item: answer for answer in found.answers.all()}
    items = [_item(item, answers.get(item["n"])) for item in found.paper]
    context = {
        "exam": found.exam,
        "sitting": found,
        "items": items,
        "answered": sum(item["is_answered"] for item in items),
        "remaining_ms": max(0, int((found.deadline_at - now).total_seconds() * 1000)),
    }
    return render(request, "exams/sitting.html", context)


def _item(item: dict, answer: Answer | None) -> dict:
    response = answer.response if answer else None
    chosen = response if isinstance(response, list) else [response]
    shown = item["shown"]
    lines = shown.get("lines", [])
    if isinstance(response, list) and lines:
        lines = sorted(lines, key=lambda line: response.index(line["id"]))
    return {
        **item,
        "label": KINDS[item["kind"]].label,
        "options": [{**option, "is_chosen": option["id"] in chosen} for option in shown.get("options", [])],
        "lines": lines,
        "unit": shown.get("unit", ""),
        "response": response,
        "revision": answer.revision if answer else 0,
        "saved_at": answer.saved_at if answer else None,
        "is_answered": response is not None,
    }


@login_required
@require_POST
@never_cache
def save(request: HttpRequest, public_id: str) -> HttpResponse:
    """Save one answer, sent as JSON {item, response, base}.

    Answers 200 {revision, saved_at, remaining_ms}, 409 with the newer answer, 410 where the sitting is over, 422 with a
    sentence where the answer cannot be, 400 where the request is broken.
    """
    found, now = _own(request, public_id, unread=("paper", "answer_key")), timezone.now()
    try:
        sent = json.loads(request.body)
        answer = sit.save(
            sitting=found, item=int(sent["item"]), response=sent["response"], base=int(sent["base"]), at=now
        )
    except BadResponse as reason:
        return JsonResponse({"message": str(reason)}, status=422)
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
        return JsonResponse({"message": gettext("This answer could not be read.")}, status=400)
    except sit.Closed:
        return JsonResponse(
            {
                "message": str(LATE),
                "url": reverse("result", args=[public_id]),
            },
            status=410,
        )
    except sit.Stale as stale:
        newer = (
            {"response": stale.answer.response, "revision": stale.answer.revision}
            if stale.answer
            else {"response": None, "revision": 0}
        )
        return JsonResponse({"message": str(stale), **newer}, status=409)
    remaining = max(0, int((found.deadline_at - now).total_seconds() * 1000))
    return JsonResponse(
        {
            "revision": answer.revision,
            "saved_at": timezone.localtime(answer.saved_at).strftime("%H:%M:%S"),
            "remaining_ms": remaining,
        }
    )


@login_required
@require_POST
def finish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand in. A browser without scripts sends all answers in the form; they are saved first."""
    found, now = _own(request, public_id), timezone.now()
    refused, is_late = [], False
    for item in found.paper if "whole" in request.POST else ():
        try:
            _save_from_form(request, found, item, now)
        except (BadResponse, sit.Stale) as reason:
            refused.append(f"{item['n']}: {reason}")
        except sit.Closed:
            is_late = True
    if is_late:
        messages.warning(request, LATE)
        return redirect("result", found.public_id)
    if refused or request.POST.get("whole") == "save":
        for reason in refused:
            messages.error(request, reason)
        if not refused:
            messages.success(request, gettext("Saved."))
        return redirect(found)
    sit.finish(sitting=sit.close_if_over(sitting=found, at=now), at=now)
    return redirect("result", found.public_id)


def _save_from_form(request: HttpRequest, found: Sitting, item: dict, now: timezone.datetime) -> None:
    name = f"item-{item['n']}"
    response: object = request.POST.get(name) or None
    if item["kind"] == "multiple":
        response = request.POST.getlist(name) or None
    if item["kind"] == "ordering":
        response = _order(request, name, item)
    base = request.POST.get(f"{name}-base", "0")
    if response is None and base == "0":
        return
    revision = int(base) if base.isdecimal() and len(base) < 10 else 0
    sit.save(sitting=found, item=item["n"], response=response, base=revision, at=now)


def _order(request: HttpRequest, name: str, item: dict) -> list[str] | None:
    """Read the places given to the lines; none given is no answer."""
    places = {line["id"]: request.POST.get(f"{name}-{line['id']}", "") for line in item["shown"]["lines"]}
    if not any(places.values()):
        return None
    if not all(places.values()) or len(set(places.values())) < len(places):
        raise BadResponse(gettext("Give every line a place of its own."))
    return sorted(places, key=lambda id_: places[id_])


@login_required
@never_cache
def result(request: HttpRequest, public_id: str) -> HttpResponse:
    """The result once released, and for each wrong answer the passage it rests on, as examined and as of today."""
    found = sit.close_if_over(sitting=_own(request, public_id), at=timezone.now())
    if not found.finished_at:
        return redirect(found)
    if not found.released_at:
        return render(request, "exams/result.html", {"exam": found.exam, "sitting": found})
    answers = {answer.item: answer for answer in found.answers.all()}
    pages = ControlledPage.objects.visible_to(request.user).in_bulk(
        {secret["page"] for secret in found.answer_key if secret["page"]}
    )
    blocks = {(block.page_id, block.block_id): block for block in Block.objects.filter(page__in=pages)}
    items = [
        _marked(
            item,
            secret,
            answers.get(item["n"]),
            pages.get(secret["page"]),
            blocks.get((secret["page"], secret["block"])),
        )
        for item, secret in zip(found.paper, found.answer_key, strict=True)
    ]
    context = {
        "exam": found.exam,
        "sitting": found,
        "wrong": [item for item in items if not item["is_right"]],
        "right": [item for item in items if item["is_right"]],
        "failed_critical": any(item["critical"] and not item["is_right"] for item in items),
        "objections": sit.objections(exam=found.exam, person=request.user, at=timezone.now()),
    }
    return render(request, "exams/result.html", context)


def _marked(item: dict, secret: dict, answer: Answer | None, page: ControlledPage | None, block: Block | None) -> dict:
    kind = KINDS[item["kind"]]
    return {
        **item,
        "critical": secret["critical"],
        "is_right": bool(answer and answer.share),
        "said": kind.words(item["shown"], answer.response) if answer else [],
        "key": kind.key_words(item["shown"], secret["key"]),
        "explanation": secret["explanation"],
        "page": page,
        "edition": secret["edition"],
        "passage": secret["passage"] if page else {},
        "block": secret["block"],
        "has_changed": bool(page) and (block is None or block.basis != secret["digest"]),
        "today": block,
    }
