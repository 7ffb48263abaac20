"""What loading is made of: pieces, the sections that read and write them, and the outcome."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.db.models import Model

from kb.content.names import Names
from kb.content.sources import Mistake

type Files = Mapping[str, str]  # path in the content folder -> text
type Tell = Callable[[str], None]


class Piece(Protocol):
    """A part of a file that is loaded, compared and kept by itself: a document, a row, a question, a course.

    `name` is unique over all files and does not change when the file is renamed.
    """

    name: str
    path: str
    line: int
    position: int

    def wanted(self) -> str:
        """Return what the file says, whole and in canonical form."""

    def present(self) -> str | None:
        """Return what the database says, in the same form, or None where there is no such thing.

        Where a person is at work on it in a way that the form does not show, it differs from whatever was loaded.
        Raises names.Ended where it can never be loaded again.
        """

    def check(self, names: Names) -> Iterator[Mistake]:
        """Yield what is wrong in the light of everything else; all names are promised by now."""

    def save(self, names: Names) -> Sequence[Model]:
        """Make the database say what the file says; return what was saved. Raises ValidationError, names.Gone."""


class Section(Protocol):
    """A kind of files."""

    def takes(self, path: str) -> bool:
        """Say whether a file of this path is one of its."""

    def read(self, files: Files, names: Names, mistakes: list[Mistake]) -> Sequence[Piece]:
        """Return the pieces of these files in the order they must be saved, and promise their names."""

    def dump(self, paths: Mapping[str, tuple[str, int]]) -> Iterator[tuple[str, str]]:
        """Yield (path, canonical text) of every file; `paths` says from where and in which place a piece was loaded."""


class Mistakes(Exception):
    """The files cannot be loaded; `found` holds every mistake, by file and line."""

    def __init__(self, found: Sequence[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in found))
        self.found = found


@dataclass
class Outcome:
    """What loading did: how many pieces it made, changed and found as they should be, and which it left alone.

    `kept` are those that a person changed here, `ended` those that were ended here for good.
    """

    files: int = 0
    made: int = 0
    changed: int = 0
    same: int = 0
    kept: list[Piece] = field(default_factory=list)
    ended: list[Piece] = field(default_factory=list)
