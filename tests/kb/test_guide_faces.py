"""The other faces of a fault guide: table, flow chart, index of symptoms."""

import pytest

from kb.guide_faces import entries, index_letter
from kb.models import Part, Symptom
from people.models import Audience
from tests import make
from tests.make import act, ask, end

pytestmark = pytest.mark.django_db


def words(answer):
    return answer.content.decode().split("<main", 1)[1].split("</main>")[0]


def test_the_table_has_a_line_for_each_finding_below_what_is_seen(client):
    procedure = make.document(make.ProcedurePage, number="PR-9", title="换电源", body=[make.step("off")])
    Part.objects.create(key="psu", name="电源模块", number="P-001")
    make.guide(
        number="FG-1",
        body=[
            ask("lamp", {"不亮": "plug", "亮": "over"}, none="over", heading="指示灯亮吗？"),
            act("plug", "try", heading="重插电源线"),
            ask("try", {"好了": "cord", "还是不亮": "psu"}, none="over", heading="现在呢？"),
            end("cord", cause="电源线松动"),
            end("psu", cause="电源损坏", remedy=procedure.pk, parts="psu"),
            end("over", result="unresolved", escalate="专业服务中心"),
        ],
    )

    answer = client.get("/doc/FG-1/table/")
    shown = words(answer)
    seen = {group.words: [line.id for line in group.lines] for group in answer.context["seen"]}

    assert seen == {"不亮": ["cord", "psu"], "亮 / 以上都不是": ["over"]}
    for each in ("指示灯亮吗？", "重插电源线", "电源损坏", "PR-9", "P-001", "专业服务中心"):
        assert each in shown


def test_the_chart_leads_to_the_text_of_each_node(client):
    make.guide(number="FG-1")

    shown = words(client.get("/doc/FG-1/chart/"))

    assert "<svg" in shown
    assert "style=" not in shown
    for node in ("lamp", "rail", "bad", "over"):
        assert f'href="/doc/FG-1/#{node}"' in shown
    assert 'href="/doc/FG-1/table/"' in shown


def test_a_node_of_an_included_guide_leads_to_that_guide(client):
    inner = make.guide(number="FG-2")
    include = {"type": "include", "id": "power", "value": {"heading": "供电", "guide": inner.pk, "unresolved": "over"}}
    make.guide(
        number="FG-1",
        body=[ask("lamp", {"不亮": "power"}, none="over"), include, end("over", result="unresolved", escalate="厂商")],
    )

    assert 'href="/doc/FG-2/#rail"' in words(client.get("/doc/FG-1/chart/"))
    assert "电源模块损坏" in words(client.get("/doc/FG-1/table/"))


@pytest.mark.parametrize("face", ["table", "chart"])
def test_the_faces_are_for_those_who_may_read_the_guide_and_only_guides_have_them(client, technician, face):
    make.guide(number="FG-1", audience=Audience.INTERNAL)
    make.document(number="FAQ-1")

    assert client.get(f"/doc/FG-1/{face}/").status_code == 404
    assert client.get(f"/doc/FAQ-1/{face}/").status_code == 404
    client.force_login(technician)
    assert client.get(f"/doc/FG-1/{face}/").status_code == 200


@pytest.mark.parametrize(
    ("word", "letter"),
    [
        ("开不了机", "K"),
        ("重启", "C"),
        ("显示异常", "X"),
        ("Ａ相缺电", "A"),
        ("will not start", "W"),
        ("12 V", "#"),
        ("", "#"),
    ],
)
def test_words_stand_under_their_letter(word, letter):
    assert index_letter(word) == letter


def symptom(key, name, **fields):
    return Symptom.objects.create(key=key, name=name, **fields)


def test_the_index_holds_symptoms_and_in_chinese_their_synonyms():
    found = [
        symptom("no-boot", "开不了机", name_en="Will not start", synonyms="无法启动， dead, 不通电"),
        symptom("hang", "死机"),
    ]

    chinese = [(letter, [each.words for each in rows]) for letter, rows in entries(found, is_chinese=True)]
    english = [(letter, [each.words for each in rows]) for letter, rows in entries(found, is_chinese=False)]

    assert chinese == [("B", ["不通电"]), ("D", ["dead"]), ("K", ["开不了机"]), ("S", ["死机"]), ("W", ["无法启动"])]
    assert english[0] == ("D", ["dead"])


def test_a_symptom_names_the_guides_the_person_may_read(client, technician):
    wanted = symptom("no-boot", "开不了机", synonyms="无法启动")
    for number, audience in (("FG-1", Audience.PUBLIC), ("FG-2", Audience.INTERNAL)):
        make.guide(number=number, audience=audience, symptoms=[wanted])

    stranger = words(client.get("/symptoms/"))
    client.force_login(technician)
    ours = words(client.get("/symptoms/"))

    assert ("FG-1" in stranger, "FG-2" in stranger) == (True, False)
    assert "FG-2" in ours
    assert 'href="#symptom-no-boot"' in ours


def test_more_symptoms_are_no_more_queries(client, django_assert_max_num_queries):
    for n in range(20):
        symptom(f"s{n}", f"现象{n}")

    with django_assert_max_num_queries(8):
        assert client.get("/en/symptoms/").status_code == 200
