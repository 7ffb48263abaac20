"""From ranked documents to objects: whatever the index says, the queryset has the last word."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Model, QuerySet
from modelsearch.backends.base import BaseSearchResults, FilterFieldError

from .compiler import QueryCompiler, Ranking, python_value
from .queue import flush_mine

#: Keys in one query, below every database's limit on parameters.
_CHUNK = 5000
#: How many more documents than were asked for are checked at once, in case some are not there.
_SPARE = 20


class Hits:
    """The ranking of one search, checked against the queryset as far as it is asked for.

    A document whose object the queryset does not have (deleted, unpublished, made private since) is passed
    over, so it shows neither in results nor in counts.
    """

    def __init__(self, queryset: QuerySet, ranking: Ranking) -> None:
        self._queryset, self.ranking = queryset, ranking
        self._checked = 0
        self._there: list[int] = []

    def first(self, wanted: int | None) -> list[int]:
        """Return the first ``wanted`` document numbers whose object is there, all of them for None."""
        every = len(self.ranking)
        while self._checked < every and (wanted is None or len(self._there) < wanted):
            upto = every if wanted is None else min(every, max(self._checked, wanted) + _SPARE)
            numbers = self.ranking.first(upto)[self._checked :].tolist()
            there = {str(pk) for pk in self._pks(numbers)}
            self._there += [number for number in numbers if self.key(number) in there]
            self._checked = upto
        return self._there[:wanted]

    def ordered(self) -> list[str]:
        """Return the keys of all objects that are there in the queryset's order, newest first without one."""
        queryset = self._queryset if self._queryset.ordered else self._queryset.order_by("-pk")
        if len(self.ranking) <= _CHUNK:
            queryset = queryset.filter(pk__in=[self.key(number) for number in self.ranking.first(_CHUNK).tolist()])
            found = map(str, queryset.values_list("pk", flat=True))
        else:
            there = {self.key(number) for number in self.ranking.first(len(self.ranking)).tolist()}
            found = (key for pk in queryset.values_list("pk", flat=True) if (key := str(pk)) in there)
        return list(dict.fromkeys(found))

    def objects(self, keys: Sequence[str]) -> Iterator[Model]:
        """Yield the objects with these keys, in this order."""
        found = {str(obj.pk): obj for chunk in _chunks(keys) for obj in self._queryset.filter(pk__in=chunk)}
        return (found[key] for key in keys if key in found)

    def key(self, number: int) -> str:
        """Return the primary key of a document as text."""
        return self.ranking.snapshot.key(number)

    def _pks(self, numbers: Sequence[int]) -> Iterable[Any]:
        for chunk in _chunks([self.key(number) for number in numbers]):
            yield from self._queryset.order_by().filter(pk__in=chunk).values_list("pk", flat=True)


class SearchResults(BaseSearchResults):
    """Results as modelsearch hands them out: lazy, sliceable, countable."""

    query_compiler: QueryCompiler
    supports_facet = True

    def facet(self, field_name: str) -> OrderedDict[Any, int]:
        """Return value -> number of results, most frequent first; None stands for no value.

        Raises FilterFieldError when the model has no such FilterField.
        """
        model = self.query_compiler.queryset.model
        fields = model.get_filterable_search_fields()
        field = next((f for f in fields if field_name in (f.field_name, f.get_attname(model))), None)
        if field is None:
            raise FilterFieldError(
                f'Cannot facet search results with field "{field_name}". Please add '
                f"index.FilterField('{field_name}') to {model.__name__}.search_fields.",
                field_name=field_name,
            )
        snapshot = self._hits.ranking.snapshot
        within = np.zeros(snapshot.size, dtype=bool)
        within[self._hits.first(None)] = True
        counted = snapshot.counts(self.query_compiler.column(field), within).most_common()
        return OrderedDict((python_value(field, model, value), number) for value, number in counted)

    def _do_search(self) -> Iterable[Model]:
        if not self.query_compiler.order_by_relevance:
            return self._hits.objects(self._hits.ordered()[self.start : self.stop])
        numbers = self._hits.first(self.stop)[self.start :]
        objects = self._hits.objects([self._hits.key(number) for number in numbers])
        return self._scored(objects, numbers) if self._score_field else objects

    def _do_count(self) -> int:
        return len(self._hits.first(self.stop)[self.start :])

    def _scored(self, objects: Iterable[Model], numbers: Sequence[int]) -> Iterator[Model]:
        scores = self._hits.ranking.scores(numbers)
        of_key = {self._hits.key(number): score for number, score in zip(numbers, scores, strict=True)}
        for obj in objects:
            setattr(obj, self._score_field, of_key[str(obj.pk)])
            yield obj

    @cached_property
    def _hits(self) -> Hits:
        """The search itself, shared with every slice of it."""
        compiler = self.query_compiler
        if "hits" not in compiler.__dict__:
            store = self.backend.store_for(compiler.queryset.model)
            flush_mine(store)
            snapshot = store.snapshot()
            compiler.hits = Hits(compiler.queryset, Ranking(snapshot, compiler.matched(snapshot)))
        return compiler.hits


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[at : at + _CHUNK] for at in range(0, len(keys), _CHUNK))
