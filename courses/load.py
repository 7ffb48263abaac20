"""Content files of courses and training plans: read, checked, saved, written back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Model
from django.utils.translation import gettext as _

from courses.models import Course, Lesson, Plan, PlanItem
from kb.content import sources
from kb.content.citations import citation, numbers, place_of
from kb.content.kinds import AUDIENCES, Place
from kb.content.library import Paths
from kb.content.names import Names
from kb.content.objects import Drafts, ObjectFiles, ObjectPiece, drop
from kb.content.pieces import Files
from kb.content.shapes import Draft, Field, Part, Shapes
from kb.content.sources import Mistake, tidy
from kb.content.tables import canonical_rows, place, read_tables
from kb.content.values import Choice, Key, Number, Slug, Whole, Words
from people.load import Cells, Table
from people.models import Audience, Qualification

PLANS = "courses/plans.md"


class Hours(Number):
    """Hours, with one decimal at most."""

    def read(self, text: str) -> str:
        """Check the size."""
        hours = Decimal(super().read(text))
        if not 0 < hours < 1000 or hours != round(hours, 1):
            raise ValueError(_("“%s” must be hours such as 6 or 1.5.") % text)
        return plain(hours)


def plain(number: Decimal) -> str:
    """Return a number without needless zeros."""
    return f"{number.normalize():f}"


_MINUTES = Field("minutes", Whole(), is_required=True)
SHAPES = Shapes(
    head=(
        Field("title", Words(120), is_required=True, is_words=True),
        Field("key", Slug(60), is_required=True),
        Field("summary", Words(300), is_words=True),
        Field("objective", Words(2000), is_words=True),
        Field("audience", Choice(AUDIENCES), default="dealer", is_always_shown=True),
        Field("hours", Hours(), is_required=True),
        Field("covers", Key(Qualification)),
    ),
    blocks={
        "reading": (_MINUTES, Field("cites", Place())),
        "page": (_MINUTES, Field("cites", Place(), is_required=True)),
        "attestation": (
            Field("minutes", Whole(), default=Lesson._meta.get_field("minutes").default),
            Field("cites", Place()),
        ),
    },
    title_limit=120,
)
_PLAN = Table("plan", Plan, ("key", "title", "title_en", "goal", "position"))
_ITEM = Table("item", PlanItem, ("plan", "course", "due_days"), identity=("plan", "course"))


class Courses(ObjectFiles):
    """The section of courses."""

    word, folder, model, shapes = "course", "courses", Course, SHAPES

    def takes(self, path: str) -> bool:
        """Take every file but that of the plans."""
        return super().takes(path) and path != PLANS

    def check(self, piece: ObjectPiece, names: Names) -> Iterator[Mistake]:
        """Yield a mistake for a lesson that would go although people have done it."""
        kept = {part.id for part in piece.draft.parts}
        done = Lesson.objects.filter(course__key=piece.key, completions__isnull=False).exclude(key__in=kept).distinct()
        for lesson in done:
            sentence = _("Lesson “%s” cannot go: people have completed it.")
            yield Mistake(piece.path, 1, sentence % lesson.key)

    def save(self, row: Course | None, piece: ObjectPiece, names: Names) -> Course:
        """Write the course and its lessons."""
        row, members = row or Course(), piece.draft.members
        row.key = members["key"]
        row.audience, row.hours = Audience[members["audience"].upper()], Decimal(members["hours"])
        row.covers_id = names.pk(Qualification, members["covers"]) if members["covers"] else None
        words = piece.english.members if piece.english else {}
        for key in ("title", "summary", "objective"):
            setattr(row, key, members[key])
            setattr(row, f"{key}_en", words.get(key, ""))
        before = {part.id: part for part in self._parts(row)} if row.pk else {}
        row.full_clean()
        row.save()
        english = piece.english.parts if piece.english else [None] * len(piece.draft.parts)
        for number, (part, words) in enumerate(zip(piece.draft.parts, english, strict=True)):
            _save_lesson(row, number, part, words, before.get(part.id), names)
        drop(row.lessons.exclude(key__in=[part.id for part in piece.draft.parts]))
        return row

    def drafts(self, row: Course) -> Drafts:
        """Return what the database says; where an English word is missing, the Chinese one stands for it."""
        members = {
            "title": row.title,
            "key": row.key,
            "summary": row.summary,
            "objective": " ".join(row.objective.split()),
            "audience": Audience(row.audience).name.lower(),
            "hours": plain(row.hours),
            "covers": row.covers.key if row.covers else "",
        }
        draft = Draft("", members, self._parts(row))
        lessons = row.lessons.all()
        worded = [row.title_en, row.summary_en, row.objective_en]
        if not any(worded + [word for lesson in lessons for word in (lesson.title_en, lesson.text_en)]):
            return draft, None
        words = {
            "title": row.title_en or row.title,
            "summary": row.summary_en or row.summary,
            "objective": " ".join((row.objective_en or row.objective).split()),
        }
        parts = [
            Part(part.kind, lesson.title_en or part.title, part.id, part.members, tidy(lesson.text_en) or part.text)
            for lesson, part in zip(lessons, draft.parts, strict=True)
        ]
        return draft, Draft("", members | words, parts)

    def _parts(self, row: Course) -> list[Part]:
        known = numbers()
        return [
            Part(
                lesson.kind,
                lesson.title,
                lesson.key,
                {"minutes": lesson.minutes, "cites": place_of(lesson, known)},
                tidy(lesson.text),
            )
            for lesson in row.lessons.all()
        ]


def _save_lesson(course: Course, place: int, part: Part, words: Part | None, before: Part | None, names: Names) -> None:
    lesson = Lesson.objects.filter(course=course, key=part.id).first() or Lesson(course=course, key=part.id)
    lesson.kind, lesson.title, lesson.text, lesson.sort_order = part.kind, part.title, part.text, place
    lesson.title_en, lesson.text_en = (words.title, words.text) if words else ("", "")
    lesson.minutes = part.members["minutes"]
    if before is None or _said(before) != _said(part):  # an untouched lesson was not checked against the page anew
        for name, value in citation(part.members["cites"], names).items():
            setattr(lesson, name, value)
    lesson.full_clean(exclude=["course"])
    lesson.save()


def _said(part: Part) -> tuple:
    return part.kind, part.title, part.members, part.text


@dataclass
class PlanPiece:
    """A training plan with its items."""

    cells: Cells
    path: str
    line: int
    position: int
    items: list[tuple[Cells, int]] = field(default_factory=list)  # with their lines

    @property
    def key(self) -> str:
        """What files call it."""
        return self.cells["key"]

    @property
    def name(self) -> str:
        """The kind and the key."""
        return f"plan/{self.key}"

    def wanted(self) -> str:
        """Return its rows."""
        return _rows(self.cells, [cells for cells, _line in self.items])

    def present(self) -> str | None:
        """Return its rows of the database."""
        row = Plan.objects.filter(key=self.key).first()
        return _rows(_PLAN.cells(row), [_ITEM.cells(item) for item in row.items.all()]) if row else None

    def check(self, names: Names) -> Iterator[Mistake]:
        """Yield what it refers to in vain."""
        for table, cells, line in [(_PLAN, self.cells, self.line), *((_ITEM, *item) for item in self.items)]:
            for column, sentence in table.objections(cells, names):
                yield Mistake(self.path, line, f"{column}: {sentence}")

    def save(self, names: Names) -> Sequence[Model]:
        """Write the plan and its items."""
        plan = _PLAN.save(Plan.objects.filter(key=self.key).first(), self.cells, names)
        names.settle(Plan, self.key, plan.pk)
        there = {item.course.key: item for item in plan.items.select_related("course")}
        for number, (cells, _line) in enumerate(self.items):
            item = there.pop(cells["course"], None) or PlanItem()
            item.sort_order = number
            _ITEM.save(item, cells, names)
        for item in there.values():
            item.delete()
        return [plan]


def _rows(plan: Cells, items: Sequence[Cells]) -> str:
    return "\n".join(sources.show_row(cells.values()) for cells in (plan, *items))


class Plans:
    """The section of training plans: one file of two tables."""

    def takes(self, path: str) -> bool:
        """Take the one file."""
        return path == PLANS

    def read(self, files: Files, names: Names, mistakes: list[Mistake]) -> list[PlanPiece]:
        """Return the plans, each with its items."""
        plans: dict[str, PlanPiece] = {}
        tables = {"plan": _PLAN, "item": _ITEM}
        for path, text in files.items():
            parsed = {table.name: table for table in read_tables(path, text, tables, mistakes)}
            for position, cells, line in self._cells(path, parsed, "plan", mistakes):
                piece = PlanPiece(cells, path, line, position)
                if cells["key"] in plans:
                    mistakes.append(Mistake(path, line, _("Plan “%s” is given twice.") % cells["key"]))
                plans[cells["key"]] = piece
                names.promise(Plan, piece.key, piece.name)
            for _position, cells, line in self._cells(path, parsed, "item", mistakes):
                mistakes += self._add(plans, cells, path, line)
        return list(plans.values())

    @staticmethod
    def _cells(
        path: str, parsed: Mapping[str, sources.Table], name: str, mistakes: list[Mistake]
    ) -> Iterator[tuple[int, Cells, int]]:
        if name in parsed:
            yield from canonical_rows(path, parsed[name], {"plan": _PLAN, "item": _ITEM}[name], mistakes)

    @staticmethod
    def _add(plans: Mapping[str, PlanPiece], cells: Cells, path: str, line: int) -> Iterator[Mistake]:
        plan = plans.get(cells["plan"])
        if plan is None:
            yield Mistake(path, line, _("plan: There is no plan “%s” in this file.") % cells["plan"])
        elif any(item["course"] == cells["course"] for item, _line in plan.items):
            yield Mistake(path, line, _("course: “%s” is in this plan already.") % cells["course"])
        else:
            plan.items.append((cells, line))

    def dump(self, paths: Paths) -> Iterator[tuple[str, str]]:
        """Yield the file."""
        plans = sorted(Plan.objects.all(), key=lambda plan: place(paths, f"plan/{plan.key}"))
        if plans:
            items = [_ITEM.cells(item) for plan in plans for item in plan.items.all()]
            yield (
                PLANS,
                sources.show_tables(
                    sources.Table(table.name, table.columns, [sources.Row(cells) for cells in rows])
                    for table, rows in ((_PLAN, [_PLAN.cells(plan) for plan in plans]), (_ITEM, items))
                ),
            )
