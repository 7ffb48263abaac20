"""Tables of the words of the search: synonyms, the dictionary, stop words, promoted results.

Their rows have no keys: a row is the word it begins with, in the one spelling under which the search knows it.
"""

from collections.abc import Iterator

from django.db.models import QuerySet

from kb.content.names import Names
from kb.models import DictionaryWord, PromotedResult, StopWord, SynonymGroup
from kb.search.analysis import fold_query
from kb.searching.words import refusal
from people.load import Cells, Table, keys_in

_COMMA, _WIDE_COMMA = ",", "，"  # the search takes one for the other


class SynonymTable(Table):
    """Groups of words that mean the same: separated by commas in a file, a line each in the application."""

    def key(self, cells: Cells) -> str:
        """Return the word the group begins with."""
        return next((fold_query(word) for word in keys_in(cells["words"])), "")

    def canonical(self, cells: Cells) -> dict[str, str]:
        """Return each word once, in its place."""
        return {"words": ", ".join(dict.fromkeys(keys_in(cells["words"])))}

    def cells(self, row: SynonymGroup) -> dict[str, str]:
        """Return a group as it stands in a file."""
        return {"words": ", ".join(word.replace(_COMMA, _WIDE_COMMA) for word in row.members)}

    def fill(self, row: SynonymGroup, cells: Cells, names: Names) -> None:
        """Set the lines."""
        row.words = "\n".join(keys_in(cells["words"]))


class WordTable(Table):
    """Words of a list."""

    def key(self, cells: Cells) -> str:
        """Return the one spelling of the word."""
        return fold_query(cells["word"])

    def objections(self, cells: Cells, names: Names) -> Iterator[tuple[str, str]]:
        """Yield a sentence where the word would be found inside others."""
        if sentence := refusal(cells["word"]):
            yield "word", sentence


class PromotedTable(Table):
    """Documents put first for a query; a document stands there by its number."""

    def key(self, cells: Cells) -> str:
        """Return the one spelling of the query, and the number."""
        return f"{fold_query(cells['query'])}/{cells['document']}"

    def found(self) -> QuerySet[PromotedResult]:
        """Leave out drafts that have no number yet."""
        return super().found().filter(page__number__isnull=False)

    def cells(self, row: PromotedResult) -> dict[str, str]:
        """Return a row of the database as it stands in a file."""
        return super().cells(row) | {"document": row.page.number}


SYNONYM = SynonymTable("synonym", SynonymGroup, ("words",))
WORD = WordTable("word", DictionaryWord, ("word",))
STOP_WORD = WordTable("stop", StopWord, ("word",))
PROMOTED = PromotedTable(
    "promoted",
    PromotedResult,
    ("query", "document", "place"),
    identity=("query", "document"),
    fields={"document": "page"},
)
