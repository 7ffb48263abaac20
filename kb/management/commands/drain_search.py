"""manage.py drain_search: bring the search index of this machine up to date."""

import signal
import threading
from types import FrameType

from django.core.management.base import BaseCommand, CommandError, CommandParser
from modelsearch.backends import get_search_backend

from kb.search.backend import drain
from kb.search.backend.draining import follow


class Command(BaseCommand):
    """Indexes what was left behind or published on other machines, once or until it is told to stop."""

    help = (
        "Repair the search index and write what could not be written when it changed. With --follow, go on and keep "
        "this machine up to date with what others publish; ends on SIGTERM."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --follow and its interval."""
        parser.add_argument("--follow", action="store_true", help="go on until stopped")
        parser.add_argument("--interval", type=float, default=1.0, help="seconds between two looks (default 1)")

    def handle(self, *args: object, **options: object) -> None:
        """Do it, and say how much there was."""
        self.stdout.write(f"{drain()} changes written to the search index")
        if options["follow"]:
            self._follow(max(0.05, float(options["interval"])))

    def _follow(self, interval: float) -> None:
        backend, stop = get_search_backend(), threading.Event()
        if not hasattr(backend, "nodes"):
            raise CommandError("This search backend has nothing to follow.")

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            follow(backend, interval, stop)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
