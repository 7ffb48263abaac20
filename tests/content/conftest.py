"""Folders of content files as fixtures."""

from pathlib import Path

import pytest
from django.db import connection
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
def loaded(small: Folder, transactional_db: None, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A copy of the small content, loaded: once, after that the database is copied."""
    kept = tmp_path_factory.getbasetemp() / "small.sqlite3"
    if kept.exists():
        database.copy_from(kept)
        return small
    small.load()
    if connection.vendor == "sqlite":
        database.copy_to(kept)
    return small
