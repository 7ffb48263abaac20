"""The facets as they are shown: values in words, how many each leaves, the address that chooses or lets go of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kb.models import FaultGuidePage, ProductModel
from kb.models.pages import KINDS
from kb.search.backend.documents import Scalar
from kb.searching.find import Outcome
from people.models import Qualification
from web.search.asked import Asked

#: Values of one facet that are shown.
MOST = 12
_LABELS = {
    "kind": _("Kind"),
    "model": _("Product"),
    "class": _("Fault class"),
    "level": _("Qualification asked for"),
    "lang": _("Language"),
}


@dataclass(frozen=True)
class Choice:
    """A value of a facet."""

    label: str | Promise
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """A facet with its values."""

    name: str
    label: Promise
    choices: list[Choice]

    @property
    def chosen(self) -> Choice | None:
        """The value that was chosen."""
        return next((choice for choice in self.choices if choice.is_chosen), None)


def facets(asked: Asked, outcome: Outcome, models: Mapping[int, ProductModel], query: str) -> list[Facet]:
    """Return the facets in which there is something to choose or to let go of."""
    shown = [_facet(name, asked, outcome, models, query) for name in _LABELS]
    every = len(outcome.rows)
    return [facet for facet in shown if facet.chosen or any(choice.count < every for choice in facet.choices)]


def _facet(name: str, asked: Asked, outcome: Outcome, models: Mapping[int, ProductModel], query: str) -> Facet:
    words, chosen = words_of(name, models), asked.narrowing.values.get(name)
    counts = {value: n for value, n in outcome.counts.get(name, {}).items() if value in words}
    counts |= {chosen: counts.get(chosen, 0)} if chosen is not None else {}
    first = sorted(counts, key=lambda value: (value != chosen, -counts[value], str(words[value])))[:MOST]
    ordered = sorted(first) if name == "level" else sorted(first, key=lambda value: -counts[value])
    return Facet(name, _LABELS[name], [_choice(name, value, asked, words, counts, models, query) for value in ordered])


def _choice(
    name: str, value: Scalar, asked: Asked, words: Mapping, counts: Mapping, models: Mapping, query: str
) -> Choice:
    is_chosen = asked.narrowing.values.get(name) == value
    said = models[value].key if name == "model" else str(value)
    url = asked.address(query, **{name: "" if is_chosen else said})
    return Choice(words[value], counts[value], url, is_chosen)


def words_of(name: str, models: Mapping[int, ProductModel]) -> Mapping[Scalar, str | Promise]:
    """Return value -> what it is called, for one facet."""
    return {
        "kind": {kind: capfirst(model._meta.verbose_name_plural) for kind, model in KINDS.items()},
        "model": {pk: model.label for pk, model in models.items()},
        "class": dict(FaultGuidePage.FaultClass.choices),
        "level": dict(Qualification.Rank.choices),
        "lang": dict(settings.LANGUAGES),
    }[name]
