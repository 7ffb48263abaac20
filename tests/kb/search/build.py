"""Builders for the tests of the search backend."""

import itertools
from typing import Any

from modelsearch.backends import get_search_backend
from wagtail.models import Page

from kb.search.backend import SearchBackend
from kb.search.backend.store import Store

_count = itertools.count(1)


def page(title: str, parent: Page | None = None, **values: Any) -> Page:
    """Return a saved page below ``parent``, below the root page without one."""
    made = Page(title=title, slug=f"page-{next(_count)}", **values)
    (parent or Page.objects.get(depth=1)).add_child(instance=made)
    return made


def backend() -> SearchBackend:
    """Return the default search backend, ours."""
    return get_search_backend()


def store() -> Store:
    """Return the store of the index of pages."""
    return backend().store_for(Page)


def titles(query: Any, **options: Any) -> list[str]:
    """Return the titles of the pages that ``query`` finds, best first."""
    return [found.title for found in backend().search(query, Page, **options)]
