"""What the screen shows for a search: groups of hits, facets, and what helps where nothing was found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from courses.models import Course
from kb.models import ControlledPage, ProductModel, Solution
from kb.models.pages import KINDS
from kb.notes.similar import similar
from kb.search.analysis import fold_query
from kb.search.passages import Sought
from kb.searching.find import Outcome, Row, find
from kb.searching.hits import Hit, hits
from kb.searching.lexicon import lexicon
from kb.searching.promote import promoted
from people.models import Person
from web.search.asked import Asked
from web.search.facets import facets

#: Hits of the kind that fits best, of each other kind, of another language, and on a page of one kind.
BEST, OTHERS, FOREIGN, A_PAGE = 5, 2, 3, 20
_BESIDE = 5  # courses, products, documents that may help


@dataclass
class Group:
    """Hits under one heading, and where the rest of them is."""

    key: str
    label: str | Promise
    total: int
    rows: Sequence[Row]
    url: str = ""
    hits: list[Hit] = field(default_factory=list)

    @property
    def is_mixed(self) -> bool:
        """Whether its hits are of several kinds, which must be told then."""
        return self.key == "other"


def found(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return what the screen shows."""
    person, here = request.user, get_language()
    query, outcome = _outcome(asked, person, here)
    first = promoted(text=asked.query, person=person, language=here) if asked.is_fresh else []
    is_first = {page.pk for page in first}
    page, groups = _groups(asked, [row for row in outcome.rows if row.shown not in is_first], query)
    groups.insert(0, Group("promoted", "", len(first), [_row(page) for page in first]))
    _fill(groups, Sought.of(query, lexicon()), person, asked.narrowing.language)
    beside = _beside(query, person) if not asked.narrowing.values else {}
    every = is_first | {row.shown for row in outcome.rows}
    count = len(every) + sum(len(beside.get(name, ())) for name in ("courses", "products"))
    return beside | _ways(asked, outcome, query) | {
        "asked": asked, "query": asked.query, "used": query, "count": count, "page_obj": page,
        "synonyms": _also(outcome, here),
        "promoted": groups[0].hits, "groups": groups[1:],
        "near": [] if count or asked.narrowing.values else _near(asked, person, here),
    }  # fmt: skip


def _also(outcome: Outcome, here: str) -> list[str]:
    """Return in which other words it was searched too: some of them, those of the reader's language first."""
    others = dict.fromkeys(word for written in outcome.synonyms for word in written[1:])
    return sorted(others, key=lambda word: word.isascii() != (here == "en"))[:_BESIDE]


def _ways(asked: Asked, outcome: Outcome, query: str) -> dict[str, Any]:
    """Return the facets, and the addresses of the same search asked otherwise."""
    model = asked.narrowing.model
    models = ProductModel.objects.in_bulk([pk for pk in outcome.counts.get("model", ()) if pk])
    models |= {model.pk: model} if model else {}
    shown = facets(asked, outcome, models, query)
    sieve = [facet for facet in shown if facet.name != "kind"]
    wide = dict.fromkeys(asked.narrowing.address, "")
    return {
        "facets": shown,
        "sieve": sieve,
        "chosen": [facet.chosen for facet in sieve if facet.chosen],
        "all_kinds_url": asked.address(query, kind=""),
        "as_typed_url": asked.address(all="1"),
        "withdrawn_url": asked.address(query, withdrawn="" if asked.with_withdrawn else "1"),
        "wide_url": asked.address(**wide),
    }


def _outcome(asked: Asked, person: Person, here: str) -> tuple[str, Outcome]:
    """Return what was searched, which is the query with its slips put right, and what was found."""
    day = timezone.localdate() if asked.with_withdrawn else None
    outcome = find(
        text=asked.query,
        person=person,
        language=here,
        narrowing=asked.narrowing,
        with_withdrawn_on=day,
        is_as_typed=asked.is_as_typed,
    )
    return ("" if asked.is_as_typed else outcome.suggestion) or asked.query, outcome


def _beside(query: str, person: Person) -> dict[str, Any]:
    products = list(ProductModel.objects.search(query)[:_BESIDE])
    return {
        "courses": list(Course.objects.visible_to(person).search(query)[:_BESIDE]),
        "products": products,
        "notes": _notes(query, person),
        "is_product": any(fold_query(query) in fold_query(f"{each.name} {each.name_en}") for each in products[:1]),
    }


def _notes(query: str, person: Person) -> list[Solution]:
    return [note for note in similar(person=person, text=query) if note.standing != Solution.State.ADOPTED]


def _groups(asked: Asked, rows: Sequence[Row], query: str) -> tuple[Any, list[Group]]:
    """Return the groups of hits: kind by kind, or of one kind a page; those there are in another language last."""
    page = None
    if "kind" in asked.narrowing.values:
        page = Paginator(rows, A_PAGE).get_page(asked.page)
        return page, [group for group in _of_one_kind(page, rows) if group.rows]
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.kind if row.is_own else "other", []).append(row)
    other = groups.pop("other", [])
    shown = [_of_kind(kind, of_kind, asked, query, at) for at, (kind, of_kind) in enumerate(groups.items())]
    return page, [*shown, *([Group("other", "", len(other), other[:FOREIGN])] if other else [])]


def _of_kind(kind: str, rows: Sequence[Row], asked: Asked, query: str, place: int) -> Group:
    best = rows[: OTHERS if place else BEST]
    url = asked.address(query, kind=kind) if len(rows) > len(best) else ""
    return Group(kind, KINDS[kind]._meta.verbose_name_plural, len(rows), best, url)


def _of_one_kind(page: Iterable[Row], rows: Sequence[Row]) -> list[Group]:
    shown = list(page)
    kind = next((row.kind for row in rows), "faq")
    own, other = ([row for row in shown if row.is_own is is_own] for is_own in (True, False))
    total = sum(row.is_own for row in rows)
    return [
        Group(kind, KINDS[kind]._meta.verbose_name_plural, total, own),
        Group("other", "", len(rows) - total, other),
    ]


def _row(page: ControlledPage) -> Row:
    kind = page.specific_class.kind
    return Row(page.pk, page.pk, kind, is_own=True)


def _fill(groups: Sequence[Group], sought: Sought, person: Person, language: str) -> None:
    """Give all groups their hits at once."""
    rows = [row for group in groups for row in group.rows]
    found = hits(rows, sought=sought, person=person, language=language)
    for group in groups:
        group.hits = [found[row] for row in group.rows if row in found]


def _near(asked: Asked, person: Person, here: str) -> list[ControlledPage]:
    """Return documents that may help where nothing was found: something in them begins as one of two words does."""
    longest = sorted(fold_query(asked.query).split(), key=len)[-2:]
    pages = ControlledPage.objects.visible_to(person).autocomplete(" ".join(longest), operator="or")
    found = sorted(pages[: _BESIDE * 2], key=lambda page: page.language != here)
    return list({page.number: page for page in reversed(found)}.values())[::-1][:_BESIDE]
