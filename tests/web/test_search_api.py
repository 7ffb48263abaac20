"""Search for programs: what the person behind the key may read, and nothing else."""

import pytest

from people import tokens
from people.models import Audience
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client, dealer):
    """Search with the dealer's key, in a language."""
    _made, words = tokens.make(person=dealer, name="手机", at=NOON)

    def send(language="zh-hans", key=words, **asked):
        headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {key}"} if key else {})
        return client.get("/api/v1/search", asked, headers=headers)

    return send


def test_a_program_finds_what_its_person_may_read_in_his_language_first(look):
    make.document(number="F-1", title="绝缘问答", body=[make.text("a", "先断电，再测绝缘电阻。")])
    make.document(number="F-2", title="insulation 绝缘", language="en")
    make.document(number="F-3", title="绝缘内部", audience=Audience.INTERNAL)

    said = look(q="绝缘").json()

    assert (said["found"], [hit["number"] for hit in said["hits"]]) == (2, ["F-1", "F-2"])
    first = said["hits"][0]
    assert first["url"].endswith("/doc/F-1/#a")
    assert ["绝缘", True] in [[text, is_match] for text, is_match in first["passage"] if is_match]
    assert look("en", q="绝缘").json()["hits"][0]["number"] == "F-2"


def test_it_is_narrowed_and_paged(look):
    make.document(number="F-1", title="绝缘")
    make.guide(number="G-1", title="绝缘", fault_class="network")

    assert [hit["number"] for hit in look(q="绝缘", **{"class": "network"}).json()["hits"]] == ["G-1"]
    assert look(q="绝缘", kind="faq").json()["found"] == 1
    assert look(q="绝缘", page=2).json()["hits"] == []


@pytest.mark.parametrize(
    "asked", [{}, {"q": ""}, {"q": "x" * 201}, {"q": "x", "page": 0}, {"q": "x", "page": "z"}], ids=str
)
def test_what_cannot_be_asked_is_refused_in_words(look, asked):
    assert look(**asked).status_code == 422


@pytest.mark.parametrize("query", ["   ", "*?~", "😀", "AND (", "'"])
def test_hostile_queries_find_nothing(look, query):
    make.document(title="绝缘")

    assert look(q=query).json()["hits"] == []


def test_nobody_searches_without_a_key(look):
    assert look(key="", q="绝缘").status_code == 401
