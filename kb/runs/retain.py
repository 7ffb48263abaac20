"""How long runs stay in the lists, and how long they name the customer: archived, then without personal data.

What is erased is the name of whoever consented, the signature, and the digest of what was sent, from which the name
could be guessed. Everything that is counted stays.
"""

import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from kb.models import Attachment, DiagnosisRun, Retention

AT_ONCE = 200


def archived(runs: QuerySet[DiagnosisRun], *, on: datetime.date) -> QuerySet[DiagnosisRun]:
    """Return those that are in the archive on that day."""
    return runs.filter(recorded_at__lt=Retention.objects.of(Retention.Kind.RUN).archive_line(on))


def current(runs: QuerySet[DiagnosisRun], *, on: datetime.date) -> QuerySet[DiagnosisRun]:
    """Return those that are not."""
    return runs.filter(recorded_at__gte=Retention.objects.of(Retention.Kind.RUN).archive_line(on))


def erase(*, on: datetime.date, at: datetime.datetime) -> int:
    """Erase what runs older than the retention period say of customers; return of how many."""
    line, total = Retention.objects.of(Retention.Kind.RUN).erase_line(on), 0
    while due := _with_personal_data(line):
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
    _signatures().filter(run__in=runs).erase(digest="")
