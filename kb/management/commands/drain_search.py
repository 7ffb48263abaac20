"""manage.py drain_search: write what the search index could not take at the time."""

from django.core.management.base import BaseCommand

from kb.search.backend import drain


class Command(BaseCommand):
    """Drains the notes of changes that are not in the index yet."""

    help = "Write to the search index what could not be written when it changed."

    def handle(self, *args: object, **options: object) -> None:
        """Do it, and say how much there was."""
        self.stdout.write(f"{drain()} changes written to the search index")
