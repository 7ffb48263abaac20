"""Machines that each keep an index of their own, fed from one outbox."""

import datetime
import os
import signal
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from modelsearch.backends import get_search_backend
from pytest_django import Settings
from wagtail.models import Page

from kb.search.backend import SearchBackend, drain, draining, health, repair
from kb.search.models import OutboxEntry

from .build import page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def two_machines(settings: Settings, tmp_path: Path) -> None:
    """Have this process be "north"; "south" is looked at as another machine would, through its own settings."""
    default = settings.WAGTAILSEARCH_BACKENDS["default"]
    engine = default | {"NODES": ["north", "south"], "AUTO_UPDATE": False}
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": engine | {"NODE": "north", "AUTO_UPDATE": True},
        "south": engine | {"NODE": "south", "PATH": str(tmp_path / "south")},
    }


@pytest.fixture
def followed() -> Iterator[None]:
    """Run what drain_search --follow runs on the other machine, as long as a test lasts."""
    stop = threading.Event()
    following = threading.Thread(target=draining.follow, args=[engine("south"), 0.01, stop])
    following.start()
    yield
    stop.set()
    following.join(10)
    assert not following.is_alive()


def engine(name: str) -> SearchBackend:
    """Return the search backend of that machine."""
    return get_search_backend("default" if name == "north" else name)


def titles(query: str, name: str) -> list[str]:
    return sorted(found.title for found in engine(name).search(query, Page))


def waiting() -> list[str]:
    return list(OutboxEntry.objects.values_list("node", flat=True))


def test_every_machine_hears_of_every_change() -> None:
    page("电机")
    assert titles("电机", "north") == ["电机"]
    assert titles("电机", "south") == []
    assert waiting() == ["south"]
    assert drain("south") == 1
    assert titles("电机", "south") == ["电机"]
    assert waiting() == []


def test_a_change_is_one_statement_for_all_machines(django_assert_num_queries) -> None:
    saved = page("电机")
    with transaction.atomic():
        with django_assert_num_queries(1):
            engine("north").add(saved)
        assert sorted(waiting()) == ["north", "south", "south"]


def test_a_machine_that_follows_needs_no_telling(followed: None) -> None:
    page("电机")
    for _ in range(500):
        if not waiting():
            break
        threading.Event().wait(0.01)
    assert titles("电机", "south") == ["电机"]


def test_following_goes_on_after_an_error_with_longer_and_longer_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout or 0)
            return len(pauses) > 9

    page("电机")
    monkeypatch.setattr(SearchBackend, "all_indexes", lambda backend: 1 / 0)
    draining.follow(engine("south"), 1.0, Stop())
    assert pauses == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_what_waits_for_machines_that_are_no_more_is_forgotten_after_a_day() -> None:
    long_ago = timezone.now() - datetime.timedelta(days=2)
    for node in ("north", "south", "gone", "gone+rebuild", "south+rebuild"):
        for index in ("wagtailcore.page", "old.model"):
            OutboxEntry.objects.create(node=node, index=index, label="wagtailcore.page", key="1", at=long_ago)
    OutboxEntry.objects.create(node="new", index="wagtailcore.page", label="wagtailcore.page", key="1")
    drain()
    left = OutboxEntry.objects.values_list("node", "index")
    assert sorted(left) == [(node, "wagtailcore.page") for node in ("new", "south", "south+rebuild")]


def test_a_machine_that_was_away_is_seen_and_catches_up_by_a_rebuild() -> None:
    page("电机")
    OutboxEntry.objects.update(at=timezone.now() - datetime.timedelta(hours=1))
    away = health.states()[-1]
    assert (away.name, away.condition, away.waiting) == ("south", "away", 1)
    assert away.is_late(timezone.now())
    repair.rebuild(engine("south").get_index_for_model(Page))
    assert titles("电机", "south") == ["电机"]
    assert waiting() == []
    assert {state.name for state in health.states()}.isdisjoint({"south"})


def test_a_rebuild_on_one_machine_leaves_the_changes_of_the_other() -> None:
    page("电机")
    repair.rebuild(engine("north").get_index_for_model(Page))
    assert waiting() == ["south"]


def test_the_command_drains_the_machine_it_runs_on() -> None:
    OutboxEntry.objects.create(
        node="north", index="wagtailcore.page", label="wagtailcore.page", key=str(Page.objects.get(depth=1).pk)
    )
    said = StringIO()
    call_command("drain_search", stdout=said)
    assert said.getvalue() == "1 changes written to the search index\n"


def test_the_command_follows_until_it_is_told_to_stop() -> None:
    page("电机")
    OutboxEntry.objects.update(node="north")
    teller = threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGTERM])
    teller.start()
    before = signal.getsignal(signal.SIGTERM)
    call_command("drain_search", "--follow", interval=0.05, stdout=StringIO())
    assert not waiting()
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize("nodes", [["a b"], ["north+rebuild"], ["x" * 60], []])
def test_names_of_machines_are_plain_and_this_one_is_among_them(nodes: list[str]) -> None:
    with pytest.raises(ImproperlyConfigured):
        SearchBackend({"PATH": "/nowhere", "NODE": "south", "NODES": nodes})
