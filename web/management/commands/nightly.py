"""manage.py nightly: what is done once a day, from cron or a systemd timer. Safe to run twice or to miss."""

import datetime
from collections.abc import Iterator

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

import courses.remind
import exams.remind
import kb.cases.retain
import kb.evidence.order
import kb.maintenance.remind
import kb.notes.adopt
import kb.reading
import kb.runs.retain
import kb.searching.log
import kb.walking.walks
from exams import sit
from exams.statistics import report
from kb.control import review
from kb.control.effect import bring_all
from kb.search.backend import drain


class Command(BaseCommand):
    """Brings editions into effect, closes sittings nobody came back to, reminds, erases, drains the search index."""

    help = (
        "Bring editions into effect, close sittings past their deadline, write reminders, erase personal data past its "
        "time, write what the search index still lacks."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Do it, and say how much there was."""
        now = timezone.now()
        done = [f"{count} {what}" for count, what in _done(at=now, on=timezone.localdate(now))]
        if options["verbosity"]:
            self.stdout.write(", ".join(done))


def _done(*, at: datetime.datetime, on: datetime.date) -> Iterator[tuple[int, str]]:
    """Do one thing after the other; yield how many there were of what."""
    yield sit.sweep(at=at), "sittings closed"
    yield courses.remind.remind(at=at, on=on), "courses due"
    yield report.refresh(at=at), "statistics of exams worked out"
    yield exams.remind.remind(at=at, on=on), "certificates ending"
    effective, stuck = bring_all(at=at)
    yield effective, "editions took effect"
    yield stuck, "could not"
    yield kb.notes.adopt.tell_adopted(at=at), "people told that what they asked is in a document"
    yield kb.reading.remind(at=at, on=on), "people reminded to read"
    yield review.remind(at=at, on=on), "reviews and signatures due"
    yield kb.cases.retain.remind(at=at, on=on), "clocks of cases run out"
    yield kb.maintenance.remind.remind(at=at, on=on), "devices due for maintenance"
    yield kb.evidence.order.remind(at=at), "cheaper orders of tests proposed"
    yield kb.cases.retain.erase(on=on, at=at), "contacts of customers erased"
    yield kb.runs.retain.erase(on=on, at=at), "consents and signatures of customers erased"
    yield kb.walking.walks.tidy(at=at), "searches left undone forgotten"
    yield kb.searching.log.tidy(on=on), "queries forgotten"
    call_command("publish_scheduled", verbosity=0)
    yield drain(), "changes written to the search index"
