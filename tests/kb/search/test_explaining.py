"""Why a document is found: the parts of an explanation add up to the score."""

import pytest
from django.test import override_settings
from wagtail.models import Page

from kb.search.backend import explain
from kb.search.lexicon import Lexicon

from .build import backend, page

pytestmark = pytest.mark.django_db

HOUSE = Lexicon(synonyms=[["开不了机", "无法启动", "does not start"]])


def words_of_the_house() -> Lexicon:
    return HOUSE


@pytest.fixture(autouse=True)
def _house(settings) -> None:
    default = settings.WAGTAILSEARCH_BACKENDS["default"] | {"LEXICON": f"{__name__}.words_of_the_house"}
    settings.WAGTAILSEARCH_BACKENDS = {"default": default}


@pytest.mark.parametrize("query", ["电机过热", "过热", "motor E-04", "开不了机 电机", "电机 没有的词"])
def test_the_parts_add_up_to_the_score(query: str) -> None:
    for title in ("电机过热保护 Motor E-04", "电机无法启动", "过热", "附录"):
        page(title)
    for rank, hit in enumerate(backend().search(query, Page).annotate_score("score"), 1):
        why = explain(Page.objects.all(), query, hit.pk)
        assert why.rank == rank
        assert why.score == pytest.approx(hit.score, rel=1e-4)
        assert sum(clause.score for clause in why.clauses) * why.coordination == pytest.approx(hit.score, rel=1e-4)
        for clause in why.clauses:
            assert clause.factor * sum(term.score for term in clause.terms) == pytest.approx(clause.score)


def test_a_synonym_says_for_what_it_stands() -> None:
    found = page("电机无法启动")
    why = explain(Page.objects.all(), "开不了机", found.pk)
    assert [(clause.written, clause.read) for clause in why.clauses] == [("开不了机", "无法启动")]


def test_a_synonym_of_several_english_words_is_a_phrase() -> None:
    page("It does not start")
    page("Does the warranty not cover the start")
    assert [hit.title for hit in Page.objects.search("开不了机")] == ["It does not start"]


def test_what_is_not_found_is_not_explained() -> None:
    assert explain(Page.objects.all(), "过热", page("附录").pk) is None
    assert explain(Page.objects.filter(live=False), "附录", Page.objects.get(title="附录").pk) is None


def test_words_of_the_house_are_searched_at_once(settings) -> None:
    page("电机无法启动")
    assert [hit.title for hit in Page.objects.search("开不了机", operator="and")] == ["电机无法启动"]
    with override_settings(
        WAGTAILSEARCH_BACKENDS={
            "default": {
                name: value for name, value in settings.WAGTAILSEARCH_BACKENDS["default"].items() if name != "LEXICON"
            }
        }
    ):
        assert list(Page.objects.search("开不了机", operator="and")) == []
