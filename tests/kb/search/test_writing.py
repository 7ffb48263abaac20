"""When and how changes reach the index, whatever is in the way."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from wagtail.models import Page

from kb.search.backend import drain
from kb.search.backend.pending import Change, Note
from kb.search.backend.store import Store
from tests import database

from .build import backend, page, store, titles


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Hold the index as another process would, until the event is set."""
    monkeypatch.setattr("kb.search.backend.queue.TIMEOUT", 0.05)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with store().locked(1):
            held.set()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    yield done
    done.set()
    holder.join()


def notes() -> list[str]:
    folder = store().directory / "pending"
    return [path.suffix for path in folder.iterdir()] if folder.is_dir() else []


@pytest.mark.django_db
def test_a_commit_writes_what_changed(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page("电机")
    assert Store(store().directory).snapshot().count == 1
    assert notes() == []


@pytest.mark.django_db
def test_an_index_is_not_touched_before_the_commit() -> None:
    page("电机")
    assert store().pointer() is None
    assert notes() == [".own"]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_found_even_when_it_was_searched_for() -> None:
    saved = page("电机")
    with transaction.atomic():
        Page.objects.get(pk=saved.pk).delete()
        page("过热")
        assert titles("过热") == ["过热"]
        assert titles("电机") == []
        transaction.set_rollback(True)
    assert titles("过热") == []
    assert titles("电机") == ["电机"]
    assert store().snapshot().count == 1


@pytest.mark.django_db
def test_a_saved_page_is_found_by_its_new_title_only() -> None:
    saved = page("电机")
    assert titles("电机") == ["电机"]
    saved.title = "水泵"
    saved.save()
    assert titles("电机") == []
    assert titles("水泵") == ["水泵"]
    assert store().snapshot().count == 1


@pytest.mark.django_db
def test_a_deleted_page_leaves_the_index() -> None:
    saved = page("电机")
    assert titles("电机") == ["电机"]
    saved.delete()
    assert titles("电机") == []
    assert store().snapshot().count == 0


@pytest.mark.django_db
def test_a_busy_index_does_not_fail_a_save(busy, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page("电机")
    assert notes() == [".due"]
    busy.set()
    assert drain() == 1
    assert notes() == []
    assert titles("电机") == ["电机"]


@pytest.mark.django_db
def test_the_next_writer_writes_what_a_busy_index_left(busy, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page("电机")
    busy.set()
    with django_capture_on_commit_callbacks(execute=True):
        page("水泵")
    assert titles("电机 水泵", operator="or") != []
    assert store().snapshot().count == 2


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["pointer", "segments", "contents"])
def test_a_damaged_index_fails_neither_a_save_nor_a_search(damage, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page("电机")
    current = store().pointer()
    if damage == "pointer":
        (store().directory / "current").write_text("{")
    for path in (store().directory / current.generation).iterdir():
        if damage == "segments":
            path.unlink()
        elif damage == "contents":
            path.write_bytes(b"?" * 40)
    with django_capture_on_commit_callbacks(execute=True):
        page("水泵")
    assert titles("水泵") == []
    assert notes() == [".due"]
    call_command("update_index", verbosity=0)
    assert drain() == 1
    assert sorted(titles("电机 水泵")) == ["水泵", "电机"]


@pytest.mark.django_db
def test_a_note_of_a_process_that_died_is_drained() -> None:
    saved = page("电机")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    folder = store().directory / "pending"
    note = Note(folder / f"{ended.pid}-0-0.own")
    note.add(Change("wagtailcore.page", str(saved.pk)))
    with note.path.open("a") as file:
        file.write('["wagtailcore.pa')
    assert drain() == 1
    assert Store(store().directory).snapshot().count == 1


@pytest.mark.django_db
def test_a_change_of_a_model_that_is_gone_is_no_obstacle() -> None:
    store().pending.hand_over([Change("old.app", "1")])
    page("电机")
    assert titles("电机") == ["电机"]
    assert drain() == 1


@pytest.mark.django_db
def test_many_small_commits_stay_few_segments() -> None:
    for number in range(30):
        page(f"电机 {number}")
        assert len(titles("电机")) == number + 1
    pointer = store().pointer()
    views, _ = store().generation(pointer).views({})
    assert len(views) <= 12
    assert pointer.commit == 30


@pytest.mark.django_db(transaction=True)
def test_objects_that_are_added_together_are_one_commit() -> None:
    pages = [page("电机") for _ in range(3)]
    before = store().pointer().commit
    backend().add_bulk(Page, pages)
    assert store().pointer().commit == before + 1


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the processes share a copy of the database, which SQLite has"
)
@pytest.mark.django_db(transaction=True)
def test_processes_that_are_killed_after_saving_lose_nothing(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import os, signal, sys
        import django
        django.setup()
        from wagtail.models import Page
        for saved in Page.objects.filter(title__startswith=sys.argv[1]):
            saved.title = f"电机 {saved.title}"
            saved.save()
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "SEARCH_URL": f"whoosh://{settings.WAGTAILSEARCH_BACKENDS['default']['PATH']}",
        "DJANGO_SETTINGS_MODULE": "web.settings",
    }
    for letter in "abc" * 5:
        page(f"{letter} pump")
    with database.kept_in(tmp_path / "db.sqlite3"):
        writers = [subprocess.Popen([sys.executable, "-c", program, letter], env=environment) for letter in "abc"]
        assert [writer.wait(120) for writer in writers] == [-signal.SIGKILL] * 3
        assert len(titles("电机")) == 15
        assert notes() == []
