"""Appeals of an item: the candidate says why, somebody who had no part in it decides."""

import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.invigilation.sessions import invigilated_by
from exams.kinds import KINDS
from exams.marking import outcome
from exams.models import Grade, Item, ItemAppeal, Sitting
from people.inbox import tell
from people.models import Person, User
from people.refusal import Refused

# So long after the release an item may be appealed (ISO/IEC 17024, 9.8 asks for a process; the days are ours).
DAYS = 30


def waiting_for(person: Person) -> QuerySet[ItemAppeal]:
    """Return the open appeals that this person may look at: none of his own. Who has a part in one is told there."""
    rows = ItemAppeal.objects.filter(state=ItemAppeal.State.OPEN).exclude(item__sitting__person=person)
    return rows if person.has_perm("exams.decide_appeals") else rows.none()


def until(sitting: Sitting) -> datetime.datetime | None:
    """Return until when items of a sitting may be appealed; None before the release and of a void one."""
    if sitting.released_at is None or sitting.ended_by == Sitting.Ended.ABANDONED:
        return None
    return sitting.released_at + datetime.timedelta(days=DAYS)


def objections(*, item: Item, person: User, at: datetime.datetime) -> list[str]:
    """Return a sentence for each reason why this person may not appeal this item now."""
    sitting = item.sitting
    if sitting.person_id != person.pk:
        return [_("Only the candidate may appeal.")]
    end = until(sitting)
    if end is None:
        return [_("There is no result that could be appealed.")]
    if at > end:
        return [_("An appeal was possible until %(date)s.") % {"date": timezone.localdate(end).isoformat()}]
    if ItemAppeal.objects.filter(item=item).exists():
        return [_("You have appealed this question already.")]
    return []


def appeal(*, item: Item, person: User, text: str, at: datetime.datetime) -> ItemAppeal:
    """Appeal an item of one's own. Raises Refused."""
    reasons = objections(item=item, person=person, at=at)
    if not text.strip():
        reasons.append(_("Say what is wrong with the question or with its marking."))
    if reasons:
        raise Refused(*reasons)
    try:
        with transaction.atomic():
            return ItemAppeal.objects.create(item=item, text=text.strip(), at=at)
    except IntegrityError:
        raise Refused(_("You have appealed this question already.")) from None


def deciding_objections(*, made: ItemAppeal, by: User) -> list[str]:
    """Return why this person may not decide it: who sat, wrote, reviewed, marked or watched has a part in it."""
    if not by.has_perm("exams.decide_appeals"):
        return [_("Only the exam officer or the certification manager decides appeals.")]
    item = made.item
    version = item.version
    has_part = by.pk in {item.sitting.person_id, version.author_id, version.reviewed_by_id, version.question.author_id}
    has_marked = item.markings.filter(marker=by).exists()
    if has_part or has_marked or invigilated_by(by).filter(pk=item.sitting_id).exists():
        return [_("Whoever has a part in it does not decide.")]
    return []


def asks_for_share(made: ItemAppeal) -> bool:
    """Whether upholding it gives the item another mark: it was marked by hand, and no regrade would mark it."""
    item = made.item
    return KINDS[item.version.kind].is_marked_by_hand and item.share is not None


@transaction.atomic
def decide(
    *,
    made: ItemAppeal,
    is_upheld: bool,
    answer: str,
    by: User,
    at: datetime.datetime,
    share: Decimal | None = None,
) -> bool:
    """Decide an appeal and tell the candidate; return whether it was still open.

    What follows for the points is a regrade of the question, for everybody who was asked it; an answer that was marked
    by hand gets `share` of its points at once. Raises Refused.
    """
    reasons = deciding_objections(made=made, by=by)
    if not answer.strip():
        reasons.append(_("Say why."))
    if is_upheld and asks_for_share(made) and (share is None or not 0 <= share <= 1):
        reasons.append(_("Give between none and all of the points."))
    if reasons:
        raise Refused(*reasons)
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "person")
    sitting = rows.get(pk=made.item.sitting_id)
    state = ItemAppeal.State.UPHELD if is_upheld else ItemAppeal.State.REJECTED
    still_open = ItemAppeal.objects.filter(pk=made.pk, state=ItemAppeal.State.OPEN)
    if not still_open.update(state=state, decided_by=by, decided_at=at, answer=answer.strip()):
        return False
    if is_upheld and share is not None and asks_for_share(made):
        _give(sitting, made.item, share, by, at, answer.strip())
    tell(
        person=sitting.person, key=f"appeal-{made.pk}", text=gettext_lazy("Your appeal in %(exam)s was decided."),
        values={"exam": sitting.exam}, url=reverse("result_answers", args=[sitting.public_id]), at=at,
    )  # fmt: skip
    return True


def _give(sitting: Sitting, item: Item, share: Decimal, by: User, at: datetime.datetime, note: str) -> None:
    items = list(sitting.items.select_related("regrade"))
    own = next(each for each in items if each.pk == item.pk)
    before, own.share = own.share, share.quantize(Decimal("0.0001"))
    Item.objects.bulk_update([own], ["share"])
    outcome.write(
        sitting=sitting, items=items, reason=Grade.Reason.APPEAL, at=at, by=by, changes=[outcome.change(own, before)],
        note=note,
    )  # fmt: skip
