"""Every answer of a released sitting, for its candidate: key, passage, comments, and his appeals."""

import datetime
import uuid
from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from exams.kinds import KINDS
from exams.marking import appeal
from exams.marking.refit import refitted
from exams.models import Item, Regrade, Sitting
from exams.sit.grading import counts
from exams.views.own import own_sitting
from exams.views.passages import Passage, passages
from exams.views.replay import replay
from people.refusal import Refused


@login_required
@never_cache
@require_safe
def result_answers(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The questions of a released sitting one by one; before that, back to where the result will be."""
    sitting = own_sitting(request, public_id)
    return _page(request, sitting) if _is_open(sitting) else redirect("result", public_id)


@login_required
@require_POST
def appeal_item(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Appeal a question of one's own sitting, by its number."""
    sitting, n = own_sitting(request, public_id), request.POST.get("n", "")
    if not _is_open(sitting):
        return redirect("result", public_id)
    number = int(n) if n.isascii() and n.isdigit() and len(n) < 6 else 0
    item = sitting.items.select_related("sitting").filter(n=number).first()
    text = request.POST.get("text", "")[:4000]
    try:
        if item is None:
            raise Refused(gettext("Choose a question."))
        appeal.appeal(item=item, person=request.user, text=text, at=timezone.now())
    except Refused as refusal:
        return _page(request, sitting, status=409, refusals=refusal.reasons, text=text, refused=number)
    messages.success(request, gettext("Your appeal has been received. You will be told what is decided."))
    return redirect("result_answers", public_id)


def _is_open(sitting: Sitting) -> bool:
    return sitting.released_at is not None and sitting.ended_by != Sitting.Ended.ABANDONED


def _page(request: HttpRequest, sitting: Sitting, *, status: int = 200, **said: object) -> HttpResponse:
    """Show what a candidate learns of single questions: nothing where the exam keeps them, but he may appeal."""
    rows = list(
        sitting.items.select_related("version", "edition", "regrade__new_version", "appeal")
        .prefetch_related("markings")
        .order_by("n")
    )
    context: dict[str, object] = {
        "exam": sitting.exam,
        "sitting": sitting,
        "may_appeal": _may_appeal(sitting, timezone.now()),
        "until": appeal.until(sitting),
        "numbers": [row.n for row in rows],
        "appeals": [(row.n, row.appeal) for row in rows if hasattr(row, "appeal")],
    }
    if sitting.exam.reveals_key:
        rests = passages(rows, request.user)
        items = [_marked(row, rests.get(row.pk)) for row in rows]
        context |= {
            "wrong": [item for item in items if item["counts"] and not item["is_right"]],
            "right": [item for item in items if item["counts"] and item["is_right"]],
            "uncounted": [item for item in items if not item["counts"]],
        }
    return render(request, "exams/answers.html", context | said, status=status)


def _may_appeal(sitting: Sitting, at: datetime.datetime) -> bool:
    end = appeal.until(sitting)
    return end is not None and at <= end


def _marked(row: Item, passage: Passage | None) -> dict[str, object]:
    version, kind = row.version, KINDS[row.version.kind]
    shown = kind.shown(version.body, row.order)
    body, order = _key_of(row)
    rule = row.regrade.rule if row.regrade else ""
    said = kind.words(shown, row.response) if row.response is not None else []
    has_key = rule not in (Regrade.Rule.EVERYONE, Regrade.Rule.NOBODY)
    key = kind.key_words(shown, kind.key(body, order)) if has_key else []
    return {
        "n": row.n,
        "kind": version.kind,
        "text": version.text,
        "points": row.points,
        "got": None if row.share is None else row.points * row.share,
        "label": kind.label,
        "critical": row.is_critical,
        "counts": counts(row),
        "is_right": row.share == 1,
        "is_part": row.share is not None and 0 < row.share < 1,
        "rule": rule,
        "by_hand": kind.is_marked_by_hand,
        "said": said,
        "key": key,
        "right": said if row.share == 1 and version.kind not in ("essay", "simulation") else key,
        "feedback": kind.feedback(body, order, row.response) if has_key and row.response is not None else [],
        "explanation": (row.regrade.new_version if rule == Regrade.Rule.KEY else version).explanation
        if has_key
        else "",
        "comments": _comments(row),
        "replay": replay(row),
        "passage": passage,
        "appeal": getattr(row, "appeal", None),
    }


def _key_of(row: Item) -> tuple[Mapping, Sequence]:
    """Return the body by whose key the item was marked last, and the order in which it shows what was asked."""
    own = row.version.body
    if row.regrade is None or row.regrade.rule != Regrade.Rule.KEY:
        return own, row.order
    other = row.regrade.new_version.body
    order = refitted(row.version.kind, own, other, row.order)
    return (own, row.order) if order is None else (other, order)


def _comments(row: Item) -> list[str]:
    """Return what the markers say: the one whose mark is final, otherwise all of them."""
    marks = sorted(row.markings.all(), key=lambda mark: mark.pk) if row.share is not None else []
    final = [mark for mark in marks if mark.is_final] or marks
    return [mark.comment for mark in final if mark.comment]
