"""A segment of the index as the scorer wants it: postings, lengths and columns as arrays."""

import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Segment
from whoosh.filedb.filestore import FileStorage

from ..spelling import Vocabulary
from .codec import Codec, inverted_path
from .columns import Column, Mask
from .postings import Inverted, Postings
from .schema import SCHEMA, WORDS, ZONES

#: Postings that a process keeps decoded, a segment; 9 bytes each.
_CACHED_POSTINGS = 500_000


class Cache[Value]:
    """The most recently used values up to a total size."""

    def __init__(self, limit: int, size: Callable[[Value], int] = lambda value: 1) -> None:
        self._values: OrderedDict[Any, Value] = OrderedDict()
        self._limit, self._size, self._total = limit, size, 0
        self._lock = threading.Lock()

    def get(self, key: Any, make: Callable[[], Value]) -> Value:
        """Return the value of ``key``, made when it is not kept; two threads may both make it."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._total += self._size(value)
            while self._total > self._limit and len(self._values) > 1:
                self._total -= self._size(self._values.popitem(last=False)[1])
        return value


class View:
    """One segment, read-only; documents are numbered from 0.

    The files are opened here, so that a later commit may delete them while this view lives on. Reading a column
    moves a shared file position, hence the lock.
    """

    def __init__(self, storage: FileStorage, segment: Segment) -> None:
        """Open it. Raises OSError, :class:`~.postings.Damaged`, and what Whoosh raises for damaged columns."""
        reader = Codec().per_document_reader(storage, segment)
        columns = {name: reader.column_reader(name, SCHEMA[name].column_type) for name in SCHEMA.names()}
        self._take(segment.doc_count_all(), Inverted(inverted_path(storage, segment)), columns)

    def _take(self, size: int, inverted: Inverted, columns: Mapping[str, Sequence[bytes]]) -> None:
        self.size, self.inverted, self._read = size, inverted, columns
        split = [bytes(head).decode().split("\t") for head in self._read["head"]]
        self._models = Column([head[0] for head in split])
        self.keys = [head[1] for head in split]
        self.lengths = np.array([head[2:] for head in split], dtype=np.float32).reshape(-1, len(ZONES))
        self.number = {key: number for number, key in enumerate(self.keys)}
        self._lock = threading.Lock()
        self._postings = Cache[Postings](_CACHED_POSTINGS, lambda postings: len(postings.documents) + 8)

    @cached_property
    def latest(self) -> NDArray[np.bool_]:
        """Which documents are the last of their key; a bulk load may write a key twice."""
        last = np.zeros(self.size, dtype=bool)
        last[list(self.number.values())] = True
        return last

    def of_models(self, labels: Sequence[str]) -> Mask:
        """Return which documents are of the models ``labels``."""
        return self._models.among(labels)

    def postings(self, field: str, term: str) -> Postings:
        """Return the postings of ``term`` in one of the fields of :mod:`.schema`; empty when it does not occur."""
        return self._postings.get(field + term, lambda: self.inverted.postings(field + term))

    def completions(self, field: str, prefix: str, limit: int) -> list[str]:
        """Return up to ``limit`` terms that begin with ``prefix``, in order."""
        return [key[1:] for key in islice(self.inverted.keys(field + prefix), limit)]

    def similar(self, field: str, prefix: str, test: Callable[[str], bool]) -> list[str]:
        """Return the terms that begin with ``prefix`` and pass ``test``."""
        return [key[1:] for key in self.inverted.keys(field + prefix) if test(key[1:])]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of titles and headings, each with the number of documents that have it."""
        return Vocabulary({key[1:]: count for key, count in self.inverted.documents(WORDS).items()})

    def column(self, name: str) -> Column:
        """Return the values of the FilterField kept as ``name``; a segment that lacks it has no values."""
        return self._columns.get(name) or Column([None] * self.size)

    def texts(self, number: int) -> list[tuple[str, str]]:
        """Return (field, normalised text) of every search field of a document."""
        with self._lock:
            packed = bytes(self._read["texts"][number])
        return [(name, text) for name, text in json.loads(zlib.decompress(packed))]

    def documents(self) -> Iterator[dict[str, bytes]]:
        """Yield the columns of every document as they were written."""
        for values in zip(*self._read.values(), strict=True):
            yield dict(zip(self._read, map(bytes, values), strict=True))

    @cached_property
    def _columns(self) -> dict[str, Column]:
        """All columns at once: what takes the time is taking the rows apart."""
        with self._lock:
            rows = [json.loads(bytes(row)) for row in self._read["row"]]
        return {name: Column([row.get(name) for row in rows]) for name in {name for row in rows for name in row}}
