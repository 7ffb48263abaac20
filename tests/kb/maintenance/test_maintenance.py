"""What is due when, recording a checklist once, and the notice to the customer."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kb.maintenance import due, record
from kb.maintenance.record import Answer
from kb.maintenance.remind import remind
from kb.models import Device, DueNotice, Inspection, MaintenanceItem, MaintenancePlan, ProductModel
from people.dates import add_months
from people.models import Notice, OrgUnit, User
from people.refusal import Conflict, Refused
from tests import make

RIGHT = {0: Answer(reading=Decimal("12.0")), 1: Answer(is_right=True)}


def device(model: ProductModel, serial: str = "SN-1", **fields) -> Device:
    made = Device(model=model, serial=serial, **fields)
    made.full_clean()
    made.save()
    return made


@pytest.fixture
def plan(db: None) -> MaintenancePlan:
    """Every three months: measure 12 V between 11.4 and 12.6, and look at the fans."""
    made = MaintenancePlan.objects.create(key="quarterly", name="季度巡检", model=make.product(), interval_months=3)
    MaintenanceItem.objects.create(plan=made, position=0, text="12 V 输出", unit="V", low="11.4", high="12.6")
    MaintenanceItem.objects.create(plan=made, position=1, text="风扇运转正常")
    return made


@pytest.fixture
def machine(plan: MaintenancePlan) -> Device:
    return device(plan.model, bought_on=datetime.date(2026, 8, 31))


def done(plan: MaintenancePlan, device: Device, by: User, **fields) -> Inspection:
    said = {"done_on": make.TODAY, "at": make.NOON, "answers": RIGHT, "key": uuid.uuid4()} | fields
    return record.record(plan=plan, device=device, by=by, **said)


def listed(by: datetime.date) -> list[tuple[str, str, datetime.date | None]]:
    found = due.DueList(devices=Device.objects.all(), by=by)
    return [(each.plan.key, each.device.serial, each.due_on) for each in found[0 : len(found)]]


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2100, 1, 1)), st.integers(1, 36))
def test_a_day_is_early_enough_exactly_if_its_months_end_in_time(by: datetime.date, months: int) -> None:
    latest = due.latest_base(by, months)
    assert add_months(latest, months) <= by < add_months(latest + datetime.timedelta(days=1), months)


def test_maintenance_falls_due_so_many_months_after_the_device_was_bought_or_it_was_done_last(
    plan: MaintenancePlan, machine: Device, technician: User
) -> None:
    assert listed(datetime.date(2026, 11, 29)) == []
    assert listed(datetime.date(2026, 11, 30)) == [("quarterly", "SN-1", datetime.date(2026, 11, 30))]
    done(plan, machine, technician, done_on=datetime.date(2026, 11, 1))
    assert listed(datetime.date(2027, 1, 31)) == []
    assert listed(datetime.date(2027, 2, 1)) == [("quarterly", "SN-1", datetime.date(2027, 2, 1))]
    assert [each.due_on for each in due.of_device(device=machine)] == [datetime.date(2027, 2, 1)]


def test_a_device_nobody_knows_the_age_of_is_due_at_once_and_a_retired_one_never(plan: MaintenancePlan) -> None:
    device(plan.model, "SN-2")
    device(plan.model, "SN-3", retired_on=datetime.date(2026, 1, 1))
    assert listed(make.TODAY) == [("quarterly", "SN-2", None)]


def test_a_plan_of_the_device_stands_in_for_that_of_its_model(plan: MaintenancePlan, machine: Device) -> None:
    MaintenancePlan.objects.create(
        key="monthly", name="医院每月", device=machine, interval_months=1, instead_of=plan, is_active=True
    )
    assert listed(datetime.date(2027, 6, 1)) == [("monthly", "SN-1", datetime.date(2026, 9, 30))]
    assert [each.plan.key for each in due.of_device(device=machine)] == ["monthly"]
    MaintenancePlan.objects.filter(key="monthly").update(is_active=False)
    assert [row[0] for row in listed(datetime.date(2027, 6, 1))] == ["quarterly"]


def test_a_page_of_the_list_costs_the_same_however_long_it_is(
    plan: MaintenancePlan, technician: User, client: Client, django_assert_num_queries
) -> None:
    for place in range(60):
        device(plan.model, f"SN-{place:02}", bought_on=datetime.date(2025, 1, 1))
    client.force_login(technician)
    client.get("/maintenance/")
    with django_assert_num_queries(12):
        assert client.get("/maintenance/").content.decode().count('class="row"') == 50
    assert client.get("/maintenance/?page=2").content.decode().count('class="row"') == 10


def test_readings_at_the_limits_are_in_order_and_beyond_them_not(
    plan: MaintenancePlan, machine: Device, technician: User
) -> None:
    for reading, is_right in (("11.4", True), ("12.6", True), ("11.3999", False), ("12.61", False)):
        made = done(plan, machine, technician, answers=RIGHT | {0: Answer(reading=Decimal(reading))})
        assert made.is_complete is is_right
        assert made.results.get(position=0).is_right is is_right


def test_a_line_that_was_not_done_is_not_in_order(plan: MaintenancePlan, machine: Device, technician: User) -> None:
    made = done(plan, machine, technician, answers={0: Answer(reading=Decimal(12))})
    assert not made.is_complete
    assert [result.is_right for result in made.results.all()] == [True, False]


def test_a_record_keeps_the_words_and_limits_of_its_day(
    plan: MaintenancePlan, machine: Device, technician: User
) -> None:
    made = done(plan, machine, technician)
    plan.items.filter(position=0).update(text="别的", high="11.5")
    kept = made.results.get(position=0)
    assert (kept.text, kept.high, kept.is_right) == ("12 V 输出", Decimal("12.6"), True)


def test_sent_twice_it_is_one_record_and_with_other_content_it_is_refused(
    plan: MaintenancePlan, machine: Device, technician: User, author: User
) -> None:
    key = uuid.uuid4()
    first = done(plan, machine, technician, key=key)
    assert done(plan, machine, technician, key=key, at=make.NOON + datetime.timedelta(hours=1)) == first
    with pytest.raises(Conflict):
        done(plan, machine, technician, key=key, note="别的")
    with pytest.raises(Conflict):
        done(plan, machine, author, key=key)
    assert Inspection.objects.count() == 1


@pytest.mark.parametrize("day", ["2026-11-03", "2026-08-30"])
def test_it_cannot_have_been_done_in_the_future_or_before_the_device_was_bought(
    plan: MaintenancePlan, machine: Device, technician: User, day: str
) -> None:
    with pytest.raises(Refused):
        done(plan, machine, technician, done_on=datetime.date.fromisoformat(day))


def test_a_plan_of_another_model_is_refused(plan: MaintenancePlan, technician: User) -> None:
    with pytest.raises(Refused):
        done(plan, device(make.product()), technician)


def test_customers_see_what_is_due_on_their_own_devices_and_record_nothing(
    plan: MaintenancePlan, machine: Device, customer: User, client: Client
) -> None:
    client.force_login(customer)
    assert "SN-1" not in client.get("/maintenance/").content.decode()
    address = f"/maintenance/quarterly/{machine.code}/"
    assert client.get(address).status_code == 404
    Device.objects.filter(pk=machine.pk).update(owner=customer.unit)
    assert "SN-1" in client.get("/maintenance/").content.decode()
    assert client.get(address).status_code == 403
    assert client.get(f"{address}notice/").status_code == 200
    machine.refresh_from_db()
    with pytest.raises(Refused):
        done(plan, machine, customer)


def test_a_dealer_records_on_the_devices_he_services(plan: MaintenancePlan, machine: Device, dealer: User) -> None:
    machine.unit = dealer.unit
    machine.save()
    assert done(plan, machine, dealer).unit == dealer.unit


def test_the_checklist_is_filled_in_on_a_phone_and_a_mistake_loses_nothing(
    plan: MaintenancePlan, machine: Device, technician: User, client: Client
) -> None:
    client.force_login(technician)
    address = f"/maintenance/quarterly/{machine.code}/"
    shown = client.get(address)
    assert "11.4" in shown.content.decode()
    key = str(shown.context["form"]["key"].value())
    said = {"key": key, "done_on": "2026-11-20", "answer-0": "十二", "answer-1": "right", "note-1": "有灰尘"}
    wrong = client.post(address, said)
    assert wrong.status_code == 422
    assert "十二" in wrong.content.decode()
    assert "有灰尘" in wrong.content.decode()
    for _time in range(2):  # pressed twice
        saved = client.post(address, said | {"answer-0": "１２，０"})
        assert saved.url == f"/maintenance/records/{key}/"
    record_page = client.get(saved.url).content.decode()
    assert "有灰尘" in record_page
    assert "11.4 – 12.6 V" in record_page
    assert Inspection.objects.get().is_complete


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"key": "x", "done_on": "gestern", "answer-0": "--", "answer-1": "maybe", "minutes": "-1"},
        {"key": str(uuid.uuid4()), "done_on": "2026-11-01", "answer-0": "9" * 60},
        {"key": str(uuid.uuid4()), "done_on": "2026-11-01", "answer-0": "1e40"},
        {"key": str(uuid.uuid4()), "done_on": "2026-11-01", "answer-0": "NaN"},
        {"key": str(uuid.uuid4()), "done_on": "9999-12-31"},
    ],
)
def test_what_cannot_be_is_said_in_words(
    plan: MaintenancePlan, machine: Device, technician: User, client: Client, said: dict
) -> None:
    client.force_login(technician)
    assert client.post(f"/maintenance/quarterly/{machine.code}/", said).status_code == 422
    assert Inspection.objects.count() == 0


def test_the_customer_is_told_once_for_each_date(
    plan: MaintenancePlan, machine: Device, customer: User, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    User.objects.filter(pk=customer.pk).update(email="zhao@example.com")
    Device.objects.filter(pk=machine.pk).update(owner=customer.unit)
    early, day = datetime.date(2026, 11, 15), datetime.date(2026, 11, 16)  # due on the 30th, 14 days' notice
    assert remind(at=make.NOON, on=early) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert remind(at=make.NOON, on=day) == 1
    assert remind(at=make.NOON, on=day) == 0
    notice = Notice.objects.get(person=customer)
    assert "季度巡检" in notice.text
    assert len(mailoutbox) == 1
    assert DueNotice.objects.get().people == 1


def test_records_are_for_their_unit_and_the_customer(
    plan: MaintenancePlan, machine: Device, technician: User, author: User, customer: User, client: Client
) -> None:
    made = done(plan, machine, technician)
    for person, status in ((author, 404), (customer, 404), (technician, 200)):
        client.force_login(person)
        assert client.get(f"/maintenance/records/{made.key}/").status_code == status
    Device.objects.filter(pk=machine.pk).update(owner=OrgUnit.objects.get(pk=customer.unit_id))
    client.force_login(customer)
    assert client.get(f"/maintenance/records/{made.key}/").status_code == 200
