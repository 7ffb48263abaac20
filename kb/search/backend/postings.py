"""The inverted file of a segment: term -> the documents that have it and what a posting of each packs.

Whoosh pickles and compresses postings one by one, which costs most of a build and most of the first search for a
term. Here they are two arrays, sorted once a segment by numpy and read by one call each:

    head       magic, then five unsigned integers: terms, postings, distinct posting values, bytes of terms, width
    places     where each term's bytes begin, then where its postings begin, one more than there are terms (u4)
    terms      the keys, sorted, end to end; a key is a letter for the field and the term in UTF-8
    values     the distinct posting values, see :data:`.schema.POSTING`
    documents  the document number of each posting (u2)
    codes      the number of its value (u2, or u4 where ``width`` says so)

Little endian throughout. The file carries the segment's name, so Whoosh cleans it up with the segment.
"""

import os
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .schema import POSTING, ZONES

EXTENSION = ".inv"
#: Document numbers take two bytes.
MOST_DOCUMENTS = 1 << 16

_MAGIC = b"BBinv001"
_HEAD = struct.Struct("<8s5I")
_VALUE = POSTING.itemsize


class Damaged(ValueError):
    """The file is not what was written: cut short, or something else."""


class Postings(NamedTuple):
    """Where a term occurs: document numbers in order and, beside them, what a posting packs."""

    documents: NDArray[np.int32]
    frequency: NDArray[np.uint8]
    slots: NDArray[np.uint16]


NOWHERE = Postings(np.zeros(0, np.int32), np.zeros((0, len(ZONES)), np.uint8), np.zeros(0, np.uint16))


class Inverter:
    """Collects postings document by document, and writes them term by term."""

    def __init__(self) -> None:
        self._terms: dict[str, int] = {}
        self._values: dict[bytes, int] = {}
        self._of_term, self._documents, self._codes = array("I"), array("H"), array("I")

    def add(self, document: int, field: str, postings: Mapping[str, bytes]) -> None:
        """Add the postings of a field ("t", "p" ...) of a document; documents come in order."""
        terms, values = self._terms, self._values
        self._of_term.extend([terms.setdefault(field + term, len(terms)) for term in postings])
        self._codes.extend([values.setdefault(value, len(values)) for value in postings.values()])
        self._documents.extend([document] * len(postings))

    def add_all(self, inverted: "Inverted", becomes: NDArray[np.int32]) -> None:
        """Add the postings of another file; ``becomes`` gives new document numbers, -1 for those left out."""
        terms, values = self._terms, self._values
        of_term = np.array([terms.setdefault(key, len(terms)) for key in inverted.keys()], dtype=np.uint32)  # noqa: SIM118
        codes = np.array([values.setdefault(bytes(value), len(values)) for value in inverted.values], dtype=np.uint32)
        documents, packed = inverted.everything()
        documents = becomes[documents]
        kept = documents >= 0
        self._of_term.frombytes(np.repeat(of_term, inverted.counts())[kept].tobytes())
        self._codes.frombytes(codes[packed][kept].tobytes())
        self._documents.frombytes(documents[kept].astype("<u2").tobytes())

    def write(self, path: Path) -> None:
        """Write the file. Terms that no document has any more are left out."""
        of_term = np.frombuffer(self._of_term, dtype=np.uint32)
        keys = [(key.encode(), number) for key, number in self._terms.items()]
        keys.sort()
        rank = np.empty(len(keys), dtype=np.uint32)
        rank[[number for _, number in keys]] = np.arange(len(keys), dtype=np.uint32)
        ranks = rank[of_term]
        counts = np.bincount(ranks, minlength=len(keys))
        names = [key for (key, _), count in zip(keys, counts.tolist(), strict=True) if count]
        # By term, and in each by document: several views may have been added out of order.
        order = np.lexsort((np.frombuffer(self._documents, dtype=np.uint16), ranks))
        self._write(path, names, counts[counts > 0], order)

    def _write(self, path: Path, names: list[bytes], counts: NDArray[np.int64], order: NDArray[np.int64]) -> None:
        width = 2 if len(self._values) <= MOST_DOCUMENTS else 4
        blob = b"".join(names)
        with path.open("wb") as file:
            file.write(_HEAD.pack(_MAGIC, len(names), len(order), len(self._values), len(blob), width))
            file.write(_places([len(name) for name in names]))
            file.write(_places(counts))
            file.write(blob)
            file.write(b"".join(self._values))
            file.write(np.frombuffer(self._documents, dtype=np.uint16)[order].astype("<u2").tobytes())
            file.write(np.frombuffer(self._codes, dtype=np.uint32)[order].astype(f"<u{width}").tobytes())


class Inverted:
    """The file of one segment, open for reading; what is read at every search stays in memory."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises OSError, and Damaged when it is cut short or is something else."""
        self._file = path.open("rb", buffering=0)
        self._descriptor = self._file.fileno()
        head = self._read(0, _HEAD.size)
        magic, terms, self._size, values, blob, self._width = _HEAD.unpack(head)
        if magic != _MAGIC or self._width not in (2, 4):
            raise Damaged(f"{path} is no inverted file of this version.")
        at = _HEAD.size
        places = np.frombuffer(self._read(at, 8 * (terms + 1)), dtype="<u4").astype(np.uint32)
        at += 8 * (terms + 1)
        self._begins, self._starts = memoryview(places[: terms + 1]), memoryview(places[terms + 1 :])
        self._blob = self._read(at, blob)
        at += blob
        self.values = np.frombuffer(self._read(at, _VALUE * values), dtype=POSTING)
        self._frequency, self._slots = self.values["frequency"].copy(), self.values["slots"].copy()
        self._documents_at = at + _VALUE * values
        self._codes_at = self._documents_at + 2 * self._size
        if os.fstat(self._descriptor).st_size != self._codes_at + self._width * self._size:
            raise Damaged(f"{path} is cut short.")

    def postings(self, key: str) -> Postings:
        """Return the postings of a key, empty when it has none. Raises Damaged, OSError."""
        name = key.encode()
        at = self._place(name)
        if at == len(self) or self._name(at) != name:
            return NOWHERE
        start, count = self._starts[at], self._starts[at + 1] - self._starts[at]
        codes = self._codes(start, count)
        return Postings(self._numbers(start, count).astype(np.int32), self._frequency[codes], self._slots[codes])

    def __len__(self) -> int:
        return len(self._begins) - 1

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with ``prefix``, in order."""
        begun = prefix.encode()
        for at in range(self._place(begun), len(self)):
            name = self._name(at)
            if not name.startswith(begun):
                return
            yield name.decode()

    def documents(self, prefix: str) -> dict[str, int]:
        """Return how many documents have each key that begins with ``prefix``, deleted ones included."""
        first = self._place(prefix.encode())
        return {key: self._starts[at + 1] - self._starts[at] for at, key in enumerate(self.keys(prefix), first)}

    def counts(self) -> NDArray[np.int64]:
        """Return the number of postings of every key."""
        return np.diff(np.asarray(self._starts).astype(np.int64))

    def everything(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return document number and value number of all postings."""
        return self._numbers(0, self._size).astype(np.int64), self._codes(0, self._size).astype(np.int64)

    def _name(self, at: int) -> bytes:
        return self._blob[self._begins[at] : self._begins[at + 1]]

    def _place(self, name: bytes) -> int:
        return bisect_left(range(len(self)), name, key=self._name)

    def _numbers(self, start: int, count: int) -> NDArray[np.uint16]:
        return np.frombuffer(self._read(self._documents_at + 2 * start, 2 * count), dtype="<u2")

    def _codes(self, start: int, count: int) -> NDArray[np.uint32]:
        read = self._read(self._codes_at + self._width * start, self._width * count)
        return np.frombuffer(read, dtype=f"<u{self._width}")

    def _read(self, at: int, size: int) -> bytes:
        """Read without moving a file position, so that threads do not meet."""
        found = os.pread(self._descriptor, size, at)
        while len(found) < size:
            more = os.pread(self._descriptor, size - len(found), at + len(found))
            if not more:
                raise Damaged(f"{self._file.name} is cut short.")
            found += more
        return found


def _places(lengths: object) -> bytes:
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype("<u4").tobytes()
