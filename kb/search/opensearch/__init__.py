"""A search backend for modelsearch on OpenSearch 3.2 or later, for an installation of several machines.

    WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "kb.search.opensearch", "URLS": ["https://user:word@host:9200"]}}

modelsearch speaks to the server. Ours is what is sent: documents and queries are cut by :mod:`kb.search.analysis`,
the server splits them at blanks, and ``combined_fields`` (the reason for 3.2) ranks them much as the Whoosh backend
does. Beside the options of modelsearch there is LEXICON, the name of a function that returns the words of the house.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import ParseResult, unquote

from django.db.models import Model
from django.utils.module_loading import import_string
from modelsearch.backends.base import get_model_root
from modelsearch.backends.opensearch3 import OpenSearch3SearchBackend
from opensearchpy import OpenSearch

from ..backend.outbox import Outbox
from ..lexicon import EMPTY, Lexicon
from .compiler import AutocompleteQueryCompiler, QueryCompiler
from .index import Index, Rebuilder
from .mapping import Mapping
from .results import SearchResults

__all__ = ["SearchBackend"]

#: Seconds that a request may take: who searches waits for it, and who publishes.
TIMEOUT = 5
#: In the outbox the server is one node, whichever machine sends.
NODE = "opensearch"


#: By process and what it was made with: a client keeps its connections, and to make one reads certificates.
_clients: dict[str, OpenSearch] = {}


def client(**options: Any) -> OpenSearch:
    """Return the client of this process for these servers; get_search_backend() makes a new backend each time."""
    key = f"{os.getpid()} {options}"
    if key not in _clients:
        _clients[key] = OpenSearch(**options)
    return _clients[key]


class OpenSearchBackend(OpenSearch3SearchBackend):
    """The entry point; a rebuild always fills a new index beside the present one."""

    client_class = staticmethod(client)
    mapping_class = Mapping
    index_class = Index
    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    results_class = SearchResults
    basic_rebuilder_class = atomic_rebuilder_class = Rebuilder
    node, nodes = NODE, (NODE,)
    #: What is wrong with an index there is not put right from here.
    repairs = False
    #: The default similarity, for ``combined_fields`` asks that of no field. No n-grams: we send beginnings ourselves.
    settings = {"settings": {"index": {"similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.6}}}}}

    def __init__(self, params: dict[str, Any]) -> None:
        lexicon = params.pop("LEXICON", None)
        self._lexicon: Callable[[], Lexicon] = import_string(lexicon) if lexicon else lambda: EMPTY
        super().__init__({"TIMEOUT": TIMEOUT} | params)

    @property
    def lexicon(self) -> Lexicon:
        """What words mean here: see :class:`~kb.search.lexicon.Lexicon`."""
        return self._lexicon()

    def get_index_for_model(self, model: type[Model]) -> Index:
        """Return the index of the root model of ``model``."""
        label = get_model_root(model)._meta.label_lower
        return self.index_class(self, self.index_prefix + label.replace(".", "_"), Outbox(label, NODE, (NODE,)))

    def _get_host_config_from_url(self, url: ParseResult) -> dict[str, Any]:
        """Return where a server is; a password may hold any character, percent-encoded."""
        config = super()._get_host_config_from_url(url)
        if config["http_auth"]:
            config["http_auth"] = tuple(map(unquote, config["http_auth"]))
        return config

    def _get_options_from_host_urls(self, urls: Sequence[ParseResult]) -> dict[str, Any]:
        """Ask each server once: nobody waits for a second try, and what is to be written is kept."""
        return {"max_retries": len(urls) - 1}


SearchBackend = OpenSearchBackend
