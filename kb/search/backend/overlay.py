"""What an open transaction has changed, as a segment in memory on top of the index on disk.

Others never see it, nobody waits for a lock, and a transaction that is rolled back leaves nothing behind.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from .documents import Document
from .loading import load
from .outbox import Change
from .postings import NOWHERE, Postings
from .schema import POSTING, PREFIXES, TERMS, WORDS
from .segments import View
from .snapshot import Snapshot
from .store import Opened, Slots, documents


class InMemory:
    """The inverted file of documents that are not written: key -> (document number, posting) in order."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._postings: dict[str, list[tuple[int, bytes]]] = {}
        for number, document in enumerate(documents):
            for field, terms in ((TERMS, document.terms), (PREFIXES, document.prefixes), (WORDS, document.words)):
                for term, posting in terms.items():
                    self._postings.setdefault(field + term, []).append((number, posting))

    def postings(self, key: str) -> Postings:
        """Return the postings of a key, empty when it has none."""
        found = self._postings.get(key)
        if not found:
            return NOWHERE
        packed = np.frombuffer(b"".join(posting for _, posting in found), dtype=POSTING)
        return Postings(np.array([n for n, _ in found], dtype=np.int32), packed["frequency"], packed["slots"])

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with ``prefix``, in order."""
        return iter(sorted(key for key in self._postings if key.startswith(prefix)))

    def documents(self, prefix: str) -> dict[str, int]:
        """Return how many documents have each key that begins with ``prefix``."""
        return {key: len(self._postings[key]) for key in self.keys(prefix)}


class Unwritten(View):
    """A segment that is in memory alone."""

    def __init__(self, documents: Sequence[Document]) -> None:
        columns = {name: [getattr(document, name) for document in documents] for name in ("head", "row", "texts")}
        self._take(len(documents), InMemory(documents), columns)


class Overlay:
    """The changes of one transaction on top of one state of the index."""

    def __init__(self, below: Opened) -> None:
        self.below, self.snapshot = below, below.snapshot
        self._slots = Slots(below.slots)
        self._changed: dict[str, Document | None] = {}

    def add(self, changes: Sequence[Change], using: str) -> None:
        """Index ``changes`` as the transaction has them."""
        present, gone = load(changes, using)
        self._changed |= dict.fromkeys(gone)
        self._changed |= {document.key: document for document in documents(present, self._slots)}
        self.snapshot = self._joined()

    def _joined(self) -> Snapshot:
        hidden = [
            [*gone, *(view.number[key] for key in self._changed.keys() & view.number.keys())]
            for view, gone in zip(self.below.views.values(), self.below.deleted, strict=True)
        ]
        written = [document for document in self._changed.values() if document]
        own = [Unwritten(written)] if written else []
        return Snapshot([*self.below.views.values(), *own], [*hidden, *([] for _ in own)], self._slots.known)
