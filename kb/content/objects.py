"""Files that hold one object each, named by its key: courses, exams, certification schemes."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePosixPath
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, ProtectedError, QuerySet
from django.utils.translation import gettext as _

from kb.content import sources
from kb.content.documents import check_references
from kb.content.library import Paths, english_path, split
from kb.content.links import Links
from kb.content.names import Names
from kb.content.pieces import Files
from kb.content.shapes import Draft, Shapes, lay_over, read, show
from kb.content.sources import Mistake

type Drafts = tuple[Draft, Draft | None]  # the Chinese file, and the English one if there is one


@dataclass
class ObjectPiece:
    """An object and its English words."""

    section: "ObjectFiles"
    draft: Draft
    english: Draft | None
    position: int = 0

    @property
    def line(self) -> int:
        """Where its key stands."""
        return self.draft.line("key")

    @property
    def path(self) -> str:
        """The Chinese file."""
        return self.draft.path

    @property
    def key(self) -> str:
        """What others call it."""
        return self.draft.members["key"]

    @property
    def name(self) -> str:
        """The kind and the key."""
        return f"{self.section.word}/{self.key or self.path}"

    def wanted(self) -> str:
        """Return both files."""
        return self.section.text(self.draft) + (self.section.text(self.english, english=True) if self.english else "")

    def present(self) -> str | None:
        """Return both files as the database says them."""
        row = self.section.find(self.key)
        if row is None:
            return None
        there = ObjectPiece(self.section, *self.section.drafts(row))
        return there.wanted()

    def check(self, names: Names) -> Iterator[Mistake]:
        """Yield what it refers to in vain, and what the section objects to."""
        yield from check_references(self.path, self.draft, self.section.shapes.head, names)
        for part in self.draft.parts:
            yield from check_references(self.path, part, self.section.shapes.blocks[part.kind], names)
        for draft in filter(None, (self.draft, self.english)):
            for part in draft.parts:
                yield from self.section.links.check(part.text, draft.path, part.text_line, names)
        yield from self.section.check(self, names)

    def save(self, names: Names) -> Sequence[Model]:
        """Write it."""
        row = self.section.save(self.section.find(self.key), self, names)
        names.settle(self.section.model, self.key, row.pk)
        return [row]


class ObjectFiles(ABC):
    """A section of such files."""

    word: ClassVar[str]
    folder: ClassVar[str]
    model: ClassVar[type[Model]]
    shapes: ClassVar[Shapes]

    def __init__(self, links: Links) -> None:
        self.links = links

    @abstractmethod
    def drafts(self, row: Model) -> Drafts:
        """Return what the database says."""

    @abstractmethod
    def save(self, row: Model | None, piece: ObjectPiece, names: Names) -> Model:
        """Make the row, or a new one where there is none, say what the piece says."""

    def check(self, piece: ObjectPiece, names: Names) -> Iterator[Mistake]:
        """Yield what is wrong beyond references and links."""
        yield from ()

    def promise(self, piece: ObjectPiece, names: Names) -> None:
        """Promise what others may refer to."""
        names.promise(self.model, piece.key, piece.name)

    def takes(self, path: str) -> bool:
        """Take every file of the folder."""
        return bool(re.fullmatch(rf"{self.folder}/[^/]+\.md", path))

    def find(self, key: str) -> Model | None:
        """Return the row."""
        return self.model._default_manager.filter(key=key).first()

    def text(self, draft: Draft, *, english: bool = False) -> str:
        """Return the canonical file."""
        return sources.show(show(draft, self.shapes.english() if english else self.shapes))

    def read(self, files: Files, names: Names, mistakes: list[Mistake]) -> list[ObjectPiece]:
        """Return the objects."""
        pieces = []
        for path, english in split(files, mistakes).items():
            draft = read(sources.parse(path, files[path], mistakes), self.shapes, mistakes)
            piece = ObjectPiece(self, draft, None)
            if english:
                parsed = sources.parse(english, files[english], mistakes)
                words = read(parsed, self.shapes.english(), mistakes)
                piece.english = lay_over(words, draft, self.shapes, mistakes)
            mistakes += misnamed(draft)
            if piece.key:
                self.promise(piece, names)
            pieces.append(piece)
        return pieces

    def dump(self, paths: Paths) -> Iterator[tuple[str, str]]:
        """Yield the files of every object."""
        for row in self.model._default_manager.order_by("key"):
            draft, english = self.drafts(row)
            path = f"{self.folder}/{row.key}.md"
            yield path, self.text(draft)
            if english:
                yield english_path(path), self.text(english, english=True)


def misnamed(draft: Draft) -> Iterator[Mistake]:
    """Yield a mistake where the file is not named by the key in it."""
    key = draft.members["key"]
    if key and PurePosixPath(draft.path).stem != key:
        yield Mistake(draft.path, draft.line("key"), _("key: the file must be named %s.md.") % key)


def sorted_by_need[P: ObjectPiece](
    pieces: Sequence[P], needs: Callable[[P], Iterator[str]], mistakes: list[Mistake]
) -> list[P]:
    """Return the pieces so that each comes after those whose keys it needs; a circle is added to `mistakes`."""
    by_key: Mapping[str, P] = {piece.key or piece.path: piece for piece in pieces}
    graph = {own: [key for key in needs(piece) if key in by_key and key != own] for own, piece in by_key.items()}
    try:
        return [by_key[key] for key in TopologicalSorter(graph).static_order()]
    except CycleError as circle:
        first = by_key[circle.args[1][0]]
        mistakes.append(Mistake(first.path, first.line, _("These need one another: %s.") % ", ".join(circle.args[1])))
        return list(pieces)


def replaced(draft: Draft, **members: object) -> Draft:
    """Return the draft with other members in its head."""
    return Draft(draft.path, draft.members | members, draft.parts, draft.lines)


def drop(rows: QuerySet) -> None:
    """Delete rows that a file does not have any more. Raises ValidationError where others rest on them."""
    try:
        rows.delete()
    except ProtectedError as protected:
        raise ValidationError(str(protected.args[0])) from None
