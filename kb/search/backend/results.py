"""From ranked documents to objects: whatever the index says, the queryset has the last word."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Model, QuerySet
from modelsearch.backends.base import BaseSearchResults, get_model_root
from modelsearch.query import PlainText
from numpy.typing import NDArray

from ..analysis import words
from .asked import Asked
from .compiler import QueryCompiler, Ranking, python_value
from .found import Found
from .queue import seen
from .repair import notice
from .snapshot import EMPTY
from .store import Unreadable

#: Keys in one query, below every database's limit on parameters.
_CHUNK = 5000
#: How many more documents than were asked for are checked at once, in case some are not there.
_SPARE = 20
#: Keys from which on it is cheaper to read all that are there, where they are a good part of the index.
_MANY = 200


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
            there = {str(pk) for pk in _pks(self._queryset, [self.key(number) for number in numbers])}
            self._there += [number for number in numbers if self.key(number) in there]
            self._checked = upto
        return self._there[:wanted]

    def checked(self, queryset: QuerySet, floor: float) -> tuple[dict[int, str], NDArray[np.float32]]:
        """Return the documents with at least ``floor`` of the best score that ``queryset`` has, and all scores."""
        numbers, scores = self.ranking.reaching(floor)
        of_key = {self.key(number): number for number in numbers.tolist()}
        many = len(of_key) > _MANY and len(of_key) > self.ranking.snapshot.count / 4
        pks = queryset.order_by().values_list("pk", flat=True) if many else _pks(queryset, list(of_key))
        return {of_key[key]: key for key in map(str, pks) if key in of_key}, scores

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
        """Yield the objects with these keys, in this order; rows as a queryset of flat primary keys gives them."""
        found = {_key(row): row for chunk in _chunks(keys) for row in self._queryset.filter(pk__in=chunk)}
        return (found[key] for key in keys if key in found)

    def key(self, number: int) -> str:
        """Return the primary key of a document as text."""
        return self.ranking.snapshot.key(number)


class SearchResults(Asked, BaseSearchResults):
    """Results as modelsearch hands them out: lazy, sliceable, countable."""

    query_compiler: QueryCompiler
    supports_facet = True

    def facet(self, field_name: str) -> OrderedDict[Any, int]:
        """Return value -> number of results, most frequent first; None stands for no value.

        Raises FilterFieldError when the model has no such FilterField.
        """
        model, field = self.query_compiler.queryset.model, self._field(field_name)
        snapshot = self._hits.ranking.snapshot
        within = np.zeros(snapshot.size, dtype=bool)
        within[self._hits.first(None)] = True
        counted = snapshot.counts(self.query_compiler.column(field), within).most_common()
        return OrderedDict((python_value(field, model, value), number) for value, number in counted)

    @property
    def suggestion(self) -> str:
        """The query as it should perhaps have been, "" when it is right, cannot be put right, or is not plain text.

        What it puts in stands in a document that the queryset has: nobody learns words of what he may not see.
        """
        query = self.query_compiler.query
        if not isinstance(query, PlainText):
            return ""
        correction = self._hits.ranking.snapshot.correction(query.query_string)
        typed = set(words(query.query_string))
        put_in = " ".join(word.terms[0] for word in words(correction) if word.ways and word not in typed)
        queryset = self.query_compiler.queryset
        return correction if put_in and self.backend.search(put_in, queryset, operator="and")[:1] else ""

    def found(self, among: QuerySet | None = None, floor: float = 0.0) -> Found:
        """Return all documents as arrays, to be narrowed, counted and cut without searching again.

        The database is asked once which objects are there: of ``among`` instead of the queryset that was searched
        when that is given. What scores less than ``floor`` of the best is passed over.
        """
        hits, compiler = self._hits, self.query_compiler
        snapshot = hits.ranking.snapshot
        keys, scores = hits.checked(compiler.queryset if among is None else among, floor)
        mask = np.zeros(snapshot.size, dtype=bool)
        mask[list(keys)] = True
        return Found(mask, scores, lambda name: snapshot.columns(compiler.column(self._field(name))), keys)

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
            compiler.hits = Hits(compiler.queryset, self._ranking(compiler))
        return compiler.hits

    def _ranking(self, compiler: QueryCompiler) -> Ranking:
        """Search; an index that turns out to be damaged has nothing, and is repaired."""
        index = self.backend.get_index_for_model(compiler.queryset.model)
        snapshot, lexicon = seen(index), self.backend.lexicon
        try:
            with index.store.blamed():
                return Ranking(snapshot, compiler.matched(snapshot, lexicon))
        except Unreadable:
            notice(index)
            return Ranking(EMPTY, compiler.matched(EMPTY, lexicon))


def _pks(queryset: QuerySet, keys: Sequence[str]) -> Iterable[Any]:
    # The key of the root model, which a child has as a plain field: its own is a relation, three times as slow to ask.
    name = get_model_root(queryset.model)._meta.pk.name
    for chunk in _chunks(keys):
        yield from queryset.order_by().filter(**{f"{name}__in": chunk}).values_list(name, flat=True)


def _key(row: Any) -> str:
    """Return the primary key, as text, of an object, or of what values_list("pk", flat=True) gives for it."""
    return str(row.pk if isinstance(row, Model) else row)


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[at : at + _CHUNK] for at in range(0, len(keys), _CHUNK))
