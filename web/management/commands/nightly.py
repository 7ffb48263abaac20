"""manage.py nightly: what is done once a day, from cron or a systemd timer. Safe to run twice or to miss."""

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

import courses.remind
import exams.remind
from exams.models import Sitting
from exams.sit import close_if_over
from kb.search.backend import drain


class Command(BaseCommand):
    """Closes sittings nobody came back to, writes reminders, publishes what is due, drains the search index."""

    help = (
        "Close sittings past their deadline, write reminders, publish and unpublish what is due, "
        "write what the search index still lacks."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Do it, and say how much there was."""
        now, today = timezone.now(), timezone.localdate()
        closed = [close_if_over(sitting=sitting, at=now) for sitting in Sitting.objects.overdue(now)]
        due, ending = courses.remind.remind(at=now, on=today), exams.remind.remind(at=now, on=today)
        call_command("publish_scheduled", verbosity=0)
        drained = drain()
        if options["verbosity"]:
            self.stdout.write(
                f"{len(closed)} sittings closed, {due} courses due, {ending} certificates ending, "
                f"{drained} changes written to the search index"
            )
