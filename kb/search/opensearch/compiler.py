"""From a queryset and a query to what the server is asked.

The terms of a query are scored over the three zones together (``combined_fields``, BM25F as the Whoosh backend has
it, but for one length normalisation instead of one a zone), titles a second time by themselves, and the whole is
lowered where words are missing. What differs is said where it does.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatchmethod
from typing import Any

from modelsearch.backends.opensearch3 import OpenSearch3AutocompleteQueryCompiler, OpenSearch3SearchQueryCompiler
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText, SearchQuery

from .. import analysis
from ..analysis import Clause, Word
from ..backend.matching import OTHER_WORDING
from ..backend.schema import BODY, TITLE, WEIGHTS
from ..backend.scoring import COORDINATION, K1
from ..backend.scoring import TITLE as TITLE_ALONE
from ..backend.snapshot import PIECE
from ..lexicon import EMPTY, Lexicon
from .mapping import BEGUN, BEGUN_TITLES, PHRASES, ZONE_FIELDS, Mapping, phrase_terms, zone

Query = dict[str, Any]

#: Terms of one query, so that its clauses stay below what a server accepts (1,024 unless it is told otherwise).
MOST_TERMS = 150
#: What the beginning of a word is worth beside the whole.
_BEGUN_WORD = 0.5

NOTHING: Query = {"match_none": {}}


class QueryCompiler(OpenSearch3SearchQueryCompiler):
    """Compiles full-text queries; words are joined by "or" unless the caller says otherwise."""

    mapping_class = Mapping
    #: What words mean here; whoever searches sets it.
    lexicon: Lexicon = EMPTY

    def get_inner_query(self) -> Query:
        """Return the query without the filters."""
        return self._compiled(self.query)

    def get_sort(self) -> list[Any]:
        """Return the order; equal scores by key, so that no result is on two pages."""
        return super().get_sort() or ["_score", {"pk": "asc"}]

    @singledispatchmethod
    def _compiled(self, query: SearchQuery) -> Query:
        raise NotImplementedError(f"`{type(query).__name__}` is not supported by this search backend.")

    @_compiled.register
    def _(self, query: MatchAll) -> Query:
        return {"match_all": {}}

    @_compiled.register
    def _(self, query: Not) -> Query:
        return {"bool": {"must_not": [self._compiled(query.subquery)]}}

    @_compiled.register
    def _(self, query: And) -> Query:
        return {"bool": {"must": [self._compiled(subquery) for subquery in query.subqueries]}}

    @_compiled.register
    def _(self, query: Or) -> Query:
        return any_of([self._compiled(subquery) for subquery in query.subqueries])

    @_compiled.register
    def _(self, query: Boost) -> Query:
        return boosted(self._compiled(query.subquery), query.boost)

    @_compiled.register
    def _(self, query: PlainText) -> Query:
        clauses = analysis.clauses(query.query_string, self.lexicon)
        return boosted(self._clauses(clauses, every=query.operator == "and"), query.boost)

    @_compiled.register
    def _(self, query: Phrase) -> Query:
        """Score the words; the phrase itself only says whether a document is there."""
        words = " ".join(phrase_terms(query.query_string))
        scored = self._clauses(analysis.clauses(query.query_string), every=False)
        phrases = any_of([{"match_phrase": {field: words}} for field in self._phrase_fields])
        return {"bool": {"must": [scored], "filter": [phrases]}} if words else NOTHING

    @_compiled.register
    def _(self, query: Fuzzy) -> Query:
        """Add what is one edit away, two for long words, and begins with the same letter; never for ideographs."""
        words = analysis.words(query.query_string)
        either = [any_of([self._clauses([Clause(((word,),))], every=False), *self._near(word)]) for word in words]
        required = [one for one, word in zip(either, words, strict=True) if word.ways]
        if query.operator == "and" and required:
            return {"bool": {"must": required}}
        return any_of(either)

    def _clauses(self, clauses: Sequence[Clause], *, every: bool) -> Query:
        clauses = list(_within(clauses, MOST_TERMS))
        if not clauses:
            return NOTHING
        plain = [word for clause in clauses if len(clause.wordings) == 1 for word in clause.wordings[0]]
        found = any_of([*self._scores(plain), *(self._best(clause) for clause in clauses if len(clause.wordings) > 1)])
        required = [clause for clause in clauses if clause.required]
        if every and required:
            found = {"bool": {"must": [found], "filter": [self._has(clause) for clause in required]}}
        return self._coordinated(found, required)

    def _scores(self, words: Sequence[Word]) -> list[Query]:
        """Return what scores ``words``; the pieces of a code count little, whether the code occurs anywhere or not."""
        terms = [(term, PIECE if word.code and term != word.code else 1.0) for word in words for term in word.terms]
        scores = []
        for worth in (1.0, PIECE):
            scored = self._scored(indexed(term for term, its_worth in terms if its_worth == worth))
            scores += [boosted(score, worth) for score in scored]
        return scores

    def _scored(self, terms: Sequence[str]) -> list[Query]:
        """Return what scores ``terms`` in the whole document, and in its title by itself."""
        if not terms:
            return []
        titles = [boosted(combined(terms, self._title_fields), TITLE_ALONE / (K1 + 1))] if self._title_fields else []
        return [combined(terms, self._fields), *titles]

    def _best(self, clause: Clause) -> Query:
        """Return what scores a clause of several wordings: the one that a document says best."""
        first, *others = clause.wordings
        queries = [any_of(self._scores(first)), *(boosted(self._whole(words), OTHER_WORDING) for words in others)]
        return {"dis_max": {"queries": queries}}

    def _whole(self, words: Sequence[Word]) -> Query:
        """Return what scores another wording, where all of its words are: it means the same as a whole."""
        required = [self._has_word(word) for word in words if word.ways]
        return {"bool": {"must": [any_of(self._scores(words))], "filter": required}}

    def _has(self, clause: Clause) -> Query:
        """Return which documents have every required word of one of the wordings."""
        return any_of([all_of([self._has_word(word) for word in words if word.ways]) for words in clause.wordings])

    def _has_word(self, word: Word) -> Query:
        return any_of([combined(_apart(way), self._fields, operator="and") for way in word.ways])

    def _coordinated(self, found: Query, clauses: Sequence[Clause]) -> Query:
        """Lower the score where only some of the words occur; a clause of several wordings counts where one does."""
        present = [(self._present(clause.wordings), clause.required) for clause in clauses]
        asked = sum(words for _, words in present)
        if asked < 2:
            return found
        shares = [{"filter": there, "weight": COORDINATION * words / asked} for there, words in present]
        functions = [{"weight": 1 - COORDINATION}, *shares]
        return {
            "function_score": {"query": found, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"}
        }

    def _present(self, wordings: Iterable[Sequence[Word]]) -> Query:
        terms = (term for words in wordings for word in words if word.ways for term in word.terms)
        return combined(indexed(terms), self._fields)

    def _near(self, word: Word) -> list[Query]:
        near = [term for term in word.terms if term.isascii() and len(term) > 2]
        options = {"fields": self._fields, "fuzziness": "AUTO:3,6", "prefix_length": 1}
        return [{"multi_match": {"query": term} | options} for term in near]

    @property
    def _fields(self) -> list[str]:
        zones = zip(ZONE_FIELDS, WEIGHTS, strict=True)
        return [f"{field}^{weight:g}" for field, weight in self._restricted or zones]

    @property
    def _title_fields(self) -> list[str]:
        return [field for field in self._fields if field.endswith(f"^{WEIGHTS[TITLE]:g}")]

    @property
    def _phrase_fields(self) -> list[str]:
        return [field.replace(".terms", ".phrases") for field, _ in self._restricted] or [PHRASES]

    @property
    def _restricted(self) -> list[tuple[str, float]]:
        """The fields that alone are searched, with their weights; [] for all."""
        fields = {field.field_name: field for field in self.get_searchable_fields()}
        asked = [fields[name] for name in self.fields or ()]
        return [(f"{self.mapping.get_field_column_name(field)}.terms", WEIGHTS[zone(field)]) for field in asked]


class AutocompleteQueryCompiler(OpenSearch3AutocompleteQueryCompiler):
    """Compiles queries whose words may be unfinished; all of them have to begin a word of the object."""

    DEFAULT_OPERATOR = "and"
    mapping_class = Mapping

    def get_sort(self) -> list[Any]:
        """Return the order; equal scores by key."""
        return super().get_sort() or ["_score", {"pk": "asc"}]

    def _compile_plaintext_query(self, query: PlainText, fields: Sequence[Any], boost: float = 1.0) -> Query:
        names = [field.field_name for field in fields]
        weighted = [(name, WEIGHTS[BODY]) for name in names]
        if names == [BEGUN]:
            weighted.append((BEGUN_TITLES, WEIGHTS[TITLE]))
        begun = [_begun(prefix, weighted) for prefix in analysis.prefixes(query.query_string)]
        if not begun:
            return NOTHING
        return boosted({"bool": {"must": begun}} if query.operator == "and" else any_of(begun), query.boost)


def combined(terms: Iterable[str], fields: Sequence[str], **options: Any) -> Query:
    """Return the query for ``terms`` in ``fields`` taken together; the server splits at blanks."""
    return {"combined_fields": {"query": " ".join(terms), "fields": list(fields)} | options}


def indexed(terms: Iterable[str]) -> list[str]:
    """Return those of ``terms`` that are in the index: of a Chinese word its pairs are, and they score enough."""
    return [term for term in terms if not analysis.is_compound(term)]


def any_of(queries: Sequence[Query]) -> Query:
    """Return what matches where one of ``queries`` does, and scores their sum."""
    return {"bool": {"should": list(queries), "minimum_should_match": 1}} if queries else NOTHING


def all_of(queries: Sequence[Query]) -> Query:
    """Return what matches where all of ``queries`` do, and scores nothing."""
    return {"bool": {"filter": list(queries)}}


def boosted(query: Query, boost: float) -> Query:
    """Return ``query`` with its score multiplied by ``boost``."""
    return query if boost == 1 else {"bool": {"must": [query], "boost": boost}}


def _begun(prefix: str, fields: Iterable[tuple[str, float]]) -> Query:
    """Return what has a word that begins so; a finished word comes before one that merely begins so."""
    queries = []
    for field, weight in fields:
        queries.append({"prefix": {field: {"value": prefix, "boost": weight * _BEGUN_WORD}}})
        queries.append({"constant_score": {"filter": {"term": {field: prefix}}, "boost": weight}})
    return {"dis_max": {"queries": queries}}


def _apart(terms: Iterable[str]) -> list[str]:
    """Return ``terms``, with its pairs instead of a Chinese word."""
    parts = (analysis.bigrams(term) if analysis.is_compound(term) else (term,) for term in terms)
    return [term for part in parts for term in part]


def _within(clauses: Iterable[Clause], most: int) -> Iterator[Clause]:
    """Yield clauses as long as they have fewer than ``most`` terms together."""
    for clause in clauses:
        most -= sum(len(word.terms) for words in clause.wordings for word in words)
        if most < 0:
            return
        yield clause
