"""manage.py import_questions: questions of GIFT, Aiken, Moodle XML, QTI or a spreadsheet, as drafts."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams import formats, transfer
from exams.formats import Fault, Read
from exams.models import Topic
from kb.importing.archive import MAX_SIZE
from people.models import User


class Command(BaseCommand):
    """Imports questions."""

    help = "Import files of questions as drafts; all of them or, where anything is refused, none (exit status 1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files, their format, and where the questions go."""
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--format", help=f"one of {', '.join(formats.READERS)}; otherwise the file tells")
        parser.add_argument("--topic", help="key of the topic they go into; categories become topics below it")
        parser.add_argument("--user", help="user name of their author")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be imported")
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(self, *, files: list[str], format: str | None, **options: object) -> None:
        """Read all files; where nothing is refused and it is no dry run, keep what they say."""
        reads = [_read(file, format) for file in files]
        found = _together(reads)
        try:
            made = _kept(found, options["topic"], options["user"], is_dry=options["dry_run"])
        except (OperationalError, ProgrammingError):
            made = len(found.questions)
            if not options["dry_run"]:  # what a file says can be looked at before there is a bank
                found.errors.append(Fault("", 0, _("The database is not ready: run “manage.py migrate” first.")))
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(files, reads, found), ensure_ascii=False, indent=2))
        else:
            self._tell(found, made, is_dry=options["dry_run"])
        if found.errors:
            count = len(found.errors)
            said = ngettext("Nothing was imported: %d mistake.", "Nothing was imported: %d mistakes.", count)
            raise CommandError(said % count)

    def _tell(self, found: Read, made: int, *, is_dry: bool) -> None:
        for fault in found.errors:
            self.stderr.write(f"{_place(fault.file, fault.line)}{fault.message}")
        for loss in found.not_represented:
            self.stdout.write(f"{_place(loss.file, loss.line)}{loss.name}: {loss.what}")
        if not found.errors:
            self.stdout.write(_counted(made, is_dry=is_dry))
            if there := len(found.questions) - made:
                known = ngettext("%d question is in the bank already.", "%d questions are in the bank already.", there)
                self.stdout.write(known % there)


def _kept(found: Read, topic: str | None, user: str | None, *, is_dry: bool) -> int:
    """Bring the questions in, or see whether they could be; return how many. What is wrong is added to the errors."""
    into, wrong_topic = _topic(topic)
    author, wrong_author = _author(user)
    found.errors[:0] = [*wrong_topic, *wrong_author]
    if found.errors:
        return 0
    try:
        return len(transfer.bring_in(read=found, topic=into, by=author, at=timezone.now(), dry_run=is_dry))
    except transfer.Refused as refusal:
        found.errors += refusal.errors
        return 0


def _counted(made: int, *, is_dry: bool) -> str:
    if is_dry:
        return ngettext("%d question can be imported.", "%d questions can be imported.", made) % made
    return ngettext("%d question was imported as a draft.", "%d questions were imported as drafts.", made) % made


def _place(file: str, line: int) -> str:
    return f"{file}:{line}: " if file else ""


def _read(file: str, format: str | None) -> Read:
    path = Path(file)
    try:
        if path.stat().st_size > MAX_SIZE:
            return Read(errors=[Fault(file, 1, _("The file is larger than %d MB.") % (MAX_SIZE // 1024**2))])
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Read(errors=[Fault(file, 1, _("The file cannot be read: %s.") % reason)])
    found = formats.read(data, file, format)
    for question in found.questions:
        question.file = question.file or file
    return found


def _together(reads: list[Read]) -> Read:
    found = Read()
    for each in reads:
        found.questions += each.questions
        found.errors += each.errors
        found.not_represented += each.not_represented
    return found


def _topic(key: str | None) -> tuple[Topic | None, list[Fault]]:
    topic = Topic.objects.filter(key=key).first() if key else None
    return topic, [Fault("", 0, _("There is no topic “%s”.") % key)] if key and topic is None else []


def _author(name: str | None) -> tuple[User | None, list[Fault]]:
    author = User.objects.filter(username=name, is_active=True).first() if name else None
    return author, [Fault("", 0, _("There is no user “%s”.") % name)] if name and author is None else []


def _as_json(files: list[str], reads: list[Read], found: Read) -> dict[str, list]:
    return {
        "questions": [formats.as_json(question) | {"file": question.file} for question in found.questions],
        "errors": [asdict(fault) for fault in found.errors],
        "not_represented": [asdict(loss) for loss in found.not_represented],
        "files": [
            {"file": file, "format": each.format, "encoding": each.encoding}
            for file, each in zip(files, reads, strict=True)
        ],
    }
