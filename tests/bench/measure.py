"""Measures one engine in a process of its own: `python -m tests.bench.measure build|ask NAME FILE FOLDER`.

Times are of the processor, not of the clock on the wall, for the machine may be busy with other things.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import cases
from .engine import Absent, Engine

#: Asked before anything is measured, so that dictionaries and classes are loaded.
WARM_UP = "预热 warm-up 0x00"


def built(measured: Engine, corpus: Path, folder: Path) -> dict[str, Any]:
    """Build the index and return what that cost."""
    documents = cases.documents(corpus)
    measured.prepare()
    begun = measured.clock()
    measured.build(documents, folder)
    seconds = measured.clock() - begun
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {
        "build_seconds": round(seconds, 3),
        "documents_per_second": round(len(documents) / seconds) if seconds else None,
        "index_mb": round(size / 1e6, 3),
    }


def answered(measured: Engine, queries: Path, folder: Path) -> dict[str, Any]:
    """Ask every query twice and return the answers, the times and the memory that it took."""
    texts = [asked.text for asked in cases.queries(queries)]
    base, begun = measured.resident(), measured.clock()
    measured.open(folder)
    measured.search(WARM_UP)
    opened = measured.clock() - begun
    cold, found = _pass(measured, texts)
    for _ in range(measured.rehearsals):
        _pass(measured, texts)
    warm, _ = _pass(measured, texts)
    memory = measured.resident() - base
    return {
        "open_ms": round(opened * 1000, 3), "memory_mb": round(memory, 1), "cold": cold, "warm": warm, "found": found
    }  # fmt: skip


def _pass(measured: Engine, texts: Sequence[str]) -> tuple[list[float], list[list[str]]]:
    times, found = [], []
    for text in texts:
        begun = measured.clock()
        keys = measured.search(text)
        times.append((measured.clock() - begun) * 1000)
        found.append(keys)
    return times, found


def main(phase: str, name: str, file: str, folder: str, synonyms: str = "") -> None:
    """Measure one phase, "build" or "ask", of the engine ``name`` and print JSON.

    ``file`` is the corpus or the queries, ``folder`` is where the index is.
    """
    try:
        measured = engine(name, Path(synonyms) if synonyms else None)
    except Absent as reason:
        result = {"skipped": str(reason)}
    else:
        try:
            result = {"build": built, "ask": answered}[phase](measured, Path(file), Path(folder))
        finally:
            measured.close()
    sys.stdout.write(json.dumps(result) + "\n")


def engine(name: str, synonyms: Path | None) -> Engine:
    """Return ours or a peer by name."""
    if name == "ours":
        from .ours import Ours

        return Ours(cases.synonyms(synonyms))
    from .peers import engine as peer

    return peer(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
