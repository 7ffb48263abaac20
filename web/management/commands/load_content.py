"""manage.py load_content: what the content files say, into the database."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.load import Courses, Plans
from courses.models import Course
from exams.load.bank import Topics
from exams.load.papers import Exams
from exams.load.schemes import Schemes, level_keys
from exams.models import Level
from kb.content.library import Library
from kb.content.links import Links
from kb.content.loading import load
from kb.content.pieces import Mistakes, Outcome, Section
from kb.content.tables import AFTER_DOCUMENTS, SECTIONS

KEYS = {Level: level_keys}


def sections() -> list[Section]:
    """Return every kind of files, in the order they must be loaded."""
    links = Links({"course": Course})
    topics = Topics(links)
    exams = [topics, Exams(links, topics), Schemes(links)]
    return [*SECTIONS, Library(links), *AFTER_DOCUMENTS, Courses(links), Plans(), *exams]


class Command(BaseCommand):
    """Loads content files."""

    help = (
        "Load a folder of content files; all of it, or nothing where there is a mistake. Loading twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, and what to do with what people have changed."""
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "content")
        parser.add_argument(
            "--overwrite", action="store_true", help="also what a person has changed since it was loaded"
        )

    def handle(self, *, folder: Path, overwrite: bool, **options: object) -> None:
        """Load, and say what came of it."""
        if not folder.is_dir():
            raise CommandError(_("There is no folder %s.") % folder)
        try:
            outcome = load(folder=folder, sections=sections(), keys=KEYS, overwrite=overwrite, tell=self._say)
        except Mistakes as refusal:
            count = len(refusal.found)
            headline = ngettext("%d mistake; nothing was loaded:", "%d mistakes; nothing was loaded:", count) % count
            raise CommandError("\n".join([headline, *map(str, refusal.found)])) from None
        self._report(outcome)

    def _report(self, outcome: Outcome) -> None:
        for piece in outcome.kept:
            where = {"path": piece.path, "line": piece.line, "name": piece.name.partition("/")[2]}
            self._say(
                _("%(path)s:%(line)d: “%(name)s” was kept: a person has changed it here. --overwrite replaces it.")
                % where
            )
        if not (outcome.made or outcome.changed or outcome.kept):
            self._say(_("Nothing to load: everything in %d files has been loaded before.") % outcome.files)
            return
        counts = {"made": outcome.made, "changed": outcome.changed, "same": outcome.same, "kept": len(outcome.kept)}
        self._say(_("Loaded: %(made)d new, %(changed)d changed, %(same)d unchanged, %(kept)d kept.") % counts)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
