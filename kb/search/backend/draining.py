"""What a node does besides publishing: take what was left or made elsewhere, repair, forget what nobody waits for."""

import datetime
import logging
import threading
from typing import TYPE_CHECKING

from django.db import close_old_connections
from django.db.models.functions import Now
from modelsearch.backends import get_search_backends

from ..models import OutboxEntry
from . import repair
from .outbox import KEPT, aliases
from .queue import take

if TYPE_CHECKING:
    from . import SearchBackend

logger = logging.getLogger(__name__)

#: Entries of nodes that are not configured are kept this long: machines learn of a new node one after the other.
_UNKNOWN = datetime.timedelta(days=1)
#: The longest pause in seconds between two attempts of a node that follows and meets an error.
_LONGEST = 60.0


def drained(backend: "SearchBackend", timeout: float) -> int:
    """Repair the indexes of ``backend`` where it is needed, and index what waits; return how many changes did.

    What a busy or damaged index does not take is logged and goes on waiting.
    """
    done = 0
    for index in backend.all_indexes():
        if backend.repairs and index.store.examined():
            repair.attempt(index)
        done += sum(take(index, using, timeout) or 0 for using in aliases() if index.outbox.waiting(using))
    forget(backend)
    return done


def follow(backend: "SearchBackend", interval: float, stop: threading.Event) -> None:
    """Until ``stop`` is set, index every ``interval`` seconds what was published here or elsewhere."""
    pause = 0.0
    while not stop.wait(pause):
        pause = interval if _followed(backend) else min(max(interval, 2 * pause), _LONGEST)


def forget(backend: "SearchBackend") -> None:
    """Delete what waits for nodes and indexes that are no longer configured."""
    nodes = {node for each in (backend, *get_search_backends()) for node in getattr(each, "nodes", ())}
    indexes = [index.outbox.index for index in backend.all_indexes()]
    for using in aliases():
        old = OutboxEntry.objects.using(using).filter(at__lt=Now() - _UNKNOWN)
        old.exclude(node__in=[*nodes, *(node + KEPT for node in nodes)], index__in=indexes).delete()


def _followed(backend: "SearchBackend") -> bool:
    """Take one look; return whether nothing was in the way."""
    try:
        close_old_connections()
        waiting = {using: _indexes_with_entries(backend.node, using) for using in aliases()}
        taken = []
        for index in backend.all_indexes():
            if backend.repairs and index.store.opened().trouble:
                repair.notice(index)
            taken += [take(index, using) for using, labels in waiting.items() if index.outbox.index in labels]
        return None not in taken
    except Exception:
        logger.exception("Could not bring the search index up to date")
        return False


def _indexes_with_entries(node: str, using: str) -> set[str]:
    return set(OutboxEntry.objects.using(using).filter(node=node).order_by().values_list("index", flat=True).distinct())
