"""Releasing results: until then no candidate learns a mark or a key; it is an act, with a name and a time."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exams.marking import outcome
from exams.models import Release, Sitting
from people.models import User
from people.refusal import Refused


def waiting() -> QuerySet[Sitting]:
    """Return the sittings that are marked and wait for their release."""
    return (
        Sitting.objects.filter(marked_at__isnull=False, released_at__isnull=True)
        .select_related("exam", "person")
        .order_by("exam", "finished_at")
    )


@transaction.atomic
def release(*, sittings: Iterable[Sitting], by: User, at: datetime.datetime, note: str = "") -> int:
    """Release these results and tell the candidates; return how many. Twice releases nothing twice.

    All or none. What is not marked yet stays unreleased. Raises Refused where somebody would release his own, or may
    not release.
    """
    chosen = list(sittings)
    if not by.has_perm("exams.release_results"):
        raise Refused(_("Only the exam officer releases results."))
    if any(each.person_id == by.pk for each in chosen):
        raise Refused(_("Nobody releases his own result."))
    return sum(_released(each, by, at, note) for each in chosen)


def _released(sitting: Sitting, by: User, at: datetime.datetime, note: str) -> int:
    marked = Sitting.objects.filter(pk=sitting.pk, marked_at__isnull=False, released_at__isnull=True)
    if not marked.update(released_at=at):
        return 0
    Release.objects.create(sitting=sitting, by=by, at=at, note=note)
    outcome.tell_of_result(sitting, at)
    return 1
