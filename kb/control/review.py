"""Reviewing what is in force: reminding whoever looks after it, and signing that it is still valid."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.control import log, signers
from kb.control.owners import owners_of
from kb.control.submit import due_dates
from kb.models import ControlledPage, DocumentClass, Edition, SignOff, SignOffTask, Submission
from people.dates import add_months
from people.inbox import tell
from people.models import User
from people.refusal import Refused

# Days before a review is due, each told once.
AHEAD = (30, 7, 0)
# Nobody answers for a text longer than this without looking at it again, whatever its class says.
LONGEST_MONTHS = 120

Step = SignOffTask.Step


def next_review(*, page: ControlledPage, on: datetime.date) -> datetime.date:
    """Return by when a document confirmed on that day is to be reviewed next, by the rules of its class."""
    return add_months(on, DocumentClass.objects.get(kind=page.specific_class.kind).review_months)


def objections(*, edition: Edition, person: User, at: datetime.datetime) -> list[str]:
    """Say why this person cannot confirm this edition as still valid now; empty where he can.

    Whoever could review or approve the document may; not whoever wrote it, nor in place of signatures it waits for.
    """
    reasons = []
    if not Edition.objects.in_force(timezone.localdate(at)).filter(pk=edition.pk).exists():
        reasons.append(_("Only the edition in force is confirmed, and version %s is not.") % edition.version)
    if Submission.objects.open().filter(page=edition.page_id).exists():
        reasons.append(_("A submission of this document waits for signatures; what becomes of it is decided there."))
    page = edition.page.specific
    by_step = [signers.objections(page=page, person=person, step=step, at=at) for step in Step]
    reasons.extend(min(by_step, key=len))
    if edition.submission.lines.filter(act=SignOff.Act.PREPARED, person=person).exists():
        reasons.append(_("You wrote this edition, and nobody signs his own."))
    return reasons


def candidates(*, edition: Edition, asker: User, at: datetime.datetime) -> list[User]:
    """Return those who could confirm it, by name, besides whoever asks."""
    found = {
        person
        for step in Step
        for person in signers.candidates(page=edition.page.specific, step=step, author=asker, at=at)
    }
    author = edition.submission.author_id
    return sorted((person for person in found if person.pk != author), key=lambda person: (str(person), person.pk))


@transaction.atomic
def confirm(
    *, edition: Edition, by: User, at: datetime.datetime, until: datetime.date | None = None, comment: str = ""
) -> Edition:
    """Sign that the edition in force is still valid, to be reviewed again by `until`; without it, by its class's rules.

    `edition` is what the person saw: where it was confirmed or replaced since, nothing happens. Whoever calls has asked
    for the password. Raises Refused with every reason, and then nothing has happened.
    """
    page = ControlledPage.objects.select_for_update().get(pk=edition.page_id)
    stored = Edition.objects.select_for_update().select_related("page", "submission").get(pk=edition.pk)
    today = timezone.localdate(at)
    until = until or next_review(page=page, on=today)
    reasons = objections(edition=stored, person=by, at=at)
    if stored.review_by != edition.review_by:
        reasons.append(_("Meanwhile it was confirmed: to be reviewed by %s.") % stored.review_by)
    if not today < until <= add_months(today, LONGEST_MONTHS):
        reasons.append(_("The next review is after today and within ten years."))
    if len(comment.strip()) > SignOff._meta.get_field("reason").max_length:
        reasons.append(_("The remark is too long: 300 characters at most."))
    if reasons:
        raise Refused(*reasons)
    log.write(
        page=page, act=SignOff.Act.CONFIRMED, at=at, on=today, person=by, submission=stored.submission,
        digest=stored.digest, reason=comment.strip(),
        facts={"from": str(stored.review_by or ""), "until": str(until), "version": stored.version},
    )  # fmt: skip
    stored.review_by = until
    stored.save(update_fields=["review_by"])
    return stored


def confirmations(edition: Edition) -> QuerySet[SignOff]:
    """Return the lines that say it is still valid, the last one first."""
    return SignOff.objects.filter(submission=edition.submission_id, act=SignOff.Act.CONFIRMED).order_by("-sequence")


def remind(*, at: datetime.datetime, on: datetime.date) -> int:
    """Tell owners of reviews due within 30 days of that day or overdue, and signers of overdue steps; return how many.

    Each is told once for each of 30, 7 and 0 days, on the first night that finds it so near, whichever were missed.
    """
    return _remind_of_reviews(at, on) + _remind_of_signatures(at, on)


def _remind_of_reviews(at: datetime.datetime, on: datetime.date) -> int:
    due = Edition.objects.in_force(on).filter(review_by__lte=on + datetime.timedelta(days=max(AHEAD)))
    editions = list(due.select_related("page"))
    for edition in editions:
        left = (edition.review_by - on).days
        step = min(days for days in AHEAD if max(left, 0) <= days)
        for owner in owners_of(edition.page):
            tell(
                person=owner,
                key=f"review-{edition.pk}-{edition.review_by}-{step}",
                text=gettext_lazy("To be reviewed by %(date)s: %(document)s")
                if step
                else gettext_lazy("To be reviewed since %(date)s: %(document)s"),
                values={"date": edition.review_by, "document": f"{edition.number} {edition.title}"},
                url=f"{reverse('confirm_review', args=[edition.number])}?language={edition.language}",
                at=at,
                by_mail=True,
            )
    return len(editions)


def _remind_of_signatures(at: datetime.datetime, on: datetime.date) -> int:
    late = overdue_steps(on=on)
    for overdue in late:
        submission = overdue.submission
        for person in (overdue.signer, submission.author):
            tell(
                person=person,
                key=f"sign-overdue-{submission.pk}-{overdue.step}",
                text=gettext_lazy("Overdue since %(date)s: %(document)s waits for the signature of %(person)s."),
                values={"date": overdue.due_on, "document": submission.page, "person": overdue.signer},
                url=reverse("sign", args=[submission.pk]),
                at=at,
                by_mail=True,
            )
    return len(late)


@dataclass(frozen=True)
class OverdueStep:
    """A step of a sign-off whose day has passed."""

    submission: Submission
    step: Step
    due_on: datetime.date

    @property
    def signer(self) -> User:
        """Whose signature it waits for."""
        return self.submission.reviewer if self.step == Step.REVIEW else self.submission.approver


def overdue_steps(*, on: datetime.date, pages: QuerySet[ControlledPage] | None = None) -> list[OverdueStep]:
    """Return the steps that should have been signed before that day, of these documents or all, the oldest first.

    Three queries, however many there are.
    """
    waiting = Submission.objects.open().with_review().select_related("page__unit", "author", "reviewer", "approver")
    if pages is not None:
        waiting = waiting.filter(page__in=pages.order_by())
    due = due_dates(waiting)
    late = [
        OverdueStep(submission, Step.APPROVE if submission.review_signed_at else Step.REVIEW, due[submission.pk])
        for submission in waiting
        if due[submission.pk] < on
    ]
    return sorted(late, key=lambda overdue: (overdue.due_on, overdue.submission.pk))
