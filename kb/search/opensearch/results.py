"""From what the server answers to objects: whatever the index says, the queryset has the last word."""

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db.models import QuerySet
from modelsearch.backends.opensearch3 import OpenSearch3SearchResults
from opensearchpy.exceptions import TransportError

from ..backend.asked import Asked
from ..backend.columns import Column
from ..backend.compiler import python_value
from ..backend.documents import Scalar
from ..backend.found import Found

logger = logging.getLogger(__name__)

#: The best documents of a search that are narrowed and counted; the server counts beyond, we do not.
MOST_FOUND = 2000
#: Values of one facet.
_MOST_VALUES = 1000


class SearchResults(Asked, OpenSearch3SearchResults):
    """Results as modelsearch hands them out: objects that are not in the queryset (any more) are passed over.

    Counts and facets are the server's, which lags behind by a second or by what waits in the outbox. A server that
    does not answer leaves nothing found and a line in the log.
    """

    def facet(self, field_name: str) -> OrderedDict[Any, int]:
        """Return value -> number of results, most frequent first; None stands for no value.

        Raises FilterFieldError when the model has no such FilterField.
        """
        model, field = self.query_compiler.queryset.model, self._field(field_name)
        column = self.query_compiler.mapping.get_field_column_name(field)
        counted = {
            "values": {"terms": {"field": column, "size": _MOST_VALUES}},
            "none": {"missing": {"field": column}},
        }
        body = self._get_es_body(for_count=True) | {"aggregations": counted}
        answer = self._backend_do_search(body, index=self._index, size=0).get("aggregations", {})
        buckets = answer.get("values", {}).get("buckets", [])
        found = [(python_value(field, model, _value(each)), each["doc_count"]) for each in buckets]
        if without := answer.get("none", {}).get("doc_count"):
            found.append((None, without))
        return OrderedDict(sorted(found, key=lambda pair: -pair[1]))

    def found(self, among: QuerySet | None = None, floor: float = 0.0) -> Found:
        """Return the best documents as arrays, to be narrowed, counted and cut without searching again.

        The database is asked once which objects are there: of ``among`` instead of the queryset that was searched
        when that is given. What scores less than ``floor`` of the best is passed over.
        """
        hits = self._hits(among if among is not None else self.query_compiler.queryset, floor)
        cells = {name: [hit["fields"].get(column, []) for hit in hits] for name, column in self._columns.items()}
        scores = np.array([hit["_score"] for hit in hits], dtype=np.float32)
        keys = {number: _key(hit) for number, hit in enumerate(hits)}

        def columns(name: str) -> list[tuple[int, Column]]:
            return [(0, Column([_cell(values) for values in cells[self._field(name).field_name]]))]

        return Found(np.ones(len(hits), dtype=bool), scores, columns, keys)

    def _hits(self, among: QuerySet, floor: float) -> list[Mapping[str, Any]]:
        body = self._get_es_body() | {"docvalue_fields": list(self._columns.values()), "track_scores": True}
        answer = self._backend_do_search(
            body, index=self._index, size=MOST_FOUND, _source=False, **{self.fields_param_name: "pk"}
        )
        hits = answer["hits"]["hits"]
        least = floor * max((hit["_score"] for hit in hits), default=0)
        keys = [_key(hit) for hit in hits]
        there = {str(pk) for pk in among.order_by().filter(pk__in=keys).values_list("pk", flat=True)}
        return [hit for hit in hits if hit["_score"] >= least and _key(hit) in there]

    def _get_es_body(self, for_count: bool = False) -> dict[str, Any]:
        self.query_compiler.lexicon = self.backend.lexicon
        return super()._get_es_body(for_count)

    def _backend_do_search(self, body: dict[str, Any], **options: Any) -> Mapping[str, Any]:
        try:
            return super()._backend_do_search(body, **options)
        except TransportError:
            logger.exception("Could not search %s", options.get("index"))
            return {"hits": {"hits": []}}

    def _do_count(self) -> int:
        try:
            return super()._do_count()
        except TransportError:
            logger.exception("Could not count in %s", self._index)
            return 0

    @property
    def _index(self) -> str:
        return self.backend.get_index_for_model(self.query_compiler.queryset.model).name

    @property
    def _columns(self) -> dict[str, str]:
        """FilterField name -> field of the server."""
        mapping = self.query_compiler.mapping
        fields = self.query_compiler.queryset.model.get_filterable_search_fields()
        return {field.field_name: mapping.get_field_column_name(field) for field in fields}


def _value(bucket: Mapping[str, Any]) -> Scalar:
    """Return the value of a bucket: a time as text, which the server counts in milliseconds, the rest as it is."""
    text = bucket.get("key_as_string", "")
    return bucket["key"] if text in ("", "true", "false") else text.removesuffix("T00:00:00.000Z")


def _key(hit: Mapping[str, Any]) -> str:
    return str(hit["fields"]["pk"][0])


def _cell(values: Sequence[Scalar]) -> Scalar | list[Scalar]:
    """Return the values of one document as a column takes them."""
    return list(values) if len(values) > 1 else next(iter(values), None)
