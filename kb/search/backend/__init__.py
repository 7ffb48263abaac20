"""A search backend for modelsearch: Whoosh as storage, ranking and filters of its own over arrays.

    WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "kb.search.backend", "PATH": "/var/lib/app/search"}}

PATH is a directory on a local disk that belongs to the application; the processes of one machine share it.
Every root model has an index in a directory of its own in there. LEXICON, if given, names a function that returns
the words of the house. NODE is the name of this machine, NODES (["local"]) those of all machines that keep an index of
their own and have to hear of every change; two backends of one machine need two names. REPAIR (True) says whether a
damaged index is built anew by the process that notices.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.utils.module_loading import import_string
from modelsearch.backends import get_search_backend
from modelsearch.backends.base import BaseSearchBackend, get_model_root

from ..lexicon import Lexicon
from .compiler import AutocompleteQueryCompiler, QueryCompiler
from .draining import drained
from .explaining import explain
from .indexes import Index, Rebuilder
from .matching import Typed
from .outbox import Outbox
from .results import SearchResults
from .store import Store, store_at

__all__ = ["SearchBackend", "Typed", "drain", "explain"]

#: A name of a machine; the column of the outbox has 64 characters, and marks some entries behind the name.
_NODE = re.compile(r"[\w.-]{1,50}")


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
        self.nodes: tuple[str, ...] = tuple(params.get("NODES", [params.get("NODE", "local")]))
        self.node: str = params.get("NODE", self.nodes[0] if self.nodes else "")
        if self.node not in self.nodes or not all(_NODE.fullmatch(node) for node in self.nodes):
            raise ImproperlyConfigured("The search backend needs NODES, short plain names, and NODE, one of them.")
        self.repairs: bool = params.get("REPAIR", True)
        self._lexicon: Callable[[], Lexicon] = import_string(params["LEXICON"]) if "LEXICON" in params else Lexicon

    @property
    def lexicon(self) -> Lexicon:
        """What words mean here: see :class:`~kb.search.lexicon.Lexicon`."""
        return self._lexicon()

    def get_index_for_model(self, model: type[Model]) -> Index:
        """Return the index of the root model of ``model``."""
        label = get_model_root(model)._meta.label_lower
        return self.index_class(self, self.store_for(model), Outbox(label, self.node, self.nodes))

    def store_for(self, model: type[Model]) -> Store:
        """Return where the index of ``model`` is kept."""
        return store_at(self._path / get_model_root(model)._meta.label_lower.replace(".", "_"))


SearchBackend = WhooshSearchBackend


def drain(backend: str = "default", timeout: float = 30.0) -> int:
    """Repair what is damaged and index what was left behind or published elsewhere; return how many changes.

    Another writer is waited for ``timeout`` seconds. A backend that is not ours has nothing to drain.
    """
    engine = get_search_backend(backend)
    return drained(engine, timeout) if hasattr(engine, "nodes") else 0
