"""One Whoosh index in a directory of its own: what a rebuild makes anew and a commit adds to."""

import os
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from whoosh.codec.base import Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.writing import SegmentWriter

from .codec import Codec
from .documents import Document
from .postings import Inverter
from .schema import PREFIXES, SCHEMA, TERMS, WORDS
from .segments import View
from .snapshot import Snapshot

_NAME = "MAIN"
#: A commit merges this many segments whose sizes lie between two of these numbers of documents: some 60
#: documents at most, for merging costs about a millisecond each and somebody is waiting.
_MERGED, _LEVELS = 8, (0, 8, 64, 512)
#: Documents of one segment of a build: what is collected before it is sorted stays below some 100 MB.
_SEGMENT = 32_768
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

    def writer(self) -> "Writer":
        """Return a writer; the store's lock is held."""
        return Writer(self._storage)

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
            replaced = [writer.add(document) for document in documents]
            for number in {number for key in (*replaced, *gone) for number in snapshot.numbers(key)}:
                writer.delete(number)
        except BaseException:
            writer.cancel()
            raise
        writer.commit(merge=True)


class Writer:
    """Adds documents to a Whoosh index; after many it goes on in a new segment."""

    def __init__(self, storage: FileStorage) -> None:
        self._storage = storage
        self._writer = _opened(storage)

    def add(self, document: Document) -> str:
        """Write ``document`` and return its key."""
        if self._writer.docnum >= _SEGMENT:
            self.commit()
            self._writer = _opened(self._storage)
        number, inverter = self._writer.docnum, _inverter(self._writer)
        inverter.add(number, TERMS, document.terms)
        inverter.add(number, PREFIXES, document.prefixes)
        inverter.add(number, WORDS, document.words)
        self._writer.add_document(head=document.head, row=document.row, texts=document.texts)
        return document.key

    def delete(self, number: int) -> None:
        """Delete the document with this number."""
        self._writer.delete_document(number)

    def cancel(self) -> None:
        """Write nothing."""
        self._writer.cancel()

    def commit(self, *, merge: bool = False) -> None:
        """Write what was added; ``merge`` puts small segments together."""
        self._writer.commit(mergetype=_merge_small if merge else _merge_none)


def _opened(storage: FileStorage) -> SegmentWriter:
    """Return Whoosh's writer without its lock: the store's is held, and one that fails to open keeps Whoosh's."""
    index = storage.open_index(_NAME, schema=SCHEMA)
    return index.writer(_lk=False, compound=False, codec=Codec())


def _inverter(writer: SegmentWriter) -> Inverter:
    return writer.fieldwriter.inverter


def _merge_none(writer: SegmentWriter, segments: list[Segment]) -> list[Segment]:
    return segments


def _merge_small(writer: SegmentWriter, segments: list[Segment]) -> list[Segment]:
    """Merge eight segments of the smallest level that has as many; a rebuild merges the larger ones."""
    kept = [segment for segment in segments if segment.deleted_count() < segment.doc_count_all()]
    levels = ([s for s in kept if low <= s.doc_count_all() < high] for low, high in pairwise(_LEVELS))
    merged = next((level for level in levels if len(level) >= _MERGED), [])
    for segment in merged:
        _add_segment(writer, segment)
    return [segment for segment in kept if segment not in merged]


def _add_segment(writer: SegmentWriter, segment: Segment) -> None:
    view, gone = View(writer.storage, segment), set(segment.deleted_docs())
    becomes = np.full(view.size, -1, dtype=np.int32)
    for number, columns in enumerate(view.documents()):
        if number not in gone:
            becomes[number] = writer.docnum
            writer.add_document(**columns)
    _inverter(writer).add_all(view.inverted, becomes)
