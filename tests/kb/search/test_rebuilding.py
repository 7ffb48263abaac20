"""A rebuild happens beside the index in use and takes its place at once."""

import pytest
from django.core.management import call_command
from wagtail.models import Page
from whoosh.index import LockError

from .build import backend, page, store, titles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("command", ["wagtail_update_index", "update_index"])
def test_every_command_that_rebuilds_an_index_does(command: str) -> None:
    page("电机")
    Page.objects.filter(title="电机").update(title="水泵")
    call_command(command, verbosity=0)
    assert titles("水泵") == ["水泵"]
    assert titles("电机") == []


def test_the_old_index_is_searched_until_the_new_one_is_complete() -> None:
    page("电机")
    assert titles("电机") == ["电机"]
    rebuilder = backend().rebuilder_class(backend().get_index_for_model(Page))
    rebuilder.start()
    assert titles("电机") == ["电机"]
    rebuilder.finish()
    assert titles("电机") == []


def test_what_is_saved_during_a_rebuild_is_in_the_new_index() -> None:
    rebuilder = backend().rebuilder_class(backend().get_index_for_model(Page))
    building = rebuilder.start()
    deleted, kept = page("水泵"), page("阀门")
    building.add_items(Page, [deleted, kept])
    deleted.delete()
    kept.title = "球阀"
    kept.save()
    page("电机")
    assert titles("电机") == ["电机"]
    rebuilder.finish()
    assert sorted(titles("电机 水泵 阀门 球阀")) == ["球阀", "电机"]
    assert store().snapshot().count == 2


def test_an_interrupted_rebuild_changes_nothing_and_the_next_one_cleans_up() -> None:
    page("电机")
    assert titles("电机") == ["电机"]
    interrupted = backend().rebuilder_class(backend().get_index_for_model(Page))
    interrupted.start()
    assert titles("电机") == ["电机"]
    interrupted._lock.release()
    call_command("update_index", verbosity=0)
    assert titles("电机") == ["电机"]
    generations = [path for path in store().directory.iterdir() if path.is_dir() and path.name != "pending"]
    assert len(generations) == 2


def test_two_rebuilds_of_one_index_do_not_run_at_once() -> None:
    index = backend().get_index_for_model(Page)
    first = backend().rebuilder_class(index)
    first.start()
    with pytest.raises(LockError):
        backend().rebuilder_class(index).start()
    first.finish()


def test_an_object_given_twice_is_found_once() -> None:
    saved = page("电机")
    rebuilder = backend().rebuilder_class(backend().get_index_for_model(Page))
    building = rebuilder.start()
    building.add_items(Page, [saved])
    building.add_item(saved)
    rebuilder.finish()
    assert titles("电机") == ["电机"]
    assert store().snapshot().count == 1


def test_an_emptied_index_finds_nothing() -> None:
    page("电机")
    backend().reset_indexes()
    assert titles("电机") == []
