"""Search engines that ours is measured against. None of them is a dependency: each says what it needs.

A peer gets our own terms, ready cut, and the weights of title, headings and body, so that what is compared is
the engine; where it has an analysis for Chinese of its own, that is measured beside it.
"""

from importlib import import_module

from tests.bench.engine import Engine

#: What a person may ask for -> the engines that are measured: name in the result -> module and class.
PEERS: dict[str, dict[str, tuple[str, str]]] = {
    "whoosh": {
        "whoosh": ("whoosh_peer", "OnOurTerms"),
        "whoosh_jieba": ("whoosh_peer", "WithJieba"),
    },
    "tantivy": {"tantivy": ("tantivy_peer", "OnOurTerms")},
    "fts5": {
        "fts5": ("fts5_peer", "OnOurTerms"),
        "fts5_trigram": ("fts5_peer", "WithTrigrams"),
    },
    "lucene": {
        "lucene": ("lucene_peer", "OnOurTerms"),
        "lucene_smartcn": ("lucene_peer", "WithSmartChinese"),
    },
}


def engine(name: str) -> Engine:
    """Return the peer with the ``name`` of a result; raises Absent when this machine lacks what it needs."""
    module, kind = next(engines[name] for engines in PEERS.values() if name in engines)
    return getattr(import_module(f"{__name__}.{module}"), kind)()
