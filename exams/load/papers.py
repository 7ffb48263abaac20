"""Content files of exams."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from exams import draw
from exams.load.bank import Topics
from exams.models import BlueprintRow, Exam, Topic
from exams.models.paper import Paging, Release, Timeout
from kb.content.kinds import AUDIENCES
from kb.content.links import Links
from kb.content.names import Names
from kb.content.objects import Drafts, ObjectFiles, ObjectPiece, replaced
from kb.content.shapes import Draft, Field, Shapes
from kb.content.sources import Mistake
from kb.content.values import Choice, Reference, Slug, Value, Whole, Words
from people.models import Audience


class Draw(NamedTuple):
    """A row of a blueprint: so many questions of a topic for so many points each."""

    topic: str
    count: int
    points: int
    difficulty: int | None = None
    is_critical: bool = False


class Draws(Value):
    """`topic / count / points`, and after that `difficulty 2`, `critical`, or both."""

    def read(self, text: str) -> Draw:
        """Part them."""
        topic, *rest = (part.strip() for part in text.split("/"))
        if len(rest) < 2:
            raise ValueError(_("Write topic / how many / points each."))
        row = Draw(topic, Whole(1).read(rest[0]), Whole(1).read(rest[1]))
        for part in rest[2:]:
            row = self._narrowed(row, part)
        return row

    @staticmethod
    def _narrowed(row: Draw, part: str) -> Draw:
        word, _blank, level = part.partition(" ")
        if part == "critical" and not row.is_critical:
            return row._replace(is_critical=True)
        if word == "difficulty" and row.difficulty is None:
            return row._replace(difficulty=Whole(1, 3).read(level.strip()))
        raise ValueError(_("After the points only “difficulty 2” or “critical” may stand, not “%s”.") % part)

    def show(self, value: Draw) -> str:
        """Join them."""
        parts = [value.topic, str(value.count), str(value.points)]
        parts += [f"difficulty {value.difficulty}"] if value.difficulty else []
        return " / ".join([*parts, "critical"] if value.is_critical else parts)

    def refers(self, value: Draw) -> Iterator[Reference]:
        """Name the topic."""
        yield Topic, value.topic


SHAPES = Shapes(
    head=(
        Field("title", Words(120), is_required=True, is_words=True),
        Field("title_en", Words(120)),
        Field("key", Slug(60), is_required=True),
        Field("summary", Words(300), is_words=True),
        Field("audience", Choice(AUDIENCES), default="dealer"),
        Field("pass_mark", Whole(1, 100), is_required=True),
        Field("minutes", Whole(1), is_required=True),
        Field("attempts", Whole(1), default=3, is_always_shown=True),
        Field("wait_days", Whole(), default=0, is_always_shown=True),
        Field("book", Choice(["open", "closed"]), is_required=True),
        Field("instructions", Words(2000), is_words=True),
        Field("material", Words(300), is_words=True),
        Field("release", Choice(Release.values), default=Release.BY_OFFICER.value),
        Field("timeout", Choice(Timeout.values), default=Timeout.AUTO.value),
        Field("grace_minutes", Whole(), default=0),
        Field("avoid_attempts", Whole(), default=1),
        Field("paging", Choice(Paging.values), default=Paging.ALL.value),
        Field("draw", Draws(), is_required=True, is_repeated=True),
    ),
    blocks={},
)
_PLAIN = (
    "title", "key", "summary", "pass_mark", "minutes", "attempts", "wait_days", "instructions", "material", "release",
    "timeout", "grace_minutes", "avoid_attempts", "paging",
)  # fmt: skip


def english_title_twice(piece: ObjectPiece) -> Iterator[Mistake]:
    """Yield a mistake where the English title stands both in the Chinese file and in an English one beside it."""
    if piece.english and piece.draft.members["title_en"]:
        line = piece.draft.line("title_en")
        yield Mistake(piece.path, line, _("title_en: the English file beside this one has the title."))


class Exams(ObjectFiles):
    """The section of exams; `topics` say which questions there will be."""

    word, folder, model, shapes = "exam", "exams", Exam, SHAPES

    def __init__(self, links: Links, topics: Topics) -> None:
        super().__init__(links)
        self._topics = topics

    def check(self, piece: ObjectPiece, names: Names) -> Iterator[Mistake]:
        """Yield a mistake for each line that asks for more questions than there are."""
        yield from english_title_twice(piece)
        lines = piece.draft.lines.get("draw", [])
        rows = [
            draw.Row(self._topics.within(topic), difficulty, is_critical, count, points)
            for topic, count, points, difficulty, is_critical in piece.draft.members["draw"]
        ]
        for place, found in _shortages(rows, self._topics.candidates()):
            counts = {"found": found, "wanted": rows[place].count}
            sentence = _("draw: there are only %(found)d such questions left, not %(wanted)d.") % counts
            yield Mistake(piece.path, lines[min(place, len(lines) - 1)], sentence)

    def save(self, row: Exam | None, piece: ObjectPiece, names: Names) -> Exam:
        """Write the exam and its blueprint."""
        row, members = row or Exam(), piece.draft.members
        for key in _PLAIN:
            setattr(row, key, members[key])
        words = piece.english.members if piece.english else {}
        row.title_en, row.summary_en = words.get("title", members["title_en"]), words.get("summary", "")
        row.instructions_en, row.material_en = words.get("instructions", ""), words.get("material", "")
        row.audience, row.is_open_book = Audience[members["audience"].upper()], members["book"] == "open"
        row.full_clean()
        row.save()
        row.blueprint.all().delete()
        for place, line in enumerate(members["draw"]):
            fields = line._asdict() | {"topic_id": names.pk(Topic, line.topic)}
            del fields["topic"]
            BlueprintRow.objects.create(exam=row, sort_order=place, **fields)
        return row

    def drafts(self, row: Exam) -> Drafts:
        """Return what the database says."""
        members: dict[str, Any] = {key: getattr(row, key) for key in (*_PLAIN, "title_en")}
        members["audience"] = Audience(row.audience).name.lower()
        members["book"] = "open" if row.is_open_book else "closed"
        members["draw"] = [
            Draw(line.topic.key, line.count, line.points, line.difficulty, line.is_critical)
            for line in row.blueprint.select_related("topic")
        ]
        draft = Draft("", members)
        if not row.summary_en:
            return draft, None
        words = {"title": row.title_en or row.title, "summary": row.summary_en}
        words |= {"instructions": row.instructions_en, "material": row.material_en}
        return replaced(draft, title_en=""), replaced(draft, **words)


def _shortages(rows: list[draw.Row], bank: list[draw.Candidate]) -> Iterator[tuple[int, int]]:
    """Yield (place of the row, how many there are for it) for each row that asks for too many."""
    rows = list(rows)
    while True:
        try:
            draw.draw(rows, bank, seed="")
        except draw.TooFew as short:
            place = next(place for place, row in enumerate(rows) if row is short.row)
            yield place, short.found
            rows[place] = draw.Row(short.row.topics, None, False, 0, 1)
        else:
            return
