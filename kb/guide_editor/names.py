"""What the fields of a node offer to choose from: rows of the catalogue by their keys, so that nobody knows these."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from kb.models.products import Component, Hazard, Part
from kb.models.severity import Tier
from people.models import Qualification

_MOST = 3000  # of a kind

type Names = Mapping[str, Sequence[tuple[str, str]]]


def names(language: str) -> Names:
    """Return (what is stored, what it is called) for each member of a node that names a row; tiers in that language."""
    components, parts = Component.objects.select_related("model"), Part.objects.all()
    tiers = [tier.name_en if language == "en" and tier.name_en else tier.name for tier in Tier.objects.all()]
    return {
        "qualification": [(row.key, str(row)) for row in Qualification.objects.select_related("subject")[:_MOST]],
        "hazards": [(row.key, row.label) for row in _first(Hazard.objects.all())],
        "component": [(row.key, f"{row.label} · {row.model}") for row in _first(components)],
        "parts": [(row.key, f"{row.label} · {row.number}") for row in _first(parts)],
        "escalate": [(name, "") for name in tiers],
    }


def _first(rows: QuerySet) -> QuerySet:
    return rows.order_by("key")[:_MOST]
