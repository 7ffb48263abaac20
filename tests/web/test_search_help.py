"""What helps: straight to the one thing meant, a correction, other words, what editors put first, and a way on."""

import pytest

from kb.models import PromotedResult, SynonymGroup
from kb.searching.lexicon import forget
from people.models import Audience
from tests import make
from tests.web.test_search import groups, search, shown, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_words(monkeypatch):
    """Read the words of the house once a test, however long that takes."""
    monkeypatch.setattr("kb.searching.lexicon.KEPT", 1e9)
    forget()
    yield
    forget()


@pytest.mark.parametrize("typed", ["PR-003", "pr003", "pr 003", " ＰＲ－003 "])
def test_the_number_of_a_document_leads_straight_to_it(client, typed):
    make.document(number="PR-003", title="更换电源")
    make.document(number="PR-0031", title="更换风扇")

    assert search(client, typed).url == "/doc/PR-003/"
    assert search(client, typed, "/en").url == "/en/doc/PR-003/"
    assert search(client, typed, all="1").status_code == 200


def test_the_number_of_what_a_person_may_not_see_leads_nowhere(client):
    make.document(number="PR-003", title="内部", audience=Audience.INTERNAL)

    answer = search(client, "PR-003")

    assert (answer.status_code, answer.context["count"]) == (200, 0)


def test_nothing_found_offers_products_what_is_near_and_to_write_it_down(client, technician):
    make.document(number="F-1", title="Replace the battery", language="en")
    client.force_login(technician)

    answer = search(client, "batery")

    assert [page.number for page in answer.context["near"]] in (["F-1"], [])
    assert "/notes/new/?q=batery" in words(answer)


def test_a_stranger_is_told_that_there_may_be_more_for_those_who_sign_in(client):
    said = words(search(client, "没有的词"))

    assert "/accounts/login/?next=/search/" in said
    assert "/notes/new/" not in said


def test_what_is_narrowed_down_too_far_can_be_widened(client):
    make.product(key="ups")
    make.document(number="F-1", title="绝缘")

    answer = search(client, "绝缘", model="ups", level="4")

    assert (answer.context["count"], len(answer.context["chosen"])) == (0, 2)
    assert groups(client.get(answer.context["wide_url"])) == {"faq": ["F-1"]}


def test_a_mistyped_query_is_put_right_and_can_be_had_as_it_was_typed(client):
    for n in (1, 2):
        make.document(number=f"F-{n}", title="Update the firmware", language="en")

    answer = search(client, "firmwrae", "/en")

    assert (answer.context["query"], answer.context["used"]) == ("firmwrae", "firmware")
    assert {hit.page.number for hit in shown(answer)} == {"F-1", "F-2"}
    as_typed = client.get(answer.context["as_typed_url"])
    assert (as_typed.context["used"], as_typed.context["count"]) == ("firmwrae", 0)


def test_other_words_are_searched_too_and_named_and_marked(client):
    SynonymGroup.objects.create(words="开不了机\n无法启动")
    forget()
    make.document(number="F-1", title="设备无法启动")

    answer = search(client, "开不了机")

    assert groups(answer) == {"faq": ["F-1"]}
    assert answer.context["synonyms"] == ["无法启动"]
    assert "<mark>无法启动</mark>" in words(answer)


def test_what_editors_put_first_stands_on_top_once_and_only_for_those_who_may_read_it(client, technician):
    make.document(number="F-1", title="电源")
    first = make.document(number="F-2", title="别的")
    hidden = make.document(number="F-3", title="内部", confidentiality="restricted")
    for page in (first, hidden):
        put = PromotedResult(query="电 源" if page == hidden else "电源", page=page)
        put.clean()
        put.save()

    answer = search(client, "电源")

    assert [hit.page.number for hit in answer.context["promoted"]] == ["F-2"]
    assert groups(answer) == {"faq": ["F-1"]}
    assert "found-promoted" in words(answer)
    assert not search(client, "电源", kind="faq").context["promoted"]


def test_a_product_that_is_named_stands_first(client):
    model = make.product(name="RS2200")
    make.document(number="F-1", title="RS2200 电源")

    shown_words = words(search(client, "rs2200", all="1"))

    assert shown_words.index(model.get_absolute_url()) < shown_words.index("/doc/F-1/")


def test_the_number_of_queries_does_not_grow_with_what_is_found(client, technician, django_assert_max_num_queries):
    pages(technician, "一")
    client.force_login(technician)
    search(client, "电源")  # what a process reads once

    with django_assert_max_num_queries(28):
        search(client, "电源", all="1")
    for n in "二三":
        pages(technician, n)
    search(client, "电源")
    with django_assert_max_num_queries(28):
        assert search(client, "电源", all="1").context["count"] > 12


def pages(person, n):
    """Something of every sort that a search for 电源 finds."""
    make.manual(chapters=0, title=f"电源手册{n}")
    model = make.product(name=f"电源柜{n}")
    make.document(title=f"电源{n}", product_models=[model], body=[make.text("a", "电源模块")])
    make.document(title=f"power {n}", language="en", body=[make.text("a", "电源")])
    make.course(title=f"电源课{n}")
    make.note(person, problem=f"电源异响{n}")
