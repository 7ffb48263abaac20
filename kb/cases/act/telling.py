"""Telling people what became of a case, so that it is followed to its end. No notice says anything of the customer."""

import datetime
from collections.abc import Iterable

from django.utils.functional import Promise

from kb.models import CaseEvent, FaultReport
from people.inbox import tell
from people.models import User


def followers(report: FaultReport) -> list[User]:
    """Return who is told of what becomes of it: who reported it and who has it."""
    return [person for person in (report.reporter, report.assigned_to) if person]


def announce(
    event: CaseEvent,
    people: Iterable[User],
    text: Promise,
    *,
    at: datetime.datetime,
    **values: object,
) -> None:
    """Write a line into the inbox of these people, except of whoever did it; each is told once."""
    report = event.report
    for person in {person.pk: person for person in people if person.is_active and person.pk != event.by_id}.values():
        tell(
            person=person,
            key=f"case-{report.pk}-event-{event.pk}",
            text=text,
            values={"number": report.number, "product": report.model, "by": event.by} | values,
            url=report.get_absolute_url(),
            at=at,
        )
