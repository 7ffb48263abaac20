"""The list of devices and the page of one."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from kb.devices import history
from kb.models import DiagnosisRun, FaultReport, MaintenancePlan, SeverityLevel, SeverityScheme
from people.models import OrgUnit
from tests import make

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 2, 12, tzinfo=make.SHANGHAI)


def words(answer):
    return answer.content.decode().split("<main", 1)[1].split("</main>")[0]


def days(n):
    return datetime.timedelta(days=n)


@pytest.fixture
def level(db):
    scheme = SeverityScheme.objects.create(key="contract", name="合同")
    return SeverityLevel.objects.create(scheme=scheme, rank=2, code="二级", definition="性能下降", respond_minutes=60)


@pytest.fixture
def device(db):
    return make.device(serial="RS22-0042", software="2.4", bought_on=datetime.date(2024, 3, 1))


def case(device, level, person, at, ended=None, **fields):
    return FaultReport.objects.create(
        **{
            "number": f"C-{FaultReport.objects.count()}", "digest": "", "device": device, "model": device.model,
            "description": "不通电", "level": level, "unit": person.unit, "reporter": person, "reported_at": at,
            "closed_at": ended, "outcome": "repaired" if ended else "",
        }
        | fields
    )  # fmt: skip


def run(device, guide, person, at, result="resolved", **fields):
    return DiagnosisRun.objects.create(
        guide=guide, version="1.0", person=person, unit=person.unit, device=device, model=device.model, path=[],
        end="bad", result=result, recorded_at=at, **fields,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["rs22 0042", "ＲＳ２２－００４２", "0042", "机架式", "第一医院", "B1"])
def test_a_device_is_found_by_serial_number_model_customer_and_place(client, technician, text):
    make.device(
        serial="RS22-0042", model=make.product(name="机架式服务器"), site="机房 B1",
        owner=make.unit(OrgUnit.Kind.CUSTOMER, name="市第一医院"),
    )  # fmt: skip
    make.device(serial="OTHER-1")
    client.force_login(technician)

    shown = words(client.get("/devices/", {"q": text}))

    assert "RS22-0042" in shown
    assert "OTHER-1" not in shown


def test_the_list_is_for_those_who_may_know_and_as_long_as_it_is_no_more_queries(
    client, dealer, django_assert_max_num_queries
):
    model = make.product()
    for n in range(60):
        make.device(serial=f"MINE-{n:02}", model=model, unit=dealer.unit)
    make.device(serial="NOT-MINE")
    assert client.get("/devices/").status_code == 302
    client.force_login(dealer)

    with django_assert_max_num_queries(14):
        shown = words(client.get("/devices/"))

    assert shown.count("MINE-") == 50
    assert "NOT-MINE" not in shown


def test_its_page_carries_the_device_on_to_guide_report_and_codes(client, technician, device):
    make.guide(number="FG-1", product_models=[device.model])
    make.fault_code("E-04", model=device.model)
    client.force_login(technician)

    shown = words(client.get(device.get_absolute_url()))
    code = client.get("/codes/", {"code": "Ｅ０４", "device": device.code})

    assert f"/doc/FG-1/walk/?device={device.code}" in shown
    assert code.url == f"/codes/e04/?device={device.code}"


def test_documents_for_other_software_are_marked_not_hidden(client, technician, device):
    for number, software in (("FG-1", "3.0 –"), ("FG-2", "– 2.9"), ("FG-3", "春季版")):
        make.guide(number=number, software=software, product_models=[device.model])
    client.force_login(technician)

    groups = client.get(device.get_absolute_url()).context["groups"]

    assert {page.number: page.covers for page in groups[0].found.rows} == {"FG-1": False, "FG-2": True, "FG-3": None}


def test_it_shows_warranty_maintenance_and_what_is_open(client, technician, device, level):
    device.model.warranty_months = 36
    device.model.save()
    MaintenancePlan.objects.create(key="quarterly", name="季度保养", model=device.model, interval_months=3)
    case(device, level, technician, NOW)
    client.force_login(technician)

    shown = client.get(device.get_absolute_url()).content.decode()

    assert "2027-03-01" in shown
    assert "季度保养" in shown
    assert "C-0" in shown


def test_a_fault_that_comes_again_within_30_days_is_marked(device, level, technician):
    guide = make.guide()
    case(device, level, technician, NOW - days(100), NOW - days(95))
    case(device, level, technician, NOW - days(65), NOW - days(60))  # 30 days after the end of the first
    run(device, guide, technician, NOW - days(29))  # 31 days after
    case(device, level, technician, NOW)  # 29 days after a run that solved it
    run(device, guide, technician, NOW + days(40), result="unresolved")
    run(device, guide, technician, NOW + days(41))  # what was not solved is no fault that came again

    found = history.read(list(history.entries(device=device, person=technician)), person=technician)

    assert [entry.is_repeat for entry in reversed(found)] == [False, True, False, True, False, False]


def test_its_history_shows_only_what_the_person_may_see(client, technician, customer, device, level):
    other = make.person()
    device.owner = customer.unit
    device.save()
    made = case(device, level, other, NOW, NOW + days(1))
    run(device, make.guide(title="别人的排查"), other, NOW, report=made)

    client.force_login(customer)
    shown = words(client.get(device.get_absolute_url()))
    assert made.number in shown
    assert "别人的排查" not in shown

    client.force_login(technician)
    assert made.number not in words(client.get(device.get_absolute_url()))


def test_a_longer_history_is_no_more_queries(client, technician, device, level, django_assert_max_num_queries):
    guide = make.guide()
    for n in range(12):
        made = case(device, level, technician, timezone.now() - days(n), timezone.now())
        run(device, guide, technician, NOW, report=made)
        run(device, guide, technician, NOW - days(n))
    client.force_login(technician)

    with django_assert_max_num_queries(34):
        shown = client.get(device.get_absolute_url())

    assert len(shown.context["entries"]) == 15
    assert client.get(f"{device.get_absolute_url()}?page=2").context["entries"]


@pytest.mark.parametrize("code", ["zzzzzzzzzzzz", "..", "é", "x" * 300, "<b>"])
def test_what_is_not_there_is_not_found(client, technician, code):
    client.force_login(technician)

    assert client.get(reverse("device", args=[code])).status_code == 404


def test_another_spelling_of_its_code_leads_to_its_one_address(client, technician, device):
    client.force_login(technician)

    assert client.get(reverse("device", args=[device.code.upper()])).url == device.get_absolute_url()
