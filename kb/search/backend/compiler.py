"""From a queryset and a query to the documents that match, best first."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from modelsearch.backends.base import BaseSearchQueryCompiler
from modelsearch.index import BaseField, FilterField, RelatedFields
from modelsearch.utils import get_descendant_models
from numpy.typing import NDArray

from ..lexicon import EMPTY, Lexicon
from . import filters
from .documents import column_name
from .matching import Completion, Matched, Search
from .snapshot import Snapshot


class Ranking:
    """Document numbers by falling score, equal ones by number; sorted only as far as they are asked for."""

    def __init__(self, snapshot: Snapshot, matched: Matched) -> None:
        self.snapshot = snapshot
        self._numbers = np.flatnonzero(matched.mask)
        self._scores = matched.scores[self._numbers]

    def __len__(self) -> int:
        return len(self._numbers)

    def first(self, wanted: int) -> NDArray[np.intp]:
        """Return the first ``wanted`` document numbers, or all when there are fewer."""
        if wanted >= len(self):
            return self._numbers[np.argsort(-self._scores, kind="stable")]
        least = np.partition(self._scores, len(self) - wanted)[len(self) - wanted]
        kept = np.flatnonzero(self._scores >= least)
        return self._numbers[kept[np.argsort(-self._scores[kept], kind="stable")]][:wanted]

    def reaching(self, floor: float) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the documents with at least ``floor`` of the best score, and the scores of all documents."""
        scores = np.zeros(self.snapshot.size, dtype=np.float32)
        scores[self._numbers] = self._scores
        return self._numbers[self._scores >= floor * self._scores.max(initial=0)], scores

    def scores(self, numbers: Sequence[int]) -> list[float]:
        """Return the scores of documents of this ranking."""
        return [float(score) for score in self._scores[np.searchsorted(self._numbers, numbers)]]


class QueryCompiler(BaseSearchQueryCompiler):
    """Compiles full-text queries; words are joined by "or" unless the caller says otherwise."""

    DEFAULT_OPERATOR = "or"
    HANDLES_ORDER_BY_EXPRESSIONS = True
    search_class = Search

    def matched(self, snapshot: Snapshot, lexicon: Lexicon = EMPTY) -> Matched:
        """Return which documents pass the query, the model and the filters of the queryset, with scores."""
        mask, scores = self.search_class(snapshot, self.fields, lexicon).matched(self.query)
        for filter in self._filters:
            mask = mask & snapshot.mask(filter.test)
        return Matched(mask & snapshot.live, scores)

    def column(self, field: FilterField) -> str:
        """Return the name under which the values of a FilterField of the queryset's model are kept."""
        return column_name([field], self.queryset.model)

    @cached_property
    def _filters(self) -> list[filters.Filter]:
        models = get_descendant_models(self.queryset.model)
        tests = [
            filters.among(model._meta.label_lower for model in models),
            self._get_filters_from_queryset(),
        ]
        return [test for test in tests if test is not None]

    def _process_lookup(
        self, field_path: Sequence[BaseField | RelatedFields], lookup: str, value: Any
    ) -> filters.Filter | None:
        name = column_name(list(field_path), self.queryset.model)
        return filters.compiled(name, lookup, value, self.queryset._db)

    def _process_match_none(self) -> filters.Filter:
        return filters.NOTHING

    def _connect_filters(
        self, filters_: Sequence[filters.Filter], connector: str, negated: bool
    ) -> filters.Filter | None:
        return filters.connected(filters_, connector, negated=negated)


class AutocompleteQueryCompiler(QueryCompiler):
    """Compiles queries whose words may be unfinished; all of them have to begin a word of the object."""

    DEFAULT_OPERATOR = "and"
    search_class = Completion


def python_value(field: FilterField, model: type, value: Any) -> Any:
    """Return a kept value as the model's field has it in Python."""
    try:
        found = field.get_field(model)
    except FieldDoesNotExist:
        return value
    while getattr(found, "target_field", None) and found.is_relation:
        found = found.target_field
    return found.to_python(value) if isinstance(found, Field) and value is not None else value
