"""Everything a person may see that answers a query: narrowed, one hit a document, his language first."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Q
from modelsearch.backends import get_search_backend

from kb import editions
from kb.models import ControlledPage
from kb.models.control import ControlledQuerySet
from kb.search.backend import Typed
from kb.search.backend.documents import Scalar
from kb.search.backend.found import Found
from kb.searching.facets import Narrowing, sifted
from people.models import Person

#: What scores less than this share of the best says too little of what was asked.
FLOOR = 0.15


class Row(NamedTuple):
    """A document that was found: the page the words stand in, and the page that is shown for it."""

    found: int
    shown: int
    kind: str
    is_own: bool  # there is a text in the reader's language


@dataclass(frozen=True)
class Outcome:
    """What a search found: those of the reader's language first, then those there are in another one alone."""

    rows: Sequence[Row] = ()
    counts: Mapping[str, Counter[Scalar]] = field(default_factory=dict)
    synonyms: Sequence[tuple[str, ...]] = ()  # as it was typed, then the other wordings
    results: Any = None

    @property
    def suggestion(self) -> str:
        """The query as it should perhaps have been, "" when it is right; it is worked out when somebody asks."""
        return getattr(self.results, "suggestion", "")


def find(
    *,
    text: str,
    person: Person,
    language: str,
    narrowing: Narrowing | None = None,
    with_withdrawn_on: datetime.date | None = None,
    is_as_typed: bool = False,
) -> Outcome:
    """Return the documents in force that this person may read and that answer the query, slips in it put right.

    Those withdrawn by a day are among them where that is asked, by somebody who reads what was withdrawn.
    """
    narrowing = narrowing or Narrowing()
    searched = among = ControlledPage.objects.visible_to(person)
    if with_withdrawn_on and person.has_perm("kb.read_withdrawn"):
        searched = ControlledPage.objects.open_to(person)
        among = _with_withdrawn(person, with_withdrawn_on)
    results = searched.search(text if is_as_typed else Typed(text, operator="or"))
    if not hasattr(results, "found"):  # nothing was asked
        return Outcome()
    found = results.found(among, FLOOR)
    left = sifted(found, narrowing.values, language)
    return Outcome(
        _rows(found, left.numbers, among, language, narrowing.language),
        left.counts,
        getattr(results, "synonyms", ()),
        results if searched is among else None,  # words of drafts are nothing to suggest
    )


def is_whole() -> bool:
    """Say whether the search has every document; it has not while an index that was lost is built anew."""
    index = get_search_backend().get_index_for_model(ControlledPage)
    return not (hasattr(index, "store") and index.store.opened().trouble)


def _with_withdrawn(person: Person, on: datetime.date) -> ControlledQuerySet:
    live = ControlledPage.objects.visible_to(person).order_by().values("pk")
    withdrawn = editions.visible_withdrawn(person, on).order_by().values("pk")
    return ControlledPage.objects.filter(Q(pk__in=live) | Q(pk__in=withdrawn))


def _rows(found: Found, numbers: Sequence[int], among: ControlledQuerySet, language: str, wanted: str) -> list[Row]:
    """Return the rows; a page in another language stands for the reader's own unless its language was asked for."""
    keys = [int(found.keys[number]) for number in numbers]
    kinds, languages = (found.single(name, numbers) for name in ("facet_kind", "language"))
    foreign = [at for at, said in enumerate(languages) if said != (wanted or language)]
    documents = found.single("number", [numbers[at] for at in foreign])
    twins = _twins(among, dict(zip((keys[at] for at in foreign), documents, strict=True)), language)
    is_foreign = {keys[at] for at in foreign} - twins.keys()
    rows = map(Row, keys, [twins.get(key, key) for key in keys], kinds, [key not in is_foreign for key in keys])
    return sorted(rows, key=lambda row: not row.is_own)


def _twins(among: ControlledQuerySet, foreign: Mapping[int, str], language: str) -> dict[int, int]:
    """Return page in another language -> page of the same document in this one, where there is one."""
    if not foreign:
        return {}
    numbers = list(foreign.values())[:5000]
    own = dict(among.filter(language=language, number__in=numbers).values_list("number", "pk"))
    return {page: own[number] for page, number in foreign.items() if number in own}
