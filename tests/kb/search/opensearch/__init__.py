"""Tests of the backend for OpenSearch. No OpenSearch was at hand when they were written.

``server.py`` answers over HTTP as the server's documentation and an emulator of it do, to the real client library, so
what is proven is what is sent and what is made of the answers. That a server ranks as we expect of ``combined_fields``
is not. Whoever has a server runs modelsearch's tests of a backend on it, a minute:

    OPENSEARCH_URL=http://localhost:9200 pytest tests/kb/search/opensearch
"""
