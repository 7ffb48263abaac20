"""A fault report: what it needs, what it becomes, what comes twice."""

import datetime
import uuid

import pytest

from kb.cases import report as reports
from kb.cases.report import receive
from kb.models import CaseEvent, Contact, Device, FaultCode, FaultReport, SeverityLevel, Tier
from people import roles
from people.models import OrgUnit
from people.refusal import Conflict, Refused
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme(db):
    return make.severity_scheme()


def device(**fields):
    made = Device(**{"model": make.product(), "serial": "SN-0815"} | fields)
    made.clean()
    made.save()
    return made


def test_the_case_begins_with_its_number_its_level_its_unit_and_an_event(technician, scheme):
    made = make.fault_report(technician, contact={"name": "李女士", "phone": "13900000000"})

    assert made.number == "FR-2026-00001"
    assert (made.level.rank, made.unit, made.reporter) == (2, technician.unit, technician)
    assert [event.kind for event in made.events.all()] == [CaseEvent.Kind.RECEIVED]
    assert made.contact.name == "李女士"


def test_numbers_run_on_within_a_year_and_beyond_five_digits(technician):
    first = make.fault_report(technician)
    FaultReport.objects.filter(pk=first.pk).update(number="FR-2026-99999")
    later = datetime.datetime(2027, 1, 1, 0, 30, tzinfo=make.SHANGHAI)

    assert make.fault_report(technician).number == "FR-2026-100000"
    assert make.fault_report(technician).number == "FR-2026-100001"
    assert make.fault_report(technician, at=later).number == "FR-2027-00001"


def test_the_same_report_again_is_the_same_case(technician):
    said = {"key": uuid.uuid4(), "model": make.product(), "contact": {"phone": "139"}}
    first, second = make.fault_report(technician, **said), make.fault_report(technician, **said)

    assert first == second
    assert (FaultReport.objects.count(), Contact.objects.count(), CaseEvent.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("change", [{"description": "风扇响"}, {"contact": {"phone": "137"}}, {"code": "E04"}])
def test_another_report_under_the_same_key_is_refused(technician, change):
    said = {"key": uuid.uuid4(), "model": make.product(), "contact": {"phone": "139"}}
    make.fault_report(technician, **said)

    with pytest.raises(Conflict):
        make.fault_report(technician, **said | change)


def test_somebody_else_with_the_same_key_learns_nothing(technician, dealer):
    Tier.objects.create(key="field", name="现场", rank=1, unit=technician.unit)
    said = {"key": uuid.uuid4(), "model": make.product()}
    make.fault_report(technician, **said)

    with pytest.raises(Conflict) as refusal:
        make.fault_report(dealer, **said)
    assert "FR-" not in str(refusal.value)


def test_a_number_that_somebody_else_took_meanwhile_is_passed_over(technician, monkeypatch):
    taken = make.fault_report(technician).number
    numbers = iter([taken, taken, "FR-2026-00007"])
    monkeypatch.setattr(reports, "next_number", lambda _year: next(numbers))

    assert make.fault_report(technician).number == "FR-2026-00007"


@pytest.mark.parametrize(
    "mistake",
    [
        {"description": " \0 "},
        {"description": "长" * 4001},
        {"model": None},
        {"code": "E" * 41},
        {"frequency": "daily"},
        {"bought_on": datetime.date(2026, 11, 3)},
        {"contact": {"phone": "1" * 41}},
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_kept(technician, mistake):
    with pytest.raises(Refused):
        make.fault_report(technician, **{"model": make.product()} | mistake)
    assert not FaultReport.objects.exists()


def test_without_any_scheme_it_says_so(technician):
    with pytest.raises(Refused):
        receive(key=uuid.uuid4(), by=technician, at=make.NOON, description="坏", model=make.product())


def test_the_fault_code_says_how_grave_it_is(technician, scheme):
    model = make.product()
    FaultCode.objects.create(model=model, code="E-04", folded="e04", meaning="掉电", severity=1)

    assert make.fault_report(technician, model=model, code="Ｅ０４").level.rank == 1
    assert make.fault_report(technician, model=model, code="E05").level.rank == 2


def test_the_scheme_is_that_of_the_contract_then_of_the_model_then_the_default(technician, scheme):
    of_model, of_contract = make.severity_scheme(is_default=False), make.severity_scheme(is_default=False)
    model = make.product(scheme=of_model)
    contracted = device(model=model, scheme=of_contract)

    assert make.fault_report(technician).level.scheme == scheme
    assert make.fault_report(technician, model=model).level.scheme == of_model
    assert make.fault_report(technician, device=contracted).level.scheme == of_contract


def test_a_level_of_another_scheme_is_refused(technician, scheme):
    other = make.severity_scheme(is_default=False)

    with pytest.raises(Refused):
        make.fault_report(technician, level=SeverityLevel.objects.of(other).first())


def test_a_scheme_with_fewer_levels_gives_the_nearest(technician):
    scheme = make.severity_scheme()
    scheme.levels.exclude(rank=1).delete()

    assert make.fault_report(technician).level.rank == 1


def test_a_serial_number_in_any_spelling_is_the_device(technician):
    known = device()

    assert make.fault_report(technician, model=known.model, serial="sn 0815").device == known
    assert make.fault_report(technician, model=make.product(), serial="sn 0815").device is None


def test_an_outsider_gets_no_device_he_may_not_know_of(customer, technician):
    Tier.objects.create(key="field", name="现场", rank=1, unit=technician.unit)
    hidden = device()

    made = make.fault_report(customer, model=hidden.model, serial=hidden.serial)
    assert (made.device, made.serial) == (None, "SN-0815")
    with pytest.raises(Refused):
        make.fault_report(customer, device=hidden)


def test_what_comes_from_outside_goes_to_who_services_the_device_or_to_the_first_tier(customer, technician):
    desk = make.unit()
    with pytest.raises(Refused):
        make.fault_report(customer)
    Tier.objects.create(key="field", name="现场", rank=1, unit=desk)

    assert make.fault_report(customer).unit == desk
    own = device(owner=customer.unit, unit=technician.unit)
    assert make.fault_report(customer, device=own).unit == technician.unit


def test_who_gives_out_the_cases_of_the_unit_is_told_once(technician):
    above = make.unit(kind=OrgUnit.Kind.REGION)
    OrgUnit.objects.filter(pk=technician.unit_id).update(parent=above)
    technician.refresh_from_db()
    supervisor = make.person(roles.SUPERVISOR, unit=above)
    make.person(roles.SUPERVISOR)
    said = {"key": uuid.uuid4(), "model": make.product(), "contact": {"name": "李女士", "phone": "13912345678"}}
    made = make.fault_report(technician, **said)
    make.fault_report(technician, **said)

    (notice,) = supervisor.notices.all()
    assert made.number in notice.text
    assert "李女士" not in notice.text
