"""The filters of a queryset as tests on a segment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet, Subquery
from django.db.models.sql import Query
from django.db.models.sql.constants import MULTI
from modelsearch.backends.base import FilterError

from .columns import Column, Mask
from .documents import Scalar, as_scalar
from .segments import View

#: The place of a row in its tree. A move rewrites it in SQL for a whole branch, without a signal, so the index
#: may not know it; the database, which checks every result, decides these.
_TREE = {"path", "depth", "lft", "rgt", "tree_id"}


@dataclass(frozen=True)
class Filter:
    """Which documents of a segment pass; one that is not ``exact`` may pass too many, never too few."""

    test: Callable[[View], Mask]
    exact: bool = True


def compiled(name: str, lookup: str, value: Any, using: str | None) -> Filter | None:
    """Return the filter ``name``__``lookup`` = ``value``, None when the lookup is not one of ours.

    Raises FilterError for a value that is an expression over the database's own columns.
    """
    test = _LOOKUPS.get(lookup)
    if test is None:
        return None
    wanted = _resolved(value, lookup, using)
    return EVERYTHING if name in _TREE else Filter(lambda view: test(view.column(name), wanted), "__" not in name)


def among(labels: Iterable[str]) -> Filter:
    """Return the filter that passes documents of the models ``labels``."""
    wanted = list(labels)
    return Filter(lambda view: view.of_models(wanted))


NOTHING = Filter(lambda view: np.zeros(view.size, dtype=bool))
EVERYTHING = Filter(lambda view: np.ones(view.size, dtype=bool), exact=False)


def connected(filters: Sequence[Filter], connector: str, *, negated: bool) -> Filter | None:
    """Return ``filters`` joined by "AND" or "OR"; None when there is nothing to test.

    Raises FilterError for another connector.
    """
    if connector not in _CONNECTORS:
        raise FilterError(f"Could not apply filter on search results: {connector} is not supported.")
    if not filters:
        return None
    exact = all(filter.exact for filter in filters)
    if negated and not exact:
        return EVERYTHING
    combine = _CONNECTORS[connector]

    def test(view: View) -> Mask:
        mask = reduce(combine, (filter.test(view) for filter in filters))
        return ~mask if negated else mask

    return Filter(test, exact)


_CONNECTORS: dict[str, Callable[[Mask, Mask], Mask]] = {"AND": np.logical_and, "OR": np.logical_or}

_LOOKUPS: dict[str, Callable[[Column, Any], Mask]] = {
    "exact": lambda column, value: column.exact(value),
    "in": lambda column, value: column.among(value),
    "gt": lambda column, value: column.between(value, None, with_low=False),
    "gte": lambda column, value: column.between(value, None),
    "lt": lambda column, value: column.between(None, value, with_high=False),
    "lte": lambda column, value: column.between(None, value),
    "range": lambda column, value: column.between(*value),
    "isnull": lambda column, value: column.null() if value else ~column.null(),
    "startswith": lambda column, value: column.texts_that(lambda text: text.startswith(str(value))),
    "prefix": lambda column, value: column.texts_that(lambda text: text.startswith(str(value))),
    "contains": lambda column, value: column.texts_that(lambda text: str(value) in text),
    "iexact": lambda column, value: column.texts_that(lambda text: text.lower() == str(value).lower()),
    "istartswith": lambda column, value: column.texts_that(lambda text: text.lower().startswith(str(value).lower())),
    "icontains": lambda column, value: column.texts_that(lambda text: str(value).lower() in text.lower()),
}


def _resolved(value: Any, lookup: str, using: str | None) -> Scalar | list[Scalar]:
    if isinstance(value, QuerySet):
        value = value.query
    if isinstance(value, (Query, Subquery)):
        found = _selected(value.query if isinstance(value, Subquery) else value, using)
        return found if lookup == "in" else next(iter(found), None)
    if hasattr(value, "resolve_expression"):
        raise FilterError(f'Could not apply filter on search results: "{value}" is not a plain value.')
    if lookup in ("in", "range"):
        return [as_scalar(item) for item in value]
    return as_scalar(value)


def _selected(query: Query, using: str | None) -> list[Scalar]:
    chunks = query.get_compiler(using or DEFAULT_DB_ALIAS).execute_sql(result_type=MULTI)
    return [as_scalar(row[0]) for chunk in chunks or [] for row in chunk]
