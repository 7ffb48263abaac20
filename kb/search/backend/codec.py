"""Whoosh's codec with an inverted file of our own: the columns of a segment are Whoosh's, its postings are not."""

from collections.abc import Iterable
from pathlib import Path

from whoosh.codec.base import Segment
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage

from .postings import EXTENSION, Inverter


def inverted_path(storage: FileStorage, segment: Segment) -> Path:
    """Return where the postings of ``segment`` are."""
    return Path(storage.folder) / segment.make_filename(EXTENSION)


class FieldWriter:
    """What Whoosh's writer takes for the writer of its own postings; it gets none, and writes ours."""

    def __init__(self, path: Path) -> None:
        self._path, self.inverter, self.is_closed = path, Inverter(), False

    def add_postings(self, schema: Schema, lengths: object, items: Iterable[tuple]) -> None:
        """Write what the inverter has collected."""
        self.inverter.write(self._path)

    def close(self) -> None:
        """Be done."""
        self.is_closed = True


class Codec(W3Codec):
    """The codec of new segments."""

    length_stats = False

    def field_writer(self, storage: FileStorage, segment: Segment) -> FieldWriter:
        """Return the writer of postings."""
        return FieldWriter(inverted_path(storage, segment))
