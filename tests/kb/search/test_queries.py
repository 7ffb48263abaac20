"""What the backend finds, and in which order."""

import pytest
from django.contrib.contenttypes.models import ContentType
from modelsearch.query import MATCH_ALL, Boost, Fuzzy, Not, Phrase, PlainText
from wagtail.models import Page

from .build import backend, page, titles

pytestmark = pytest.mark.django_db


def test_a_page_is_found_in_the_transaction_that_saves_it() -> None:
    page("电机过热保护")
    assert titles("过热") == ["电机过热保护"]


def test_words_are_joined_by_or_and_the_page_with_all_of_them_comes_first() -> None:
    page("电机的铭牌")
    page("电机过热后复位")
    page("过热")
    assert titles("电机 过热 复位")[0] == "电机过热后复位"
    assert len(titles("电机 过热 复位")) == 3


def test_and_asks_for_every_word() -> None:
    page("服务器电源")
    page("服务器无法启动")
    page("务器服")
    assert titles("服务器启动", operator="and") == ["服务器无法启动"]


def test_the_rarer_word_weighs_more() -> None:
    for number in range(5):
        page(f"电机 {number}")
    page("过热")
    assert titles("电机 过热")[0] == "过热"


def test_a_code_is_found_in_every_spelling() -> None:
    page("故障 E-04 过流")
    page("故障 E-05 过压")
    assert titles("Ｅ 04", operator="and") == titles("e04", operator="and") == ["故障 E-04 过流"]


def test_a_phrase_stands_side_by_side() -> None:
    page("更换电机轴承")
    page("电机停止后更换轴承")
    page("Bearing of the motor")
    assert titles(Phrase("电机轴承")) == ["更换电机轴承"]
    assert titles(Phrase("the motor")) == ["Bearing of the motor"]
    assert titles(Phrase("motor the")) == []


def test_a_fuzzy_query_forgives_a_slip() -> None:
    page("Replace the bearing")
    assert titles("bearig") == []
    assert titles(Fuzzy("bearig")) == ["Replace the bearing"]


def test_boosts_and_negations_combine() -> None:
    page("电机")
    page("过热")
    page("电机过热")
    assert titles(PlainText("电机") & Not(PlainText("过热"))) == ["电机"]
    assert titles(PlainText("电机") | Boost(PlainText("过热"), 9))[-1] == "电机"
    assert titles(Not(MATCH_ALL)) == []


def test_a_query_without_words_finds_nothing() -> None:
    page("电机")
    assert titles("！！") == []


def test_an_unknown_kind_of_query_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        titles(object())


def test_a_search_may_be_restricted_to_fields() -> None:
    page("电机")
    assert titles("电机", fields=["title"]) == ["电机"]


@pytest.mark.parametrize("begun", ["电", "过热保", "mot", "Motor E-", "e0", "E-04"])
def test_completion_goes_on_from_what_is_typed(begun: str) -> None:
    page("电机过热保护 Motor E-04")
    page("附录")
    assert [found.title for found in Page.objects.autocomplete(begun)] == ["电机过热保护 Motor E-04"]


def test_completion_asks_for_every_word_and_prefers_finished_ones() -> None:
    page("Motors and pumps")
    page("Motor")
    page("Mot")
    assert [found.title for found in Page.objects.autocomplete("motor")] == ["Motor", "Motors and pumps"]
    assert [found.title for found in Page.objects.autocomplete("pum mot")] == ["Motors and pumps"]


def test_scores_fall() -> None:
    for title in ("电机", "电机过热", "过热保护"):
        page(title)
    found = backend().search("电机过热", Page).annotate_score("score")
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert all(isinstance(score, float) for score in scores)


def test_slices_are_pages_of_one_ranking() -> None:
    for number in range(30):
        page(f"电机 {number}")
    found = Page.objects.search("电机")
    pages = [hit.pk for at in range(0, 30, 7) for hit in found[at : at + 7]]
    assert pages == [hit.pk for hit in found]
    assert len(set(pages)) == found.count() == 30


def test_a_page_of_results_and_their_count_cost_three_queries(django_assert_max_num_queries) -> None:
    for number in range(30):
        page(f"电机 {number}")
    list(Page.objects.search("电机"))
    with django_assert_max_num_queries(3):
        found = Page.objects.search("电机")
        assert (found.count(), len(found[10:20])) == (30, 10)


def test_the_order_of_the_queryset_may_be_kept() -> None:
    for title in ("电机 B", "电机 A", "电机 C"):
        page(title)
    assert [hit.title for hit in Page.objects.search("电机", order_by="-title")] == ["电机 C", "电机 B", "电机 A"]
    newest = backend().search("电机", Page.objects.order_by(), order_by_relevance=False)
    assert [hit.title for hit in newest[:1]] == ["电机 C"]


def test_facets_count_results() -> None:
    page("电机", live=False)
    page("电机")
    page("电机")
    assert list(Page.objects.search("电机").facet("live").items()) == [(True, 2), (False, 1)]


def test_facets_take_a_foreign_key_by_its_column_as_the_admin_search_does() -> None:
    page("电机维护")

    counts = Page.objects.search("电机").facet("content_type_id")

    assert counts == {ContentType.objects.get_for_model(Page).pk: 1}
