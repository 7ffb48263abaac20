"""Why a hit is where it is: what editors are told, and about which documents."""

import pytest
from django.urls import reverse

from kb.models import PromotedResult, SynonymGroup
from kb.searching import explain, lexicon
from people import roles
from people.models import Audience
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_words():
    lexicon.forget()
    yield
    lexicon.forget()


def why(query, number, person, language="zh-hans"):
    return explain.why(query=query, number=number, person=person, language=language)


def test_the_parts_of_the_query_add_up_to_the_score(author):
    make.document(number="FAQ-1", title="更换电池", body=[make.text("a", "电池在机箱左侧")])
    make.document(number="FAQ-2", title="更换风扇", body=[make.text("a", "不必取出电池")])

    said = why("更换电池", "FAQ-1", author)

    account = said.explanation
    assert (account.rank, account.found) == (1, 2)
    assert said.sum * account.coordination == pytest.approx(account.score, rel=1e-3)
    assert sum(part.percent for part in said.parts) in range(98, 103)
    lines = [line for part in said.parts for line in part.lines if line.term.term == "电池"]
    assert [line.zone.zone for line in lines] == ["title", "body"]
    assert lines[0].zone.weight > lines[1].zone.weight
    assert why("更换电池", "FAQ-2", author).explanation.rank == 2


def test_what_is_missing_and_what_came_by_a_synonym_is_said(author):
    SynonymGroup.objects.create(words="点不着火\n无法启动")
    make.document(number="FAQ-1", title="主机无法启动")

    said = why("点不着火", "FAQ-1", author)

    assert [(part.clause.read, part.is_synonym) for part in said.parts if part.clause.score] == [("无法启动", True)]
    assert said.missing == []
    assert why("打印机", "FAQ-1", author).explanation is None


def test_the_text_in_the_readers_language_is_explained_unless_only_the_other_is_found(author):
    make.document(number="FAQ-1", title="保修 warranty")
    make.document(number="FAQ-1", title="Warranty", language="en")

    assert why("warranty", "FAQ-1", author, "en").page.language == "en"
    assert why("warranty", "FAQ-1", author).page.language == "zh-hans"
    assert why("保修", "FAQ-1", author, "en").page.language == "zh-hans"


def test_the_list_leads_to_each_text_in_constant_queries(client, author, django_assert_max_num_queries):
    for n in range(3):
        make.document(number=f"FAQ-{n}", title="保修")
    make.document(number="FAQ-0", title="保修 Warranty", language="en")
    client.force_login(author)
    address = reverse("explain_search")
    client.get(address, {"q": "保修"})

    with django_assert_max_num_queries(25):
        shown = client.get(address, {"q": "保修", "d": "FAQ-0", "lang": "en"})

    assert shown.context["why"].page.language == "en"
    assert len(shown.context["found"]) == 4
    assert "d=FAQ-0&amp;lang=en" in shown.content.decode()


def test_nothing_is_said_of_a_document_that_the_editor_may_not_read(client):
    make.document(number="FAQ-1", title="价格", audience=Audience.PUBLIC)
    make.document(number="FAQ-2", title="价格", audience=Audience.INTERNAL)
    outsider = make.person(roles.TRAINER, roles.REVIEWER, kind="dealer")
    client.force_login(outsider)

    shown = client.get(reverse("explain_search"), {"q": "价格", "d": "FAQ-1"})

    assert shown.status_code == 200
    assert "FAQ-2" not in shown.content.decode()
    assert shown.context["why"].explanation.found == 1
    for number in ("FAQ-2", "FAQ-3"):
        assert client.get(reverse("explain_search"), {"q": "价格", "d": number}).status_code == 404


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (roles.AUTHOR, True),
        (roles.REVIEWER, True),
        (roles.AUDITOR, True),
        (roles.TRAINER, False),
        (roles.EXAM_OFFICER, False),
    ],
    ids=lambda value: value.group if isinstance(value, roles.Role) else "",
)
def test_who_is_told(client, role, may):
    client.force_login(make.person(role))

    assert (client.get(reverse("explain_search")).status_code == 200) is may


def test_the_screen_speaks_of_promotion_and_codes_and_survives_anything(client, author):
    page = make.document(number="FAQ-1", title="电源 E-04 无输出")
    row = PromotedResult.objects.create(query="E04", folded="e04", page=page)
    make.fault_code("E-04")
    client.force_login(author)

    shown = client.get(reverse("explain_search"), {"q": "E04", "d": "FAQ-1"})

    assert shown.context["leads_to_code"]
    assert reverse("promoted-results:edit", args=[row.pk]) in shown.content.decode()
    for query in ("", "？", "x" * 5000, "<script>", "电" * 300, "a AND (b", "😀"):
        answer = client.get(reverse("explain_search"), {"q": query, "d": "FAQ-1"})
        assert answer.status_code == 200
        assert "<script>x" not in answer.content.decode()
