"""Tantivy, a search library in Rust, through its package for Python."""

from collections.abc import Sequence
from pathlib import Path

from tests.bench.cases import Text
from tests.bench.engine import Absent, Engine

from .terms import WEIGHTS, of_document, of_query

try:
    import tantivy
except ImportError:
    tantivy = None


class OnOurTerms(Engine):
    """Tantivy's BM25 on our terms, the fields added up by weight."""

    def __init__(self) -> None:
        if tantivy is None:
            raise Absent("tantivy is not installed")

    def prepare(self) -> None:
        """Load the dictionary."""
        of_query("预热")

    def build(self, documents: Sequence[Text], folder: Path) -> None:
        """Write the documents with one thread."""
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("key", stored=True, tokenizer_name="raw")
        for name in WEIGHTS:
            builder.add_text_field(name, stored=False, tokenizer_name="whitespace")
        writer = tantivy.Index(builder.build(), path=str(folder)).writer(num_threads=1)
        for text in documents:
            writer.add_document(tantivy.Document(key=text.key, **of_document(text)))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        """Open a searcher."""
        index = tantivy.Index.open(str(folder))
        self._schema, self._searcher = index.schema, index.searcher()

    def search(self, text: str) -> list[str]:
        """Return the keys of the first ten documents."""
        wanted = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(name, term), weight))
                for term in of_query(text)
                for name, weight in WEIGHTS.items()
            ]
        )
        return [self._searcher.doc(address)["key"][0] for _, address in self._searcher.search(wanted, 10).hits]

    def _term(self, name: str, term: str) -> "tantivy.Query":
        return tantivy.Query.term_query(self._schema, name, term)
