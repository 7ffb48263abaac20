"""manage.py import_document: an existing document, as a draft."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.importing import archive, reading
from kb.importing.bring_in import bring_in, described, objections
from kb.importing.document import Document, Refused
from kb.importing.losses import by_kind
from kb.models import KnowledgeIndexPage
from people.models import User


class Command(BaseCommand):
    """Imports a document."""

    help = "Import a Word file, a Markdown file or a .zip of Markdown with pictures as a draft; all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, what it shall be, where it shall go, and who does it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", required=True, choices=reading.KINDS)
        parser.add_argument("--folder", required=True, help="slug of the folder the draft goes into")
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, help="language of that folder")
        parser.add_argument("--user", required=True, help="user name of the person who imports")
        parser.add_argument("--dry-run", action="store_true", help="only say what it would become")
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(
        self, *, file: Path, kind: str, folder: str, language: str, user: str, dry_run: bool, **options: object
    ) -> None:
        """Read, then make it unless it is a dry run."""
        person, parent = _person(user), _folder(folder, language)
        try:
            if found := objections(kind=kind, parent=parent, by=person):
                raise Refused(found[0])
            document = reading.read(name=file.name, data=_content(file), kind=kind)
            if dry_run:
                said = described(document)
            else:
                said = bring_in(document=document, kind=kind, parent=parent, by=person, at=timezone.now()).as_json()
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        if options["json"]:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
        else:
            self._tell(document, said)

    def _tell(self, document: Document, said: dict) -> None:
        counts = _("“%(title)s”: %(chapters)d chapters, %(blocks)d blocks, %(tables)d tables, %(pictures)d pictures")
        self.stdout.write(counts % said)
        for chapter in document.chapters:
            self.stdout.write(f"  {chapter.title} ({len(chapter.blocks)})")
        for note in document.notes:
            self.stdout.write(note)
        for sentence, losses in by_kind(document.losses):
            self.stdout.write(sentence)
            for loss in losses:
                self.stdout.write("  " + ": ".join(filter(None, [loss.where, loss.detail])))
        for page in said.get("pages", ()):
            self.stdout.write(f"{settings.BASE_URL}{page['edit']}  {page['title']}")


def _person(username: str) -> User:
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise CommandError(_("There is no user “%s”.") % username)
    return found


def _folder(slug: str, language: str) -> KnowledgeIndexPage:
    found = list(KnowledgeIndexPage.objects.filter(slug=slug, locale__language_code=language)[:2])
    if len(found) != 1:
        raise CommandError(_("There is no folder “%s”, or more than one.") % slug)
    return found[0]


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > archive.MAX_SIZE:
            raise Refused(_("The file is larger than %d MB.") % (archive.MAX_SIZE // 1024**2))
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be read: %(reason)s") % {"file": path, "reason": error.strerror}
        ) from None
