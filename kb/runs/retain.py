"""How long runs stay in the lists, and how long they name the customer: archived, then without personal data.

What is erased is the name of whoever consented, the signature, and the digest of what was sent, from which the name
could be guessed. Everything that is counted stays.
"""

import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from kb.models import Attachment, DiagnosisRun, Retention
from people.dates import add_months

AT_ONCE = 200


def archived(runs: QuerySet[DiagnosisRun], *, on: datetime.date) -> QuerySet[DiagnosisRun]:
    """Return those that are in the archive on that day."""
    return runs.filter(recorded_at__lt=_before(on, _retention().archive_months))


def current(runs: QuerySet[DiagnosisRun], *, on: datetime.date) -> QuerySet[DiagnosisRun]:
    """Return those that are not."""
    return runs.filter(recorded_at__gte=_before(on, _retention().archive_months))


def erase(*, on: datetime.date, at: datetime.datetime) -> int:
    """Erase what runs older than the retention period say of customers; return of how many."""
    total = 0
    while due := _with_personal_data(_before(on, _retention().personal_months)):
        with transaction.atomic():
            _blank(due)
        total += len(due)
    return total


def _with_personal_data(line: datetime.datetime) -> list[int]:
    signed = _signatures().values("run")
    found = DiagnosisRun.objects.filter(~Q(consent_by="") | Q(pk__in=signed), recorded_at__lt=line)
    return list(found.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def _signatures() -> QuerySet[Attachment]:
    return Attachment.objects.filter(kind=Attachment.Kind.SIGNATURE, run__isnull=False).exclude(file="")


def _blank(runs: list[int]) -> None:
    """Take it out of these runs; the files go once the transaction stands."""
    DiagnosisRun.objects.filter(pk__in=runs).update(consent_by="", digest="")
    signed = _signatures().filter(run__in=runs)
    for each in signed:
        transaction.on_commit(partial(each.file.storage.delete, each.file.name), robust=True)
    signed.update(file="", digest="")


def _retention() -> Retention:
    kind = Retention.Kind.RUN
    return Retention.objects.filter(kind=kind).first() or Retention(kind=kind)


def _before(on: datetime.date, months: int) -> datetime.datetime:
    """Return the first instant of the day so many months before."""
    day = add_months(on, -months)
    return datetime.datetime.combine(day, datetime.time(), timezone.get_default_timezone())
