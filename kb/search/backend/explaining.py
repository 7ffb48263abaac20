"""Why a document is found, and how its score comes about: the sums of the scorer for one document, term by term."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from modelsearch.backends import get_search_backend

from .. import analysis
from . import scoring
from .matching import OTHER_WORDING, Search
from .schema import TERMS, WEIGHTS, ZONES
from .snapshot import Snapshot


@dataclass(frozen=True)
class InZone:
    """How often a term stands in a zone of the document ("title", "headings", "body"), and what that counts.

    ``length`` and ``average`` are the numbers of terms of the zone here and in all documents; ``counted`` is the
    frequency times ``weight``, lowered where the zone is longer than the average.
    """

    zone: str
    frequency: int
    weight: float
    length: int
    average: float
    counted: float


@dataclass(frozen=True)
class OfTerm:
    """What a term adds: ``idf`` (its weight, rare terms weigh more) times the saturated frequency.

    ``weight`` is less than 1 for a piece of a code that is there as a whole.
    """

    term: str
    documents: int
    idf: float
    weight: float
    zones: tuple[InZone, ...]
    score: float


@dataclass(frozen=True)
class OfClause:
    """What a part of the query adds. ``written`` as the person wrote it, ``read`` the wording that counted.

    The two differ where a synonym says it better; a synonym's score is then lowered by ``factor``.
    """

    written: str
    read: str
    factor: float
    terms: tuple[OfTerm, ...]
    score: float


@dataclass(frozen=True)
class Explanation:
    """The rank of a document among all that are found, and the sum that led to it.

    ``score`` is the sum over the clauses times ``coordination``, which falls with the words that are missing:
    ``present`` of ``asked`` words occur.
    """

    rank: int
    found: int
    score: float
    coordination: float
    present: float
    asked: int
    clauses: tuple[OfClause, ...]


def explain(queryset: QuerySet, query: str, key: object) -> Explanation | None:
    """Return why the object of ``queryset`` with the primary key ``key`` is found, None when it is not."""
    backend = get_search_backend()
    hits = backend.search(query, queryset)._hits
    snapshot, numbers = hits.ranking.snapshot, hits.first(None)
    number = next(iter(snapshot.numbers(str(key))), None)
    if number not in numbers:
        return None
    parts = list(_parts(snapshot, analysis.clauses(query, backend.lexicon), number))
    asked = sum(required for _, required, _ in parts)
    present = sum(share * required for _, required, share in parts)
    return Explanation(
        rank=numbers.index(number) + 1,
        found=len(numbers),
        score=hits.ranking.scores([number])[0],
        coordination=scoring.coordination(present, asked),
        present=present,
        asked=asked,
        clauses=tuple(clause for clause, _, _ in parts),
    )


def _parts(
    snapshot: Snapshot, clauses: Sequence[analysis.Clause], number: int
) -> Iterator[tuple[OfClause, int, float]]:
    """Yield each clause with the number of words it asks for and the share of them that the document has."""
    search = Search(snapshot)
    for clause in clauses:
        readings = [_reading(snapshot, wording, number) for wording in clause.wordings]
        for at, said in enumerate(clause.written[1:], 1):
            is_said = bool(search.whole(said, clause.wordings[at])[number])
            terms, score, _ = readings[at]
            readings[at] = terms, score * OTHER_WORDING * is_said, float(is_said)
        best = max(range(len(readings)), key=lambda at: readings[at][1])
        terms, score, _ = readings[best]
        written = clause.written or (" ".join(word.terms[0] for word in clause.wordings[0]),)
        factor = OTHER_WORDING if best else 1.0
        share = max(share for *_, share in readings)
        yield OfClause(written[0], written[best], factor, terms, score), clause.required, share


def _reading(
    snapshot: Snapshot, words: Sequence[analysis.Word], number: int
) -> tuple[tuple[OfTerm, ...], float, float]:
    """Return the terms of one wording, their score, and the share of its words that occur."""
    of_word = [
        [_term(snapshot, term, number, weight) for term, weight in snapshot.weighted(word.terms, word.code)]
        for word in words
    ]
    required = [terms for word, terms in zip(words, of_word, strict=True) if word.ways]
    share = sum(any(term.score for term in terms) for terms in required) / (len(required) or 1)
    found = tuple(term for terms in of_word for term in terms if term.score)
    return found, sum(term.score for term in found), share


def _term(snapshot: Snapshot, term: str, number: int, weight: float) -> OfTerm:
    postings = snapshot.postings(TERMS, term)
    at = postings.documents.searchsorted(number)
    here = at < len(postings.documents) and postings.documents[at] == number
    documents = len(postings.documents)
    if not here:
        return OfTerm(term, documents, scoring.idf(documents, snapshot.count), weight, (), 0.0)
    impact = snapshot.impact(term)
    norms, lengths, averages = snapshot.norms[number], snapshot.lengths[number], snapshot.averages
    zones = tuple(
        InZone(zone, int(frequency), counts, int(length), float(average), float(frequency * norm))
        for zone, frequency, counts, length, average, norm in zip(
            ZONES, postings.frequency[at], WEIGHTS, lengths, averages, norms, strict=True
        )
        if frequency
    )
    score = weight * float(impact.scores[impact.documents.searchsorted(number)])
    return OfTerm(term, documents, scoring.idf(documents, snapshot.count), weight, zones, score)
