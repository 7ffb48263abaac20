"""Who may review and approve a document: not who touched it, and only who is qualified in its field."""

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext as _
from wagtail.models import Revision

from kb.models import ControlledPage, DocumentClass, Edition, SignOffTask
from people.models import Credential, User, holds
from people.roles import APPROVER, REVIEWER

_ROLES = {SignOffTask.Step.REVIEW: REVIEWER, SignOffTask.Step.APPROVE: APPROVER}


def touched(page: ControlledPage) -> set[int]:
    """Return the ids of those who saved a draft of this document since its last edition was made."""
    last = Edition.objects.newest(page)
    since = Revision.objects.for_instance(page).filter(user__isnull=False)
    if last:
        since = since.filter(pk__gt=last.revision_id)
    return set(since.values_list("user", flat=True))


def objections(*, page: ControlledPage, person: User, step: SignOffTask.Step, at: datetime.datetime) -> list[str]:
    """Say why this person cannot sign this step of the text as it is now; empty where he can. Superusers are people."""
    reasons = []
    if not person.is_active:
        reasons.append(_("%s has no access any more.") % person)
    if not person.groups.filter(name=_ROLES[step].group).exists():
        names = {"person": person, "role": _ROLES[step].group}
        reasons.append(_("%(person)s does not have the role %(role)s.") % names)
    if person.pk in touched(page):
        reasons.append(_("%s has worked on this text, and nobody signs his own.") % person)
    return [*reasons, *_unqualified(page, person, at)]


def _unqualified(page: ControlledPage, person: User, at: datetime.datetime) -> Iterator[str]:
    rules = DocumentClass.objects.get(kind=page.kind)
    if not rules.signers_qualify:
        return
    if page.qualification is None:
        yield _("Say first which field of work and rank this document belongs to (Document control).")
    elif not holds(person=person, qualification=page.qualification, at=at):
        names = {"person": person, "qualification": page.qualification}
        yield _("%(person)s does not hold %(qualification)s, which this document asks of its signers.") % names


def objections_to(
    *, page: ControlledPage, reviewer: User, approver: User, author: User, at: datetime.datetime
) -> list[str]:
    """Say why these people cannot sign the draft of this document for its author."""
    draft = page.get_latest_revision_as_object()
    reasons = [
        *objections(page=draft, person=reviewer, step=SignOffTask.Step.REVIEW, at=at),
        *objections(page=draft, person=approver, step=SignOffTask.Step.APPROVE, at=at),
    ]
    if len({author.pk, reviewer.pk, approver.pk}) < 3:
        reasons.append(_("Three different people write, review and approve."))
    return list(dict.fromkeys(reasons))


def candidates(*, page: ControlledPage, step: SignOffTask.Step, author: User, at: datetime.datetime) -> list[User]:
    """Return those who could sign this step, by name: for the author to choose from."""
    draft = page.get_latest_revision_as_object()
    found = User.objects.filter(is_active=True, groups__name=_ROLES[step].group).exclude(pk=author.pk)
    found = found.exclude(pk__in=touched(page))
    if DocumentClass.objects.get(kind=page.kind).signers_qualify:
        if draft.qualification is None:
            return []
        held = Credential.objects.satisfying(draft.qualification).valid(at)
        found = found.filter(pk__in=held.values("person"))
    return list(found.order_by("name", "username").distinct())
