"""The screens of the sign-off: submit, look at what waits, sign or return, take back."""

import datetime

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from kb import compare, reach
from kb.control import sign, signers, submit
from kb.control.forms import DeputyForm, SignatureForm, SubmissionForm
from kb.models import Act, ControlledPage, Deputy, Significance, SignOffTask, Submission
from people.models import Person, User
from people.refusal import Refused
from people.roles import APPROVER, REVIEWER

_PEOPLE = ("page", "author", "reviewer", "approver")


@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for my signature, and what of mine waits for others'."""
    today = timezone.localdate()
    mine = Submission.objects.open().filter(author=request.user)
    context = {
        "to_sign": _with_due(Submission.objects.waiting_for(request.user, today), today),
        "submitted": _with_due(mine, today),
        "returned": Submission.objects.filter(author=request.user, outcome=Submission.Outcome.REJECTED)
        .exclude(page__submissions__outcome=Submission.Outcome.OPEN)
        .select_related("page")[:10],
    }
    return render(request, "kb/control/waiting.html", context)


def _with_due(
    submissions: QuerySet[Submission], today: datetime.date
) -> list[tuple[Submission, str, datetime.date, bool]]:
    found = list(submissions.with_review().select_related(*_PEOPLE).order_by("submitted_at")[:100])
    due = submit.due_dates(found)
    steps = SignOffTask.Step
    return [
        (row, (steps.APPROVE if row.review_signed_at else steps.REVIEW).label, due[row.pk], due[row.pk] < today)
        for row in found
    ]


@never_cache
@login_required
def submit_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the latest draft of a document (or, with ?act=withdrawal, its end) to a reviewer and an approver."""
    page = get_object_or_404(ControlledPage, pk=pk).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    act = Act.WITHDRAWAL if request.GET.get("act") == Act.WITHDRAWAL else Act.ISSUE
    now = timezone.now()
    candidates = {
        step: signers.candidates(page=page, step=step, author=request.user, at=now) for step in SignOffTask.Step
    }
    form = SubmissionForm(
        request.POST or None, page=page, act=act, candidates=candidates, today=timezone.localdate(now)
    )
    draft = page.get_latest_revision_as_object() if act == Act.ISSUE else page
    context = {
        "page": draft,
        "act": act,
        "form": form,
        "objections": submit.objections(page=page, author=request.user, act=act, at=now),
        "lacks_field": draft.qualification is None,
        "lacks_signers": not all(candidates.values()),
    } | _change(page, draft, act, request.user, now)
    if request.method != "POST":
        return render(request, "kb/control/submit.html", context)
    if not form.is_valid():
        return render(request, "kb/control/submit.html", context, status=422)
    said = {"significance": Significance.SAFETY} | form.cleaned_data  # the end of a text matters to all who rest on it
    try:
        made = submit.submit(page=page, author=request.user, act=act, at=now, **said)
    except Refused as refusal:
        return render(request, "kb/control/submit.html", context | {"refusals": refusal.reasons}, status=409)
    messages.success(request, gettext("Submitted. %s has been told.") % made.reviewer)
    return redirect("sign", made.pk)


def _change(page: ControlledPage, draft: ControlledPage, act: Act, person: Person, now: datetime.datetime) -> dict:
    """Return what signers must see before they sign: what changes, and what rests on it."""
    if act == Act.WITHDRAWAL:
        blocks = set(page.blocks.values_list("block_id", flat=True))
        return {"comparison": None, "reach": reach.of(page, blocks, person, at=now)}
    before = page.edition.revision.as_object() if page.edition else None
    comparison = compare.document(before, draft)
    return {
        "comparison": comparison,
        "reach": reach.of(page, comparison.changed_blocks, person, at=now) if before else None,
    }


@never_cache
@login_required
@sensitive_post_parameters("password")
def sign_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at what is to be signed, what changes and what that reaches; then sign it, or return it with a reason."""
    submission = _open_to(request.user, pk)
    now, step = timezone.now(), sign.step_of(submission)
    form = SignatureForm(request.POST or None, submission=submission, step=step, person=request.user)
    context = _signing(submission, request.user, now) | {"form": form}
    if request.method != "POST":
        return render(request, "kb/control/sign.html", context)
    if too_many := ratelimit.consume_or_429(request, action="sign", user=request.user):
        return too_many
    if not form.is_valid():
        return render(request, "kb/control/sign.html", context, status=422)
    try:
        _act_on(request, submission, form.cleaned_data, now)
    except Refused as refusal:
        context = _signing(_open_to(request.user, pk), request.user, now) | {"form": form}
        return render(request, "kb/control/sign.html", context | {"refusals": refusal.reasons}, status=409)
    return redirect("waiting")


def _act_on(request: HttpRequest, submission: Submission, said: dict, now: datetime.datetime) -> None:
    if "reject" in request.POST:
        sign.reject(submission=submission, person=request.user, reason=said["comment"], at=now)
        messages.success(request, gettext("Returned to %s, who has been told.") % submission.author)
        return
    signed = sign.sign(
        submission=submission, person=request.user, digest=said["digest"], at=now, comment=said["comment"],
        significance=said.get("significance"), effective_on=said.get("effective_on"),
    )  # fmt: skip
    if signed.outcome != Submission.Outcome.APPROVED:
        messages.success(request, gettext("Signed. %s has been told.") % signed.approver)
    elif signed.act == Act.WITHDRAWAL:
        messages.success(request, gettext("Signed. It is withdrawn from %s.") % signed.effective_on)
    else:
        names = {"version": signed.edition.version, "date": signed.effective_on}
        messages.success(request, gettext("Signed. Version %(version)s is in force from %(date)s.") % names)


def _signing(submission: Submission, person: User, now: datetime.datetime) -> dict:
    page, step = submission.page.specific, sign.step_of(submission)
    draft = submission.revision.as_object()
    changes = _change(page, draft, Act(submission.act), person, now) if step else {}
    return {
        "submission": submission,
        "page": page,
        "draft": draft,
        "step": step,
        "step_label": SignOffTask.Step(step).label if step else "",
        "due_on": submit.due_on(submission, step) if step else None,
        "lines": submission.lines.select_related("person", "deputy_for").order_by("sequence"),
        "objections": sign.objections(submission=submission, person=person, at=now) if step else [],
        "can_recall": step and submission.author_id == person.pk,
    } | changes


@never_cache
@login_required
def submitted_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole document as it was submitted, in its own dress."""
    draft = _open_to(request.user, pk).revision.as_object()
    draft.edition = None
    return render(request, draft.get_template(request), draft.get_context(request))


@login_required
@require_POST
def recall_submission(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a submission back, to change the text."""
    submission = _open_to(request.user, pk)
    try:
        submit.recall(
            submission=submission, by=request.user, reason=request.POST.get("reason", "")[:300], at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("sign", pk)
    messages.success(request, gettext("Taken back. The text can be changed again."))
    return redirect("wagtailadmin_pages:edit", submission.page_id)


def _open_to(person: User, pk: int) -> Submission:
    """Return the submission, for those it concerns and those who oversee documents. Raises Http404."""
    submission = get_object_or_404(Submission.objects.select_related(*_PEOPLE, "revision"), pk=pk)
    concerned = {submission.author_id, submission.reviewer_id, submission.approver_id}
    stands_in = sign.signs_for(submission=submission, person=person, on=timezone.localdate()) is not None
    restricted = ControlledPage.Confidentiality.RESTRICTED
    is_secret = restricted in (submission.page.confidentiality, submission.revision.content.get("confidentiality"))
    oversees = person.has_perm("kb.see_control") and (person.has_perm("kb.read_restricted") or not is_secret)
    if person.pk not in concerned and not stands_in and not oversees:
        raise Http404(pk)
    return submission


@login_required
def deputies(request: HttpRequest) -> HttpResponse:
    """Who signs for me and whom I sign for; I name my deputies, and take them back."""
    person, today = request.user, timezone.localdate()
    if not person.groups.filter(name__in=[REVIEWER.group, APPROVER.group]).exists():
        raise PermissionDenied
    mine = Deputy.objects.filter(person=person, ends_on__gte=today).select_related("deputy")
    form = DeputyForm(request.POST if "begins_on" in request.POST else None, person=person)
    if request.method == "POST" and (gone := request.POST.get("remove", "")):
        if gone.isdigit():
            mine.filter(pk=gone).delete()
        return redirect("deputies")
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("deputies")
    others = Deputy.objects.filter(deputy=person, ends_on__gte=today).select_related("person")
    context = {"form": form, "mine": mine, "others": others}
    return render(request, "kb/control/deputies.html", context, status=422 if form.errors else 200)
