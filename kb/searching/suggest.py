"""What somebody may mean who has begun to type: fault codes, documents, products."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kb.models import ControlledPage, FaultCode, ProductModel
from kb.search.analysis import fold_code
from kb.search.characters import normalise
from kb.search.pinyin import initials
from people.models import Person

#: Characters that must stand there, and those of which no more is read.
SHORTEST, LONGEST = 2, 60
#: At most so many codes and products: most people look for documents.
_CODES, _PRODUCTS = 3, 2
_LOOKED_AT = 24  # documents that are put in order
_RUN = re.compile("[\u4e00-\u9fff]{1,8}")


@dataclass(frozen=True)
class Suggestion:
    """Something to go to: its name, what kind of thing it is, its address; a number or a meaning beside it."""

    label: str
    kind: str
    url: str
    detail: str = ""
    language: str = ""


def suggestions(*, text: str, person: Person, language: str, limit: int = 8) -> list[Suggestion]:
    """Return at most ``limit`` things this person may see whose names begin so, in any spelling or in initials.

    A code comes first, then documents, those of his language before others, then products. A number of queries that
    depends on nothing.
    """
    text = text.strip()[:LONGEST]
    if len(text) < SHORTEST:
        return []
    codes, products = list(_codes(text)), list(_products(text))
    room = max(0, limit - len(codes) - len(products))
    return [*codes, *_documents(text, person, language)[:room], *products][:limit]


def _codes(text: str) -> Iterator[Suggestion]:
    folded = fold_code(text)
    if not folded or not folded.isascii():
        return
    rows = FaultCode.objects.filter(folded__startswith=folded).order_by("folded", "pk")
    seen = {row.folded: row for row in reversed(rows[: _CODES * 3])}  # the same code of several products is one page
    for row in sorted(seen.values(), key=lambda row: row.folded)[:_CODES]:
        yield Suggestion(row.code, _("fault code"), row.get_absolute_url(), row.label)


def _documents(text: str, person: Person, language: str) -> list[Suggestion]:
    found = list(ControlledPage.objects.visible_to(person).autocomplete(text)[:_LOOKED_AT])
    found.sort(key=lambda page: (page.language != language, not _begins(page.title, normalise(text))))
    first = {page.number: page for page in reversed(found)}  # of two languages the reader's own
    return [_document(page) for page in found if first[page.number] is page]


def _begins(title: str, text: str) -> bool:
    """Say whether a title begins so, in its letters or in its initials."""
    normal = normalise(title)
    run = _RUN.match(normal)
    return normal.startswith(text) or (run is not None and any(each.startswith(text) for each in initials(run[0])))


def _document(page: ControlledPage) -> Suggestion:
    kind = str(page.specific_class._meta.verbose_name)
    return Suggestion(page.title, kind, page.get_absolute_url(), page.number, page.language)


def _products(text: str) -> Iterator[Suggestion]:
    for model in ProductModel.objects.autocomplete(text)[:_PRODUCTS]:
        yield Suggestion(model.label, _("product"), model.get_absolute_url())
