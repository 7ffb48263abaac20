"""What waits for a marker, and who may mark it."""

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from exams.invigilation.sessions import invigilated_by
from exams.models import Item, Marking, Regrade, Sitting
from people.models import Person, User

# Two marks that are no further apart than this, as a share of the points, agree: the mean of them stands.
AGREEMENT = Decimal("0.1")


class Standing(NamedTuple):
    """What an item still needs: a mark, or somebody who settles two that differ; neither where it is marked."""

    marks: list[Marking]
    needs_mark: bool
    needs_settling: bool


def standing(item: Item) -> Standing:
    """Return how an item stands with its markers; it comes with its sitting and the exam of it."""
    marks = list(item.markings.order_by("pk"))
    if item.share is not None:
        return Standing(marks, needs_mark=False, needs_settling=False)
    first = [mark for mark in marks if not mark.is_final]
    wanted = item.sitting.exam.markers
    return Standing(marks, needs_mark=len(first) < wanted, needs_settling=len(first) >= wanted)


def awaited() -> QuerySet[Item]:
    """Return all items that wait for a mark: none whose question does not count, none of a void paper."""
    rows = Item.objects.to_be_marked().exclude(sitting__ended_by=Sitting.Ended.ABANDONED)
    return rows.exclude(regrade__rule=Regrade.Rule.NOBODY)


def waiting(person: Person) -> QuerySet[Item]:
    """Return the items this person may mark now, those handed in first before the others.

    Not his own, none that he marked already, none of a sitting that he watched over: an invigilator does not mark.
    Each has `given`, the number of marks there are, and `is_disputed`: they differ, and his mark is final.
    """
    if not person.has_perm("exams.mark_answers"):
        return Item.objects.none()
    return (
        awaited()
        .exclude(pk__in=Marking.objects.filter(marker=person).values("item"))
        .exclude(sitting__person=person)
        .exclude(sitting__in=invigilated_by(person).values("pk"))
        .annotate(given=Count("markings"))
        .annotate(is_disputed=Q(given__gte=F("sitting__exam__markers")))
        .select_related("sitting__exam", "version__question__topic")
        .order_by("sitting__finished_at", "pk")
    )


def objections(*, item: Item, by: User) -> list[str]:
    """Return a sentence for each reason why this person may not mark this item."""
    found = barriers(item=item, by=by)
    if item.markings.filter(marker=by).exists():
        found.append(_("You have marked this answer already."))
    if item.marked_at is None:
        return found
    if item.share is not None or not awaited().filter(pk=item.pk).exists():
        found.append(_("This answer is marked."))
    return found


def barriers(*, item: Item, by: User) -> list[str]:
    """Return a sentence for each reason why this person may not even look at this answer as a marker."""
    if not by.has_perm("exams.mark_answers"):
        return [_("Only an examiner marks.")]
    found = []
    if item.sitting.person_id == by.pk:
        found.append(_("Nobody marks his own answers."))
    if invigilated_by(by).filter(pk=item.sitting_id).exists():
        found.append(_("An invigilator does not mark those he watched over."))
    if item.marked_at is None:
        found.append(_("The sitting is not over yet."))
    return found
