"""Whatever happens to the files of an index: searches answer, publishing goes on, and it is put right."""

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from wagtail.models import Page

from kb.search.backend import drain, health, repair
from kb.search.backend import store as stores
from kb.search.backend.indexes import Index
from kb.search.backend.repair import rebuild
from kb.search.backend.store import store_at
from kb.search.models import OutboxEntry
from people.models import User

from .build import backend, page, store, titles

pytestmark = pytest.mark.django_db(transaction=True)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def files(pattern: str) -> list[Path]:
    return list((store().directory / store().pointer().generation).glob(pattern))


def outdate(pointer: Path) -> None:
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"format": 1}))


DAMAGES = {
    "no directory": lambda: shutil.rmtree(store().directory),
    "no generation": lambda: shutil.rmtree(store().directory / store().pointer().generation),
    "an emptied generation": lambda: [path.unlink() for path in files("*")],
    "a pointer cut short": lambda: cut(store().directory / "current"),
    "a pointer of garbage": lambda: garble(store().directory / "current"),
    "a pointer to nowhere": lambda: (store().directory / "current").write_text('{"generation": "gone"}'),
    "a list for a pointer": lambda: (store().directory / "current").write_text("[]"),
    "contents cut short": lambda: [cut(path) for path in files("*.toc")],
    "contents of garbage": lambda: [garble(path) for path in files("*.toc")],
    "columns cut short": lambda: [cut(path) for path in files("*.col")],
    "columns of garbage": lambda: [garble(path) for path in files("*.col")],
    "filters of garbage": lambda: [garble(path) for path in files("*.row.col")],
    "postings cut short": lambda: [cut(path) for path in files("*.inv")],
    "postings of garbage": lambda: [garble(path) for path in files("*.inv")],
    "a missing segment": lambda: [path.unlink() for path in files("*.inv")],
    "an older version": lambda: outdate(store().directory / "current"),
}


@pytest.fixture(params=DAMAGES)
def damage(request: pytest.FixtureRequest) -> str:
    """Build the index of two pages, damage it, and forget what this process has read of it."""
    page("电机")
    page("水泵")
    rebuild(of_pages())
    DAMAGES[request.param]()
    store_at.cache_clear()
    return request.param


def test_searches_answer_and_publishing_goes_on_until_the_index_is_built_anew(damage: str) -> None:
    assert set(titles("电机 水泵")) <= {"电机", "水泵"}
    assert list(Page.objects.autocomplete("电")) == []
    page("阀门")
    assert set(titles("电机 阀门")) <= {"电机", "阀门"}
    assert state().condition in {"missing", "damaged", "outdated"}
    assert state().sentence
    assert repair.attempt(of_pages())
    assert sorted(titles("电机 水泵 阀门")) == ["水泵", "电机", "阀门"]
    assert state() == health.State("wagtailcore.page", "ok", Page.objects.count(), 0)


@pytest.mark.parametrize("command", ["update_index", "drain_search", "nightly"])
def test_commands_repair_every_index(command: str, settings: Settings) -> None:
    page("电机")
    shutil.rmtree(store().directory)
    settings.WAGTAILSEARCH_BACKENDS["default"]["REPAIR"] = True
    call_command(command, verbosity=0)
    assert titles("电机") == ["电机"]
    assert {each.condition for each in health.states()} == {"ok"}


def test_the_process_that_notices_repairs_in_the_background(settings: Settings) -> None:
    page("电机")
    rebuild(of_pages())
    shutil.rmtree(store().directory)
    settings.WAGTAILSEARCH_BACKENDS["default"]["REPAIR"] = True
    assert titles("电机") == []
    repair.attempts[store().directory].thread.join(20)
    assert titles("电机") == ["电机"]
    assert store().directory not in repair.attempts


def test_a_repair_that_fails_is_tried_again_later_and_not_for_ever(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    page("电机")
    settings.WAGTAILSEARCH_BACKENDS["default"]["REPAIR"] = True
    index, tried = of_pages(), []
    monkeypatch.setattr(repair, "rebuild", lambda index: tried.append(index) or full())
    monkeypatch.setattr(repair, "PAUSES", (0.0, 0.0, 1000.0))
    for _ in range(9):
        repair.notice(index)
        repair.attempts[store().directory].thread.join(20)
    assert len(tried) == 3


def test_silent_damage_of_a_file_is_found_by_the_nightly_look(settings: Settings) -> None:
    page("电机")
    rebuild(of_pages())
    for path in files("*.texts.col"):
        whole = bytearray(path.read_bytes())
        whole[len(whole) // 2] ^= 1
        path.write_bytes(whole)
    settings.WAGTAILSEARCH_BACKENDS["default"]["REPAIR"] = True
    before = store().pointer().generation
    assert store().examined() == "damaged"
    drain()
    assert store().pointer().generation != before
    assert store().examined() == ""


def test_what_a_process_has_read_is_searched_on_when_the_files_are_damaged() -> None:
    page("电机")
    assert titles("电机") == ["电机"]
    cut(store().directory / "current")
    assert titles("电机") == ["电机"]
    assert state().condition == "damaged"


def test_a_full_disk_fails_no_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    page("电机")
    rebuild(of_pages())
    with monkeypatch.context() as patched:
        patched.setattr("whoosh.filedb.filestore.FileStorage.create_file", full)
        page("水泵")
        assert titles("电机") == ["电机"]
        with pytest.raises(OSError, match="No space"):
            rebuild(of_pages())
        assert OutboxEntry.objects.count() == 1
        patched.setattr("shutil.disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
        assert (state().condition, state().waiting) == ("unwritable", 1)
    assert drain() == 1
    assert sorted(titles("电机 水泵")) == ["水泵", "电机"]
    assert (state().condition, state().waiting) == ("ok", 0)


def test_a_directory_that_cannot_be_written_fails_no_publication(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("")
    settings.WAGTAILSEARCH_BACKENDS["default"]["PATH"] = str(tmp_path / "blocked")
    page("电机")
    assert titles("电机") == []
    assert (state().condition, state().waiting) == ("unwritable", 1)


def test_an_index_of_a_newer_version_is_left_to_the_newer_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    page("电机")
    rebuild(of_pages())
    monkeypatch.setattr(stores, "FORMAT", stores.FORMAT - 1)
    store_at.cache_clear()
    assert titles("电机") == []
    assert state().condition == "outdated"
    assert repair.attempt(of_pages())
    assert store().examined() == "newer"


def test_administrators_are_told_on_their_first_screen(client: Client, administrator: User, author: User) -> None:
    call_command("update_index", verbosity=0)
    home = reverse("wagtailadmin_home")
    client.force_login(administrator)
    assert "search-health" not in client.get(home).content.decode()
    cut(store().directory / "current")
    assert "search-health" in client.get(home).content.decode()
    client.force_login(author)
    assert "search-health" not in client.get(home).content.decode()


def full(*arguments: Any, **options: Any) -> None:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, "No space left on device")


def of_pages() -> Index:
    """Return the index of pages."""
    return backend().get_index_for_model(Page)


def state() -> health.State:
    """Return the state of the index of pages."""
    return next(each for each in health.states() if each.name == "wagtailcore.page")
