"""Folders of content files as fixtures."""

from pathlib import Path

import pytest
from django.utils import translation

from tests import database
from tests.content.folder import SMALL, Folder, copy_of


@pytest.fixture(autouse=True)
def english():
    """Sentences as they stand in the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def small(tmp_path: Path) -> Folder:
    """A copy of the small content."""
    return copy_of(SMALL, tmp_path / "content")


@pytest.fixture
def loaded(small: Folder, transactional_db: None, shared: Path) -> Folder:
    """A copy of the small content, loaded: once in a run, after that rows and search entries are copied."""
    database.once_a_run(shared / "small", small.load)
    return small
