"""What a search can be narrowed to: the facets of documents, how they stand in an address, and how many each leaves."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
from django.conf import settings

from kb.models import FaultGuidePage, ProductModel
from kb.models.pages import KINDS
from kb.search.backend.columns import Mask
from kb.search.backend.documents import Scalar
from kb.search.backend.found import Found
from people.models import Qualification

#: The name of each facet in an address, and the FilterField of documents that it asks.
FIELDS = {
    "kind": "facet_kind",
    "model": "product_models",
    "class": "facet_class",
    "level": "facet_levels",
    "lang": "language",
}
#: Kinds that are found under another one.
PARTS = {"chapter": "manual"}


@dataclass(frozen=True)
class Narrowing:
    """What was chosen: facet -> the value the index knows, and how each stands in an address."""

    values: Mapping[str, Scalar] = field(default_factory=dict)
    address: Mapping[str, str] = field(default_factory=dict)
    model: ProductModel | None = None

    @property
    def language(self) -> str:
        """The language that was chosen, or "" for the reader's first."""
        return str(self.values.get("lang", ""))


def narrowing(asked: Mapping[str, str]) -> Narrowing:
    """Return what an address asks for; values that do not exist are passed over."""
    asked = {name: asked.get(name, "")[:60] for name in FIELDS}
    asked["kind"] = PARTS.get(asked["kind"], asked["kind"])
    model = ProductModel.objects.filter(key=asked["model"]).first() if asked["model"] else None
    known: dict[str, Mapping[str, Scalar]] = {
        "kind": {kind: kind for kind in KINDS if kind not in PARTS},
        "model": {model.key: model.pk} if model else {},
        "class": {value: value for value in FaultGuidePage.FaultClass.values},
        "level": {str(rank): rank for rank in Qualification.Rank.values},
        "lang": {code: code for code, _name in settings.LANGUAGES},
    }
    values = {name: known[name][value] for name, value in asked.items() if value in known[name]}
    return Narrowing(values, {name: asked[name] for name in values}, model)


@dataclass(frozen=True)
class Sifted:
    """Which pages are left, the best first, and value -> how many each facet would leave with the others as chosen."""

    numbers: Sequence[int]
    counts: Mapping[str, Counter[Scalar]]


def sifted(found: Found, values: Mapping[str, Scalar], language: str) -> Sifted:
    """Narrow what was found, and count; a document in two languages is one, in the reader's where that was found."""
    documents = _one_each(found, language)
    chosen = {name: found.having(FIELDS[name], [value]) for name, value in values.items()}
    base = found.mask if "lang" in values else documents
    counts = {
        name: found.counts(FIELDS[name], _all(found.mask if name == "lang" else base, chosen, but=name))
        for name in FIELDS
    }
    return Sifted(found.best(_all(base, chosen)), counts)


def _all(mask: Mask, chosen: Mapping[str, Mask], but: str = "") -> Mask:
    return reduce(np.logical_and, (each for name, each in chosen.items() if name != but), mask)


def _one_each(found: Found, language: str) -> Mask:
    """Return the documents found, each in one language: the reader's, or else the one that fits best."""
    pages = found.best(found.mask)
    numbers, languages = (found.single(name, pages) for name in ("number", "language"))
    best = list(zip(numbers, pages, languages, strict=True))
    taken = {number: page for number, page, _language in reversed(best)}
    taken |= {number: page for number, page, said in reversed(best) if said == language}
    mask = np.zeros_like(found.mask)
    mask[list(taken.values())] = True
    return mask
