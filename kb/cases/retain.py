"""How long cases stay in the lists, and what they say about customers: archived, then without personal data.

What is erased is the contact, the pictures (they may show people) and the digest of what was sent, from which a
telephone number could be guessed. Everything that is counted stays.
"""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from kb.cases import deadlines
from kb.cases.clock import State, What
from kb.cases.in_charge import supervisors_of
from kb.models import Attachment, Contact, FaultReport, Retention
from people.inbox import tell
from people.models import User

AT_ONCE = 200


def archive_line(on: datetime.date) -> datetime.datetime:
    """Return the instant before which a case was closed that is in the archive on that day."""
    return Retention.objects.of(Retention.Kind.REPORT).archive_line(on)


def erase(*, on: datetime.date, at: datetime.datetime) -> int:
    """Erase what cases closed longer ago than the retention period say of customers; return of how many."""
    line = Retention.objects.of(Retention.Kind.REPORT).erase_line(on)
    old = FaultReport.objects.filter(closed_at__lt=line)
    total = 0
    while due := _with_personal_data(old):
        with transaction.atomic():
            blank(due, at=at)
        total += len(due)
    return total


def _with_personal_data(reports: QuerySet[FaultReport]) -> list[int]:
    contacts = Contact.objects.filter(erased_at__isnull=True).values("report")
    pictures = Attachment.objects.filter(report__isnull=False).exclude(file="").values("report")
    found = reports.filter(pk__in=contacts).order_by().values_list("pk", flat=True)[:AT_ONCE]
    return list(found) or list(reports.filter(pk__in=pictures).order_by().values_list("pk", flat=True)[:AT_ONCE])


def blank(reports: Sequence[int], *, at: datetime.datetime) -> None:
    """Erase what these cases say of customers; the files go once the transaction stands."""
    Contact.objects.filter(report__in=reports, erased_at__isnull=True).update(
        name="", phone="", address="", erased_at=at
    )
    FaultReport.objects.filter(pk__in=reports).update(digest="")
    Attachment.objects.filter(report__in=reports).erase()


LATE = {
    What.RESPOND: gettext_lazy("Nobody has responded in time: case %(number)s, %(product)s, %(level)s."),
    What.ARRIVE: gettext_lazy("Nobody is there in time: case %(number)s, %(product)s, %(level)s."),
    What.REPORT: gettext_lazy("Not reported upwards in time: case %(number)s, %(product)s, %(level)s."),
}


def remind(*, at: datetime.datetime, on: datetime.date) -> int:
    """Tell the supervisors of the unit in charge of each promise that ran out unmet, once each; return how many."""
    late = deadlines.with_lateness(FaultReport.objects.open(), at).filter(is_late=True)
    reports = deadlines.with_clocks(late).select_related("unit__parent", "model").order_by("pk")
    supervisors: dict[int, list[User]] = {}
    total = 0
    for report in reports:
        if report.unit_id not in supervisors:
            supervisors[report.unit_id] = supervisors_of(report.unit)
        for clock in deadlines.clocks(report, at):
            if clock.state == State.LATE:
                _tell_late(supervisors[report.unit_id], report, clock.what, at)
                total += 1
    return total


def _tell_late(people: Sequence[User], report: FaultReport, what: What, at: datetime.datetime) -> None:
    for person in people:
        tell(
            person=person,
            key=f"case-{report.pk}-late-{what}",
            text=LATE[what],
            values={"number": report.number, "product": report.model, "level": report.level},
            url=report.get_absolute_url(),
            at=at,
            by_mail=True,
        )
