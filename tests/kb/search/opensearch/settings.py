"""A project of modelsearch's own test models, searched on the server that OPENSEARCH_URL names."""

import os

os.environ.setdefault("SEARCH_FOLDER", "")  # which the other project asks for, and nothing here is written to

from tests.kb.search.contract.settings import *  # noqa: F403

MODELSEARCH_BACKENDS = {
    "default": {
        "BACKEND": "kb.search.opensearch",
        "URLS": [os.environ["OPENSEARCH_URL"]],
        "INDEX_PREFIX": "modelsearchtest_",
        "TIMEOUT": 60,
    }
}
