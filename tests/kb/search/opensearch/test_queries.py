"""What is asked of the server for a query, and what is made of its answers."""

from typing import Any

import pytest
from modelsearch.backends.base import FilterFieldError
from modelsearch.query import MATCH_ALL, Boost, Fuzzy, Not, Phrase, PlainText
from wagtail.models import Page

from kb.search.backend.matching import OTHER_WORDING
from kb.search.backend.scoring import COORDINATION, K1, TITLE
from kb.search.backend.snapshot import PIECE
from kb.search.lexicon import Lexicon
from kb.search.opensearch import SearchBackend

from .server import SHARDS, Server, hits

ZONES = ["_title^4", "_headings^2", "_body^1"]
PAGES = "/house-wagtailcore_page"

pytestmark = pytest.mark.django_db


def page(title: str, **values: Any) -> Page:
    """Return a saved page."""
    return Page.objects.get(depth=1).add_child(instance=Page(title=title, **values))


def sent(server: Server, backend: SearchBackend, query: Any, **options: Any) -> dict[str, Any]:
    """Return what is sent for ``query``, without the filters."""
    list(backend.search(query, Page, **options)[:10])
    return server.of("POST", "_search")[-1].body["query"]["bool"]["must"]


def combined(terms: str, fields: list[str] = ZONES, **options: Any) -> dict[str, Any]:
    """Return a query for terms in several fields taken together."""
    return {"combined_fields": {"query": terms, "fields": fields} | options}


def leaves(query: Any) -> int:
    """Return how many clauses a query has, counting each term of each field."""
    if isinstance(query, dict):
        own = query.get("combined_fields")
        return len(own["query"].split()) if own else sum(leaves(part) for part in query.values())
    return sum(leaves(part) for part in query) if isinstance(query, list) else 0


def test_one_word_is_asked_for_as_our_term_in_the_zones_together_and_in_titles(
    server: Server, backend: SearchBackend
) -> None:
    titles = {"bool": {"must": [combined("e04", ["_title^4"])], "boost": TITLE / (K1 + 1)}}
    assert sent(server, backend, "Ｅ04") == {"bool": {"should": [combined("e04"), titles], "minimum_should_match": 1}}


def test_the_pieces_of_a_code_count_little(server: Server, backend: SearchBackend) -> None:
    whole, _, pieces, _ = sent(server, backend, "ALM-24003")["bool"]["should"]
    assert whole == combined("alm24003")
    assert pieces == {"bool": {"must": [combined("alm 24003")], "boost": PIECE}}


def test_several_words_are_lowered_where_some_are_missing(server: Server, backend: SearchBackend) -> None:
    query = sent(server, backend, "motor 电机 e04")["function_score"]
    assert query["query"]["bool"]["should"][0] == combined("motor 电机 e04")
    assert query["functions"] == [
        {"weight": 1 - COORDINATION},
        *({"filter": combined(word), "weight": COORDINATION / 3} for word in ("motor", "电机", "e04")),
    ]
    assert (query["score_mode"], query["boost_mode"]) == ("sum", "multiply")


def test_and_asks_for_every_word_and_for_a_long_chinese_one_by_all_its_pairs(
    server: Server, backend: SearchBackend
) -> None:
    query = sent(server, backend, "服务器 motor", operator="and")["function_score"]["query"]
    asked = [has["bool"]["should"][0]["bool"]["filter"][0]["bool"]["should"] for has in query["bool"]["filter"]]
    assert asked == [[combined("服务 务器", operator="and")], [combined("motor", operator="and")]]


def test_words_of_the_house_are_read_at_each_search(server: Server) -> None:
    backend = SearchBackend({"URLS": [server.url], "LEXICON": f"{__name__}.lexicon"})
    assert backend.search("蓝屏", Page).synonyms == [("蓝屏", "死机")]
    best = sent(server, backend, "蓝屏")["bool"]["should"][0]["dis_max"]["queries"]
    first, other = best
    assert first["bool"]["should"][0] == combined("蓝屏")
    assert other["bool"]["boost"] == OTHER_WORDING
    (whole,) = other["bool"]["must"]
    assert whole["bool"]["must"][0]["bool"]["should"][0] == combined("死机")
    assert whole["bool"]["filter"] == [
        {"bool": {"should": [combined("死机", operator="and")], "minimum_should_match": 1}}
    ]


def lexicon() -> Lexicon:
    """Return the words of a house."""
    return Lexicon(synonyms=[["蓝屏", "死机"]])


def test_a_restricted_search_asks_the_fields_themselves(server: Server, backend: SearchBackend) -> None:
    query = sent(server, backend, "motor", fields=["title"])
    assert query["bool"]["should"][0] == combined("motor", ["title.terms^4"])


def test_a_phrase_is_scored_by_its_words_and_found_by_their_order(server: Server, backend: SearchBackend) -> None:
    query = sent(server, backend, Phrase("Ｅ04 开机"))["bool"]
    assert query["filter"] == [
        {"bool": {"should": [{"match_phrase": {"_phrases": "e04 开 机"}}], "minimum_should_match": 1}}
    ]
    assert query["must"][0]["function_score"]["query"]["bool"]["should"][0] == combined("e04 开机")


def test_only_words_of_letters_are_searched_with_their_mistakes(server: Server, backend: SearchBackend) -> None:
    latin, chinese = sent(server, backend, Fuzzy("moter 服务"))["bool"]["should"]
    near = {"query": "moter", "fields": ZONES, "fuzziness": "AUTO:3,6", "prefix_length": 1}
    assert latin["bool"]["should"][1:] == [{"multi_match": near}]
    assert len(chinese["bool"]["should"]) == 1


def test_connected_queries_are_connected(server: Server, backend: SearchBackend) -> None:
    query = sent(server, backend, PlainText("motor") & ~PlainText("pump", operator="or") | Boost(MATCH_ALL, 2))
    both, everything = query["bool"]["should"]
    assert both["bool"]["must"][1]["bool"]["must_not"][0]["bool"]["should"][0] == combined("pump")
    assert everything == {"bool": {"must": [{"match_all": {}}], "boost": 2}}
    assert sent(server, backend, Not(MATCH_ALL)) == {"bool": {"must_not": [{"match_all": {}}]}}


@pytest.mark.parametrize("nothing", ["  ", "？！", Phrase("！"), Fuzzy("…")])
def test_nothing_to_look_for_finds_nothing(server: Server, backend: SearchBackend, nothing: Any) -> None:
    assert sent(server, backend, nothing) == {"match_none": {}}


def test_what_is_pasted_stays_below_the_clauses_that_a_server_accepts(server: Server, backend: SearchBackend) -> None:
    pasted = "".join(chr(0x4E00 + 7 * at % 20000) for at in range(4000)) + " e04 alm-24003" * 500
    for operator in ("or", "and"):
        assert leaves(sent(server, backend, pasted, operator=operator)) < 1024


def test_beginnings_complete_finished_words_and_titles_first(server: Server, backend: SearchBackend) -> None:
    list(backend.autocomplete("电", Page)[:5])
    (begun,) = server.of("POST", "_search")[-1].body["query"]["bool"]["must"]["bool"]["must"]
    assert begun["dis_max"]["queries"] == [
        {"prefix": {"_edgengrams": {"value": "电", "boost": 0.5}}},
        {"constant_score": {"filter": {"term": {"_edgengrams": "电"}}, "boost": 1.0}},
        {"prefix": {"_title_edgengrams": {"value": "电", "boost": 2.0}}},
        {"constant_score": {"filter": {"term": {"_title_edgengrams": "电"}}, "boost": 4.0}},
    ]


def test_the_filters_of_the_queryset_are_asked_of_the_server(server: Server, backend: SearchBackend) -> None:
    list(backend.search("motor", Page.objects.filter(depth__gt=1))[:10])
    assert server.of("POST", "_search")[-1].body["query"]["bool"]["filter"] == [
        {"match": {"_django_content_type": "wagtailcore.Page"}},
        {"range": {"depth_filter": {"gt": 1}}},
    ]


def test_results_are_objects_in_the_order_of_the_server(server: Server, backend: SearchBackend) -> None:
    one, other = page("One"), page("Other")
    server.answer("POST", f"{PAGES}/_search", hits((other.pk, 2.5), (one.pk, 1.5)))
    found = backend.search("one", Page).annotate_score("_score")[:10]
    assert [(each.title, each._score) for each in found] == [("Other", 2.5), ("One", 1.5)]
    asked = server.of("POST", "_search")[-1]
    assert asked.body["sort"] == ["_score", {"pk": "asc"}]
    assert set(asked.options.split("&")) == {"_source=false", "stored_fields=pk", "from=0", "size=10"}


def test_what_the_queryset_does_not_have_is_not_shown_whatever_the_server_says(
    server: Server, backend: SearchBackend
) -> None:
    shown, secret = page("Shown"), page("Secret", live=False)
    server.answer("POST", f"{PAGES}/_search", hits((secret.pk, 9.0), (shown.pk, 1.0), (999_999, 0.5)))
    results = backend.search("anything", Page.objects.filter(live=True))
    assert [each.title for each in results[:10]] == ["Shown"]
    found = results.found()
    assert [found.keys[number] for number in found.best(found.mask)] == [str(shown.pk)]
    among = results.found(Page.objects.filter(pk=secret.pk))
    assert [among.keys[number] for number in among.best(among.mask)] == [str(secret.pk)]


def test_what_is_found_is_narrowed_and_counted_here(server: Server, backend: SearchBackend) -> None:
    pages = [page(f"Page {at}") for at in range(3)]
    scores = zip((each.pk for each in pages), (5.0, 4.0, 0.2), strict=True)
    server.answer(
        "POST", f"{PAGES}/_search", hits(*scores, depth_filter=[[2], [3], [2]], owner_id_filter=[[7], [], []])
    )
    found = backend.search("page", Page).found(floor=0.1)
    assert found.counts("depth", found.mask) == {2: 1, 3: 1}
    assert found.counts("owner", found.mask) == {7: 1, None: 1}
    assert found.single("depth", [0, 1]) == [2, 3]
    assert [found.keys[number] for number in found.best(found.having("depth", [3]))] == [str(pages[1].pk)]
    assert "depth_filter" in server.of("POST", "_search")[-1].body["docvalue_fields"]


def test_facets_are_counted_by_the_server(server: Server, backend: SearchBackend) -> None:
    counted = {
        "values": {"buckets": [{"key": 1, "key_as_string": "true", "doc_count": 2}], "sum_other_doc_count": 0},
        "none": {"doc_count": 3},
    }
    server.answer("POST", f"{PAGES}/_search", (200, hits()[1] | {"aggregations": counted}))
    assert backend.search("motor", Page).facet("locked") == {None: 3, True: 2}
    with pytest.raises(FilterFieldError):
        backend.search("motor", Page).facet("colour")


def test_counts_are_the_servers(server: Server, backend: SearchBackend) -> None:
    server.answer("POST", f"{PAGES}/_count", (200, {"count": 42, "_shards": SHARDS}))
    assert backend.search("motor", Page).count() == 42
    assert backend.search("motor", Page)[40:60].count() == 2


@pytest.mark.parametrize("status", [400, 404, 429, 503])
def test_a_server_that_cannot_search_finds_nothing_and_is_noted(
    server: Server, backend: SearchBackend, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    error = {"error": {"type": "some_exception", "reason": "why"}, "status": status}
    server.answer("POST", f"{PAGES}/_(search|count)", (status, error))
    results = backend.search("motor", Page)
    assert (list(results), list(results[:5]), results.count(), results.facet("depth")) == ([], [], 0, {})
    assert not results.found().mask.any()
    assert "some_exception" in caplog.text


def test_a_server_that_is_away_or_silent_finds_nothing(
    server: Server, hasty: SearchBackend, caplog: pytest.LogCaptureFixture
) -> None:
    server.silent.set()
    assert list(hasty.search("motor", Page)[:5]) == []
    away = SearchBackend({"URLS": ["http://127.0.0.1:9"]})
    assert list(away.search("motor", Page)[:5]) == []
    assert caplog.text.count("Could not search") == 2


def test_the_address_may_hold_a_name_and_a_password_with_any_character(server: Server) -> None:
    url = server.url.replace("//", "//tech:p%40ss%3Aw%2Ford@")
    list(SearchBackend({"URLS": [f"{url}/behind/proxy"]}).search("motor", Page)[:5])
    (asked,) = server.asked
    assert asked.authorization == "Basic dGVjaDpwQHNzOncvb3Jk"
    assert asked.path == "/behind/proxy/wagtailcore_page/_search"


def test_backends_share_the_client_of_their_process_and_server(server: Server, backend: SearchBackend) -> None:
    assert SearchBackend({"URLS": [server.url], "INDEX_PREFIX": "other-", "TIMEOUT": 30}).es is backend.es
    assert SearchBackend({"URLS": [server.url]}).es is not backend.es
