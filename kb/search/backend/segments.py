"""A segment of the index as the scorer wants it: postings, lengths and columns as arrays."""

import json
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice, takewhile
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Segment
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.filedb.filestore import Storage
from whoosh.matching import Matcher
from whoosh.reading import TermNotFound

from .columns import Column
from .schema import POSTING, SCHEMA, ZONES

#: Postings and columns that a process keeps decoded, a segment: postings (9 bytes each), columns.
_CACHED_POSTINGS = 1_000_000
_CACHED_COLUMNS = 64


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


class Postings(NamedTuple):
    """Where a term occurs: document numbers in order and, beside them, what a posting packs."""

    documents: NDArray[np.int32]
    frequency: NDArray[np.uint8]
    slots: NDArray[np.uint16]


NOWHERE = Postings(np.zeros(0, np.int32), np.zeros((0, len(ZONES)), np.uint8), np.zeros(0, np.uint16))


class View:
    """One segment, read-only; documents are numbered from 0.

    The files are opened here, so that a later commit may delete them while this view lives on. Reading a
    posting moves a shared file position, hence the lock.
    """

    def __init__(self, storage: Storage, segment: Segment) -> None:
        codec = segment.codec()
        self.size: int = segment.doc_count_all()
        self._terms = codec.terms_reader(storage, segment)
        reader = codec.per_document_reader(storage, segment)
        self._rows, self._texts, heads = (
            reader.column_reader(name, SCHEMA[name].column_type) for name in ("row", "texts", "head")
        )
        split = [bytes(head).decode().split("\t") for head in heads]
        self.labels = np.array([head[0] for head in split])
        self.keys = [head[1] for head in split]
        self.lengths = np.array([head[2:] for head in split], dtype=np.float32).reshape(-1, len(ZONES))
        self.number = {key: number for number, key in enumerate(self.keys)}
        self._lock = threading.Lock()
        self._postings = Cache[Postings](_CACHED_POSTINGS, lambda postings: len(postings.documents) + 8)
        self._columns = Cache[Column](_CACHED_COLUMNS)

    @cached_property
    def latest(self) -> NDArray[np.bool_]:
        """Which documents are the last of their key; a bulk load may write a key twice."""
        last = np.zeros(self.size, dtype=bool)
        last[list(self.number.values())] = True
        return last

    def postings(self, field: str, term: str) -> Postings:
        """Return the postings of ``term`` in "terms" or "prefixes"; empty when it does not occur."""
        return self._postings.get((field, term), lambda: self._read(field, term.encode()))

    def completions(self, field: str, prefix: str, limit: int) -> list[str]:
        """Return up to ``limit`` terms that begin with ``prefix``, in order."""
        return list(islice(takewhile(lambda term: term.startswith(prefix), self._from(field, prefix)), limit))

    def similar(self, field: str, prefix: str, test: Callable[[str], bool]) -> list[str]:
        """Return the terms that begin with ``prefix`` and pass ``test``."""
        begun = takewhile(lambda term: term.startswith(prefix), self._from(field, prefix))
        return [term for term in begun if test(term)]

    def column(self, name: str) -> Column:
        """Return the values of the FilterField kept as ``name``; a segment that lacks it has no values."""
        return self._columns.get(name, lambda: Column([json.loads(bytes(row)).get(name) for row in self._rows]))

    def texts(self, number: int) -> list[tuple[str, str]]:
        """Return (field, normalised text) of every search field of a document."""
        with self._lock:
            packed = bytes(self._texts[number])
        return [(name, text) for name, text in json.loads(zlib.decompress(packed))]

    def _from(self, field: str, prefix: str) -> Iterator[str]:
        with self._lock:
            found = self._terms.terms_from(field, prefix.encode())
            yield from (term.decode() for name, term in takewhile(lambda item: item[0] == field, found))

    def _read(self, field: str, term: bytes) -> Postings:
        with self._lock:
            try:
                matcher = self._terms.matcher(field, term, SCHEMA[field].format)
            except TermNotFound:
                return NOWHERE
            documents, values = _blocks(matcher) if isinstance(matcher, W3LeafMatcher) else _one_by_one(matcher)
        packed = np.frombuffer(values, dtype=POSTING)
        return Postings(documents, packed["frequency"].copy(), packed["slots"].copy())


def _blocks(matcher: W3LeafMatcher) -> tuple[NDArray[np.int32], bytes]:
    """Decode whole blocks; posting by posting the matcher is some fifty times slower."""
    documents, values = [], []
    while True:
        matcher._read_data()
        gaps, _, packed = matcher._data
        documents.append(np.cumsum(np.array(gaps, dtype=np.int32), dtype=np.int32))
        values.append(packed)
        if matcher._lastblock:
            return np.concatenate(documents), b"".join(values)
        matcher._next_block()


def _one_by_one(matcher: Matcher) -> tuple[NDArray[np.int32], bytes]:
    documents, values = [], []
    while matcher.is_active():
        documents.append(matcher.id())
        values.append(matcher.value())
        matcher.next()
    return np.array(documents, dtype=np.int32), b"".join(values)
