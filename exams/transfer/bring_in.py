"""Bringing questions of a file into the bank: drafts, all of them or none."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from anyascii import anyascii
from django.db import IntegrityError, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exams.bank.duplicates import Alike
from exams.bank.revise import revise
from exams.formats.question import Fault, Loss, Neutral, Read, plain
from exams.kinds import KINDS
from exams.models import Question, QuestionVersion, Topic
from exams.transfer import media
from exams.transfer.media import Shelf
from kb.importing.document import Illustration
from people.models import User
from people.refusal import Refused as CannotBeDone

_KEY = 60
_TITLE = 120
_NAME = 200
_ALONE = "imported"  # key of the topic for what says none


class Again(models.TextChoices):
    """What becomes of a question whose topic has one of these words already."""

    SKIP = "skip", gettext_lazy("leave the one that is there as it is")
    VERSION = "version", gettext_lazy("make it a new version of the one that is there")
    ADD = "add", gettext_lazy("bring it in beside the one that is there")


class Refused(CannotBeDone):
    """Nothing was brought in; `errors` say why, with their places."""

    def __init__(self, errors: Sequence[Fault]) -> None:
        super().__init__(*(error.message for error in errors))
        self.errors = list(errors)


@dataclass
class Planned:
    """A question of a file, the topic it belongs to, and the one of the bank that has its words already."""

    neutral: Neutral
    path: tuple[str, ...]
    topic: Topic | None = None
    twin: Question | None = None
    is_same: bool = False  # the bank says exactly this already
    pictures: dict[str, Illustration] = field(default_factory=dict)
    alike: Sequence[Alike] = ()  # questions of the bank that say nearly the same, where they were looked for

    @property
    def kind_label(self) -> str:
        """What its kind is called."""
        return str(KINDS[self.neutral.kind].label)


def plan(*, read: Read, topic: Topic | None) -> list[Planned]:
    """Return what bringing this in would do; losses that show only now are added to `read`. Raises Refused."""
    errors = list(read.errors)
    places = _Topics(topic)
    rows = []
    for neutral in read.questions:
        path = tuple(title for title in neutral.topic if title.strip())
        row = Planned(neutral, path, places.find(path))
        errors += _mistakes(neutral)
        errors += _look_at_media(row, read)
        _name_losses(neutral, read)
        rows.append(row)
    if errors:
        raise Refused(errors)
    _find_twins(rows)
    return rows


def bring_in(
    *,
    read: Read,
    topic: Topic | None,
    by: User | None,
    at: datetime.datetime,
    dry_run: bool = False,
    again: str = Again.SKIP,
) -> list[Question]:
    """Make drafts of the questions of a file, in one transaction, and return what was made or got another version.

    Categories become topics below `topic`; what says none goes into `topic`, or into a topic of its own. With `dry_run`
    everything is tried and nothing kept. Raises Refused.
    """
    shelf = Shelf(by)
    try:
        with transaction.atomic():
            rows = plan(read=read, topic=topic)
            maker = _Maker(_Topics(topic), shelf, by, at, again, keeps_pictures=not dry_run)
            made = [question for row in rows if (question := maker.bring(row))]
            transaction.set_rollback(dry_run)
    except BaseException as error:
        shelf.forget_files()
        if isinstance(error, IntegrityError):  # somebody else has brought in questions of these keys meanwhile
            raise Refused([Fault("", 0, _("The bank has changed meanwhile: try again."))]) from None
        raise
    return made


def _mistakes(neutral: Neutral) -> Iterator[Fault]:
    kind = KINDS.get(neutral.kind)
    if kind is None:
        yield Fault(neutral.file, neutral.line, _("There is no kind “%s” of questions.") % neutral.kind)
        return
    sentences = [*kind.mistakes(neutral.body), *kind.text_mistakes(neutral.text, neutral.body)]
    sentences += [] if neutral.text.strip() else [_("The question has no words.")]
    sentences += [_("The name of a category is too long: %s.") % each for each in neutral.topic if len(each) > _TITLE]
    for sentence in sentences:
        yield Fault(neutral.file, neutral.line, sentence)


def _look_at_media(row: Planned, read: Read) -> list[Fault]:
    neutral = row.neutral
    row.pictures, others, damaged = media.looked_at(neutral.media)
    for name in others:
        _lose(read, neutral, _("A file that is no picture was left out: %s.") % name)
    return [Fault(neutral.file, neutral.line, sentence) for sentence in damaged]


def _name_losses(neutral: Neutral, read: Read) -> None:
    """Name what a question of the bank has no place for."""
    if len(neutral.name) > _NAME:
        _lose(read, neutral, _("A long name was shortened."))
    if neutral.tags:
        _lose(read, neutral, _("Tags are not kept: %s.") % ", ".join(neutral.tags))
    if neutral.points not in (None, 1):
        _lose(read, neutral, _("The points (%s) are not kept: each exam says its own.") % plain(neutral.points))


def _lose(read: Read, neutral: Neutral, what: str) -> None:
    loss = Loss(neutral.file, neutral.line, neutral.name, what)
    if loss not in read.not_represented:
        read.not_represented.append(loss)


def _find_twins(rows: Sequence[Planned]) -> None:
    """Say of each row which question of its topic has its words: first one that says the very same, then any."""
    versions = (
        QuestionVersion.objects.current()
        .filter(question__topic__in={row.topic for row in rows if row.topic})
        .exclude(question__state=Question.State.RETIRED)
        .select_related("question")
    )
    there: dict[tuple[int, str, str], list[QuestionVersion]] = {}
    for version in versions:
        there.setdefault((version.question.topic_id, version.kind, _folded(version.text)), []).append(version)
    for is_exact in (True, False):
        for row in rows:
            if row.topic and row.twin is None:
                candidates = there.get((row.topic.pk, row.neutral.kind, _folded(row.neutral.text)), [])
                found = next((each for each in candidates if not is_exact or _says(each, row)), None)
                if found:
                    candidates.remove(found)
                    row.twin, row.is_same = found.question, _says(found, row)


def _folded(text: str) -> str:
    """Return the words of a text without the addresses of pictures, which the library chooses."""
    return " ".join(media.without_addresses(text).split())


def _says(version: QuestionVersion, row: Planned) -> bool:
    """Say whether a version says what a file says, but for where pictures lie."""
    said = (version.body, version.explanation, version.name)
    wanted = (row.neutral.body, row.neutral.explanation, row.neutral.name[:_NAME])
    return media.through(list(said), _folded) == media.through(list(wanted), _folded)


@dataclass
class _Maker:
    """Makes questions and versions."""

    places: "_Topics"
    shelf: Shelf
    by: User | None
    at: datetime.datetime
    again: str
    keeps_pictures: bool
    keys: dict[int, set[str]] = field(default_factory=dict)  # that are taken, by topic

    def bring(self, row: Planned) -> Question | None:
        """Return the question that was made or got another version; None where nothing is to be done."""
        if row.twin and self.again != Again.ADD and (row.is_same or self.again == Again.SKIP):
            return None
        question = row.twin if row.twin and self.again == Again.VERSION else self._made(row)
        self._revise(question, row)
        return question

    def _revise(self, question: Question, row: Planned) -> None:
        neutral, last = row.neutral, question.version if row.twin else None
        names = {name: self.shelf.address(each) if self.keeps_pictures else name for name, each in row.pictures.items()}
        said = [neutral.text, neutral.explanation, neutral.body]
        text, explanation, body = media.through(said, lambda words: media.placed(words, names))
        revise(
            question=question,
            kind=neutral.kind,
            text=text,
            explanation=explanation,
            body=body,
            page=last.page if last else None,
            block_id=last.block_id if last else "",
            name=neutral.name[:_NAME],
            by=self.by,
            at=self.at,
        )

    def _made(self, row: Planned) -> Question:
        topic, neutral = self.places.make(row.path), row.neutral
        if topic.pk not in self.keys:
            self.keys[topic.pk] = set(Question.objects.filter(topic=topic).values_list("key", flat=True))
        key = _free(_slug(neutral.ident or neutral.name or neutral.text[:40], "q"), self.keys[topic.pk])
        self.keys[topic.pk].add(key)
        return Question.objects.create(topic=topic, key=key, author=self.by)


class _Topics:
    """Finds topics by their titles below one, or from the roots; each is looked for once."""

    def __init__(self, below: Topic | None) -> None:
        self._below = below
        self._found: dict[tuple[str, ...], Topic | None] = {}

    def find(self, path: Sequence[str]) -> Topic | None:
        """Return the topic, if it is there."""
        path = tuple(path)
        if path not in self._found:
            self._found[path] = self._look(path)
        return self._found[path]

    def make(self, path: Sequence[str]) -> Topic:
        """Return the topic, made where it is not there."""
        path = tuple(path)
        if self.find(path) is None:
            above = self.make(path[:-1]) if path[1:] else self._below
            self._found[path] = self._add(above, path)
        return self._found[path]

    def _look(self, path: tuple[str, ...]) -> Topic | None:
        if not path:
            return self._below or Topic.objects.filter(key=_ALONE).first()
        above = self.find(path[:-1]) if path[1:] else self._below
        if above is None and path[1:]:
            return None
        named = models.Q(title=path[-1]) | models.Q(title_en=path[-1])
        return Topic.objects.filter(named, parent=above).order_by("pk").first()

    @staticmethod
    def _add(above: Topic | None, path: tuple[str, ...]) -> Topic:
        if not path:
            return Topic.objects.create(key=_ALONE, title=_("Imported questions"))
        taken = set(Topic.objects.values_list("key", flat=True))
        return Topic.objects.create(key=_free(_slug(path[-1], "topic"), taken), title=path[-1], parent=above)


def _slug(words: str, otherwise: str) -> str:
    return slugify(anyascii(words))[: _KEY - 6].strip("-") or otherwise


def _free(wanted: str, taken: set[str]) -> str:
    numbered = (f"{wanted}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(key for key in numbered if key not in taken)
