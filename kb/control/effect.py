"""Editions: made of a signed submission, and brought into effect on their day."""

import datetime
import logging

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks

from kb.control import log, versions
from kb.control.owners import owners_of
from kb.control.submit import mistakes
from kb.models import Act, ControlledPage, Edition, Significance, SignOff, Submission
from people.inbox import tell
from people.refusal import Refused

logger = logging.getLogger("benchbook")


@transaction.atomic
def make_edition(
    *, submission: Submission, at: datetime.datetime, on: datetime.date, version: str | None = None
) -> Edition:
    """Make the edition of a submission that has its signatures; it takes effect at once if its day has come.

    `version` is for what is taken over with one; otherwise it is counted by significance.
    """
    page = submission.page
    last = Edition.objects.newest(page)
    said = submission.revision.content
    edition = Edition.objects.create(
        page=page, submission=submission, revision=submission.revision, digest=submission.digest,
        sequence=last.sequence + 1 if last else 1, act=submission.act, number=page.number, language=page.language,
        title=said["title"], version=version or _version(submission, last), significance=submission.significance,
        reason=submission.reason, approved_on=on, effective_on=submission.effective_on, review_by=submission.review_by,
        successor=submission.successor,
    )  # fmt: skip
    submission.outcome = Submission.Outcome.APPROVED
    submission.save(update_fields=["outcome"])
    bring(page=page, at=at, is_checked=True)  # whoever signed it asked for mistakes just now
    return edition


def _version(submission: Submission, last: Edition | None) -> str:
    if submission.act == Act.WITHDRAWAL:
        return last.version
    return versions.following(last.version if last else None, submission.significance)


def overdue(on: datetime.date) -> list[ControlledPage]:
    """Return the documents whose edition of that day is not what readers see."""
    last = Edition.objects.as_of(on).select_related("page")
    is_shown = Q(act=Act.ISSUE, page__live=True, page__live_revision=F("revision"))
    return [edition.page for edition in last.exclude(is_shown | Q(act=Act.WITHDRAWAL, page__live=False))]


def bring_all(*, at: datetime.datetime) -> tuple[int, int]:
    """Bring into effect whatever is due; return how many were and how many could not be, which the log explains."""
    done = failed = 0
    for page in overdue(timezone.localdate(at)):
        try:
            done += bring(page=page, at=at)
        except Exception as mistake:  # one document must not keep the others from taking effect
            logger.exception("Document %s could not take effect", page.number)
            _tell_owners(page, mistake, at)
            failed += 1
    return done, failed


def _tell_owners(page: ControlledPage, mistake: Exception, at: datetime.datetime) -> None:
    edition = Edition.objects.as_of(timezone.localdate(at)).get(page=page)
    for person in owners_of(page):
        tell(
            person=person,
            key=f"stuck-{edition.pk}",
            text=gettext_lazy("Could not take effect: %(document)s, version %(version)s. %(reasons)s"),
            values={
                "document": f"{edition.number} {edition.title}",
                "version": edition.version,
                "reasons": " ".join(getattr(mistake, "reasons", [])),
            },
            url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
            at=at,
            by_mail=True,
        )


@transaction.atomic
def bring(*, page: ControlledPage, at: datetime.datetime, is_checked: bool = False) -> bool:
    """Show readers the edition that is in force on that day, or none once withdrawn; return whether that changed.

    Raises Refused where the text has become wrong since it was signed, unless that was asked just now.
    """
    page = ControlledPage.objects.select_for_update().get(pk=page.pk)
    today = timezone.localdate(at)
    edition = Edition.objects.as_of(today).filter(page=page).select_related("revision", "submission").first()
    if edition is None or _is_shown(page, edition):
        return False
    if edition.is_withdrawal:
        page.specific.unpublish(user=None)
    else:
        if not is_checked and (reasons := mistakes(edition.revision)):
            raise Refused(*reasons)
        edition.revision.publish(user=None, skip_permission_checks=True)
    log.write(
        page=page, act=SignOff.Act.EFFECTIVE, at=at, on=today, person=None, name="Benchbook",
        submission=edition.submission, digest=edition.digest, facts={"version": edition.version, "act": edition.act},
    )  # fmt: skip
    _tell_author(edition, at)
    for tell_others in hooks.get_hooks("kb_effect"):  # takes (page, moment)
        tell_others(page, at)
    return True


def _is_shown(page: ControlledPage, edition: Edition) -> bool:
    return not page.live if edition.is_withdrawal else page.live and page.live_revision_id == edition.revision_id


def _tell_author(edition: Edition, at: datetime.datetime) -> None:
    if author := edition.submission.author:
        tell(
            person=author,
            key=f"effective-{edition.pk}",
            text=gettext_lazy("Withdrawn: %(document)s")
            if edition.is_withdrawal
            else gettext_lazy("In force: %(document)s, version %(version)s"),
            values={"document": f"{edition.number} {edition.title}", "version": edition.version},
            url=reverse("document", args=[edition.number]),
            at=at,
        )


@transaction.atomic
def take_over(
    *,
    page: ControlledPage,
    version: str,
    signatures: dict[str, tuple[str, datetime.date]],
    effective_on: datetime.date,
    reason: str,
    at: datetime.datetime,
    significance: Significance = Significance.CONTENT,
    review_by: datetime.date | None = None,
) -> Edition:
    """Take over the latest draft of a document as an edition that was signed outside, with the names on its paper.

    `signatures` are {act: (name, day)} for prepared, reviewed and approved. Only who runs commands on the server
    reaches this (content files); the log says what it was. Raises Refused where the version is not a new one, or the
    text must not be put into force.
    """
    last = Edition.objects.newest(page)
    if last and (last.is_withdrawal or versions.key(version) <= versions.key(last.version)):
        names = {"number": page.number, "version": version, "last": last.version}
        raise Refused(_("%(number)s: the text changed, but version %(version)s does not follow %(last)s.") % names)
    if Submission.objects.open().filter(page=page).exists():
        raise Refused(_("This document waits for signatures already."))
    revision = page.get_latest_revision()
    said = revision.as_object()
    if flaws := said.flaws():
        raise Refused(*flaws)
    day = max(effective_on, last.effective_on) if last else effective_on
    submission = Submission.objects.create(
        page=page, revision=revision, digest=said.content_digest(), significance=significance,
        reason=reason, effective_on=day, review_by=review_by, submitted_at=at,
    )  # fmt: skip
    for act in SignOff.SIGNATURES:
        name, on = signatures[act]
        log.write(
            page=page, act=act, at=at, on=on, person=None, name=name, submission=submission, digest=submission.digest,
            reason=reason if act == SignOff.Act.PREPARED else "", facts={"taken_over": True, "version": version},
        )  # fmt: skip
    return make_edition(
        submission=submission, at=at, on=signatures[SignOff.Act.APPROVED][1], version=version
    )  # fmt: skip
