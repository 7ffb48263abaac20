"""Wagtail's own test project, whose one search backend is ours."""

import os

from wagtail.test.settings import *  # noqa: F403
from wagtail.test.settings import INSTALLED_APPS, TEMPLATES

SILENCED_SYSTEM_CHECKS = ["wagtailsearch.W001"]
INSTALLED_APPS = [*INSTALLED_APPS, "kb.search"]
TEMPLATES = [engine for engine in TEMPLATES if "jinja2" not in engine["BACKEND"]]
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "kb.search.backend", "PATH": os.environ["SEARCH_FOLDER"], "REPAIR": False}
}
TEST_RUNNER = "tests.kb.search.contract.wagtail_runner.Runner"


class Unmigrated(dict[str, None]):
    """Have every table made from its model: the migrations of Wagtail's test apps take most of a minute."""

    def __contains__(self, app: object) -> bool:
        return True

    def __missing__(self, app: str) -> None:
        return None


MIGRATION_MODULES = Unmigrated()
