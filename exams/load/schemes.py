"""Content files of certification schemes."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from courses.models import Course
from exams.load.papers import english_title_twice
from exams.models import Exam, Level, Requirement, Scheme
from kb.content.names import Keys, Names
from kb.content.objects import Drafts, ObjectFiles, ObjectPiece, drop, replaced, sorted_by_need
from kb.content.pieces import Files
from kb.content.shapes import Draft, Field, Part, Shapes
from kb.content.sources import Mistake, tidy
from kb.content.values import Key, Reference, Slug, Value, Whole, Words
from people.models import Qualification

_MODELS = {"course": Course, "exam": Exam, "level": Level}


class Need(NamedTuple):
    """What a level asks: a course, an exam, or a level (`id`, or `scheme#id` of another scheme)."""

    kind: str
    key: str


class Needs(Value):
    """`course key`, `exam key` or `level id`."""

    def read(self, text: str) -> Need:
        """Part the two."""
        kind, _blank, key = text.partition(" ")
        if kind not in _MODELS or not key.strip():
            raise ValueError(_("Write “course key”, “exam key” or “level id”."))
        return Need(kind, key.strip())

    def show(self, value: Need) -> str:
        """Join the two."""
        return " ".join(value)

    def refers(self, value: Need) -> Iterator[Reference]:
        """Name it, but for a level of the same scheme."""
        if value.kind != "level" or "#" in value.key:
            yield _MODELS[value.kind], value.key


SHAPES = Shapes(
    head=(
        Field("title", Words(120), is_required=True, is_words=True),
        Field("title_en", Words(120)),
        Field("key", Slug(60), is_required=True),
        Field("summary", Words(300), is_words=True),
    ),
    blocks={
        "level": (
            Field("title_en", Words(120)),
            Field("qualification", Key(Qualification), is_required=True),
            Field("months", Whole(1), is_required=True),
            Field("requires", Needs(), is_repeated=True),
        )
    },
    title_limit=120,
)


def level_keys() -> Keys:
    """Return all levels as `scheme#id`."""
    rows = Level.objects.values_list("scheme__key", "key", "pk")
    return {f"{scheme}#{key}": pk for scheme, key, pk in rows}


def _level(piece: ObjectPiece, key: str) -> str:
    return key if "#" in key else f"{piece.key}#{key}"


class Schemes(ObjectFiles):
    """The section of certification schemes."""

    word, folder, model, shapes = "scheme", "exams/certification", Scheme, SHAPES

    def read(self, files: Files, names: Names, mistakes: list[Mistake]) -> list[ObjectPiece]:
        """Return the schemes, those first whose levels others ask for."""
        return sorted_by_need(super().read(files, names, mistakes), _schemes_needed, mistakes)

    def promise(self, piece: ObjectPiece, names: Names) -> None:
        """Promise the levels as well."""
        super().promise(piece, names)
        for part in piece.draft.parts:
            names.promise(Level, f"{piece.key}#{part.id}", piece.name)

    def check(self, piece: ObjectPiece, names: Names) -> Iterator[Mistake]:
        """Yield levels of its own that do not exist, and levels that cannot go."""
        yield from english_title_twice(piece)
        ids = {part.id for part in piece.draft.parts}
        for part in piece.draft.parts:
            for place, need in enumerate(part.members["requires"]):
                if need.kind == "level" and "#" not in need.key and need.key not in ids - {part.id}:
                    sentence = _("requires: This scheme has no other level “%s”.") % need.key
                    yield Mistake(piece.path, part.lines["requires"][place], sentence)
        for level in (
            Level.objects.filter(scheme__key=piece.key, decisions__isnull=False).exclude(key__in=ids).distinct()
        ):
            yield Mistake(piece.path, 1, _("Level “%s” cannot go: decisions were made on it.") % level.key)

    def save(self, row: Scheme | None, piece: ObjectPiece, names: Names) -> Scheme:
        """Write the scheme, its levels, then what they ask."""
        row, members = row or Scheme(), piece.draft.members
        words = piece.english.members if piece.english else {}
        row.key, row.title, row.summary = members["key"], members["title"], members["summary"]
        row.title_en, row.summary_en = words.get("title", members["title_en"]), words.get("summary", "")
        row.full_clean()
        row.save()
        english = piece.english.parts if piece.english else [None] * len(piece.draft.parts)
        for place, (part, words) in enumerate(zip(piece.draft.parts, english, strict=True)):
            level = _save_level(row, place, part, words, names)
            names.settle(Level, f"{row.key}#{part.id}", level.pk)
        for part in piece.draft.parts:
            _save_needs(names.pk(Level, f"{row.key}#{part.id}"), piece, part, names)
        drop(Level.objects.filter(scheme=row).exclude(key__in=[part.id for part in piece.draft.parts]))
        return row

    def drafts(self, row: Scheme) -> Drafts:
        """Return what the database says; where an English word is missing, the Chinese one stands for it."""
        levels = list(Level.objects.filter(scheme=row).select_related("qualification__subject").order_by("sort_order"))
        parts = [Part("level", level.title, level.key, _members(level), tidy(level.text)) for level in levels]
        members = {"title": row.title, "title_en": row.title_en, "key": row.key, "summary": row.summary}
        draft = Draft("", members, parts)
        if not (row.summary_en or any(level.text_en for level in levels)):
            return draft, None
        words = {"title": row.title_en or row.title, "summary": row.summary_en or row.summary}
        english = [
            Part("level", level.title_en or level.title, level.key, part.members, tidy(level.text_en) or part.text)
            for level, part in zip(levels, parts, strict=True)
        ]
        for part in parts:
            part.members["title_en"] = ""
        return replaced(draft, title_en=""), Draft("", members | words, english)


def _schemes_needed(piece: ObjectPiece) -> Iterator[str]:
    for part in piece.draft.parts:
        for need in part.members["requires"]:
            if need.kind == "level" and "#" in need.key:
                yield need.key.partition("#")[0]


def _save_level(scheme: Scheme, place: int, part: Part, words: Part | None, names: Names) -> Level:
    level = Level.objects.filter(scheme=scheme, key=part.id).first() or Level(scheme=scheme, key=part.id)
    level.title, level.text, level.sort_order, level.months = part.title, part.text, place, part.members["months"]
    level.title_en, level.text_en = (words.title, words.text) if words else (part.members["title_en"], "")
    level.qualification_id = names.pk(Qualification, part.members["qualification"])
    level.full_clean(exclude=["scheme"])
    level.save()
    return level


def _save_needs(level: int, piece: ObjectPiece, part: Part, names: Names) -> None:
    Requirement.objects.filter(level=level).delete()
    for place, need in enumerate(part.members["requires"]):
        key = _level(piece, need.key) if need.kind == "level" else need.key
        field = {"course": "course_id", "exam": "exam_id", "level": "held_id"}[need.kind]
        Requirement.objects.create(level_id=level, sort_order=place, **{field: names.pk(_MODELS[need.kind], key)})


def _members(level: Level) -> dict:
    needs = level.requirements.select_related("course", "exam", "held__scheme")
    return {
        "title_en": level.title_en,
        "qualification": level.qualification.key,
        "months": level.months,
        "requires": [_need(level, row) for row in needs],
    }


def _need(level: Level, row: Requirement) -> Need:
    if row.held:
        same = row.held.scheme_id == level.scheme_id
        return Need("level", row.held.key if same else f"{row.held.scheme.key}#{row.held.key}")
    return Need("course", row.course.key) if row.course else Need("exam", row.exam.key)
