"""Measures search, ours and others, on a corpus and queries: `python -m tests.bench.search`.

Every engine builds a fresh index in a process of its own and is asked in another, so that processor time and
memory are its own. Without --corpus and --queries it takes the shared cases; a peer that this machine lacks is
passed over. Cold is the first time that a new process is asked each query, warm is once more. Memory is what
the process grew by from before the index was opened until all queries were answered.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from . import cases, figures
from .cases import Asked
from .peers import PEERS

ROOT = Path(__file__).parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures, or why there are none."""
    asked = _arguments(arguments)
    missing = [str(path) for path in (asked.corpus, asked.queries, asked.synonyms) if path and not path.is_file()]
    if missing and asked.corpus == cases.CORPUS:
        sys.stdout.write(json.dumps({"skipped": "the shared cases are absent"}) + "\n")
        return 0
    if missing:
        sys.stderr.write(f"There is no {missing[0]}.\n")
        return 2
    result = measured(asked.corpus, asked.queries, asked.peers, asked.synonyms)
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) if asked.json else "\n".join(table(result)))
    sys.stdout.write("\n")
    return 0


def measured(corpus: Path, queries: Path, peers: Iterable[str] = (), synonyms: Path | None = None) -> dict[str, Any]:
    """Return the figures of our engine and of ``peers``."""
    asked = cases.queries(queries)
    names = [name for peer in peers for name in PEERS[peer]]
    return {
        "corpus": str(corpus),
        "documents": len(cases.documents(corpus)),
        "queries": len(asked),
        "ours": one("ours", corpus, queries, asked, synonyms),
        "peers": {name: one(name, corpus, queries, asked, synonyms) for name in names},
    }


def one(name: str, corpus: Path, queries: Path, asked: Sequence[Asked], synonyms: Path | None) -> dict[str, Any]:
    """Return the figures of one engine, or {"skipped" or "failed": why}."""
    with tempfile.TemporaryDirectory(prefix="search-bench-") as folder:
        built = _child("build", name, corpus, Path(folder), synonyms)
        if "build_seconds" not in built:
            return built
        answered = _child("ask", name, queries, Path(folder), synonyms)
        if "found" not in answered:
            return answered
    return {
        **built,
        "memory_mb": answered["memory_mb"],
        "open_ms": answered["open_ms"],
        "cold": figures.speed(answered["cold"]),
        "warm": figures.speed(answered["warm"]),
        "ranking": figures.ranking(zip(asked, answered["found"], strict=True)),
    }


def table(result: Mapping[str, Any]) -> Iterable[str]:
    """Yield the lines of a table to read: a line an engine, then a line a kind of query."""
    engines = {"ours": result["ours"], **result["peers"]}
    there = {name: figures for name, figures in engines.items() if "ranking" in figures}
    yield f"{result['documents']} documents, {result['queries']} queries; times of the processor"
    yield ""
    yield (
        f"{'':16}{'docs/s':>8}{'MB disk':>9}{'MB mem':>8}{'cold p50':>10}{'p95':>8}{'p99':>8}"
        f"{'warm p50':>10}{'p95':>8}{'p99':>8}{'first':>8}{'rec@10':>8}{'MRR':>8}{'zero':>6}"
    )
    yield from (f"{name:16}{_line(found)}" for name, found in there.items())
    yield from (f"{name:16}{found}" for name, found in engines.items() if name not in there)
    yield ""
    yield f"{'first/rec@10':16}{'queries':>8}" + "".join(f"{name:>16}" for name in there)
    for kind, own in next(iter(there.values()))["ranking"].items() if there else ():
        yield f"{kind:16}{own['queries']:8}" + "".join(
            f"{_pair(found['ranking'][kind]):>16}" for found in there.values()
        )


def _line(found: Mapping[str, Any]) -> str:
    every = found["ranking"]["all"]
    times = "".join(
        f"{found[state]['p50_ms']:10.3f}{found[state]['p95_ms']:8.3f}{found[state]['p99_ms']:8.3f}"
        for state in ("cold", "warm")
    )
    return (
        f"{found['documents_per_second'] or 0:8}{found['index_mb']:9.1f}{found['memory_mb']:8.1f}{times}"
        f"{every['first']:8.3f}{every['recall_10']:8.3f}{every['mrr']:8.3f}{every['zero_results']:6}"
    )


def _pair(found: Mapping[str, float]) -> str:
    return f"{found['first']:.3f}/{found['recall_10']:.3f}"


def _child(phase: str, name: str, file: Path, folder: Path, synonyms: Path | None) -> dict[str, Any]:
    """Run one phase in a process of its own; its last line is the result."""
    command = [sys.executable, "-m", "tests.bench.measure", phase, name, str(file), str(folder)]
    done = subprocess.run(
        [*command, *([str(synonyms)] if synonyms else [])], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or [f"{phase} ended with {done.returncode}"])[-1]}
    return json.loads(done.stdout.splitlines()[-1])


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--corpus", type=_path, default=cases.CORPUS, help="documents: JSON lines, gzipped or not")
    parser.add_argument("--queries", type=_path, default=cases.QUERIES, help="queries with their answers: JSON lines")
    parser.add_argument("--peers", type=_peers, default=[], help=f"of {','.join(PEERS)}, with commas")
    parser.add_argument("--synonyms", type=_path, help='an editors\' list: JSON lists, or lines "a = b = c"')
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args(arguments)


def _path(text: str) -> Path:
    return Path(text).resolve()


def _peers(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in PEERS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(PEERS)}")
    return list(dict.fromkeys(names))


if __name__ == "__main__":
    sys.exit(main())
