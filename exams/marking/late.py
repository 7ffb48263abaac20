"""Answers that came too late: the exam officer says whether they count."""

import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exams.kinds import KINDS
from exams.marking import outcome
from exams.marking.regrade import share_by
from exams.models import Grade, Item, LateAnswer, Sitting, SittingEvent
from people.models import Person, User
from people.refusal import Refused


def waiting() -> QuerySet[LateAnswer]:
    """Return those not decided on yet, of sittings that are over."""
    open_ones = LateAnswer.objects.filter(decision="", sitting__finished_at__isnull=False)
    return open_ones.select_related("sitting__exam", "sitting__person").order_by("received_at", "pk")


def waiting_for(person: Person) -> QuerySet[LateAnswer]:
    """Return those this person may decide on."""
    return waiting().exclude(sitting__person=person) if person.has_perm("exams.release_results") else waiting().none()


@transaction.atomic
def decide(
    *,
    late: LateAnswer,
    counts: bool,
    by: User,
    at: datetime.datetime,
    note: str,
    seen: datetime.datetime | None = None,
) -> bool:
    """Let a late answer count, which marks its item anew, or not; return whether it was still open. A reason is needed.

    `seen` is when the answer that was read came: where another one came since, nothing is decided. Raises Refused where
    somebody would decide on his own, may not, or gives no reason.
    """
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "person")
    sitting = rows.get(pk=late.sitting_id)
    if not by.has_perm("exams.release_results"):
        raise Refused(_("Only the exam officer decides on late answers."))
    if sitting.person_id == by.pk:
        raise Refused(_("Nobody decides on his own answers."))
    if not note.strip():
        raise Refused(_("Say why."))
    row = waiting().filter(pk=late.pk).first()
    if row is None or (seen is not None and row.received_at != seen):
        return False
    row.decision = LateAnswer.Decision.COUNTED if counts else LateAnswer.Decision.REFUSED
    LateAnswer.objects.filter(pk=row.pk).update(decision=row.decision, decided_by=by, decided_at=at)
    before = _count(sitting, row, by, at, note.strip()) if counts else None
    # By nobody: whoever decides on it has not watched over it. What the late answer replaced is kept here.
    text = _("Late answer: %(decision)s. %(reason)s") % {"decision": row.get_decision_display(), "reason": note.strip()}
    detail = {"n": row.item, "text": text, "decision": row.decision, "decided_by": by.username, "before": before}
    SittingEvent.objects.create(sitting=sitting, kind=SittingEvent.Kind.NOTE, at=at, detail=detail)
    return True


def _count(sitting: Sitting, late: LateAnswer, by: User, at: datetime.datetime, note: str) -> object:
    """Put the late answer in the place of the one before, and mark it; return the one before."""
    items = list(sitting.items.select_related("version", "regrade__new_version").order_by("n"))
    item = next(each for each in items if each.n == late.item)
    share, before = item.share, item.response
    item.response, item.share = late.response, _share(item, late)
    item.revision, item.saved_at = item.revision + 1, late.received_at
    Item.objects.bulk_update([item], ["response", "share", "revision", "saved_at"])
    item.markings.all().delete()  # they were marks of the other answer
    if item.share is None and not sitting.released_at:
        sitting.marked_at = sitting.points = sitting.has_passed = None
        Sitting.objects.filter(pk=sitting.pk).update(marked_at=None, points=None, has_passed=None)
    outcome.write(
        sitting=sitting, items=items, reason=Grade.Reason.LATE, at=at, by=by, changes=[outcome.change(item, share)],
        note=note,
    )  # fmt: skip
    return before


def _share(item: Item, late: LateAnswer) -> object:
    """Return what the late answer is worth: by its key, or by the rule of the regrade that there was."""
    if item.regrade and item.regrade.rule != item.regrade.Rule.NOBODY:
        return share_by(item, item.version, item.regrade)
    return KINDS[item.version.kind].share(item.version.body, item.order, late.response)
