"""What a search is narrowed down to: by links, with counts that hold, and never more than the person may see."""

import pytest

from kb.models import FaultGuidePage, PersonsNeeded
from people.models import Audience, Qualification
from tests import database, make
from tests.web.test_search import groups, search, shown, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def estate(db):
    """Six documents about one thing, of two products, three kinds, two languages."""
    make.folder()
    make.folder("en")
    build()


@database.once
def build():
    ups, rack = make.product(key="ups", name="不间断"), make.product(key="rack", name="机架")
    junior, senior = make.qualification(1), make.qualification(3)
    gated = [make.act("do", "end", qualification=senior.key), make.end("end")]
    make.document(number="F-1", title="绝缘问答", product_models=[ups])
    make.document(number="F-1", title="insulation 绝缘", language="en", product_models=[ups])
    make.document(number="F-2", title="insulation 绝缘", language="en", product_models=[ups])
    persons = [PersonsNeeded(qualification=junior)]
    make.procedure(number="P-1", title="绝缘测量", product_models=[rack], persons=persons)
    make.guide(number="G-1", title="绝缘故障", body=gated, product_models=[ups, rack])
    make.guide(number="G-2", title="绝缘告警", fault_class="network")


def facets(answer):
    return {
        facet.name: {str(choice.label): choice.count for choice in facet.choices} for facet in answer.context["facets"]
    }


def follow(client, answer, name, label):
    """Go where the link of a choice leads."""
    (facet,) = (facet for facet in answer.context["facets"] if facet.name == name)
    (choice,) = (choice for choice in facet.choices if str(choice.label) == label)
    assert choice.url.replace("&", "&amp;") in words(answer)
    return client.get(choice.url)


def numbers(answer):
    return sorted(hit.page.number for hit in shown(answer))


def test_each_facet_says_how_many_documents_each_value_leaves(client, estate):
    assert facets(search(client, "绝缘")) == {
        "kind": {"故障指南": 2, "常见问题": 2, "作业规程": 1},
        "model": {"不间断": 3, "机架": 2},
        "class": {"硬件": 1, "网络": 1},
        "level": {"初级": 1, "高级": 1},
        "lang": {"简体中文": 4, "English": 2},
    }


def test_a_count_is_what_the_link_beside_it_finds(client, estate):
    found = search(client, "绝缘", model="ups").context["facets"]

    assert len(found) == 5
    for choice in (choice for facet in found for choice in facet.choices if not choice.is_chosen):
        assert client.get(choice.url).context["count"] == choice.count > 0


def test_what_is_chosen_narrows_the_other_facets_and_leaves_its_own_to_choose_from(client, estate):
    answer = search(client, "绝缘", model="rack")

    assert numbers(answer) == ["G-1", "P-1"]
    assert facets(answer)["model"] == {"不间断": 3, "机架": 2}
    assert facets(answer)["kind"] == {"故障指南": 1, "作业规程": 1}
    both = follow(client, answer, "kind", "作业规程")
    assert numbers(both) == ["P-1"]
    assert numbers(follow(client, both, "model", "机架")) == ["P-1"]
    assert "kind=procedure" in both.context["chosen"][0].url


def test_a_document_in_two_languages_is_one_and_that_in_another_stands_below(client, estate):
    answer = search(client, "绝缘", kind="faq")
    assert groups(answer) == {"faq": ["F-1"], "other": ["F-2"]}
    assert "只有英文" in words(answer) or "Only in English" in words(answer)

    english = search(client, "绝缘", "/en", kind="faq")
    assert groups(english) == {"faq": ["F-1", "F-2"]} or groups(english) == {"faq": ["F-2", "F-1"]}
    assert {hit.page.title for hit in shown(english)} == {"insulation 绝缘"}


def test_whoever_asks_for_a_language_gets_its_texts(client, estate):
    answer = search(client, "绝缘", lang="en")

    assert {hit.url for hit in shown(answer)} == {"/en/doc/F-1/", "/en/doc/F-2/"}


@pytest.mark.parametrize(("body", "tongue"), [("Test the insulation.", "en"), ("Test it.", "zh-hans")])
def test_what_only_the_other_language_says_leads_to_the_readers_own_text(client, body, tongue):
    make.document(number="F-1", title="绝缘")
    make.document(number="F-1", title="Insulation", language="en", body=[make.text("a", body)])

    (one,) = shown(search(client, "insulation"))

    assert (one.page.language, one.tongue) == ("zh-hans", tongue)


def test_facets_count_nothing_a_person_may_not_see(client, dealer):
    make.document(number="F-1", title="绝缘公开")
    make.document(number="F-2", title="绝缘内部", audience=Audience.INTERNAL)
    make.guide(number="G-1", title="绝缘受限", confidentiality="restricted")
    client.force_login(dealer)

    answer = search(client, "绝缘")

    assert (answer.context["count"], facets(answer)) == (1, {})


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "nonsense"}, {"kind": "chapter"}, {"model": "nothing"}, {"class": "' OR 1=1"}, {"level": "99"},
        {"level": "x" * 5000}, {"lang": "xx"}, {"withdrawn": "2"}, {"kind": ["faq", "guide"]},
    ],
    ids=str,
)  # fmt: skip
def test_values_that_do_not_exist_break_nothing(client, said):
    make.document(title="绝缘")

    assert search(client, "绝缘", **said).status_code == 200


def test_a_chapter_is_found_as_part_of_its_manual(client):
    manual, (chapter, _other) = make.manual(number="M-1", title="安装手册")
    make.issue(chapter, title="绝缘", body=[make.text("here", "绝缘电阻不得低于一兆欧。")])

    (hit,) = shown(search(client, "绝缘电阻"))

    assert (hit.kind, hit.manual, hit.url) == ("manual", manual.title, f"/doc/{chapter.number}/#here")


def test_withdrawn_documents_are_found_by_those_who_read_them_when_they_ask(client, technician, author):
    make.document(number="F-1", title="绝缘一")
    make.withdrawn(make.document(number="F-2", title="绝缘二"))
    make.document(number="F-3", title="绝缘草稿", live=False)

    for person, asked, there in [(author, {}, ["F-1"]), (author, {"withdrawn": "1"}, ["F-1", "F-2"]),
                                 (technician, {"withdrawn": "1"}, ["F-1"])]:  # fmt: skip
        client.force_login(person)
        answer = search(client, "绝缘", **asked)
        assert numbers(answer) == there
        assert ("tag--bad" in words(answer)) is (len(there) > 1)


def test_the_levels_of_a_guide_are_those_its_gates_ask_for(db):
    senior = make.qualification(3)
    body = [make.act("do", "end", qualification=senior.key), make.end("end")]

    assert FaultGuidePage.ranks_asked(make.guide(body=body)) == {Qualification.Rank.SENIOR}
