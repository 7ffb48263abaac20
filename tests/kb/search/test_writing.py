"""When and how changes reach the index, whatever is in the way."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from wagtail.models import Page

from kb.search.backend import drain, queue
from kb.search.backend import outbox as outboxes
from kb.search.backend.store import Store
from kb.search.models import OutboxEntry
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


def waiting() -> int:
    return OutboxEntry.objects.count()


def written() -> int:
    """Return how many documents are in the index on disk."""
    return Store(store().directory).snapshot().count


@pytest.mark.django_db
def test_a_commit_writes_what_changed(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page("电机")
        assert waiting() == 1
    assert written() == 1
    assert waiting() == 0


@pytest.mark.django_db
def test_a_change_costs_one_statement_and_after_the_commit_two_besides_reading_what_changed(
    django_capture_on_commit_callbacks, django_assert_num_queries
) -> None:
    saved = page("电机")
    with django_assert_num_queries(1), django_capture_on_commit_callbacks() as callbacks:
        backend().add(saved)
    with django_assert_num_queries(2 + 1):
        for callback in callbacks:
            callback()


@pytest.mark.django_db
def test_an_index_is_not_touched_before_the_commit() -> None:
    page("电机")
    assert titles("电机") == ["电机"]
    assert not store().directory.exists()
    assert waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_found_even_when_it_was_searched_for() -> None:
    saved = page("电机")
    with transaction.atomic():
        Page.objects.get(pk=saved.pk).delete()
        page("过热")
        assert titles("过热") == ["过热"]
        assert titles("电机") == []
        assert written() == 1
        transaction.set_rollback(True)
    assert titles("过热") == []
    assert titles("电机") == ["电机"]
    assert waiting() == 0


@pytest.mark.django_db
def test_what_a_savepoint_takes_back_is_not_found() -> None:
    page("电机")
    with transaction.atomic():
        page("过热")
        assert sorted(titles("电机 过热")) == ["电机", "过热"]
        transaction.set_rollback(True)
    assert titles("电机 过热") == ["电机"]
    assert waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_a_search_in_a_transaction_finds_old_and_new_by_their_present_words() -> None:
    saved, gone = page("电机"), page("水泵")
    with transaction.atomic():
        saved.title = "电机 阀门"
        saved.save()
        gone.delete()
        page("阀门")
        assert sorted(titles("电机 水泵 阀门")) == ["电机 阀门", "阀门"]
        saved.title = "球阀"
        saved.save()
        assert titles("球阀") == ["球阀"]
        assert titles("电机") == []
    assert sorted(titles("球阀 阀门")) == ["球阀", "阀门"]
    assert written() == 2


@pytest.mark.django_db
def test_a_saved_page_is_found_by_its_new_title_only() -> None:
    saved = page("电机")
    assert titles("电机") == ["电机"]
    saved.title = "水泵"
    saved.save()
    assert titles("电机") == []
    assert titles("水泵") == ["水泵"]


@pytest.mark.django_db(transaction=True)
def test_a_deleted_page_leaves_the_index() -> None:
    saved = page("电机")
    assert titles("电机") == ["电机"]
    saved.delete()
    assert titles("电机") == []
    assert written() == 0


@pytest.mark.django_db(transaction=True)
def test_a_busy_index_does_not_fail_a_save(busy) -> None:
    page("电机")
    assert waiting() == 1
    busy.set()
    assert drain() == 1
    assert waiting() == 0
    assert titles("电机") == ["电机"]


@pytest.mark.django_db(transaction=True)
def test_the_next_writer_writes_what_a_busy_index_left(busy) -> None:
    page("电机")
    busy.set()
    page("水泵")
    assert sorted(titles("电机 水泵", operator="or")) == ["水泵", "电机"]
    assert waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_what_another_writer_has_taken_is_not_written_again(busy) -> None:
    page("电机")
    busy.set()
    assert drain() == 1
    before = store().pointer()
    assert drain() == 0
    assert store().pointer() == before


@pytest.mark.django_db
def test_a_change_of_a_model_that_is_gone_is_no_obstacle() -> None:
    OutboxEntry.objects.create(node="local", index="wagtailcore.page", label="old.app", key="1")
    page("电机")
    assert titles("电机") == ["电机"]
    assert drain() == 2


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_not_there_yet_fails_no_save(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outboxes, "_known", set())
    with connection.schema_editor() as editor:
        editor.delete_model(OutboxEntry)
    try:
        with transaction.atomic():
            saved = page("电机")
        assert Page.objects.filter(pk=saved.pk).exists()
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(OutboxEntry)


@pytest.mark.django_db(transaction=True)
def test_many_small_commits_stay_few_segments() -> None:
    with transaction.atomic():
        pages = [page(f"电机 {number}") for number in range(20)]
    for each in pages:
        backend().add(each)
    assert len(titles("电机")) == 20
    pointer = store().pointer()
    views, _ = store().generation(pointer).views({})
    assert len(views) <= 8
    assert pointer.commit == 1 + 20


@pytest.mark.django_db(transaction=True)
def test_objects_that_are_added_together_are_one_commit() -> None:
    pages = [page("电机") for _ in range(3)]
    before = store().pointer().commit
    backend().add_bulk(Page, pages)
    with transaction.atomic():
        for saved in pages:
            saved.save()
    assert store().pointer().commit == before + 2


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the processes share a copy of the database, which SQLite has"
)
@pytest.mark.django_db(transaction=True)
def test_processes_that_are_killed_after_saving_or_before_indexing_lose_nothing(tmp_path: Path) -> None:
    def publish(letter: str) -> None:
        for saved in Page.objects.filter(title__startswith=letter):
            if saved.title == "a last":
                queue.take = lambda index, using: os.kill(os.getpid(), signal.SIGKILL)
            saved.title = f"电机 {saved.title}"
            saved.save()
        os.kill(os.getpid(), signal.SIGKILL)

    for title in ("a first", "b first", "a second", "b second", "a last", "b last"):
        page(title)
    with database.kept_in(tmp_path / "db.sqlite3"):
        children = [forked(partial(publish, letter)) for letter in "ab"]
        assert [os.WTERMSIG(os.waitpid(child, 0)[1]) for child in children] == [signal.SIGKILL] * 2
        drain()
        assert len(titles("电机")) == 6
        assert waiting() == 0


def forked(do: Callable[[], object]) -> int:
    """Start a process that does it on a connection of its own; return its number."""
    child = os.fork()
    if not child:
        try:
            ours = connections["default"]
            connections["default"] = type(ours)(ours.settings_dict, "default")
            do()
        finally:
            os._exit(1)
    return child
