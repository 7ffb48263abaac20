"""One Whoosh index in a directory of its own: what a rebuild makes anew and a commit adds to."""

import os
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from whoosh.codec.base import Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from .documents import Document
from .schema import SCHEMA, codec
from .segments import View
from .snapshot import Snapshot

_NAME = "MAIN"
#: A commit merges this many segments whose sizes lie between two of these numbers of documents: some 60
#: documents at most, for merging costs about a millisecond each and somebody is waiting.
_MERGED, _LEVELS = 8, (0, 8, 64)
_ATTEMPTS = 5


class Generation:
    """The directory of one build of an index."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._storage = FileStorage(str(directory))

    @classmethod
    def create(cls, directory: Path) -> "Generation":
        """Make an empty index in a new ``directory``."""
        directory.mkdir(parents=True)
        generation = cls(directory)
        generation._storage.create_index(SCHEMA, _NAME)
        return generation

    def views(self, known: dict[str, View]) -> tuple[dict[str, View], list[list[int]]]:
        """Return the segments (id -> view, those in ``known`` reused) and the deleted documents of each.

        Raises OSError or what Whoosh raises for a damaged index.
        """
        for attempt in range(_ATTEMPTS):
            segments = TOC.read(self._storage, _NAME, schema=SCHEMA).segments
            try:
                views = {str(s.segid): known.get(str(s.segid)) or View(self._storage, s) for s in segments}
                return views, [list(segment.deleted_docs()) for segment in segments]
            except FileNotFoundError:
                # A commit has merged a segment away between the table of contents and the opening.
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def writer(self) -> SegmentWriter:
        """Return Whoosh's writer, locked; ours is the only door, so the lock is free.

        Raises whoosh.index.LockError when another program holds it.
        """
        index = self._storage.open_index(_NAME, schema=SCHEMA)
        return index.writer(timeout=1, delay=0.02, compound=False, codec=codec())

    def sync(self) -> None:
        """Put the files on the disk itself, before anything points to them."""
        for path in self._directory.iterdir():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def commit(self, snapshot: Snapshot, documents: Iterable[Document], gone: Sequence[str]) -> None:
        """Replace the documents with the keys of ``documents`` and drop those with the keys ``gone``.

        ``snapshot`` is the state of this very commit: its document numbers are the writer's.
        """
        writer = self.writer()
        try:
            replaced = [add(writer, document) for document in documents]
            for number in {number for key in (*replaced, *gone) for number in snapshot.numbers(key)}:
                writer.delete_document(number)
        except BaseException:
            writer.cancel()
            raise
        writer.commit(mergetype=merge_small)


def add(writer: SegmentWriter, document: Document) -> str:
    """Write ``document`` and return its key."""
    columns: dict[str, Any] = {name: getattr(document, name) for name in SCHEMA.names()}
    writer.add_document(**columns)
    return document.key


def merge_small(writer: SegmentWriter, segments: list[Segment]) -> list[Segment]:
    """Merge eight segments of the smallest level that has as many; a rebuild merges the larger ones."""
    kept = [segment for segment in segments if segment.deleted_count() < segment.doc_count_all()]
    levels = ([s for s in kept if low <= s.doc_count_all() < high] for low, high in pairwise(_LEVELS))
    merged = next((level for level in levels if len(level) >= _MERGED), [])
    for segment in merged:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in kept if segment not in merged]
