"""From a model instance to the document that is sent: our terms, joined by blanks, so that the server need not cut.

Every search field is an object of two texts: ``terms``, which the server copies to the zone the field belongs to, and
``phrases``, the same words in their order, for phrases alone. Filters are kept as modelsearch keeps them.
"""

import re
from typing import Any

from django.db.models import Model
from modelsearch.backends.opensearch3 import OpenSearch3Mapping
from modelsearch.index import AutocompleteField, BaseField, RelatedFields, SearchField

from ..analysis import prefix_terms, terms
from ..backend.documents import as_text, zone_of
from ..backend.schema import BODY, TITLE, ZONES
from ..characters import normalise

#: The field of each zone of a document.
ZONE_FIELDS = tuple(f"_{zone}" for zone in ZONES)
PHRASES = "_phrases"
#: What is completed: everything, and titles by themselves.
BEGUN, BEGUN_TITLES = "_edgengrams", "_title_edgengrams"

_TERMS = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
_WORDS = {"type": "text", "analyzer": "whitespace", "norms": False}
_BEGINNINGS = {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False}
#: A word of another script, or one ideograph.
_WORD = re.compile(r"[^\W_\u2e80-\U0010ffff]+|[^\W_]")


def phrase_terms(text: str) -> list[str]:
    """Return the words of ``text`` in their order, each ideograph a word.

    >>> phrase_terms("E-04: 开机")
    ['e', '04', '开', '机']
    """
    return _WORD.findall(normalise(text))


class Mapping(OpenSearch3Mapping):
    """What the server is told about the fields of a model, and what it is sent of an object."""

    edgengram_analyzer_config = _BEGINNINGS

    def get_mapping(self) -> dict[str, Any]:
        """Return the mapping of the model's documents; fields that it does not name are kept and not searched."""
        properties = super().get_mapping()["properties"]
        del properties["_all_text"]
        properties |= dict.fromkeys(ZONE_FIELDS, _TERMS) | {PHRASES: _WORDS, BEGUN_TITLES: _BEGINNINGS}
        return {"dynamic": False, "properties": properties}

    def get_field_mapping(self, field: BaseField | RelatedFields) -> tuple[str, dict[str, Any]]:
        """Return the name and the mapping of one entry of search_fields."""
        name, mapping = super().get_field_mapping(field)
        if isinstance(field, SearchField):
            of_zone = _TERMS | {"copy_to": ZONE_FIELDS[zone(field)]}
            mapping = {"type": "object", "properties": {"terms": of_zone, "phrases": _WORDS | {"copy_to": PHRASES}}}
        elif isinstance(field, AutocompleteField) and zone(field) == TITLE:
            mapping["copy_to"] = BEGUN_TITLES
        return name, mapping

    def _get_document_field_data(self, field: BaseField | RelatedFields, obj: Model) -> tuple[str, Any, list[str]]:
        if isinstance(field, SearchField):
            text = as_text(field.get_value(obj))
            every = terms(text, single=zone(field) != BODY)
            value = {"terms": " ".join(every), "phrases": " ".join(phrase_terms(text))}
            return self.get_field_column_name(field), value, []
        if isinstance(field, AutocompleteField):
            begun = " ".join(prefix_terms(as_text(field.get_value(obj))))
            return self.get_field_column_name(field), begun, [begun]
        return super()._get_document_field_data(field, obj)


def zone(field: SearchField | AutocompleteField) -> int:
    """Return the zone of a field."""
    return zone_of(field.field_name, getattr(field, "boost", None))
