"""FTS5, the full-text index of SQLite."""

import sqlite3
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from tests.bench.cases import Text
from tests.bench.engine import Absent, Engine

from .terms import of_document, of_query

_FOUND = (
    "SELECT key FROM texts JOIN keys ON keys.rowid = texts.rowid "
    "WHERE texts MATCH ? ORDER BY bm25(texts, 4.0, 2.0, 1.0) LIMIT 10"
)


class OnOurTerms(Engine):
    """FTS5's BM25 on our terms, weighted by field."""

    tokenizer = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"

    def __init__(self) -> None:
        try:
            self._create(sqlite3.connect(":memory:"))
        except sqlite3.Error as reason:
            raise Absent(f"this SQLite has no such FTS5: {reason}") from reason

    def prepare(self) -> None:
        """Load the dictionary."""
        of_query("预热")

    def build(self, documents: Sequence[Text], folder: Path) -> None:
        """Write the documents in one transaction."""
        database = self._database(folder)
        self._create(database)
        for at, text in enumerate(documents, 1):
            database.execute("INSERT INTO keys (rowid, key) VALUES (?, ?)", [at, text.key])
            row = [at, *self.texts(text)]
            database.execute("INSERT INTO texts (rowid, title, headings, body) VALUES (?, ?, ?, ?)", row)
        database.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        database.commit()
        database.close()

    def open(self, folder: Path) -> None:
        """Open the database."""
        self._searched = self._database(folder)

    def search(self, text: str) -> list[str]:
        """Return the keys of the first ten documents."""
        wanted = " OR ".join('"{}"'.format(term.replace('"', '""')) for term in self.terms(text))
        return [key for (key,) in self._searched.execute(_FOUND, [wanted])] if wanted else []

    def texts(self, text: Text) -> Sequence[str]:
        """Return the three fields."""
        return list(of_document(text).values())

    def terms(self, text: str) -> Sequence[str]:
        """Return what may occur."""
        return of_query(text)

    def _create(self, database: sqlite3.Connection) -> None:
        database.execute("CREATE TABLE keys (key TEXT)")
        database.execute(
            f'CREATE VIRTUAL TABLE texts USING fts5(title, headings, body, content="", tokenize="{self.tokenizer}")'
        )

    def _database(self, folder: Path) -> sqlite3.Connection:
        return sqlite3.connect(folder / "index.sqlite3")


class WithTrigrams(OnOurTerms):
    """FTS5's own answer to Chinese: every three characters are a term, so less than three find nothing."""

    tokenizer = "trigram"

    def texts(self, text: Text) -> Sequence[str]:
        """Return the fields as they are."""
        return text.title, text.headings, text.body

    def terms(self, text: str) -> Sequence[str]:
        """Return every three neighbouring characters of each part of the query."""
        windows = ([part[at : at + 3] for at in range(len(part) - 2)] for part in text.replace("\0", " ").split())
        return list(dict.fromkeys(chain.from_iterable(windows)))
