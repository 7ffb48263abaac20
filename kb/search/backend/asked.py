"""What results of every engine of ours say of what was asked."""

from typing import Any

from modelsearch.backends.base import FilterFieldError
from modelsearch.index import FilterField
from modelsearch.query import PlainText

from ..analysis import clauses


class Asked:
    """Beside modelsearch's results: the query as it was read, and the fields it may be counted by."""

    backend: Any
    query_compiler: Any

    @property
    def synonyms(self) -> list[tuple[str, ...]]:
        """What of the query is searched in other words too: as it was typed, then the other wordings."""
        query = self.query_compiler.query
        read = clauses(query.query_string, self.backend.lexicon) if isinstance(query, PlainText) else []
        return [clause.written for clause in read if clause.written]

    def _field(self, name: str) -> FilterField:
        model = self.query_compiler.queryset.model
        fields = model.get_filterable_search_fields()
        field = next((f for f in fields if name in (f.field_name, f.get_attname(model))), None)
        if field is None:
            raise FilterFieldError(
                f'Cannot facet search results with field "{name}". Please add '
                f"index.FilterField('{name}') to {model.__name__}.search_fields.",
                field_name=name,
            )
        return field
