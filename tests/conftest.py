"""What every test stands on: a migrated database, no file written outside temporary folders, and the cast."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test import TransactionTestCase, override_settings
from pytest_django import DjangoDbBlocker, Settings

from kb.models import Attachment, File
from tests import database
from web.messages import compile_catalogues

pytest_plugins = ["tests.cast"]  # the people, pages and papers that tests name as arguments

compile_catalogues()

if project.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":

    @pytest.fixture(scope="session")
    def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
        """Give this process the migrated database in memory, and put it back after each transaction test.

        Django empties every table after a test with `transaction=True`, and with them Wagtail's root page and
        locale, which come from migrations. A copy of the template loses nothing, and is faster.
        """
        with (
            django_db_blocker.unblock(),
            patch.object(TransactionTestCase, "_fixture_teardown", lambda case: database.restore()),
        ):
            database.open_in_memory()
            yield

    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        """Begin with what needs no database: in a fresh clone another process makes the template meanwhile."""
        items.sort(
            key=lambda item: bool(item.get_closest_marker("django_db")) or "django_db_setup" in item.fixturenames
        )

else:

    def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
        """Have Django itself put the rows of the migrations back after transaction tests; slower, but anywhere."""
        for item in items:
            mark = item.get_closest_marker("django_db")
            if mark and mark.kwargs.get("transaction"):
                again = pytest.mark.django_db(**mark.kwargs, serialized_rollback=True)
                item.add_marker(again, append=False)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of this run that all its processes share; see `database.once_a_run`."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep what is uploaded in a temporary folder, and make passwords cheap.

    A password for a server that is a process of its own: `make_password(password, hasher=people.hashers.Argon2())`.
    """
    folder = tmp_path_factory.mktemp("data")
    hashers = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("MD5", "PBKDF2")]
    files = FileSystemStorage(folder / "files")
    with (
        override_settings(MEDIA_ROOT=str(folder / "media"), PASSWORD_HASHERS=hashers),
        patch.object(File._meta.get_field("file"), "storage", files),
        patch.object(Attachment._meta.get_field("file"), "storage", files),
    ):
        yield folder


@pytest.fixture(autouse=True)
def nothing_remembered(folder: Path, settings: Settings) -> None:
    """Give each test a search index and a cache of its own: both outlive the rows they speak of."""
    path = str(folder / "search" / uuid4().hex)
    backend = settings.WAGTAILSEARCH_BACKENDS["default"] | {"PATH": path, "REPAIR": False}
    settings.WAGTAILSEARCH_BACKENDS = {"default": backend}
    cache.clear()


@pytest.fixture
def committed(tmp_path: Path) -> Iterator[None]:
    """Work on a database that several connections open at once: on SQLite a file."""
    if connection.vendor != "sqlite":
        yield
        return
    with database.kept_in(tmp_path / "db.sqlite3"):
        yield
