"""A question's own page at the desk: as candidates see it, key and ground, versions, reviews, use; and the preview."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from random import Random

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exams import written
from exams.bank import duplicates, review, use
from exams.bank.usage import usage
from exams.forms import PreviewForm
from exams.kinds import KINDS
from exams.models import Item, Question, QuestionReview, QuestionVersion
from exams.statistics.flags import FLAGS
from exams.views.paper import Face, face
from kb import wording
from kb.models import Block, ControlledPage
from people.models import Person
from people.refusal import Refused

_KEEPS = ("exams.view_question", "exams.change_question", "exams.review_question")
_VERSIONS = 20  # of a question on its page


def for_the_bank(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in who keeps, looks at or reviews the bank."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not any(request.user.has_perm(permission) for permission in _KEEPS):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@for_the_bank
@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """All there is to know of a question."""
    row = get_object_or_404(Question.objects.select_related("topic", "author"), pk=pk)
    return _page(request, row)


def _page(request: HttpRequest, row: Question, *, status: int = 200, **said: object) -> HttpResponse:
    version = row.version
    used = usage(row)
    context: dict[str, object] = {
        "question": row,
        "version": version,
        "in_force": row.in_force,
        "used": used,
        "figures": [(each, [FLAGS[key] for key in each.flags if key in FLAGS]) for each in used.figures],
        "versions": list(_history(row)),
        "steps": _steps(row, request.user),
        "may_change": request.user.has_perm("exams.change_question"),
        "may_review": request.user.has_perm("exams.review_question"),
    }
    if version:
        context |= _as_asked(version) | _ground(version, request.user)
        context["objections"] = review.objections(version=version, by=request.user)
        context["may_return"] = not review.objections(version=version, by=request.user, approve=False)
        if "alike" in request.GET:
            asked = duplicates.words(version.text, version.body)
            context["alike"] = duplicates.find([asked], besides=[row.pk])[0]
    return render(request, "exams/bank/question.html", context | said, status=status)


def _as_asked(version: QuestionVersion) -> dict[str, object]:
    """Return the question as it is asked, and its key in words."""
    kind = KINDS[version.kind]
    item = item_of(version, seed=str(version.question_id))
    key = kind.key_words(kind.shown(version.body, item.order), kind.key(version.body, item.order))
    return {"item": face(item), "key": key, "kind": kind.label}


def item_of(version: QuestionVersion, *, seed: str, n: int = 1, points: int = 1) -> Item:
    """Return an item, not saved, that asks this version in the order that the seed gives."""
    chance = Random(seed)  # noqa: S311 (only shown)
    return Item(n=n, version=version, points=points, order=KINDS[version.kind].arrange(version.body, chance))


def _ground(version: QuestionVersion, person: Person) -> dict[str, object]:
    """Return the document and passage a version rests on, where the person may read it."""
    page = ControlledPage.objects.visible_to(person).filter(pk=version.page_id).first()
    block = Block.objects.filter(page=version.page_id, block_id=version.block_id).first() if page else None
    is_stale = QuestionVersion.objects.filter(pk=version.pk).stale().exists()
    return {"page": page, "passage": block, "is_stale": is_stale}


@dataclass(frozen=True)
class Past:
    """A version with what it changed of the one before, and what reviewers said of it."""

    version: QuestionVersion
    changes: list[tuple[str, list[wording.Span]]]
    reviews: list[QuestionReview]


def _history(row: Question) -> Iterator[Past]:
    """Yield the versions, the last one first."""
    kept = row.versions.select_related("author", "reviewed_by", "page").prefetch_related("reviews__by")
    versions = list(kept.order_by("-number")[: _VERSIONS + 1])
    for version, before in zip(versions[:_VERSIONS], [*versions[1:], None], strict=False):
        changes = list(_changes(_told(before), _told(version))) if before else []
        yield Past(version, changes, list(version.reviews.all()))


def _told(version: QuestionVersion) -> dict[str, str]:
    place = f"{version.page.number}#{version.block_id}" if version.page else ""
    return {
        _("Kind"): str(KINDS[version.kind].label),
        _("Question"): version.text,
        _("Options and key"): written.write(version.kind, version.body),
        _("Explanation"): version.explanation,
        _("Rests on the document"): place,
    }


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, list[wording.Span]]]:
    for name, said in after.items():
        if before[name] != said:
            yield name, wording.shortened(wording.words(before[name], said))


def _steps(row: Question, person: Person) -> list[dict[str, object]]:
    """Return what could become of the question, each with what keeps this person from it."""
    return [
        {"to": to, "label": _STEPS[to](), "objections": use.objections(question=row, to=to, by=person)}
        for to in use.BRING
        if to in use.STEPS[row.state]
    ]


_STEPS: dict[str, Callable[[], str]] = {
    Question.State.ACTIVE: lambda: _("Let papers draw it"),
    Question.State.QUARANTINED: lambda: _("Quarantine"),
    Question.State.RETIRED: lambda: _("Retire"),
}


@for_the_bank
@require_POST
def review_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the version that was read (its `number`), or return it to its author with a comment."""
    row = get_object_or_404(Question.objects.select_related("topic", "author"), pk=pk)
    number = request.POST.get("number", "")
    version = get_object_or_404(row.versions, number=int(number) if number.isdecimal() and len(number) < 10 else 0)
    approve, comment = request.POST.get("act") == "approve", request.POST.get("comment", "")[:4000]
    try:
        review.review(version=version, by=request.user, approve=approve, comment=comment, at=timezone.now())
    except Refused as refused:
        return _page(request, row, status=409, refused=refused.reasons, comment=comment)
    messages.success(
        request, _("Reviewed: papers draw this version from now on.") if approve else _("Returned to its author.")
    )
    return redirect("question", pk)


@for_the_bank
@require_POST
def bring_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a question into use or out of it: `to` is the state."""
    row = get_object_or_404(Question.objects.select_related("topic", "author"), pk=pk)
    to, reason = request.POST.get("to", ""), request.POST.get("reason", "")[:1000]
    try:
        if to not in use.BRING:
            raise Refused(_("Choose what is to become of it."))
        use.BRING[to](question=row, by=request.user, at=timezone.now(), reason=reason)
    except Refused as refused:
        return _page(request, row, status=409, refused=refused.reasons, reason=reason)
    messages.success(request, _("The question is now: %s.") % Question.State(to).label)
    return redirect("question", pk)


@for_the_bank
@require_POST
def preview_question(request: HttpRequest) -> HttpResponse:
    """Show what was typed in the editor exactly as a candidate sees it; nothing is saved."""
    form = PreviewForm(request.POST, for_user=request.user)
    form.is_valid()
    mistakes = {form[name].label: form.errors[name] for name in ("kind", "text", "answers") if name in form.errors}
    shown: Face | None = None
    if not mistakes and "body" in form.cleaned_data:
        shown = face(item_of(form.version_as_typed(), seed=_seed(timezone.now())))
    context = {"item": shown, "mistakes": mistakes}
    return render(request, "exams/bank/preview.html", context, status=200 if shown else 422)


def _seed(at: datetime.datetime) -> str:
    """Return another order each time the author looks."""
    return at.isoformat()
