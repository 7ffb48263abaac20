"""Files of controlled documents: from files to pieces, and from pages back to files."""

import re
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from kb.content import pages, sources
from kb.content.documents import REFERRED, DocumentPiece, name_of
from kb.content.kinds import KINDS, Kind
from kb.content.links import Links
from kb.content.names import CHINESE, ENGLISH, Names
from kb.content.pieces import Files
from kb.content.shapes import lay_over, read
from kb.content.sources import Mistake
from kb.models import (
    BulletinPage,
    ChapterPage,
    ControlledPage,
    FaqPage,
    FaultGuidePage,
    ManualPage,
    PolicyPage,
    ProcedurePage,
)

_PATH = re.compile(r"kb/(?:(?P<manuals>manuals)/[^/]+|(?P<kind>procedures|faults|faqs|bulletins|policies))/[^/]+\.md")
# In the order they are loaded: guides lead to procedures.
_FOLDERS = {
    "procedures": ProcedurePage,
    "faults": FaultGuidePage,
    "faqs": FaqPage,
    "bulletins": BulletinPage,
    "policies": PolicyPage,
}
_INDEX, _ENGLISH_ENDING = "index.md", ".en.md"

type Paths = Mapping[str, tuple[str, int]]


def english_path(path: str) -> str:
    """Return where the English of a Chinese file lies."""
    return path.removesuffix(".md") + _ENGLISH_ENDING


def split(files: Files, mistakes: list[Mistake]) -> dict[str, str | None]:
    """Return the paths of the Chinese files, and for each that of its English, if it has one."""
    chinese = {path: None for path in files if not path.endswith(_ENGLISH_ENDING)}
    for path in files.keys() - chinese.keys():
        original = path.removesuffix(_ENGLISH_ENDING) + ".md"
        if original in chinese:
            chinese[original] = path
        else:
            mistakes.append(Mistake(path, 1, _("There is no Chinese file beside it: %s.") % original))
    return chinese


class Library:
    """The section of controlled documents."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def takes(self, path: str) -> bool:
        """Take what lies in a folder of documents."""
        return bool(_PATH.fullmatch(path))

    def read(self, files: Files, names: Names, mistakes: list[Mistake]) -> list[DocumentPiece]:
        """Return the documents, manuals and procedures first."""
        reader = _Reader(files, names, mistakes, self._links)
        reader.read_manuals()
        for folder, model in _FOLDERS.items():
            for path in reader.chinese:
                if path.startswith(f"kb/{folder}/"):
                    reader.read(path, KINDS[model])
        return _included_first(reader.pieces, mistakes)

    def dump(self, paths: Paths) -> Iterator[tuple[str, str]]:
        """Yield the file of every document in force; English words stand beside the Chinese file.

        Chapters of a manual that was withdrawn have no place to stand in.
        """
        found = ControlledPage.objects.live().filter(number__isnull=False).order_by("path").specific()
        chinese = {page.number: page for page in found if page.language == CHINESE}
        places = file_paths(list(chinese.values()), paths)
        for page in found:
            if place := places.get(page.number):
                yield place if page.language == CHINESE else english_path(place), _text(page)


def _included_first(pieces: list[DocumentPiece], mistakes: list[Mistake]) -> list[DocumentPiece]:
    """Return the pieces with each fault guide after those it includes; a circle is added to `mistakes`."""
    guides = {piece.number: piece for piece in pieces if piece.kind.model is FaultGuidePage}
    needs = {number: sorted(piece.includes & guides.keys()) for number, piece in guides.items()}
    try:
        ranks = {number: rank for rank, number in enumerate(TopologicalSorter(needs).static_order())}
    except CycleError as circle:
        first = guides[circle.args[1][0]]
        sentence = _("These include one another: %s.") % ", ".join(circle.args[1])
        mistakes.append(Mistake(first.path, first.line, sentence))
        return pieces
    guides_only = [piece for piece in pieces if piece.kind.model is FaultGuidePage]
    ordered = iter(sorted(guides_only, key=lambda piece: ranks[piece.number]))
    return [next(ordered) if piece.kind.model is FaultGuidePage else piece for piece in pieces]


def _text(page: ControlledPage) -> str:
    return pages.text_of(pages.read(page), KINDS[type(page)], english=page.language != CHINESE)


class _Reader:
    """Reads the files of one load."""

    def __init__(self, files: Files, names: Names, mistakes: list[Mistake], links: Links) -> None:
        self.files, self.names, self.mistakes, self.links = files, names, mistakes, links
        self.chinese = split(files, mistakes)
        self.pieces: list[DocumentPiece] = []

    def read_manuals(self) -> None:
        """Read manuals, each before its chapters, which come in the order of their file names."""
        found = [path for path in self.chinese if path.startswith("kb/manuals/")]
        for folder in sorted({str(PurePosixPath(path).parent) for path in found}):
            index, before = f"{folder}/{_INDEX}", []
            chapters = [path for path in found if path.startswith(f"{folder}/") and path != index]
            if index not in found:
                self.mistakes.append(Mistake(chapters[0], 1, _("There is no %s for the manual itself.") % index))
                continue
            manual = self.read(index, KINDS[ManualPage])
            for path in chapters:
                if self.chinese[path] and not self.chinese[index]:
                    sentence = _("Translate the manual itself first: %s.")
                    self.mistakes.append(Mistake(self.chinese[path], 1, sentence % english_path(index)))
                before.append(self.read(path, KINDS[ChapterPage], manual, tuple(before)))

    def read(self, path: str, kind: Kind, manual: str = "", before: Sequence[str] = ()) -> str:
        """Read a document and its English; return its number."""
        place = {"kind": kind, "links": self.links, "manual": manual, "before": before}
        count = len(self.mistakes)
        draft = read(sources.parse(path, self.files[path], self.mistakes), kind.shapes, self.mistakes)
        piece = DocumentPiece(draft=draft, language=CHINESE, is_whole=len(self.mistakes) == count, **place)
        self._promise(piece)
        self.pieces.append(piece)
        if english := self.chinese[path]:
            shapes = kind.shapes.english()
            words = read(sources.parse(english, self.files[english], self.mistakes), shapes, self.mistakes)
            laid = lay_over(words, draft, kind.shapes, self.mistakes)
            self.pieces.append(DocumentPiece(draft=laid, language=ENGLISH, **place))
        return piece.number

    def _promise(self, piece: DocumentPiece) -> None:
        if not piece.number:
            return
        self.names.promise(ControlledPage, piece.number, piece.name)
        if piece.kind.model in REFERRED:
            self.names.promise(piece.kind.model, piece.number, piece.name)
        self.names.blocks()[piece.number] = {part.id for part in piece.draft.parts}


def file_paths(found: Sequence[ControlledPage], paths: Paths) -> dict[str, str]:
    """Return the path of each Chinese document by number: where it was loaded from, else one made of the number."""
    places: dict[str, str] = {}
    for page in found:
        if not isinstance(page, ChapterPage):
            places[page.number] = _loaded_from(page, paths) or _default(page)
    for manual in found:
        if isinstance(manual, ManualPage):
            chapters = [page for page in found if isinstance(page, ChapterPage) and page.is_child_of(manual)]
            folder = PurePosixPath(places[manual.number]).parent
            for page, name in zip(chapters, _chapter_names(chapters, paths), strict=True):
                places[page.number] = f"{folder}/{name}"
    return places


def _loaded_from(page: ControlledPage, paths: Paths) -> str:
    return paths.get(name_of(page.number, CHINESE), ("", 0))[0]


def _default(page: ControlledPage) -> str:
    name = f"kb/{KINDS[type(page)].folder}/{pages.slug(page.number)}"
    return f"{name}/{_INDEX}" if isinstance(page, ManualPage) else f"{name}.md"


def _chapter_names(chapters: Sequence[ChapterPage], paths: Paths) -> list[str]:
    """Return file names that sort as the chapters stand: those they were loaded from, or numbered anew."""
    names = [PurePosixPath(_loaded_from(page, paths)).name for page in chapters]
    if all(names) and all(one < other for one, other in pairwise(names)):
        return names
    stems = [
        re.sub(r"^[\d-]*", "", name) or f"{pages.slug(page.number)}.md"
        for name, page in zip(names, chapters, strict=True)
    ]
    return [f"{place:02d}-{stem}" for place, stem in enumerate(stems, start=1)]
