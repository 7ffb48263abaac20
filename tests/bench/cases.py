"""The documents and the queries that search is measured with, read from JSON lines, gzipped or not."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.search.lexicon import Lexicon

SHARED = Path(__file__).parents[2] / "../shared/cases/search"
CORPUS, QUERIES = SHARED / "corpus.jsonl.gz", SHARED / "queries.jsonl"


@dataclass(frozen=True)
class Text:
    """A document: its key and the text of each zone."""

    key: str
    title: str = ""
    headings: str = ""
    body: str = ""


@dataclass(frozen=True)
class Asked:
    """A query, what kind it is, and the keys of the documents that answer it."""

    name: str
    kind: str
    text: str
    wanted: frozenset[str]


def documents(path: Path) -> list[Text]:
    """Return the documents in ``path``; of those with one key the last, as an index would have it."""
    return list({text.key: text for text in (_document(row, at) for at, row in _rows(path))}.values())


def queries(path: Path) -> list[Asked]:
    """Return the queries in ``path``."""
    return [
        Asked(
            name=str(row.get("qid", at)),
            kind=_text(row.get("kind")) or "query",
            text=_text(row.get("q")),
            wanted=frozenset(map(str, _listed(row.get("rel")))),
        )
        for at, row in _rows(path)
    ]


def synonyms(path: Path | None) -> Lexicon:
    """Return the groups in ``path``: a JSON list a line, or the words of one line with "=" between them."""
    if path is None:
        return Lexicon()
    with _opened(path) as lines:
        return Lexicon(synonyms=tuple(group for line in lines if len(group := _group(line.strip())) > 1))


def _group(line: str) -> tuple[str, ...]:
    if line.startswith("#"):
        return ()
    words = _listed(json.loads(line)) if line.startswith(("[", "{", '"')) else line.split("=")
    return tuple(word for word in (_text(word).strip() for word in words) if word)


def _document(row: dict[str, Any], at: int) -> Text:
    headings = row.get("headings")
    return Text(
        key=_text(row.get("id")) or f"line {at}",
        title=_text(row.get("title")),
        headings="\n".join(map(_text, _listed(headings))),
        body=_text(row.get("body")),
    )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield number and content of every line that is not blank; raises ValueError for one that is no object."""
    with _opened(path) as lines:
        for at, line in enumerate(lines, 1):
            if line.strip():
                try:
                    row = json.loads(line)
                except ValueError as mistake:
                    raise ValueError(f"{path}, line {at}: {mistake}") from mistake
                if not isinstance(row, dict):
                    raise ValueError(f"{path}, line {at}: not an object")
                yield at, row


def _opened(path: Path) -> Any:
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rt", encoding="utf-8-sig") if is_packed else path.open(encoding="utf-8-sig")


def _text(value: Any) -> str:
    """Return ``value`` as text that can be written: JSON may hold halves of characters."""
    return "" if value is None else str(value).encode(errors="replace").decode()


def _listed(value: Any) -> list[Any]:
    """Return ``value`` as a list: nothing, one, or the members; a group of words may be the value of a key."""
    if isinstance(value, dict):
        return [word for member in value.values() for word in _listed(member)]
    if isinstance(value, (list, tuple)):
        return list(value)
    return [] if value is None else [value]
