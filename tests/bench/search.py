"""Measures the search engine on the shared cases and prints JSON: `python -m tests.bench.search`.

Ranking is given as the share of queries right at rank 1 and recall among the first 10, by kind of query; speed
as milliseconds of processor time, beside Whoosh's own searcher on the same terms and documents.
"""

import gzip
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from modelsearch.query import PlainText
from whoosh import fields, query
from whoosh.filedb.filestore import FileStorage
from whoosh.searching import Searcher

from kb.search import analysis
from kb.search.backend.compiler import Ranking
from kb.search.backend.documents import Draft
from kb.search.backend.generation import Generation, add
from kb.search.backend.matching import Search
from kb.search.backend.schema import BODY, HEADINGS, TITLE
from kb.search.backend.snapshot import Snapshot
from kb.search.backend.store import Slots

CASES = Path(__file__).parents[2] / "../shared/cases/search"
ZONES = {"title": TITLE, "headings": HEADINGS, "body": BODY}


def main() -> None:
    """Print the figures, or why there are none."""
    if not CASES.is_dir():
        sys.stdout.write(json.dumps({"skipped": "the shared cases are absent"}) + "\n")
        return
    with gzip.open(CASES / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [texts_of(json.loads(line)) for line in lines]
    queries = [json.loads(line) for line in (CASES / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(json.dumps(measured(documents, queries, Path(folder)), indent=1) + "\n")


def texts_of(document: dict[str, Any]) -> dict[str, str]:
    """Return the key and the text of each zone."""
    headings = "\n".join(document["headings"])
    return {"key": document["id"], "title": document["title"], "headings": headings, "body": document["body"]}


def measured(documents: Sequence[dict[str, str]], queries: Sequence[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """Return the figures of both searchers."""
    begun = time.process_time()
    snapshot = ours(documents, folder / "ours")
    built = time.process_time() - begun
    with theirs(documents, folder / "theirs") as searcher:
        return {
            "documents": len(documents),
            "queries": len(queries),
            "built_per_second": round(len(documents) / built),
            "first_time": figures(queries, lambda text: our_keys(snapshot, text)),
            "again": figures(queries, lambda text: our_keys(snapshot, text)),
            "whoosh": figures(queries, lambda text: their_keys(searcher, text)),
        }


def ours(documents: Sequence[dict[str, str]], folder: Path) -> Snapshot:
    """Return our index of ``documents``."""
    generation, slots = Generation.create(folder), Slots({})
    writer = generation.writer()
    for document in documents:
        draft = Draft("bench.document", document["key"], slots)
        for name, zone in ZONES.items():
            draft.search(name, document[name], zone)
        add(writer, draft.finished())
    writer.commit(merge=False)
    views, deleted = generation.views({})
    return Snapshot(list(views.values()), deleted, slots.known)


def our_keys(snapshot: Snapshot, text: str) -> list[str]:
    """Return the keys of the first ten documents."""
    found = Ranking(snapshot, Search(snapshot).matched(PlainText(text, operator="or"))).first(10)
    return [snapshot.key(number) for number in found.tolist()]


def theirs(documents: Sequence[dict[str, str]], folder: Path) -> Searcher:
    """Return Whoosh's own searcher of ``documents``, given our terms."""
    folder.mkdir()
    boosts = {"title": 4.0, "headings": 2.0, "body": 1.0}
    schema = fields.Schema(
        key=fields.STORED, **{name: fields.TEXT(phrase=False, field_boost=boosts[name]) for name in ZONES}
    )
    index = FileStorage(str(folder)).create_index(schema)
    writer = index.writer(compound=False)
    for document in documents:
        cut = {name: analysis.terms(document[name], single=zone != BODY) for name, zone in ZONES.items()}
        writer.add_document(key=document["key"], **cut)
    writer.commit()
    return index.searcher()


def their_keys(searcher: Searcher, text: str) -> list[str]:
    """Return the keys of the first ten documents."""
    terms = {term for word in analysis.words(text) for term in word.terms}
    wanted = query.Or([query.Term(name, term) for term in terms for name in ZONES])
    return [hit["key"] for hit in searcher.search(wanted, limit=10)]


def figures(queries: Sequence[dict[str, Any]], search: Callable[[str], list[str]]) -> dict[str, Any]:
    """Return ranking by kind of query, and the median and 95th percentile of processor time."""
    times, found = [], []
    for asked in queries:
        begun = time.process_time()
        found.append(search(asked["q"]))
        times.append((time.process_time() - begun) * 1000)
    percentiles = quantiles(times, n=100)
    return {
        "p50_ms": round(percentiles[49], 3),
        "p95_ms": round(percentiles[94], 3),
        "ranking": dict(ranking(zip(queries, found, strict=True))),
    }


def ranking(answers: Iterator[tuple[dict[str, Any], list[str]]]) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield the figures of all queries, then of each kind."""
    of_kind: dict[str, list[tuple[set[str], list[str]]]] = defaultdict(list)
    for asked, keys in answers:
        for kind in ("all", asked["kind"]):
            of_kind[kind].append((set(asked["rel"]), keys))
    for kind, cases in of_kind.items():
        first = [bool(keys) and keys[0] in wanted for wanted, keys in cases]
        recall = [len(wanted.intersection(keys)) / min(10, len(wanted)) for wanted, keys in cases]
        yield (
            kind,
            {
                "queries": len(cases),
                "first": round(sum(first) / len(cases), 3),
                "recall_10": round(sum(recall) / len(cases), 3),
            },
        )


if __name__ == "__main__":
    main()
