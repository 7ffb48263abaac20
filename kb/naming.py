"""Rows of the catalogue that signed text names by their keys: no foreign key holds these, so they are looked for."""

from collections.abc import Iterator

from django.db.models import Model, Q

from kb.models import Component, FaultGuidePage, Hazard, Part, ProductModel, Submission

_MEMBERS: dict[type[Model], str] = {Component: "component", Part: "parts", Hazard: "hazards"}


def guides_naming(row: Model) -> list[FaultGuidePage]:
    """Return the guides in force, or waiting for signatures, whose nodes name this row or go with it.

    Of a product model these are the guides that name one of its components. Rows of other kinds nobody names so.
    """
    rows = list(row.components.all()) if isinstance(row, ProductModel) else [row]
    wanted = {(_MEMBERS[type(each)], each.key) for each in rows if type(each) in _MEMBERS}
    if not wanted:
        return []
    waiting = Submission.objects.open().values("page")
    found = FaultGuidePage.objects.filter(Q(live=True) | Q(pk__in=waiting)).order_by("number", "pk")
    return [guide for guide in found if not wanted.isdisjoint(_named(guide))]


def _named(guide: FaultGuidePage) -> Iterator[tuple[str, str]]:
    """Yield (member, key) for every key in the nodes of the text in force and of the draft above it."""
    for text in (guide, guide.get_latest_revision_as_object()):
        for node in text.body.raw_data:
            for member in _MEMBERS.values():
                for key in str(node["value"].get(member) or "").split(","):
                    yield member, key.strip()
