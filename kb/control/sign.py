"""Signing: the reviewer, then the approver, or whoever stands in for them, put their names under the frozen text."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.control import log, signers, submit
from kb.models import Act, Deputy, Significance, SignOff, SignOffTask, Submission
from kb.models.workflow import running
from people.inbox import tell
from people.models import User
from people.refusal import Refused

Step = SignOffTask.Step


def step_of(submission: Submission) -> Step | None:
    """Return the step a submission waits at; None where it waits no more."""
    if submission.outcome != Submission.Outcome.OPEN:
        return None
    return Step.APPROVE if submission.lines.filter(act=SignOff.Act.REVIEWED).exists() else Step.REVIEW


def signs_for(*, submission: Submission, person: User, on: datetime.date) -> User | None:
    """Return in whose place this person would sign the next step, his own or another's; None if he cannot."""
    signer = submission.reviewer if step_of(submission) == Step.REVIEW else submission.approver
    if signer is None or signer.pk == person.pk:
        return signer
    stands_in = Deputy.objects.on(on).filter(person=signer, deputy=person)
    return signer if stands_in.exists() else None


def objections(*, submission: Submission, person: User, at: datetime.datetime) -> list[str]:
    """Say why this person cannot sign the next step now; empty where he can. Asked again as he signs."""
    step = step_of(submission)
    if step is None:
        return [_("This was decided already: %s.") % submission.get_outcome_display()]
    if signs_for(submission=submission, person=person, on=timezone.localdate(at)) is None:
        signer = submission.reviewer if step == Step.REVIEW else submission.approver
        return [_("This waits for %s.") % signer]
    draft = submission.revision.as_object()
    reasons = signers.objections(page=draft, person=person, step=step, at=at)
    if submission.author_id == person.pk or submission.lines.filter(act__in=SignOff.SIGNATURES, person=person).exists():
        reasons.append(_("You have signed this already, and nobody signs twice."))
    return reasons


@transaction.atomic
def sign(
    *,
    submission: Submission,
    person: User,
    digest: str,
    at: datetime.datetime,
    comment: str = "",
    significance: Significance | None = None,
    effective_on: datetime.date | None = None,
) -> Submission:
    """Sign the next step of what was shown with this digest. The approver decides the significance and the date.

    The last signature makes the edition, which takes effect at once if its day has come. Whoever calls has asked for
    the password. Raises Refused with every reason, and then nothing has happened.
    """
    submission = Submission.objects.select_for_update().select_related("page", "revision").get(pk=submission.pk)
    reasons = objections(submission=submission, person=person, at=at)
    if not reasons and (digest != submission.digest or _digest_now(submission) != submission.digest):
        reasons = [_("What you saw is not what was submitted. Open it again.")]
    if not reasons and submission.act == Act.ISSUE:
        reasons = submit.mistakes(submission.revision)
    if reasons:
        raise Refused(*reasons)
    today, step = timezone.localdate(at), step_of(submission)
    if step == Step.APPROVE:
        _decide(submission, significance, effective_on, today)
    signer = signs_for(submission=submission, person=person, on=today)
    state = running(submission, step).current_task_state
    log.write(
        page=submission.page, act=SignOff.Act(step), at=at, on=today, person=person,
        deputy_for=signer if signer.pk != person.pk else None, submission=submission, digest=submission.digest,
        reason=comment.strip(), facts=submit.facts(submission),
    )  # fmt: skip
    state.task.specific.on_action(state, person, "approve", comment=comment.strip())  # the last one makes the edition
    submission.refresh_from_db()
    if step == Step.REVIEW:
        submit.ask(submission=submission, step=Step.APPROVE, at=at)
    return submission


def _digest_now(submission: Submission) -> str:
    return submission.revision.as_object().content_digest()


def _decide(
    submission: Submission, significance: Significance | None, effective_on: datetime.date | None, today: datetime.date
) -> None:
    if effective_on:
        submission.effective_on = effective_on
    if significance and submission.act == Act.ISSUE:
        submission.significance = significance
    if submission.effective_on < today:
        names = {"date": submission.effective_on}
        raise Refused(_("The day it was to take effect, %(date)s, has passed: choose another.") % names)
    days = {"effective_on": submission.effective_on, "review_by": submission.review_by}
    if reasons := submit.mistakes_of_dates(page=submission.page, **days):
        raise Refused(*reasons)
    submission.save(update_fields=["effective_on", "significance"])


@transaction.atomic
def reject(*, submission: Submission, person: User, reason: str, at: datetime.datetime) -> Submission:
    """Return the text to its author with a reason; whoever may sign the step may. Raises Refused."""
    submission = Submission.objects.select_for_update().select_related("page").get(pk=submission.pk)
    reasons = objections(submission=submission, person=person, at=at)
    if not reason.strip():
        reasons.append(_("Say why: whoever wrote it must know what to mend."))
    if reasons:
        raise Refused(*reasons)
    signer = signs_for(submission=submission, person=person, on=timezone.localdate(at))
    submit.end(
        submission=submission, act=SignOff.Act.REJECTED, by=person, reason=reason, at=at,
        deputy_for=signer if signer.pk != person.pk else None,
    )  # fmt: skip
    tell(
        person=submission.author,
        key=f"rejected-{submission.pk}",
        text=gettext_lazy("Returned to you: %(document)s. %(person)s: %(reason)s"),
        values={"document": submission.page, "person": person, "reason": reason.strip()[:160]},
        url=reverse("wagtailadmin_pages:edit", args=[submission.page_id]),
        at=at,
        by_mail=True,
    )
    return submission
