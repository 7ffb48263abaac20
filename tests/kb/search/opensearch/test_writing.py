"""What is sent when something changes, what becomes of it when the server does not take it, and rebuilding."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from modelsearch.index import get_indexed_models
from opensearchpy.exceptions import RequestError, TransportError
from wagtail.models import Page

from kb.search.backend.draining import drained
from kb.search.models import OutboxEntry
from kb.search.opensearch import NODE, SearchBackend
from kb.search.opensearch.index import Index, NotTaken
from kb.search.opensearch.mapping import Mapping

from .server import Server, refused, taken

NAME = "house-wagtailcore_page"
type Capture = Callable[..., contextlib.AbstractContextManager[list[Any]]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(backend: SearchBackend) -> Index:
    """Return the index of pages."""
    return backend.get_index_for_model(Page)


@pytest.fixture
def pages() -> list[Page]:
    """Return two saved pages."""
    root = Page.objects.get(depth=1)
    return [root.add_child(instance=Page(title=title)) for title in ("电机 E-04", "Valve")]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Capture) -> Callable[[], contextlib.AbstractContextManager[Any]]:
    """Return a context whose transaction is committed at its end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def entries() -> list[str]:
    """Return the keys of what waits."""
    return list(OutboxEntry.objects.filter(node=NODE).values_list("key", flat=True))


@contextlib.contextmanager
def rolled_back() -> Iterator[None]:
    """Undo what is done inside."""
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        yield
        raise ZeroDivisionError


def test_a_document_is_its_terms_in_their_zone_its_words_in_their_order_and_its_filters(
    server: Server, index: Index, pages: list[Page], committed: Any
) -> None:
    with committed():
        index.add_item(pages[0])
    ((operation, options, document),) = server.of("POST", "_bulk")[0].actions
    assert (operation, options["_index"], options["_id"]) == ("index", NAME, str(pages[0].pk))
    assert sorted(document["title"]["terms"].split()) == ["04", "e", "e04", "机", "电", "电机"]
    assert document["title"]["phrases"] == "电 机 e 04"
    assert document["_edgengrams"] == [document["title_edgengrams"]]
    assert {"电机", "机", "e04"} <= set(document["title_edgengrams"].split())
    assert (document["depth_filter"], document["live_filter"], document["pk"]) == (2, True, str(pages[0].pk))


def test_the_server_is_told_to_cut_at_blanks_and_to_gather_the_zones(server: Server, index: Index) -> None:
    index.put()
    index.add_model(Page)
    made, told = server.of("PUT", NAME)[0].body, server.of("PUT", "_mapping")[0].body
    assert made["settings"]["index"]["similarity"]["default"] == {"type": "BM25", "k1": 1.2, "b": 0.6}
    assert "analysis" not in made["settings"]
    properties = told["properties"]
    assert told["dynamic"] is False
    assert properties["title"]["properties"]["terms"]["copy_to"] == "_title"
    assert properties["title"]["properties"]["phrases"]["copy_to"] == "_phrases"
    assert properties["title_edgengrams"]["copy_to"] == "_title_edgengrams"
    texts = [properties[name] for name in ("_title", "_headings", "_body", "_phrases", "_edgengrams")]
    assert {text["analyzer"] for text in texts} == {"whitespace"}
    assert properties["live_filter"] == {"type": "boolean"}


def test_what_a_transaction_changes_is_sent_once_when_it_commits(
    server: Server, index: Index, pages: list[Page], committed: Any
) -> None:
    with committed():
        for page in pages:
            index.add_item(page)
        index.add_item(pages[0])
        assert not server.of("POST", "_bulk")
    (asked,) = server.of("POST", "_bulk")
    assert [options["_id"] for _, options, _ in asked.actions] == [str(page.pk) for page in pages]
    assert "require_alias=true" in asked.options
    assert entries() == []


def test_what_is_rolled_back_is_not_sent(server: Server, index: Index, pages: list[Page], committed: Any) -> None:
    with committed(), rolled_back():
        index.add_item(pages[0])
    assert server.asked == []
    assert entries() == []


def test_what_the_database_does_not_have_any_more_is_deleted(
    server: Server, index: Index, pages: list[Page], committed: Any
) -> None:
    gone = Page.objects.get(pk=pages[1].pk)
    pages[1].delete()
    with committed():
        index.delete_item(gone)
    ((operation, options, _),) = server.of("POST", "_bulk")[0].actions
    assert (operation, options["_id"]) == ("delete", str(gone.pk))
    assert entries() == []


def test_each_document_carries_a_number_so_that_no_late_sender_undoes_a_newer_one(
    server: Server, index: Index, pages: list[Page], committed: Any
) -> None:
    for _ in range(2):
        with committed():
            index.add_item(pages[0])
    first, second = (asked.actions[0][1] for asked in server.of("POST", "_bulk"))
    assert first["version_type"] == second["version_type"] == "external_gte"
    assert first["version"] < second["version"]
    server.answer("POST", "/_bulk", refused(409, "version_conflict_engine_exception", "version conflict"))
    with committed():
        index.add_item(pages[0])
    assert entries() == []


@pytest.mark.parametrize("trouble", ["away", "busy", "overloaded", "not built"])
def test_a_server_in_trouble_fails_no_publish_and_gets_the_change_later(
    server: Server, index: Index, pages: list[Page], committed: Any, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    answers = {
        "away": (503, {"error": "Service Unavailable", "status": 503}),
        "busy": (429, {"error": {"type": "circuit_breaking_exception", "reason": "Data too large"}, "status": 429}),
        "overloaded": refused(429, "rejected_execution_exception", "rejected execution"),
        "not built": refused(404, "index_not_found_exception", "[require_alias] request flag is [true]"),
    }
    server.answer("POST", "/_bulk", answers[trouble])
    with committed():
        index.add_item(pages[0])
        index.add_item(pages[1])
    assert entries() == [str(page.pk) for page in pages]
    assert caplog.text.count("waits in the outbox") == 1
    server.answer("POST", "/_bulk", taken)
    assert index.drain("default") == 2
    assert entries() == []


def test_a_silent_server_is_waited_for_once_however_much_was_changed(
    server: Server, hasty: SearchBackend, pages: list[Page], committed: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.silent.set()
    begun = time.monotonic()
    with committed():
        for page in pages * 10:
            hasty.get_index_for_model(Page).add_item(page)
    assert time.monotonic() - begun < 2
    assert caplog.text.count("waits in the outbox") == 1
    assert len(entries()) == 20


def test_whoever_drains_is_told_that_it_did_not_work(server: Server, index: Index, pages: list[Page]) -> None:
    index.add_items(Page, pages)
    server.answer("POST", "/_bulk", refused(503, "unavailable_shards_exception", "primary shard is not active"))
    with pytest.raises(NotTaken, match="2 documents were not taken"):
        index.drain("default", 30.0)
    server.answer("POST", "/_bulk", (500, {"error": "oops", "status": 500}))
    with pytest.raises(TransportError):
        index.drain("default", 30.0)
    assert len(entries()) == 2


def test_a_document_that_the_server_will_never_take_is_noted_and_forgotten(
    server: Server, index: Index, pages: list[Page], committed: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer("POST", "/_bulk", refused(400, "mapper_parsing_exception", "failed to parse field [depth_filter]"))
    with committed(), caplog.at_level(logging.ERROR):
        index.add_item(pages[0])
    assert "failed to parse field [depth_filter]" in caplog.text
    assert entries() == []


class Brittle(Mapping):
    """Documents of pages that say so cannot be made."""

    def get_document(self, obj: Page) -> dict[str, Any]:
        """Return the document."""
        return super().get_document(obj) if obj.title != "Valve" else 1 / 0


def test_an_object_of_which_no_document_can_be_made_is_noted_and_keeps_nothing_back(
    server: Server, index: Index, pages: list[Page], committed: Any, caplog: pytest.LogCaptureFixture
) -> None:
    index.mapping_class = Brittle
    with committed():
        index.add_items(Page, pages)
    assert [options["_id"] for _, options, _ in server.of("POST", "_bulk")[0].actions] == [str(pages[0].pk)]
    assert "Could not index <Page: Valve>" in caplog.text
    assert entries() == []


def test_a_rebuild_fills_a_new_index_and_exchanges_it_in_one_step(
    server: Server, backend: SearchBackend, index: Index, pages: list[Page]
) -> None:
    server.answer("HEAD", f"/_alias/{NAME}", (200, {}))
    server.answer("GET", f"/_alias/{NAME}", (200, {f"{NAME}_old": {"aliases": {NAME: {}}}}))
    rebuilder = backend.rebuilder_class(index)
    new = rebuilder.start()
    new.add_model(Page)
    new.add_items(Page, pages)
    rebuilder.finish()
    assert new.name.startswith(f"{NAME}_")
    ((_, options, _), _) = server.of("POST", "_bulk")[0].actions
    assert (options["_index"], options["version"]) == (f"{NAME}-building", 0)
    steps = [f"{asked.method} {asked.path}" for asked in server.asked if asked.method not in ("HEAD", "GET")]
    assert steps == [
        f"PUT /{new.name}",
        f"PUT /{new.name}/_alias/{NAME}-building",
        f"PUT /{new.name}/_mapping",
        "POST /_bulk",
        f"POST /{new.name}/_refresh",
        f"POST /{new.name}/_search",
        "POST /_aliases",
    ]
    assert server.asked[-1].body["actions"] == [
        {"add": {"index": new.name, "alias": NAME}},
        {"remove": {"index": new.name, "alias": f"{NAME}-building"}},
        {"remove_index": {"index": f"{NAME}_old"}},
    ]


def test_while_a_rebuild_runs_changes_go_to_both_indexes(
    server: Server, index: Index, pages: list[Page], committed: Any
) -> None:
    server.answer("HEAD", f"/_alias/{NAME}-building", (200, {}))
    with committed():
        index.add_item(pages[0])
    (asked,) = server.of("POST", "_bulk")
    assert [options["_index"] for _, options, _ in asked.actions] == [NAME, f"{NAME}-building"]
    assert len({options["version"] for _, options, _ in asked.actions}) == 1


def test_what_an_abandoned_rebuild_left_is_removed_by_the_next(
    server: Server, backend: SearchBackend, index: Index
) -> None:
    building = f"{NAME}-building"
    server.answer("HEAD", f"/_alias/{building}", (200, {}))
    server.answer("GET", f"/_alias/{building}", (200, {f"{NAME}_left": {"aliases": {building: {}}}}))
    backend.rebuilder_class(index).start()
    assert [asked.path for asked in server.asked if asked.method == "DELETE"] == [f"/{NAME}_left"]


def test_a_server_that_cannot_do_what_we_ask_keeps_its_index_and_says_so(
    server: Server, backend: SearchBackend, index: Index
) -> None:
    cause = {"type": "parsing_exception", "reason": "unknown query [combined_fields]"}
    rebuilder = backend.rebuilder_class(index)
    new = rebuilder.start()
    server.answer("POST", f"/{new.name}/_search", (400, {"error": cause | {"root_cause": [cause]}, "status": 400}))
    with pytest.raises(RequestError, match="combined_fields"):
        rebuilder.finish()
    assert not server.of("POST", "_aliases")


def test_an_index_that_is_no_alias_is_exchanged_too(server: Server, backend: SearchBackend, index: Index) -> None:
    server.answer("HEAD", f"/{NAME}", (200, {}))
    rebuilder = backend.rebuilder_class(index)
    rebuilder.start()
    rebuilder.finish()
    assert {"remove_index": {"index": NAME}} in server.asked[-1].body["actions"]


def test_resetting_leaves_an_empty_index_with_all_its_fields(server: Server, index: Index, pages: list[Page]) -> None:
    index.add_items(Page, pages)
    index.reset()
    models = [model for model in get_indexed_models() if issubclass(model, Page)]
    assert len(server.of("PUT", "_mapping")) == len(models)
    assert not server.of("POST", "_bulk")
    assert server.asked[-1].body["actions"][0]["add"]["alias"] == NAME
    assert entries() == []


def test_refreshing_sends_what_waits_and_has_it_found(server: Server, index: Index, pages: list[Page]) -> None:
    index.add_items(Page, pages)
    index.refresh()
    assert [asked.path for asked in server.asked if asked.method == "POST"] == ["/_bulk", f"/{NAME}/_refresh"]


def test_draining_a_node_drains_the_server_too(
    server: Server, backend: SearchBackend, index: Index, pages: list[Page]
) -> None:
    index.add_items(Page, pages)
    server.answer("POST", "/_bulk", refused(429, "rejected_execution_exception", "rejected execution"))
    assert drained(backend, 1.0) == 0
    assert len(entries()) == 2
    server.answer("POST", "/_bulk", taken)
    assert drained(backend, 1.0) == 2
    assert entries() == []
