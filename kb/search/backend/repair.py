"""A damaged, missing or outdated index is built anew, by the process that notices or the next that looks."""

import logging
import math
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connections, models
from modelsearch.index import get_indexed_models
from whoosh.index import LockError

from .store import DAMAGED, MISSING, OUTDATED

if TYPE_CHECKING:
    from .indexes import Index

logger = logging.getLogger(__name__)

#: Seconds to wait before each further attempt of a process; after the last it leaves it to drain_search.
PAUSES = (10.0, 60.0, 600.0, 3600.0)
#: Objects that are read at once.
_CHUNK = 500


class Attempts:
    """How often this process has tried to repair one index, and when it may again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pauses = iter(PAUSES)
        self._due = 0.0
        self.thread: threading.Thread | None = None

    def begin(self, index: "Index") -> None:
        """Begin an attempt in the background, unless one is under way, it is too early, or it was tried enough."""
        with self._lock:
            if (self.thread and self.thread.is_alive()) or time.monotonic() < self._due:
                return
            self._due = time.monotonic() + next(self._pauses, math.inf)
            self.thread = threading.Thread(target=self._run, args=[index], name=f"repair {index}", daemon=True)
            self.thread.start()

    def _run(self, index: "Index") -> None:
        try:
            if attempt(index):
                attempts.pop(index.store.directory, None)
        finally:
            connections.close_all()


attempts: dict[Path, Attempts] = {}


def notice(index: "Index") -> None:
    """Have ``index``, which seems damaged, repaired in the background; returns at once."""
    if index.backend.repairs:
        attempts.setdefault(index.store.directory, Attempts()).begin(index)


def attempt(index: "Index") -> bool:
    """Rebuild ``index`` if something is wrong with it; return whether it is right now."""
    try:
        if index.store.examined() in (MISSING, DAMAGED, OUTDATED):
            rebuild(index)
    except LockError:
        logger.info("The search index %s is being rebuilt by another process.", index)
        return False
    except Exception:
        logger.exception("Could not rebuild the search index %s", index)
        return False
    return True


def rebuild(index: "Index") -> None:
    """Build ``index`` anew with all its models, as update_index does; raises LockError while another does."""
    rebuilder = index.backend.rebuilder_class(index)
    building = rebuilder.start()
    try:
        for model in models_of(index):
            building.add_model(model)
            for objects in _chunks(model):
                building.add_items(model, objects)
        rebuilder.finish()
    except BaseException:
        rebuilder.abandon()
        raise


def models_of(index: "Index") -> list[type[models.Model]]:
    """Return the models whose objects are in ``index``."""
    of_model = index.backend.get_index_for_model
    return [model for model in get_indexed_models() if of_model(model).get_key() == index.get_key()]


def _chunks(model: type[models.Model]) -> Iterator[list[models.Model]]:
    indexed = model.get_indexed_objects().order_by("pk")
    objects = list(indexed[:_CHUNK])
    while objects:
        yield objects
        objects = list(indexed.filter(pk__gt=objects[-1].pk)[:_CHUNK])
