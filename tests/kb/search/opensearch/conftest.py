"""A server for each test, and our backend speaking to it."""

from collections.abc import Iterator

import pytest

from kb.search.opensearch import SearchBackend

from .server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server that answers as OpenSearch does."""
    with Server() as server:
        yield server


@pytest.fixture
def backend(server: Server) -> SearchBackend:
    """Return our backend with ``server`` as its server."""
    return SearchBackend({"URLS": [server.url], "INDEX_PREFIX": "house-", "TIMEOUT": 30})


@pytest.fixture
def hasty(server: Server) -> SearchBackend:
    """Return our backend, which waits for ``server`` for a moment only."""
    return SearchBackend({"URLS": [server.url], "INDEX_PREFIX": "house-", "TIMEOUT": 0.2})
