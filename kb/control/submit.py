"""An author submits a text, or the end of one, to its reviewer and approver; and takes it back."""

import datetime
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail.models import Revision

from kb.control import log
from kb.control.signers import objections_to
from kb.models import (
    Act,
    ControlledPage,
    Deputy,
    DocumentClass,
    Edition,
    Significance,
    SignOff,
    SignOffTask,
    Submission,
)
from kb.models.workflow import running
from people.inbox import tell
from people.models import User
from people.refusal import Refused


@transaction.atomic
def submit(
    *,
    page: ControlledPage,
    author: User,
    reviewer: User,
    approver: User,
    significance: Significance,
    reason: str,
    effective_on: datetime.date,
    at: datetime.datetime,
    review_by: datetime.date | None = None,
    act: Act = Act.ISSUE,
    successor: ControlledPage | None = None,
) -> Submission:
    """Freeze the latest draft (or, to withdraw, the text in force) and hand it to the reviewer; sign as its author.

    Raises Refused with every reason at once, and then nothing has happened.
    """
    page = ControlledPage.objects.select_for_update().get(pk=page.pk).specific
    today = timezone.localdate(at)
    revision = _revision(page, act)
    reasons = objections(page=page, author=author, act=act, at=at)
    if not reasons and revision is not None:
        reasons = [
            *(mistakes(revision) if act == Act.ISSUE else []),
            *([_("It cannot take effect before today.")] if effective_on < today else []),
            *mistakes_of_dates(page=page, effective_on=effective_on, review_by=review_by),
            *objections_to(page=page, reviewer=reviewer, approver=approver, author=author, at=at),
        ]
    if revision is None:
        reasons.append(_("There is no text to submit yet."))
    if not reason.strip():
        reasons.append(_("Say what changed and why."))
    if successor is not None and successor.pk == page.pk:
        reasons.append(_("A document is not replaced by itself."))
    if reasons:
        raise Refused(*reasons)
    submission = Submission.objects.create(
        page=page, revision=revision, digest=revision.as_object().content_digest(), act=act, significance=significance,
        reason=reason.strip(), effective_on=effective_on, review_by=review_by, successor=successor, author=author,
        reviewer=reviewer, approver=approver, submitted_at=at,
    )  # fmt: skip
    running(submission, SignOffTask.Step.REVIEW)
    log.write(
        page=page, act=SignOff.Act.PREPARED, at=at, on=today, person=author, submission=submission,
        digest=submission.digest, reason=submission.reason, facts=facts(submission),
    )  # fmt: skip
    ask(submission=submission, step=SignOffTask.Step.REVIEW, at=at)
    return submission


def objections(*, page: ControlledPage, author: User, act: Act, at: datetime.datetime) -> list[str]:
    """Say why this person cannot submit this document now; empty where he can."""
    reasons = []
    if not page.permissions_for_user(author).can_edit():
        reasons.append(_("You may not edit this document."))
    if Submission.objects.open().filter(page=page).exists():
        reasons.append(_("This document waits for signatures already."))
    last = Edition.objects.newest(page)
    if last and last.is_withdrawal:
        reasons.append(_("This document was withdrawn. What comes after it is a document with a number of its own."))
    elif act == Act.WITHDRAWAL and not page.live:
        reasons.append(_("Only what is in force can be withdrawn."))
    elif act == Act.ISSUE and last and last.revision_id == page.latest_revision_id:
        reasons.append(_("Nothing has changed since version %s.") % last.version)
    return reasons


def _revision(page: ControlledPage, act: Act) -> Revision | None:
    return page.live_revision if act == Act.WITHDRAWAL else page.get_latest_revision()


def mistakes(revision: Revision) -> list[str]:
    """Say what is wrong with this text as things are now: what it names may have been deleted since it was written."""
    said = revision.as_object()
    reasons = []
    for part in (said, *_rows_of(said)):
        own = {field.name for field in part._meta.fields if isinstance(field, ParentalKey)}  # not saved yet
        try:
            part.full_clean() if part is said else part.clean_fields(exclude=own)
        except ValidationError as error:
            reasons += error.messages
    return [*reasons, *said.flaws()]


def _rows_of(said: ControlledPage) -> Iterator[Model]:
    for relation in get_all_child_relations(said):
        if relation.related_model._meta.app_label == said._meta.app_label:  # comments of Wagtail's editor are not said
            yield from getattr(said, relation.get_accessor_name()).all()


def mistakes_of_dates(
    *, page: ControlledPage, effective_on: datetime.date, review_by: datetime.date | None
) -> list[str]:
    """Say what is wrong with the days of an edition beside the one before it, passed or not."""
    reasons = []
    last = Edition.objects.newest(page)
    if last and effective_on < last.effective_on:
        names = {"version": last.version, "date": last.effective_on}
        reasons.append(_("Version %(version)s takes effect on %(date)s; this one cannot before it.") % names)
    if review_by and review_by <= effective_on:
        reasons.append(_("It must be reviewed after it takes effect, not before."))
    return reasons


def facts(submission: Submission) -> dict:
    """Return what a signature under this submission says, as the log keeps it."""
    return {
        "act": submission.act,
        "significance": submission.significance,
        "effective_on": str(submission.effective_on),
        "review_by": str(submission.review_by or ""),
        "revision": submission.revision_id,
        "successor": submission.successor_id,
    }


def due_on(submission: Submission, step: SignOffTask.Step) -> datetime.date:
    """Return the day by which a step should be signed: days of the document's class after it began."""
    with_review = Submission.objects.with_review().select_related("page").get(pk=submission.pk)
    if step == SignOffTask.Step.REVIEW:
        with_review.review_signed_at = None
    return due_dates([with_review])[submission.pk]


def due_dates(submissions: Iterable[Submission]) -> dict[int, datetime.date]:
    """Return the day by which each of these should get its next signature; they come from `with_review`, with pages."""
    classes = {rules.kind: rules for rules in DocumentClass.objects.all()}
    due = {}
    for submission in submissions:
        rules, reviewed_at = classes[submission.page.specific_class.kind], submission.review_signed_at
        days = rules.approve_days if reviewed_at else rules.review_days
        since = timezone.localdate(reviewed_at or submission.submitted_at)
        due[submission.pk] = since + datetime.timedelta(days=days)
    return due


def ask(*, submission: Submission, step: SignOffTask.Step, at: datetime.datetime) -> None:
    """Tell the next signer, and whoever stands in for him today."""
    signer = submission.reviewer if step == SignOffTask.Step.REVIEW else submission.approver
    deputies = Deputy.objects.on(timezone.localdate(at)).filter(person=signer).select_related("deputy")
    for person in [signer, *(row.deputy for row in deputies)]:
        tell(
            person=person,
            key=f"sign-{submission.pk}-{step}",
            text=gettext_lazy("For your review until %(date)s: %(document)s")
            if step == SignOffTask.Step.REVIEW
            else gettext_lazy("For your approval until %(date)s: %(document)s"),
            values={"date": due_on(submission, step), "document": submission.page},
            url=reverse("sign", args=[submission.pk]),
            at=at,
            by_mail=True,
        )


@transaction.atomic
def recall(*, submission: Submission, by: User, reason: str, at: datetime.datetime) -> Submission:
    """Take a submission back before it is approved, to change the text; its author may. Raises Refused."""
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.outcome != Submission.Outcome.OPEN:
        raise Refused(_("This was decided already: %s.") % submission.get_outcome_display())
    if submission.author_id != by.pk:
        raise Refused(_("Only its author takes a submission back."))
    return end(submission=submission, act=SignOff.Act.RECALLED, by=by, deputy_for=None, reason=reason, at=at)


def end(
    *,
    submission: Submission,
    act: SignOff.Act,
    by: User,
    deputy_for: User | None,
    reason: str,
    at: datetime.datetime,
) -> Submission:
    """Give the text back to its author, by rejection or recall: the next submission begins at the beginning."""
    reviewed = submission.lines.filter(act=SignOff.Act.REVIEWED).exists()
    state = running(submission, SignOffTask.Step.APPROVE if reviewed else SignOffTask.Step.REVIEW)
    log.write(
        page=submission.page, act=act, at=at, on=timezone.localdate(at), person=by, deputy_for=deputy_for,
        submission=submission, digest=submission.digest, reason=reason.strip(),
    )  # fmt: skip
    if act == SignOff.Act.REJECTED:
        state.current_task_state.specific.task.specific.on_action(
            state.current_task_state, by, "reject", comment=reason
        )
        state.refresh_from_db()
    # Wagtail would take a rejected text up again at the step that rejected it, signed before in other words.
    if state.is_active:  # in Wagtail's own screens an author may have ended it already
        state.cancel(user=by)
    submission.outcome = Submission.Outcome(act)
    submission.save(update_fields=["outcome"])
    return submission
