"""A search backend for modelsearch: Whoosh as storage, ranking and filters of its own over arrays.

    WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "kb.search.backend", "PATH": "/var/lib/app/search"}}

PATH is a directory on a local disk that belongs to the application; the processes of one machine share it.
Every root model has an index in a directory of its own in there.
"""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from modelsearch.backends import get_search_backend
from modelsearch.backends.base import BaseSearchBackend, get_model_root

from .compiler import AutocompleteQueryCompiler, QueryCompiler
from .indexes import Index, Rebuilder
from .results import SearchResults
from .store import Store, store_at

__all__ = ["SearchBackend", "drain"]


class WhooshSearchBackend(BaseSearchBackend):
    """The entry point; every call of get_search_backend() makes one, so all state is in the stores."""

    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    index_class = Index
    results_class = SearchResults
    rebuilder_class = Rebuilder
    catch_indexing_errors = True

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        if not params.get("PATH"):
            raise ImproperlyConfigured("The search backend needs PATH, the directory of its indexes.")
        self._path = Path(params["PATH"])

    def get_index_for_model(self, model: type[Model]) -> Index:
        """Return the index of the root model of ``model``."""
        return self.index_class(self, self.store_for(model))

    def store_for(self, model: type[Model]) -> Store:
        """Return where the index of ``model`` is kept."""
        return store_at(self._path / get_model_root(model)._meta.label_lower.replace(".", "_"))


SearchBackend = WhooshSearchBackend


def drain(backend: str = "default", timeout: float = 30.0) -> int:
    """Write the changes that a busy lock, a damaged index or a crash has left; return how many.

    Raises whoosh.index.LockError when another writer holds an index for ``timeout`` seconds.
    """
    return sum(index.store.write([], timeout) for index in get_search_backend(backend).all_indexes())
