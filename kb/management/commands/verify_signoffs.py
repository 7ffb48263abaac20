"""manage.py verify_signoffs: proves the sign-off log and that what readers see was signed."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kb.control import verify


class Command(BaseCommand):
    """Says "N lines, M documents: sound", or names the first line or document that is not and ends with status 1."""

    help = "Verify the chain of the sign-off log, the signatures of all editions, and the live text of every document."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the number of lines noted before."""
        parser.add_argument("--expect", type=int, metavar="N", help="fail if the log has fewer lines than N")
        parser.add_argument(
            "--every-text",
            action="store_true",
            help="compare the kept text of every edition too, not only of live ones",
        )

    def handle(self, *args: object, **options: object) -> None:
        """Do it."""
        verdict = verify.verify(
            on=timezone.localdate(), expect=options["expect"], every_text=bool(options["every_text"])
        )
        counted = f"{verdict.lines} lines, {verdict.documents} documents"
        if verdict.fault:
            raise CommandError(f"{counted}: {verdict.fault}")
        self.stdout.write(f"{counted}: sound")
