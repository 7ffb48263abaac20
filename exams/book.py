"""The book of an exam: closed, it is locked for whoever sits it; open, what he looks up is written down."""

import datetime
import functools
from collections.abc import Iterable

from django.db import models, router
from django.db.models import Q

from exams.models import LookUp, Sitting
from people import tokens
from people.compiled import Compiled, Given
from people.models import Person

# What is opened again within this time is one line of the log.
AGAIN = datetime.timedelta(minutes=5)


def under_way(*, person: Person, key: str, at: datetime.datetime) -> list[Sitting]:
    """Return the sittings whose clock runs for this person, or for whom this key of the API ("" for none) speaks.

    A break does not end a sitting; its deadline does, whether or not anybody has closed it yet. One query, a compiled
    one as nearly every page asks it, and a second one for whoever sits.
    """
    whose = Q()
    if person.is_authenticated and (own := _own(router.db_for_read(Sitting)).all(person=person.pk)):
        whose |= Q(pk__in=[pk for (pk,) in own])
    if key:
        whose |= Q(person__in=tokens.good(key).values("person"))
    if not whose:
        return []
    found = Sitting.objects.under_way().filter(whose).select_related("exam").order_by()
    return [sitting for sitting in found if not sitting.is_over(at)]


@functools.cache
def _own(using: str) -> Compiled:
    rows = Sitting.objects.using(using).under_way().filter(person=Given("person", models.BigIntegerField()))
    return Compiled(rows.order_by().values_list("pk"))


def closed(sittings: Iterable[Sitting]) -> Sitting | None:
    """Return the sitting among these that keeps the book closed; None where nothing does."""
    return next((sitting for sitting in sittings if not sitting.is_open_book), None)


def note(*, sittings: Iterable[Sitting], number: str, version: str, title: str, at: datetime.datetime) -> None:
    """Write into the log of each sitting that this edition of a document was opened; soon again is the same look."""
    for sitting in sittings:
        same = LookUp.objects.filter(sitting=sitting, number=number, version=version)
        if not same.filter(at__gt=at - AGAIN).exists():
            LookUp.objects.create(sitting=sitting, number=number, version=version, title=title[:255], at=at)
