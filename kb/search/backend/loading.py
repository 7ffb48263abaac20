"""From noted changes to the objects as the database has them now."""

from collections.abc import Iterator, Sequence

from django.apps import apps
from django.db import models

from .outbox import Change

#: Objects that are read at once.
_CHUNK = 500


def load(changes: Sequence[Change], using: str) -> tuple[list[models.Model], list[str]]:
    """Return the objects to index and the keys of those that are not there any more.

    The last change of a key says which model it is of. An object that its model does not list among
    get_indexed_objects() is not there.
    """
    last = {change.key: change.label for change in changes}
    wanted: dict[str, list[str]] = {}
    for key, label in last.items():
        if _exists(label):
            wanted.setdefault(label, []).append(key)
    found = [obj for label, keys in wanted.items() for obj in _objects(label, keys, using)]
    there = {str(obj.pk) for obj in found}
    return found, [key for key in last if key not in there]


def _exists(label: str) -> bool:
    try:
        return bool(apps.get_model(label))
    except LookupError:
        return False


def _objects(label: str, keys: Sequence[str], using: str) -> Iterator[models.Model]:
    indexed = apps.get_model(label).get_indexed_objects().using(using)
    for at in range(0, len(keys), _CHUNK):
        yield from indexed.filter(pk__in=keys[at : at + _CHUNK])
