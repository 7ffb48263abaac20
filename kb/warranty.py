"""Until when a device and each of its components are under warranty, and what that does not cover."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from kb.models import Component, ProductModel, WarrantyExclusion
from people.dates import add_months


@dataclass(frozen=True)
class Term:
    """How many months a whole model, or one of its components, is under warranty; 0 is not at all.

    `component` is None for the whole model; `depth` says how deep a component lies inside others, from 0.
    """

    component: Component | None
    months: int
    exclusions: Sequence[WarrantyExclusion]
    depth: int = 0

    def until(self, bought_on: datetime.date | None) -> datetime.date | None:
        """Return the last day under warranty of what was bought that day; None where there is none, or no such day."""
        if bought_on is None or not self.months:
            return None
        return None if bought_on.year + self.months // 12 >= datetime.MAXYEAR else add_months(bought_on, self.months)


@dataclass(frozen=True)
class Cover:
    """A term as it stands on a day for what was bought on another."""

    term: Term
    until: datetime.date | None
    holds: bool | None  # None: not known, for want of the day it was bought


def terms(model: ProductModel) -> list[Term]:
    """Return the term of the model, then those of its components, each below the one it lies inside.

    A component's own months come first, then those of the component it lies inside, then the model's. What is excluded
    for no component in particular stands with the model.
    """
    named = Prefetch("warranty_exclusions", WarrantyExclusion.objects.order_by("key"))
    components = list(model.components.order_by("key").prefetch_related(named))
    everything = WarrantyExclusion.objects.filter(components__isnull=True).order_by("key")
    whole = Term(None, model.warranty_months, list(everything))
    below: dict[int | None, list[Component]] = {}
    for component in components:
        below.setdefault(component.parent_id, []).append(component)
    return [whole, *_inside(None, below, whole.months)]


def _inside(parent: int | None, below: Mapping, months: int, depth: int = 0) -> Iterator[Term]:
    for component in below.get(parent, ()):
        own = months if component.warranty_months is None else component.warranty_months
        yield Term(component, own, list(component.warranty_exclusions.all()), depth)
        yield from _inside(component.pk, below, own, depth + 1)


def standing(found: Iterable[Term], *, bought_on: datetime.date | None, on: datetime.date) -> list[Cover]:
    """Return what of the terms stands on a day; the last day counts."""
    return [Cover(term, until := term.until(bought_on), _holds(term, bought_on, until, on)) for term in found]


def _holds(term: Term, bought_on: datetime.date | None, until: datetime.date | None, on: datetime.date) -> bool | None:
    if not term.months:
        return False
    if bought_on is None:
        return None
    return until is None or on <= until
