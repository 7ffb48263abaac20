"""From a model instance to the document that is written to the index."""

import datetime
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from modelsearch.backends.base import get_model_root
from modelsearch.index import AutocompleteField, BaseField, FilterField, RelatedFields, SearchField

from ..analysis import prefix_terms, terms
from ..characters import normalise
from ..spelling import words_of
from .schema import BODY, HEADINGS, TITLE, Tally

#: A value as it is kept to filter by: numbers and truths as they are, everything else as text that sorts.
Scalar = bool | int | float | str | None


@dataclass(frozen=True)
class Document:
    """What the writer is given for one object; the bytes are as in :data:`.schema.SCHEMA`."""

    key: str
    terms: dict[str, bytes]
    prefixes: dict[str, bytes]
    words: dict[str, bytes]
    head: bytes
    row: bytes
    texts: bytes


class Draft:
    """A document in the making, field by field.

    ``slot`` gives the bit number of a field's name (see :data:`~kb.search.backend.schema.POSTING`).
    """

    def __init__(self, label: str, key: str, slot: Callable[[str], int]) -> None:
        """Begin the document of the object ``key`` of the model ``label`` ("app.model")."""
        self._label, self._key, self._slot = label, key, slot
        self._searched, self._completed, self._spelt = Tally(), Tally(), Tally()
        self._texts: list[tuple[str, str]] = []
        self._row: dict[str, Any] = {}

    def search(self, name: str, text: str, zone: int) -> None:
        """Add a text to be found by its words."""
        self._searched.add(terms(text, single=zone != BODY), zone, self._slot(name))
        if zone != BODY:
            self._spelt.add(words_of(text), zone, self._slot(name))
        self._texts.append((name, normalise(text)))

    def complete(self, name: str, text: str, zone: int) -> None:
        """Add a text to be found by the beginnings of its words."""
        self._completed.add(prefix_terms(text), zone, self._slot(name))

    def keep(self, name: str, value: Any, *, many: bool = False) -> None:
        """Add a value to filter by; ``many`` when the field may be kept more than once."""
        if isinstance(value, (models.Manager, models.QuerySet)):
            value = list(value.values_list("pk", flat=True))
        if isinstance(value, (list, tuple, set)):
            self._row.setdefault(name, []).extend(as_scalar(item) for item in value)
        elif many:
            self._row.setdefault(name, []).append(as_scalar(value))
        else:
            self._row[name] = as_scalar(value)

    def finished(self) -> Document:
        """Return the document."""
        return Document(
            key=self._key,
            terms=self._searched.packed(),
            prefixes=self._completed.packed(),
            words=self._spelt.packed(),
            head="\t".join([self._label, self._key, *map(str, self._searched.lengths())]).encode(),
            row=json.dumps(self._row, ensure_ascii=False).encode(),
            texts=zlib.compress(json.dumps(self._texts, ensure_ascii=False).encode(), 1),
        )


def document(obj: models.Model, slot: Callable[[str], int]) -> Document:
    """Return the document of ``obj``, an instance of an indexed model; ``slot`` as in :class:`Draft`."""
    draft = Draft(obj._meta.label_lower, str(obj.pk), slot)
    for path, field, owner in _walk(obj, type(obj).get_search_fields()):
        value = field.get_value(owner)
        name = "__".join([*(step.field_name for step in path), field.field_name])
        if isinstance(field, FilterField):
            draft.keep(column_name([*path, field], type(obj)), value, many=bool(path))
        elif isinstance(field, AutocompleteField):
            draft.complete(name, as_text(value), zone_of(name, None))
        elif isinstance(field, SearchField):
            draft.search(name, as_text(value), zone_of(name, field.boost))
    return draft.finished()


def zone_of(name: str, boost: float | None) -> int:
    """Return the zone of a search field: "title" or a boost of 4 is title, of 2 headings, the rest body."""
    if name == "title" or (boost or 1) >= 4:
        return TITLE
    return HEADINGS if (boost or 1) >= 2 else BODY


def column_name(path: list[BaseField | RelatedFields], model: type[models.Model]) -> str:
    """Return the name under which the values of a FilterField are kept.

    ``path`` is the RelatedFields that lead to it and the field itself. A field that a descendant of the root
    model defines carries that model's label, for two descendants may define one name differently.
    """
    owner = path[0].get_definition_model(model)
    prefix = "" if owner in (None, get_model_root(model)) else f"{owner._meta.label_lower}."
    *relations, field = path
    for relation in relations:
        model = relation.get_field(model).related_model
    return prefix + "__".join([*(relation.field_name for relation in relations), field.get_attname(model)])


def as_scalar(value: Any) -> Scalar:
    """Return ``value`` as it is kept and compared: times as ISO 8601 in UTC, where text order is time order."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return float(value)
        case models.Model():
            return as_scalar(value.pk)
        case datetime.datetime():
            return _utc(value).isoformat(timespec="microseconds")
        case datetime.time():
            return value.isoformat(timespec="microseconds")
        case datetime.timedelta():
            return value.total_seconds()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def as_text(value: Any) -> str:
    """Return what is searched of a field's value; lists and mappings give their members."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return as_text(list(value.values()))
    if isinstance(value, (list, tuple, set)):
        return "\n".join(as_text(item) for item in value)
    return str(value)


def _utc(value: datetime.datetime) -> datetime.datetime:
    return value.astimezone(datetime.UTC) if timezone.is_aware(value) else value.replace(tzinfo=datetime.UTC)


def _walk(
    obj: models.Model,
    search_fields: Iterable[BaseField | RelatedFields],
    path: tuple[RelatedFields, ...] = (),
) -> Iterator[tuple[tuple[RelatedFields, ...], BaseField, models.Model]]:
    """Yield every field with the relations that lead to it and the instance that holds it."""
    for field in search_fields:
        if isinstance(field, RelatedFields):
            for related in _instances(field.get_value(obj)):
                yield from _walk(related, field.fields, (*path, field))
        else:
            yield path, field, obj


def _instances(value: Any) -> Iterable[models.Model]:
    if value is None:
        return []
    return value.all() if isinstance(value, (models.Manager, models.QuerySet)) else [value]
