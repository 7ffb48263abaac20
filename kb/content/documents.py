"""A controlled document of a file, in one language: checked, compared, published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.models import Page

from kb import diagnosis
from kb.content import pages, tree
from kb.content.kinds import KINDS, Kind
from kb.content.links import Links
from kb.content.names import CHINESE, Ended, Gone, Names
from kb.content.shapes import Draft, Part, Shape
from kb.content.sources import Mistake
from kb.content.streams import raw_stream
from kb.models import ControlledPage, FaultGuidePage, ProcedurePage

ACTS = ("prepared", "reviewed", "approved")
REFERRED = (ProcedurePage, FaultGuidePage)  # kinds that members of blocks name, and no other kind will do


def name_of(number: str, language: str) -> str:
    """Return the name of the piece."""
    return f"document/{number}" if language == CHINESE else f"document/{number}/{language}"


@dataclass
class DocumentPiece:
    """A document in one language."""

    draft: Draft
    kind: Kind
    language: str
    links: Links
    manual: str = ""  # of a chapter: the number of its manual
    before: Sequence[str] = ()  # of a chapter: the numbers of the chapters before it
    is_whole: bool = True  # everything in the file could be read
    position: int = 0

    @property
    def line(self) -> int:
        """Where its number stands."""
        return self.draft.line("number")

    @property
    def path(self) -> str:
        """The file."""
        return self.draft.path

    @property
    def number(self) -> str:
        """The document number."""
        return self.draft.members["number"]

    @property
    def name(self) -> str:
        """The number, and the language if it is not Chinese."""
        return name_of(self.number or self.path, self.language)

    def wanted(self) -> str:
        """Return the whole document as the file says it."""
        return pages.text_of(self.draft, self.kind)

    @cached_property
    def page(self) -> ControlledPage | None:
        """The page in the database."""
        return pages.find(self.number, self.language)

    def present(self) -> str | None:
        """Return the whole document as its page, or a draft of it, says it. Raises Ended where it was withdrawn."""
        if self.page is None:
            return None
        last = pages.last_edition(self.page)
        if last and last.is_withdrawal:
            raise Ended(
                _(
                    "Document %s was withdrawn here and stays so, whatever the file says and with --overwrite too. "
                    "What comes after it is a document with a number of its own."
                )
                % self.number
            )
        kind = KINDS[type(self.page)]
        return pages.text_of(pages.read(pages.latest(self.page)), kind) + ("" if last else "unpublished\n")

    @property
    def includes(self) -> set[str]:
        """The numbers of the fault guides that are walked inside it."""
        return {part.members["guide"] for part in self.draft.parts if part.kind == "include"}

    def check(self, names: Names) -> Iterator[Mistake]:
        """Yield what is wrong with its references, its sign-off and its graph."""
        yield from self._check_texts(names)
        if self.language == CHINESE:
            yield from self._check_references(names)
            yield from _check_head(self.draft)
            if self.kind.model is FaultGuidePage and self.is_whole:
                yield from _check_graph(self.draft)

    def _check_texts(self, names: Names) -> Iterator[Mistake]:
        for part in self.draft.parts:
            yield from self.links.check(part.text, self.path, part.text_line, names)

    def _check_references(self, names: Names) -> Iterator[Mistake]:
        shapes = self.kind.shapes
        yield from check_references(self.path, self.draft, shapes.head, names)
        for part in self.draft.parts:
            yield from check_references(self.path, part, shapes.blocks[part.kind], names)

    def save(self, names: Names) -> Sequence[Model]:
        """Take it over as the edition the file says it is; where it is that already, set the draft upon it aside."""
        chinese = pages.find(self.number, CHINESE) if self.language != CHINESE else None
        if self.language != CHINESE and chinese is None:
            raise Gone(names.unknown(ControlledPage, self.number))
        if self.page and type(self.page) is not self.kind.model:
            raise Gone(_("Document %s is of another kind here.") % self.number)
        page = pages.latest(self.page) if self.page else pages.new(self.kind, self.number, self.language, chinese)
        pages.write(page, self.draft, names)
        if self._is_signed():
            page.save_revision(clean=False)
        else:
            pages.publish(page, self.draft, *self._place(names))
        if self.language == CHINESE:
            names.settle(ControlledPage, self.number, page.pk)
            if self.kind.model in REFERRED:
                names.settle(self.kind.model, self.number, page.pk)
        return [page]

    def _is_signed(self) -> bool:
        """Say whether the last edition is what the file says: then all that differs is a draft upon it."""
        last = pages.last_edition(self.page) if self.page else None
        return last is not None and pages.text_of(pages.read(pages.as_signed(last)), self.kind) == self.wanted()

    def _place(self, names: Names) -> tuple[Page | None, Page | None]:
        """Return below which page a new one goes, and after which there; None and None where it stands already."""
        if self.page:
            return None, None
        if not self.manual:
            return tree.folder(self.kind.folder, self.language), None
        manual = pages.find(self.manual, self.language)
        if manual is None:
            raise Gone(_("The manual %s has no page in this language.") % self.manual)
        found = [pages.find(number, self.language) for number in self.before]
        return manual, next((page for page in reversed(found) if page), None)


def check_references(path: str, part: Draft | Part, shape: Shape, names: Names) -> Iterator[Mistake]:
    """Yield a mistake for everything the entries of a head or block name that does not exist."""
    for each in shape:
        value = part.members[each.key]
        lines = part.lines.get(each.key, [1])
        for place, item in enumerate(value if each.is_repeated else [value]):
            if item is not None:
                yield from names.mistakes(path, lines[min(place, len(lines) - 1)], each.value.refers(item))


def _check_head(draft: Draft) -> Iterator[Mistake]:
    changes, signatures = draft.members["change"], [draft.members[act] for act in ACTS]
    if changes and changes[-1].version != draft.members["version"]:
        names = {"last": changes[-1].version, "version": draft.members["version"]}
        sentence = _("version: the last change is %(last)s, not %(version)s.") % names
        yield Mistake(draft.path, draft.line("version"), sentence)
    people: set[str] = set()
    for act, signature in zip(ACTS, signatures, strict=True):
        if signature and signature[0] in people:
            sentence = _("%s: three different people must prepare, review and approve.") % act
            yield Mistake(draft.path, draft.line(act), sentence)
        people.add(signature[0] if signature else "")


def _check_graph(draft: Draft) -> Iterator[Mistake]:
    blocks = [(raw["id"], raw["type"], raw["value"]) for raw in raw_stream(draft.parts, lambda number: 0)]
    graph = diagnosis.graph(start=draft.members["start"], blocks=blocks)
    for problem in diagnosis.errors(graph):
        yield Mistake(draft.path, _line_of(problem, draft), str(problem))


_KEYS = {"choices": "choice", "ranges": "range"}


def _line_of(problem: diagnosis.Problem, draft: Draft) -> int:
    """Return the line a problem comes from: that of the entry which is to blame, else that of the node."""
    for part in draft.parts:
        if part.id == problem.node:
            lines = part.lines.get(_KEYS.get(problem.field, problem.field), [])
            return lines[problem.place] if problem.place < len(lines) else part.line
    return draft.line("start")
