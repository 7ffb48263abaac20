"""A rebuild happens beside the index in use and takes its place at once."""

import pytest
from django.core.management import call_command
from django.db import transaction
from wagtail.models import Page
from whoosh.index import LockError

from kb.search.backend import drain
from kb.search.backend.indexes import Rebuilder
from kb.search.models import OutboxEntry

from .build import backend, page, store, titles

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("command", ["wagtail_update_index", "update_index"])
def test_every_command_that_rebuilds_an_index_does(command: str) -> None:
    page("电机")
    Page.objects.filter(title="电机").update(title="水泵")
    call_command(command, verbosity=0)
    assert titles("水泵") == ["水泵"]
    assert titles("电机") == []
    assert store().pointer().complete


def test_the_old_index_is_searched_until_the_new_one_is_complete() -> None:
    page("电机")
    rebuilder = begun()
    rebuilder.start()
    assert titles("电机") == ["电机"]
    rebuilder.finish()
    assert titles("电机") == []


def test_what_is_saved_during_a_rebuild_is_in_the_new_index() -> None:
    rebuilder = begun()
    building = rebuilder.start()
    deleted, kept = page("水泵"), page("阀门")
    building.add_items(Page, [deleted, kept])
    deleted.delete()
    kept.title = "球阀"
    kept.save()
    page("电机")
    assert sorted(titles("电机 球阀")) == ["球阀", "电机"]
    rebuilder.finish()
    assert sorted(titles("电机 水泵 阀门 球阀")) == ["球阀", "电机"]
    assert store().snapshot().count == Page.objects.count()
    assert not OutboxEntry.objects.exists()


def test_what_was_saved_before_a_rebuild_and_committed_in_it_is_in_the_new_index() -> None:
    saved = page("电机")
    rebuilder = begun()
    with transaction.atomic():
        saved.title = "水泵"
        saved.save()
        building = rebuilder.start()
        building.add_items(Page, [Page(pk=saved.pk, title="电机", path="0001")])
    rebuilder.finish()
    assert titles("水泵 电机") == ["水泵"]
    assert drain() == 0


def test_an_object_on_a_page_that_shifts_is_not_forgotten() -> None:
    first, second = page("电机"), page("水泵")
    rebuilder = begun()
    building = rebuilder.start()
    building.add_items(Page, [first])
    rebuilder.finish()
    assert sorted(titles("电机 水泵")) == ["水泵", "电机"]
    assert store().snapshot().numbers(str(second.pk))


def test_a_rebuild_without_objects_leaves_an_empty_index() -> None:
    page("电机")
    call_command("update_index", schema_only=True, verbosity=0)
    assert titles("电机") == []


def test_an_interrupted_rebuild_changes_nothing_and_the_next_one_cleans_up() -> None:
    page("电机")
    interrupted = begun()
    interrupted.start()
    page("水泵")
    assert titles("电机") == ["电机"]
    interrupted._lock.release()
    page("阀门")
    call_command("update_index", verbosity=0)
    assert sorted(titles("电机 水泵 阀门")) == ["水泵", "电机", "阀门"]
    assert len(generations()) == 2
    assert not OutboxEntry.objects.exists()


def test_a_rebuild_that_is_given_up_leaves_no_trace() -> None:
    page("电机")
    before = generations()
    rebuilder = begun()
    rebuilder.start().add_items(Page, Page.objects.all())
    rebuilder.abandon()
    assert generations() == before
    assert titles("电机") == ["电机"]
    call_command("update_index", verbosity=0)
    assert titles("电机") == ["电机"]


def test_two_rebuilds_of_one_index_do_not_run_at_once() -> None:
    first = begun()
    first.start()
    with pytest.raises(LockError):
        begun().start()
    first.finish()


def test_an_object_given_twice_is_found_once() -> None:
    saved = page("电机")
    rebuilder = begun()
    building = rebuilder.start()
    building.add_items(Page, [saved])
    building.add_item(saved)
    rebuilder.finish()
    assert titles("电机") == ["电机"]
    assert store().snapshot().count == Page.objects.count()


def test_an_emptied_index_finds_nothing() -> None:
    page("电机")
    backend().reset_indexes()
    assert titles("电机") == []
    assert drain() == 0


@pytest.mark.django_db(transaction=False)
def test_an_index_that_is_emptied_or_rebuilt_in_a_transaction_is_searched_as_it_is() -> None:
    page("电机")
    call_command("update_index", schema_only=True, verbosity=0)
    assert titles("电机") == []
    page("水泵")
    assert titles("电机 水泵") == ["水泵"]
    backend().reset_indexes()
    assert titles("电机 水泵") == []


def begun() -> Rebuilder:
    """Return a rebuilder of the index of pages."""
    return backend().rebuilder_class(backend().get_index_for_model(Page))


def generations() -> list[str]:
    """Return the names of the generations on disk."""
    return sorted(path.name for path in store().directory.iterdir() if path.is_dir())
