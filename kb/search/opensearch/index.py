"""The index of one root model on the server: an alias, behind which a rebuild exchanges the index.

A change is noted in the outbox in its transaction and sent when that commits; what the server did not take waits for
the next one who sends, or for ``manage.py drain_search``. Whoever sends draws a number first and reads the objects
then, and a document carries that number: what arrives late finds a higher one there and is refused.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connections, models, transaction
from django.utils.crypto import get_random_string
from modelsearch.backends.opensearch3 import OpenSearch3Index
from modelsearch.index import class_is_indexed
from opensearchpy.exceptions import OpenSearchException
from opensearchpy.helpers import streaming_bulk

from ..backend.loading import load
from ..backend.outbox import Change, Outbox, aliases, changes_of
from ..backend.repair import models_of
from ..models import OutboxEntry
from .compiler import combined
from .mapping import ZONE_FIELDS

if TYPE_CHECKING:
    from . import OpenSearchBackend

logger = logging.getLogger(__name__)

#: The number of what a rebuild writes: anything that was sent meanwhile is newer, or as new.
_BUILT = 0
#: Bytes of one request, less than any server refuses, and seconds that a rebuild waits for one.
_MOST_BYTES, _PATIENCE = 8_000_000, 60.0

Action = dict[str, Any]


class NotTaken(Exception):
    """The server answered, and could not take all that was sent."""


class Later:
    """Sends what a transaction has changed when it commits: once, however often it was registered."""

    def __init__(self, index: "Index", using: str, done: list[bool]) -> None:
        self.index, self.using, self.done = index, using, done

    def __call__(self) -> None:
        """Send everything committed; whatever is in the way, it stays noted."""
        if not self.done:
            self.done.append(True)
            self.index.take(self.using)


class Index(OpenSearch3Index):
    """The index of a root model and all its descendants."""

    def __init__(self, backend: "OpenSearchBackend", name: str, outbox: Outbox) -> None:
        super().__init__(backend, name)
        self.outbox = outbox
        #: The name of the index that a rebuild fills.
        self.building = f"{name}-building"

    def add_item(self, item: models.Model) -> None:
        """Index ``item`` as the database has it, once its transaction commits."""
        self.add_items(type(item), [item])

    def add_items(self, model: type[models.Model], items: Iterable[models.Model]) -> None:
        """Index ``items``, as :meth:`add_item` does."""
        for using, changes in changes_of(items).items():
            self.outbox.put(changes, using)
            self._send_later(using)

    def delete_item(self, item: models.Model) -> None:
        """Remove ``item``, once its transaction commits and unless the database still has it."""
        self.add_items(type(item), [item])

    def refresh(self) -> None:
        """Send what waits, committed or not, and have it found at once."""
        for using in aliases():
            self.drain(using)
        super().refresh()

    def take(self, using: str) -> None:
        """Send what has been committed; a failure is logged."""
        try:
            self.drain(using)
        except (NotTaken, OpenSearchException) as error:
            logger.warning("What has changed of the search index %s waits in the outbox: %s", self.name, error)
        except Exception:
            logger.exception("Could not send what has changed of the search index %s", self.name)

    def drain(self, using: str, timeout: float | None = None) -> int:
        """Send what the outbox has; return how many changes there were.

        Raises NotTaken, and what the client raises when the server does not answer; what was not taken stays.
        ``timeout`` is for other backends: the client has its own.
        """
        total = 0
        while entries := self.outbox.waiting(using):
            is_rebuilding = self.es.indices.exists_alias(name=self.building, ignore=404)
            targets = [self.name, self.building] if is_rebuilding else [self.name]
            send(self.es, self._actions(list(entries.values()), targets, using))
            self.outbox.delete(list(entries), using)
            total += len(entries)
        return total

    def reset(self) -> None:
        """Empty the index."""
        for using in aliases():
            self.outbox.clear(using)
        rebuilder = self.backend.rebuilder_class(self)
        empty = rebuilder.start()
        for model in models_of(self):
            empty.add_model(model)
        rebuilder.finish()

    def _send_later(self, using: str) -> None:
        registered = (call for _, call, _ in connections[using].run_on_commit if isinstance(call, Later))
        same = next((call for call in registered if call.index.name == self.name and not call.done), None)
        # Registered for every change: a savepoint that is rolled back takes its callbacks with it.
        transaction.on_commit(Later(self, using, same.done if same else []), using=using, robust=True)

    def _actions(self, changes: Sequence[Change], targets: Sequence[str], using: str) -> Iterator[Action]:
        number = drawn(using)
        present, gone = load(changes, using)
        for target in targets:
            yield from indexing(self, present, target, number)
            for key in gone:
                yield {"_op_type": "delete", "_index": target, "_id": key} | numbered(number)


class BuildingIndex(Index):
    """An index that a rebuild fills: objects go in as they are given, and nothing is seen before the end."""

    def put(self) -> None:
        """Make the index."""
        self.es.indices.create(index=self.name, body=self.backend.settings, request_timeout=_PATIENCE)

    def add_model(self, model: type[models.Model]) -> None:
        """Tell the server of the fields of ``model``."""
        mapping = self.mapping_class(model).get_mapping()
        self.es.indices.put_mapping(index=self.name, body=mapping, request_timeout=_PATIENCE)

    def add_items(self, model: type[models.Model], items: Iterable[models.Model]) -> None:
        """Write ``items``, but none that was changed and sent meanwhile."""
        if class_is_indexed(model):
            send(self.es, indexing(self, items, self.building, _BUILT), request_timeout=_PATIENCE)

    def refresh(self) -> None:
        """Have what was written found."""
        self.es.indices.refresh(index=self.name, request_timeout=_PATIENCE)


class Rebuilder:
    """Fills a new index beside the present one, which is searched and written until they are exchanged.

    What changes meanwhile is sent to both. Of two rebuilds the later one goes on, and the other fails.
    """

    def __init__(self, index: Index) -> None:
        self._index, self._es = index, index.es
        name = f"{index.name}_{get_random_string(7).lower()}"
        self._new = BuildingIndex(index.backend, name, index.outbox)
        self._new.building = index.building

    def start(self) -> BuildingIndex:
        """Return the index to fill."""
        for left in self._behind(self._index.building):
            self._es.indices.delete(index=left)
        self._new.put()
        self._new.put_alias(self._index.building)
        return self._new

    def finish(self) -> None:
        """Exchange the indexes in one step, and send what has waited for that.

        Raises what the client raises when the server cannot do what we ask; the present index stays then.
        """
        self._new.refresh()
        self._es.search(index=self._new.name, body={"query": combined(["try"], ZONE_FIELDS)}, size=0)
        old = self._behind(self._index.name)
        if not old and self._index.exists():
            old = [self._index.name]  # made by the server itself, or by another backend, without an alias
        moves: list[Action] = [
            {"add": {"index": self._new.name, "alias": self._index.name}},
            {"remove": {"index": self._new.name, "alias": self._index.building}},
            *({"remove_index": {"index": each}} for each in old),
        ]
        self._es.indices.update_aliases(body={"actions": moves}, request_timeout=_PATIENCE)
        for using in aliases():
            self._index.take(using)

    def _behind(self, alias: str) -> list[str]:
        there = self._es.indices.exists_alias(name=alias, ignore=404)
        return list(self._es.indices.get_alias(name=alias)) if there else []


def send(client: Any, actions: Iterable[Action], **options: Any) -> None:
    """Send ``actions``; one that the server will never take is logged and forgotten.

    Raises NotTaken when it may take some later, and what the client raises when it does not answer.
    """
    options |= {"require_alias": True, "raise_on_error": False, "max_chunk_bytes": _MOST_BYTES}
    refused = [result for taken, result in streaming_bulk(client, actions, **options) if not taken]
    later = []
    for result in refused:
        (answer,) = result.values()
        if answer["status"] == 409 or (answer["status"] == 404 and "error" not in answer):
            continue  # what is there is newer, or gone already
        if answer["status"] in (404, 429) or answer["status"] >= 500:
            later.append(answer)
        else:
            logger.error("The search index %(_index)s refuses %(_id)s: %(error)s", answer)
    if later:
        raise NotTaken(f"{len(later)} documents were not taken, the first because of {later[0].get('error')}")


def indexing(index: Index, items: Iterable[models.Model], target: str, number: int) -> Iterator[Action]:
    """Yield the actions that index ``items``; one of which no document can be made is logged and left out."""
    for item in items:
        mapping = index.mapping_class(type(item))
        try:
            document = mapping.get_document(item)
        except Exception:
            logger.exception("Could not index %r", item)
            continue
        where = {"_op_type": "index", "_index": target, "_id": mapping.get_document_id(item)}
        yield where | numbered(number) | {"_source": document}


def numbered(number: int) -> Action:
    """Return what has the server refuse an action when what it has carries a higher number."""
    return {"version": number, "version_type": "external_gte"}


def drawn(using: str) -> int:
    """Return a number above all that were drawn before, on whatever machine: that of an entry which nobody takes."""
    entry = OutboxEntry.objects.using(using).create(node="number", index="", label="", key="")
    number = entry.pk
    entry.delete()
    return number
