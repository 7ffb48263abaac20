"""The page of a product gathers what is known about it; the table of fault codes, and a code with a device."""

import pytest

from courses.models import Lesson
from kb.models import (
    Component,
    Confirmation,
    Hazard,
    MaintenancePlan,
    Part,
    SoftwareRelease,
    Solution,
    Specification,
    Tool,
    WarrantyExclusion,
)
from people.models import Audience
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def words(answer):
    return answer.content.decode().split("<main", 1)[1].split("</aside>")[0]


def test_it_gathers_everything_that_is_known(client, technician):
    model = make.product(warranty_months=36)
    arc = Hazard.objects.create(key="arc", name="电弧", level="danger", text="可致死")
    make.guide(number="FG-1", product_models=[model], body=[make.act("off", "only", hazards="arc, "), make.end("only")])
    faq = make.document(number="FAQ-1", audience=Audience.INTERNAL, product_models=[model])
    make.fault_code("F-12", model=model)
    make.fault_code("E-04", family=model.family)
    Specification.objects.create(model=model, name="输入电压", value="220 V")
    SoftwareRelease.objects.create(model=model, version="2.10", note="修复风扇")
    psu = Component.objects.create(model=model, key="psu", name="电源模块", warranty_months=24)
    WarrantyExclusion.objects.create(key="flood", name="进水").components.add(psu)
    old, new = (
        Part.objects.create(key="a", name="旧件", number="A-1"),
        Part.objects.create(key="b", name="新件", number="B-2"),
    )
    old.substitutes.add(new)
    model.spares.add(old)
    MaintenancePlan.objects.create(key="plan", name="季度保养", model=model, interval_months=3)
    goggles = Tool.objects.create(key="goggles", name="护目镜", is_protective=True)
    arc.protection.add(goggles)
    lesson = Lesson.objects.create(course=make.course(lessons=0, title="电源课"), key="l", title="课", page=faq)
    note = Solution.objects.create(
        model=model, problem="风扇全速", remedy="升级", author=make.person(), created_at=NOON, changed_at=NOON
    )
    Confirmation.objects.create(solution=note, person=technician, worked=True, at=NOON)
    client.force_login(technician)

    shown = words(client.get(model.get_absolute_url()))

    for each in (
        "FG-1",
        "FAQ-1",
        "F-12",
        "E-04",
        "220 V",
        "2.10",
        "电源模块",
        "进水",
        "A-1",
        "B-2",
        "季度保养",
        "电弧",
        "护目镜",
    ):
        assert each in shown
    assert str(lesson.course) in shown
    assert "风扇全速" in shown


def test_a_stranger_sees_what_is_public(client):
    model = make.product()
    make.document(number="FAQ-1", audience=Audience.INTERNAL, product_models=[model])
    make.document(number="FAQ-2", product_models=[model])
    note = Solution.objects.create(
        model=model, problem="风扇全速", remedy="升级", author=make.person(), created_at=NOON, changed_at=NOON
    )
    Confirmation.objects.create(solution=note, person=make.person(), worked=True, at=NOON)

    shown = words(client.get(model.get_absolute_url()))

    assert "FAQ-2" in shown
    assert "FAQ-1" not in shown
    assert "风扇全速" not in shown


def test_lists_are_bounded_and_whole_when_asked_for(client):
    model = make.product()
    for n in range(10):
        make.document(number=f"FAQ-{n}", product_models=[model])
        model.spares.add(Part.objects.create(key=f"p{n}", name="件", number=f"P-{n}"))

    first = client.get(model.get_absolute_url())
    whole = client.get(model.get_absolute_url(), {"all": "faq"})
    parts = client.get(model.get_absolute_url(), {"all": "parts"})

    assert (words(first).count(">FAQ-"), words(whole).count(">FAQ-")) == (8, 10)
    assert first.context["groups"][0].found.total == 10
    assert (words(first).count(">P-"), words(parts).count(">P-")) == (8, 10)
    assert "?all=faq#faq" in words(first)


def test_more_rows_are_no_more_queries(client, technician, django_assert_max_num_queries):
    model = make.product()
    client.force_login(technician)
    client.get(model.get_absolute_url())
    for n in range(9):
        make.fault_code(f"E-{n}", model=model)
        Component.objects.create(model=model, key=f"c{n}", name="件")
        part = Part.objects.create(key=f"p{n}", name="件", number=f"P-{n}")
        model.spares.add(part)

    with django_assert_max_num_queries(32):
        client.get(model.get_absolute_url())


def test_the_table_of_codes_is_searched_in_any_spelling_and_filtered_by_product(client):
    model = make.product()
    make.fault_code("E-04", model=model)
    make.fault_code("E-05", meaning="风扇停转")
    make.fault_code("F-12", family=model.family)

    def codes(**query):
        return [code.code for code in client.get("/codes/", query).context["page_obj"]]

    assert codes() == ["E-04", "E-05", "F-12"]
    assert codes(q="ｅ０４") == ["E-04"]
    assert codes(q="风扇") == ["E-05"]
    assert codes(model=model.key) == ["E-04", "F-12"]
    assert codes(format="print", page="x") == ["E-04", "E-05", "F-12"]


def test_an_unknown_code_is_told_and_kept(client):
    make.fault_code("E-04")

    answer = client.get("/codes/", {"code": "Z-99"})

    assert answer.status_code == 404
    assert "Z-99" in words(answer)


def test_the_code_of_the_device_comes_first_and_carries_it_on_to_the_guide(client, technician):
    device = make.device(software="2.4")
    own = make.fault_code("E-04", model=device.model, software="3.0 –")
    other = make.fault_code("E04", meaning="别的故障")
    make.guide(number="FG-1", software="2.0 – 2.9", codes=[own, other])
    client.force_login(technician)

    answer = client.get("/codes/E 04/", {"device": device.code, "case": "C-1"}, follow=True)

    assert answer.redirect_chain[-1][0] == f"/codes/e04/?device={device.code}&case=C-1"
    assert ([code.pk for code in answer.context["own"]], len(answer.context["others"])) == ([own.pk], 1)
    assert f"/doc/FG-1/walk/?device={device.code}&amp;case=C-1" in words(answer)
    assert answer.context["own"][0].covers is False
    assert answer.context["own"][0].open_guides[0].covers is True


def test_of_a_device_that_is_not_his_a_stranger_learns_nothing_from_codes(client):
    device = make.device(serial="SECRET-1")
    make.fault_code("E-04", model=device.model)

    answer = client.get("/codes/e04/", {"device": device.code})

    assert "SECRET-1" not in answer.content.decode()
    assert answer.context["device"] is None
