"""The outbox of one index: what has changed in the database and is not in the index of a node yet.

An entry says which object changed, never how: whoever takes it reads the object as it is by then, so an entry may
be taken twice or out of order. It is written in the transaction that makes the change, once for each node, and
deleted when the node has indexed the object. While a rebuild runs, it is kept for the new index instead.
"""

import contextlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import DatabaseError, connections, models, router, transaction
from django.db.models import QuerySet
from modelsearch.index import class_is_indexed

from ..models import OutboxEntry

logger = logging.getLogger(__name__)

#: Entries that are read, indexed and deleted at once.
BATCH = 1000
#: What follows the name of a node in entries that its present index has and the one being built needs.
KEPT = "+rebuild"

#: Databases that have been seen to have the table; a migration may save objects before it is made.
_known: set[str] = set()


class Change(NamedTuple):
    """That the object with this primary key, as text, of this model ("app.model") was saved or deleted."""

    label: str
    key: str


@dataclass(frozen=True)
class Outbox:
    """The entries of the index of one root model, "app.model", for this node and the others."""

    index: str
    node: str
    nodes: tuple[str, ...]

    def put(self, changes: Sequence[Change], using: str) -> None:
        """Write entries for all nodes in one statement; a database that cannot take them fails no save."""
        entries = [
            OutboxEntry(node=node, index=self.index, label=change.label, key=change.key)
            for node in self.nodes
            for change in changes
        ]
        try:
            with _guarded(using):
                OutboxEntry.objects.using(using).bulk_create(entries, batch_size=BATCH)
        except DatabaseError:
            logger.exception("Could not note for the search index: %s", changes[:5])

    def waiting(self, using: str) -> dict[int, Change]:
        """Return the oldest changes that this node has to index, one batch, by the number of their entries."""
        return _changes(OutboxEntry.objects.using(using).filter(node=self.node, index=self.index)[:BATCH])

    def every(self, using: str) -> dict[int, Change]:
        """Return all changes noted for this node, those kept for a rebuild too."""
        return _changes(self._every(using))

    def keep(self, entries: Sequence[int], using: str) -> None:
        """Have ``entries``, which are indexed, wait for the end of the rebuild."""
        _numbered(entries, using).update(node=self.node + KEPT)

    def delete(self, entries: Sequence[int], using: str) -> None:
        """Forget ``entries``: they are indexed."""
        for at in range(0, len(entries), BATCH):
            _numbered(entries[at : at + BATCH], using).delete()

    def clear(self, using: str) -> None:
        """Forget all entries of this node."""
        self._every(using).delete()

    def _every(self, using: str) -> QuerySet[OutboxEntry]:
        return OutboxEntry.objects.using(using).filter(node__in=[self.node, self.node + KEPT], index=self.index)


def changes_of(items: Iterable[models.Model]) -> dict[str, list[Change]]:
    """Return what changes with ``items``, by the database each is written to, without those that are not indexed."""
    changes: dict[str, list[Change]] = {}
    for item in items:
        if class_is_indexed(type(item)):
            using = router.db_for_write(type(item), instance=item)
            changes.setdefault(using, []).append(Change(item._meta.label_lower, str(item.pk)))
    return changes


def aliases() -> list[str]:
    """Return the databases that have an outbox."""
    return [alias for alias in connections if router.allow_migrate_model(alias, OutboxEntry)]


def _numbered(entries: Sequence[int], using: str) -> QuerySet[OutboxEntry]:
    return OutboxEntry.objects.using(using).filter(pk__in=entries)


def _changes(entries: QuerySet[OutboxEntry]) -> dict[int, Change]:
    return {entry.pk: Change(entry.label, entry.key) for entry in entries}


@contextlib.contextmanager
def _guarded(using: str) -> Iterator[None]:
    """Keep a missing table from spoiling the caller's transaction; once it is known to be there, for free."""
    if using in _known or not connections[using].in_atomic_block:
        yield
    else:
        with transaction.atomic(using=using):
            yield
    _known.add(using)
