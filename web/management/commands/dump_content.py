"""manage.py dump_content: what the database says, into content files."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from kb.content.dumping import dump
from web.management.commands.load_content import KEYS, sections


class Command(BaseCommand):
    """Dumps content files."""

    help = "Write what is published into a folder of content files, each in its canonical form."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: object) -> None:
        """Write, and say what was written."""
        dumped = dump(folder=folder, sections=sections(), keys=KEYS)
        for mistake in dumped.mistakes:
            self.stderr.write(str(mistake))
        if dumped.mistakes:
            self.stderr.write(_("The files were written, but they cannot be loaded before this is put right."))
        counts = {"files": len(dumped.files), "written": len(dumped.written), "folder": folder}
        self.stdout.write(_("%(files)d files, %(written)d of them new or changed, in %(folder)s.") % counts)
