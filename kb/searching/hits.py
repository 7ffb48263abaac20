"""Documents found, as they are shown: with the passage the words stand in, and the address of its block."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import translation

from kb.models import Block, ControlledPage, ManualPage, ProductModel
from kb.prose import plain
from kb.search.passages import Segment, Sought, passage
from kb.searching.find import Row
from people.models import Person

#: Characters of a title and of a passage that are shown; Chinese says more in fewer.
TITLE, PASSAGE, PASSAGE_IN_CHINESE = 120, 180, 100
#: Blocks of a page that are looked at closely.
_TRIED = 3
#: What of a page is read to show it.
_SHOWN = ("title", "number", "language", "summary", "live", "path", "content_type")


@dataclass
class Hit:
    """A document found: where it leads, and what of it the query asked for."""

    page: ControlledPage
    kind: str
    url: str
    title: list[Segment] = field(default_factory=list)
    passage: list[Segment] = field(default_factory=list)
    tongue: str = ""  # the language of the passage
    manual: str = ""  # the manual that a chapter belongs to
    models: Sequence[ProductModel] = ()

    @property
    def kind_name(self) -> str:
        """What kind of document it is, in words."""
        return str(self.page.specific_class._meta.verbose_name)


def hits(
    rows: Sequence[Row],
    *,
    sought: Sought,
    person: Person,
    language: str = "",
) -> dict[Row, Hit]:
    """Return what is shown for these rows, in four queries; nothing for one that is gone meanwhile.

    With a ``language``, each leads to its text in that language, whichever the reader's is.
    """
    keys = {pk for row in rows for pk in (row.found, row.shown)}
    pages = {page.pk: page for page in ControlledPage.objects.filter(pk__in=keys).with_version().only(*_SHOWN)}
    blocks = _blocks(pages)
    manuals, models = _manuals(pages.values(), person), _models(row.shown for row in rows)
    return {
        row: _hit(row, pages, blocks, manuals, sought, language, models)
        for row in rows
        if row.found in pages and row.shown in pages
    }


def _hit(
    row: Row,
    pages: Mapping[int, ControlledPage],
    blocks: Mapping[int, list[tuple[str, str, str]]],
    manuals: Mapping[str, str],
    sought: Sought,
    language: str,
    models: Mapping[int, list[ProductModel]],
) -> Hit:
    page, source = pages[row.shown], pages[row.found]
    source, said, anchor = _said(page, source, blocks, sought)
    return Hit(
        page,
        row.kind,
        _address(page, language) + anchor,
        passage(page.title, sought, TITLE),
        said,
        source.language,
        manuals.get(page.path[: -ControlledPage.steplen], ""),
        models.get(page.pk, ()),
    )


def _said(
    page: ControlledPage, source: ControlledPage, blocks: Mapping[int, list[tuple[str, str, str]]], sought: Sought
) -> tuple[ControlledPage, list[Segment], str]:
    """Return the best passage and the page it is from: the one shown unless only the one found says anything of it."""
    for said_by in (page, source):
        said, anchor = _passage(said_by, blocks.get(said_by.pk, []), sought)
        if any(is_match for _text, is_match in said):
            return said_by, said, anchor
    return page, *_passage(page, [], sought)


def _address(page: ControlledPage, language: str) -> str:
    if not language:
        return page.get_absolute_url()
    with translation.override(language):
        return page.get_absolute_url()


def _passage(page: ControlledPage, blocks: Sequence[tuple[str, str, str]], sought: Sought) -> tuple[list[Segment], str]:
    """Return the best passage, and the anchor of its block: of the summary, unless a block says more."""
    length = PASSAGE_IN_CHINESE if page.language.startswith("zh") else PASSAGE
    guesses = sorted(((sought.guess(f"{heading}\n{text}"), -at) for at, (_id, heading, text) in enumerate(blocks)))
    least = sought.guess(page.summary)
    for block_id, heading, text in (blocks[-at] for guess, at in guesses[: -_TRIED - 1 : -1] if guess > least):
        said = passage(f"{heading} · {plain(text)}" if text and heading else plain(text) or heading, sought, length)
        if any(is_match for _text, is_match in said):
            return said, f"#{block_id}"
    return passage(page.summary, sought, length), ""


def _blocks(pages: Iterable[int]) -> dict[int, list[tuple[str, str, str]]]:
    """Return the id, the heading and the text of each block of these pages."""
    blocks: dict[int, list[tuple[str, str, str]]] = {}
    rows = Block.objects.filter(page__in=pages).order_by("position")
    for page, *block in rows.values_list("page_id", "block_id", "heading", "text"):
        blocks.setdefault(page, []).append(tuple(block))
    return blocks


def _models(pages: Iterable[int]) -> dict[int, list[ProductModel]]:
    """Return the products that each of these pages applies to."""
    models: dict[int, list[ProductModel]] = {}
    through = ControlledPage.product_models.through.objects.filter(controlledpage__in=list(pages))
    for link in through.select_related("productmodel").order_by("productmodel__name"):
        models.setdefault(link.controlledpage_id, []).append(link.productmodel)
    return models


def _manuals(pages: Iterable[ControlledPage], person: Person) -> dict[str, str]:
    """Return the place in the tree and the title of the manuals these pages are chapters of, as far as he may read."""
    above = [page.path[: -page.steplen] for page in pages if page.specific_class.kind == "chapter"]
    if not above:
        return {}
    return dict(ManualPage.objects.visible_to(person).filter(path__in=above).values_list("path", "title"))
