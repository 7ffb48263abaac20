"""manage.py nightly: what is done once a day, from cron or a systemd timer. Safe to run twice or to miss."""

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

import courses.remind
import exams.remind
import kb.reading
from exams.models import Sitting
from exams.sit import close_if_over
from kb.control import review
from kb.control.effect import bring_all
from kb.search.backend import drain


class Command(BaseCommand):
    """Brings editions into effect, closes sittings nobody came back to, writes reminders, drains the search index."""

    help = (
        "Bring editions into effect, close sittings past their deadline, write reminders, "
        "write what the search index still lacks."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Do it, and say how much there was."""
        now, today = timezone.now(), timezone.localdate()
        closed = [close_if_over(sitting=sitting, at=now) for sitting in Sitting.objects.overdue(now)]
        due, ending = courses.remind.remind(at=now, on=today), exams.remind.remind(at=now, on=today)
        effective, stuck = bring_all(at=now)
        asked = kb.reading.remind(at=now, on=today)
        reviews = review.remind(at=now, on=today)
        call_command("publish_scheduled", verbosity=0)
        drained = drain()
        if options["verbosity"]:
            self.stdout.write(
                f"{effective} editions took effect, {stuck} could not, {len(closed)} sittings closed, "
                f"{due} courses due, {ending} certificates ending, {reviews} reviews and signatures due, "
                f"{asked} people reminded to read, "
                f"{drained} changes written to the search index"
            )
