"""The search screen: what is found, for whom, and nothing that breaks it."""

import re

import pytest
from django.http import QueryDict

from kb.models import FaultCode
from people.models import Audience
from tests import make
from tests.make import text

pytestmark = pytest.mark.django_db


def search(client, query, language="", **more):
    return client.get(f"{language}/search/", {"q": query, **more})


def words(answer):
    return answer.content.decode().split("<main", 1)[1].split("</main>")[0]


def groups(answer):
    return {group.key: [hit.page.number for hit in group.hits] for group in answer.context["groups"] if group.hits}


def shown(answer):
    return [hit for group in answer.context["groups"] for hit in group.hits]


def test_hits_are_grouped_by_kind_with_courses_and_products_beside(client):
    make.document(number="F-1", title="电源故障问答")
    make.guide(number="G-1", title="电源故障指南")
    course = make.course(title="电源故障课程", audience=Audience.PUBLIC)
    product = make.product(name="电源故障模拟器")

    answer = search(client, "电源故障")

    assert groups(answer) == {"faq": ["F-1"], "guide": ["G-1"]}
    assert (answer.context["courses"], answer.context["products"]) == ([course], [product])
    assert answer.context["count"] == 4


def test_a_hit_leads_to_the_block_the_words_stand_in(client):
    make.document(number="F-1", title="问答", body=[text("a", "先断电。"), text("b", "再测量绝缘电阻。")])

    answer = search(client, "绝缘电阻")

    (hit,) = shown(answer)
    assert hit.url == "/doc/F-1/#b"
    assert ("绝缘电阻", True) in hit.passage
    assert "<mark>绝缘电阻</mark>" in words(answer)


def test_of_two_languages_the_readers_own_is_found(client):
    make.document(number="F-1", title="UPS 电源")
    make.document(number="F-1", title="UPS power", language="en")
    make.document(number="F-2", title="UPS 电池")

    assert {hit.page.title for hit in shown(search(client, "UPS"))} == {"UPS 电源", "UPS 电池"}
    assert {hit.page.title for hit in shown(search(client, "UPS", "/en"))} == {"UPS power", "UPS 电池"}


@pytest.mark.parametrize("more", [{}, {"kind": "faq"}, {"all": "1"}], ids=str)
def test_nobody_finds_what_he_may_not_read(client, dealer, more):
    make.document(number="F-1", title="绝缘公开", body=[text("a", "绝缘公开文字")])
    make.document(number="F-2", title="绝缘内部", body=[text("a", "绝缘内部文字")], audience=Audience.INTERNAL)
    make.document(number="F-3", title="绝缘受限", body=[text("a", "绝缘受限文字")], confidentiality="restricted")
    make.document(number="F-4", title="绝缘草稿", body=[text("a", "绝缘草稿文字")], live=False)
    make.course(title="绝缘内部课程", audience=Audience.INTERNAL)
    client.force_login(dealer)

    shown = words(search(client, "绝缘", **more))

    assert "F-1" in shown
    for hidden in ("F-2", "F-3", "F-4", "内部", "受限", "草稿"):
        assert hidden not in shown


def test_what_was_made_internal_or_withdrawn_is_found_no_more(client):
    first, second = make.document(title="绝缘甲"), make.document(title="绝缘乙")
    assert search(client, "绝缘").context["count"] == 2

    make.issue(first, audience=Audience.INTERNAL)
    make.withdrawn(second)

    assert search(client, "绝缘").context["count"] == 0


@pytest.fixture
def code():
    made = FaultCode(code="E-04", meaning="电源故障", severity=2, model=make.product())
    made.clean()
    made.save()
    return made


@pytest.mark.parametrize("typed", ["E-04", "e04", " Ｅ 04 "])
def test_a_fault_code_leads_straight_to_it(client, code, typed):
    assert search(client, typed).url == "/codes/e04/"
    assert search(client, typed, "/en").url == "/en/codes/e04/"


def test_whoever_wants_documents_about_a_code_can_still_search(client, code):
    make.document(number="F-1", title="E-04 怎么办")

    assert groups(search(client, "E-04", all="1")) == {"faq": ["F-1"]}
    assert groups(search(client, "E-04", kind="faq")) == {"faq": ["F-1"]}


@pytest.mark.parametrize("query", ["", "   ", "　"])
def test_nothing_typed_shows_the_form(client, query):
    answer = search(client, query)

    assert answer.status_code == 200
    assert answer.context["query"] == ""


@pytest.mark.parametrize(
    "query",
    [
        "不存在的词语",
        "\"'%_\\<>",
        "<script>alert(1)</script>",
        '"',
        "AND OR NOT",
        "a AND (b",
        "title:x",
        "*",
        "?",
        "~",
        "^2",
        "[a TO b]",
        "{",
        "-",
        "--",
        "的",
        "\ud800".encode("utf-8", "replace").decode(),
        "😀",
        "ａ" * 50,
        "电源 " * 2000,
        "x" * 10_000,
        "../../etc/passwd",
        "%00%ff",
        "1" * 300,
    ],
    ids=lambda query: repr(query[:20]),
)
def test_no_query_breaks_it(client, query):
    make.document(title="电源")

    for more in ({}, {"kind": "faq"}, {"kind": "nonsense"}):
        answer = search(client, query, **more)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "99999", "x", ""])
def test_no_page_number_breaks_it(client, page):
    make.document(title="电源")

    answer = search(client, "电源", kind="faq", page=page)

    assert groups(answer)["faq"]


def test_one_kind_is_shown_page_by_page(client):
    model = make.product(key="ups")
    for _ in range(23):
        make.document(title="电源", product_models=[model])

    first, second = (search(client, "电源", kind="faq", model="ups", page=page) for page in (1, 2))

    numbers = groups(first)["faq"] + groups(second)["faq"]
    assert (len(groups(first)["faq"]), len(groups(second)["faq"])) == (20, 3)
    assert len(set(numbers)) == first.context["count"] == 23
    (link,) = re.findall(r'rel="next" href="(\?[^"]+)"', words(first))
    asked = {"q": "电源", "kind": "faq", "model": "ups", "page": "2"}
    assert QueryDict(link.replace("&amp;", "&")[1:]).dict() == asked
