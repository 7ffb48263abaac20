"""Who sees a case, who the customer's contact, and which cases are late."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.cases import deadlines, dispatch, similar
from kb.cases.clock import State
from kb.models import (
    Area,
    ArrivalTime,
    BusinessHours,
    Contact,
    Device,
    FaultCode,
    FaultReport,
    OpeningHours,
    SeverityScheme,
    Tier,
)
from people import roles
from people.models import Credential, OrgUnit
from tests import make

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


def sees(person):
    return FaultReport.objects.visible_to(person).exists(), Contact.objects.visible_to(person).exists()


def test_the_contact_is_for_the_unit_the_reporter_and_whoever_has_it(technician, administrator, dealer, customer):
    above, part = make.unit(), make.unit(parent=technician.unit)
    OrgUnit.objects.filter(pk=technician.unit_id).update(parent=above)
    helper = make.person(roles.TECHNICIAN, unit=part)
    report = make.fault_report(technician, contact={"phone": "13912345678"})

    assert sees(technician) == (True, True)
    assert sees(make.person(roles.TECHNICIAN, unit=technician.unit)) == (True, True)
    assert sees(make.person(roles.SUPERVISOR, unit=above)) == (True, False)
    assert sees(administrator) == (True, False)
    assert sees(make.person(roles.AUDITOR)) == (True, False)
    assert sees(dealer) == (False, False)
    assert sees(customer) == (False, False)
    FaultReport.objects.filter(pk=report.pk).update(assigned_to=helper)
    assert sees(helper) == (True, True)


def test_a_customer_sees_cases_of_his_units_devices_without_the_contact(technician, customer):
    device = Device.objects.create(model=make.product(), serial="S1", folded="s1", owner=customer.unit)
    make.fault_report(technician, device=device, contact={"phone": "139"})

    assert sees(customer) == (True, False)


def test_what_is_late_in_the_list_is_what_is_late_on_the_page(technician):
    """Business hours, areas, levels, what was done already: the database and the clocks agree."""
    hours = BusinessHours.objects.create(key="office", name="工作日")
    for day in range(5):
        OpeningHours.objects.create(hours=hours, day=day, opens=datetime.time(9), closes=datetime.time(18))
    make.severity_scheme()
    office = make.severity_scheme(is_default=False, hours=hours)
    suburb = Area.objects.create(key="suburb", name="郊区")
    for scheme in SeverityScheme.objects.all():
        ArrivalTime.objects.create(level=scheme.levels.get(rank=1), area=suburb, minutes=420)
    models = [make.product(), make.product(scheme=office)]
    for model in models:
        for level in (model.scheme or SeverityScheme.objects.get(is_default=True)).levels.all():
            for area in (None, suburb):
                report = make.fault_report(technician, model=model, level=level, area=area)
                if area:
                    FaultReport.objects.filter(pk=report.pk).update(responded_at=report.reported_at)
    for hours_later in (0, 1, 2, 5, 8, 13, 24):
        at = make.NOON + hours_later * HOUR
        late = set(deadlines.with_lateness(FaultReport.objects.all(), at).filter(is_late=True))
        found = deadlines.with_clocks(FaultReport.objects.all())
        assert late == {
            report for report in found if any(clock.state == State.LATE for clock in deadlines.clocks(report, at))
        }


def test_whom_to_give_it_to(technician):
    model = make.product()
    junior = make.qualification(rank=1)
    senior = make.qualification(rank=3, subject=junior.subject)
    model.family.subject = junior.subject
    model.family.save()
    unit = technician.unit
    idle, busy, beginner, nobody = (make.person(unit=unit, name=name) for name in ("闲", "忙", "新", "无"))
    make.credential(idle, senior)
    make.credential(busy, senior)
    make.credential(beginner, junior)
    make.credential(nobody, senior, valid_until=datetime.date(2026, 1, 1))
    make.fault_report(technician)
    FaultReport.objects.update(assigned_to=busy)
    code = FaultCode.objects.create(model=model, code="E04", folded="e04", meaning="掉电", severity=1)
    body = [make.act("open", then="done", qualification=senior.key), make.end("done", cause="坏")]
    guide = make.guide(body, product_models=[model], codes=[code])
    report = make.fault_report(technician, model=model, code="E-04")
    make.diagnosis(idle, guide, model=model)

    found = {each.person: each for each in dispatch.suggestions(report=report, at=make.NOON)}
    assert list(found)[:2] == [idle, busy]
    assert [found[person].fits for person in (idle, busy, beginner, nobody, technician)] == [True, True, *[False] * 3]
    assert (found[busy].open_cases, found[idle].on_model_at) == (1, make.NOON)
    assert str(senior) in found[beginner].missing
    assert Credential.objects.filter(person=nobody).exists()


def test_suggestions_take_the_same_queries_for_many_people(technician):
    report = make.fault_report(technician)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as seen:
            dispatch.suggestions(report=report, at=make.NOON)
        counts.append(len(seen))
        for _person in range(4):
            make.person(unit=technician.unit)
    assert counts[0] == counts[1]


def test_cases_like_it_are_those_one_may_see_the_same_device_and_code_first(technician, dealer):
    Tier.objects.create(key="field", name="现场", rank=1, unit=make.unit())
    model = make.product()
    same = make.fault_report(technician, model=model, code="E-04")
    make.fault_report(technician, model=model, code="E05")
    make.fault_report(dealer, model=model, code="E04")

    assert similar.cases(person=technician, model=model, code="ｅ04") == [same]
    assert similar.cases(person=technician) == []
