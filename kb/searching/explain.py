"""Why a document stands where it stands among what is found for a query, in what an editor understands."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from modelsearch.backends import get_search_backend

from kb.models import ControlledPage, FaultCode, PromotedResult
from kb.search.analysis import fold_query
from kb.search.backend import SearchBackend, explain
from kb.search.backend.explaining import Explanation, InZone, OfClause, OfTerm
from people.models import Person

#: Documents that are offered to ask about.
OFFERED = 20
ZONES: dict[str, Promise] = {
    "title": _("Title, number, keywords"),
    "headings": _("Summary, headings"),
    "body": _("Text"),
}


@dataclass(frozen=True)
class Line:
    """A term of the query in one part of the document; ``first`` begins a term, whose sums stand beside it."""

    term: OfTerm
    zone: InZone
    first: bool

    @property
    def name(self) -> Promise:
        """What the part is called."""
        return ZONES[self.zone.zone]

    @property
    def rows(self) -> int:
        """How many lines the term has."""
        return len(self.term.zones)


@dataclass(frozen=True)
class Part:
    """A part of the query: what was typed, what of it counted, and what share of the score it brings."""

    clause: OfClause
    percent: int

    @property
    def is_synonym(self) -> bool:
        """Whether the document says it in another word of the editors' synonyms."""
        return self.clause.factor < 1

    @property
    def lines(self) -> list[Line]:
        """The terms that occur, zone by zone."""
        return [Line(term, zone, at == 0) for term in self.clause.terms for at, zone in enumerate(term.zones)]


@dataclass(frozen=True)
class Why:
    """What there is to say about one document. Without an explanation the search does not find it."""

    page: ControlledPage
    explanation: Explanation | None
    promoted: PromotedResult | None

    @property
    def parts(self) -> list[Part]:
        """The parts of the query, as it was typed."""
        clauses = self.explanation.clauses if self.explanation else ()
        whole = sum(clause.score for clause in clauses) or 1
        return [Part(clause, round(100 * clause.score / whole)) for clause in clauses]

    @property
    def sum(self) -> float:
        """What the parts come to before missing words lower it."""
        return sum(part.clause.score for part in self.parts)

    @property
    def missing(self) -> list[str]:
        """The parts of the query that the document does not have at all."""
        return [part.clause.written for part in self.parts if not part.clause.score]


def is_explained() -> bool:
    """Say whether the search engine in use can account for its scores; one on another machine cannot."""
    return isinstance(get_search_backend(), SearchBackend)


def found(*, query: str, person: Person) -> list[ControlledPage]:
    """Return the first documents that this person finds, in the order of their scores."""
    return list(ControlledPage.objects.visible_to(person).select_related("locale").search(query)[:OFFERED])


def why(*, query: str, number: str, person: Person, language: str) -> Why | None:
    """Return why the document of that number is found, its text in this language if that is; None for strangers."""
    readable = ControlledPage.objects.visible_to(person)
    texts = sorted(readable.filter(number=number), key=lambda page: page.language != language)
    if not texts:
        return None
    row = PromotedResult.objects.filter(folded=fold_query(query)[:100], page__number=number).exclude(folded="").first()
    accounts = ((page, explain(readable, query, page.pk)) for page in texts)
    page, account = next((each for each in accounts if each[1]), (texts[0], None))
    return Why(page, account, row)


def leads_to_code(query: str) -> bool:
    """Say whether the query is the name of a fault code, to which the search leads at once."""
    return FaultCode.objects.spelt(query).exists() if fold_query(query) else False
