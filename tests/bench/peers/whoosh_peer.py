"""Whoosh with its own writer and its own searcher."""

from collections.abc import Sequence
from pathlib import Path

from whoosh import fields, index, query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.qparser import MultifieldParser, OrGroup

from tests.bench.cases import Text
from tests.bench.engine import Absent, Engine

from .terms import WEIGHTS, of_document, of_query


class OnOurTerms(Engine):
    """Whoosh's BM25F on our terms."""

    analyzer = SpaceSeparatedTokenizer()

    def prepare(self) -> None:
        """Load the dictionary."""
        of_query("预热")

    def build(self, documents: Sequence[Text], folder: Path) -> None:
        """Write one segment."""
        texts = {
            name: fields.TEXT(analyzer=self.analyzer, phrase=False, field_boost=boost)
            for name, boost in WEIGHTS.items()
        }
        writer = index.create_in(str(folder), fields.Schema(key=fields.STORED, **texts)).writer(compound=False)
        for text in documents:
            writer.add_document(key=text.key, **self.texts(text))
        writer.commit(merge=False)

    def open(self, folder: Path) -> None:
        """Open a searcher."""
        self._searcher = index.open_dir(str(folder)).searcher()

    def search(self, text: str) -> list[str]:
        """Return the keys of the first ten documents."""
        return [hit["key"] for hit in self._searcher.search(self.query(text), limit=10)]

    def texts(self, text: Text) -> dict[str, str]:
        """Return what is written of a document."""
        return of_document(text)

    def query(self, text: str) -> query.Query:
        """Return any of the terms in any of the fields."""
        return query.Or([query.Term(name, term) for term in of_query(text) for name in WEIGHTS])


class WithJieba(OnOurTerms):
    """Whoosh as tutorials set it up for Chinese: jieba's analyzer and Whoosh's parser."""

    def __init__(self) -> None:
        try:
            from jieba.analyse import ChineseAnalyzer
        except ImportError as reason:
            raise Absent("jieba is not installed") from reason
        self.analyzer = ChineseAnalyzer()

    def prepare(self) -> None:
        """Load the dictionary."""
        list(self.analyzer("预热"))

    def texts(self, text: Text) -> dict[str, str]:
        """Return the fields as they are."""
        return {"title": text.title, "headings": text.headings, "body": text.body}

    def query(self, text: str) -> query.Query:
        """Return what the parser makes of it."""
        return MultifieldParser(list(WEIGHTS), self._searcher.schema, group=OrGroup).parse(text)
