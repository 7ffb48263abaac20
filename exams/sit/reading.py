"""A sitting as it is read by those who start or close it, with whether its candidate is entitled: one compiled query.

Three hundred people press the same button at once; to put the conditions of entitlement together again for each of them
cost more than all the rest of it.
"""

import datetime
import functools
import uuid
from typing import NamedTuple

from django.db import models, router
from django.db.models import OuterRef, QuerySet, Subquery

from exams.kinds import Response
from exams.models import Exam, Item, Sitting
from exams.models.paper import Release
from exams.sit.entitled import end_of_minute, entitled, truth
from people.compiled import Compiled, Given

_NAMES = [field.attname for field in Sitting._meta.concrete_fields]


def own(*, public_id: uuid.UUID, person: int, at: datetime.datetime) -> tuple[Sitting, bool]:
    """Return this person's sitting and whether he is entitled to it. Raises Sitting.DoesNotExist."""
    return _found(_own(end_of_minute(at), _using()).first(public_id=public_id, person=person))


def locked(*, public_id: uuid.UUID, at: datetime.datetime) -> tuple[Sitting, bool]:
    """Return a sitting, locked until the transaction ends, and whether its candidate is entitled to it.

    Raises Sitting.DoesNotExist.
    """
    return _found(_locked(end_of_minute(at), _using()).first(public_id=public_id))


@functools.lru_cache(maxsize=4)
def _own(end: datetime.datetime, using: str) -> Compiled:
    mine = Sitting.objects.using(using).filter(
        public_id=Given("public_id", models.UUIDField()), person=Given("person", models.BigIntegerField())
    )
    return _compiled(mine, end)


@functools.lru_cache(maxsize=4)
def _locked(end: datetime.datetime, using: str) -> Compiled:
    rows = Sitting.objects.using(using).select_for_update()
    return _compiled(rows.filter(public_id=Given("public_id", models.UUIDField())), end)


def _compiled(rows: QuerySet[Sitting], end: datetime.datetime) -> Compiled:
    release = Subquery(Exam.objects.filter(pk=OuterRef("exam")).values("release"))
    return Compiled(rows.order_by().values_list(*_NAMES, release, truth(entitled(end))))


def _found(row: tuple | None) -> tuple[Sitting, bool]:
    if row is None:
        raise Sitting.DoesNotExist
    *values, release, is_entitled = row
    sitting = Sitting.from_db(_using(), _NAMES, values)
    sitting.releases_at_once = release == Release.AT_ONCE
    return sitting, is_entitled


def _using() -> str:
    return router.db_for_write(Sitting)


class Words(NamedTuple):
    """The version of a question, as much as is needed to show it and to read an answer."""

    kind: str
    text: str
    body: dict


class Asked(NamedTuple):
    """An item as its candidate sees it: an Item without what only marking needs."""

    n: int
    points: int
    order: list
    response: Response
    revision: int
    saved_at: datetime.datetime | None
    version: Words


def asked(sitting: Sitting) -> list[Asked]:
    """Return the items of a paper in their order; as rows, which cost a quarter of models."""
    rows = _asked(_using()).all(sitting=sitting.pk)
    own = len(Asked._fields) - 1
    return [Asked(*row[:own], Words(*row[own:])) for row in rows]


@functools.cache
def _asked(using: str) -> Compiled:
    rows = Item.objects.using(using).filter(sitting=Given("sitting", models.BigIntegerField())).order_by("n")
    of_version = (f"version__{name}" for name in Words._fields)
    return Compiled(rows.values_list(*Asked._fields[:-1], *of_version))
