"""The authoring screens: they work for those who keep things, and are closed to everybody else."""

import uuid

import pytest
from django.db import transaction
from django.urls import reverse
from wagtail.admin.viewsets.model import ModelViewSet

from courses import learn
from courses.viewsets import LearningGroup
from exams import certify, sit
from exams.models import Decision
from exams.viewsets import ExamGroup
from kb.models import (
    Area,
    ArrivalTime,
    BusinessHours,
    CaseEvent,
    Component,
    FaultCode,
    FaultReport,
    Hazard,
    Holiday,
    Inspection,
    MaintenanceItem,
    MaintenancePlan,
    OpeningHours,
    Override,
    Part,
    SeverityLevel,
    SeverityScheme,
    SoftwareRelease,
    Specification,
    Symptom,
    Tier,
    Tool,
    WarrantyExclusion,
)
from kb.service_viewsets import ServiceGroup
from kb.viewsets import CatalogueGroup
from people import roles
from people.models import OrgUnit
from people.viewsets import PeopleGroup
from tests import make
from tests.make import NOON, TODAY

pytestmark = pytest.mark.django_db

GROUPS = [PeopleGroup, CatalogueGroup, ServiceGroup, LearningGroup, ExamGroup]
VIEWSETS: list[ModelViewSet] = [viewset for group in GROUPS for viewset in group.items]
CLOSED = {
    "credentials", "fault-reports", "case-events", "runs", "inspections", "overrides",
    "enrolments", "sittings", "late-answers", "decisions",
}  # fmt: skip


@pytest.fixture
def rows(technician, manager):
    """A row for each model that has screens, each in use somewhere."""
    product = make.product()
    guide = make.guide()
    code = FaultCode(code="E-04", meaning="电源故障", severity=2, model=product)
    code.clean()
    code.save()
    symptom = Symptom.objects.create(key="dead", name="开不了机")
    make.issue(guide, codes=[code], symptoms=[symptom], product_models=[product])
    Component.objects.create(key="psu", name="电源", model=product)
    part, tool = (
        Part.objects.create(key="psu", name="电源", number="P-1"),
        Tool.objects.create(key="meter", name="万用表"),
    )
    procedure = make.procedure(asks=make.qualification())
    make.issue(procedure, parts=[part], tools=[tool])
    course, exam = make.course(lessons=1), make.exam(kinds=["truefalse"])
    technician.position, technician.position_since = make.position(), TODAY
    technician.save()
    make.plan(technician.position, course)
    level = make.level(course=course, exam=exam)
    learn.complete(person=technician, lesson=course.lessons.get(), confirmed=True, at=NOON)
    sitting = make.sitting(exam, technician, at=NOON)
    make.saved(sitting.items.get(n=1), True, base=0, at=NOON)
    sit.finish(sitting=sitting, at=NOON)
    with pytest.raises(sit.Closed):
        make.saved(sitting.items.get(n=1), False, base=1, at=NOON)
    granted = Decision.Outcome.GRANTED
    certify.decide(level=level, person=technician, outcome=granted, reason="", by=manager, at=NOON, on=TODAY)
    make.diagnosis(technician, guide)
    specified(product, tool)
    served(make.device(model=product), guide, technician)


def specified(product, tool):
    """What is said of a product."""
    Specification.objects.create(model=product, name="重量", value="31 kg")
    SoftwareRelease.objects.create(model=product, version="2.4")
    WarrantyExclusion.objects.create(key="misuse", name="使用不当").components.set(product.components.all())
    Hazard.objects.create(key="mains", name="触电", text="断电").protection.add(tool)


def served(device, guide, person):
    """What service rests on, and what was done with it."""
    hours, area = BusinessHours.objects.create(key="h", name="工作时间"), Area.objects.create(key="a", name="市区")
    OpeningHours.objects.create(hours=hours, day=0, opens="08:00", closes="18:00")
    Holiday.objects.create(hours=hours, day=TODAY)
    scheme = SeverityScheme.objects.create(key="s", name="等级", hours=hours)
    level = SeverityLevel.objects.create(scheme=scheme, rank=1, code="一级", definition="停", respond_minutes=10)
    ArrivalTime.objects.create(level=level, area=area, minutes=120)
    tier = Tier.objects.create(key="field", name="现场", rank=1)
    report = FaultReport.objects.create(
        number="C-1", model=device.model, device=device, level=level, area=area, unit=person.unit, reporter=person,
        tier=tier, description="不启动", reported_at=NOON,
    )  # fmt: skip
    CaseEvent.objects.create(report=report, kind=CaseEvent.Kind.RECEIVED, at=NOON, by=person, tier=tier)
    plan = MaintenancePlan.objects.create(key="p", name="季度维护", model=device.model, interval_months=3)
    MaintenanceItem.objects.create(plan=plan, position=1, text="看")
    done = {"done_on": TODAY, "recorded_at": NOON, "is_complete": True}
    Inspection.objects.create(plan=plan, device=device, person=person, unit=person.unit, **done)
    asked = {"asked_at": NOON, "asked_because": "急"}
    Override.objects.create(
        walk=uuid.UUID(int=1), guide=guide, node="n", qualification=make.qualification(), person=person, **asked
    )


def addresses(viewset):
    """The screens it has for its first row."""
    row = viewset.model._default_manager.first()
    names = ["inspect"] if viewset.name in CLOSED else ["edit", "delete", "usage"]
    plain = ["index"] if viewset.name in CLOSED else ["index", "add"]
    return [
        *(reverse(viewset.get_url_name(name)) for name in plain),
        *(reverse(viewset.get_url_name(name), args=[row.pk]) for name in names),
    ]


def test_every_screen_opens_for_an_administrator(client, administrator, rows):
    client.force_login(administrator)

    failed = {
        address for viewset in VIEWSETS for address in addresses(viewset) if client.get(address).status_code != 200
    }

    assert failed == set()


def test_every_screen_is_closed_to_a_technician(client, technician, rows):
    client.force_login(technician)

    statuses = {client.get(address).status_code for viewset in VIEWSETS for address in addresses(viewset)}

    assert statuses <= {302, 403}


def test_deleting_what_is_in_use_is_refused_or_done_but_never_fails(client, administrator, rows):
    client.force_login(administrator)

    for viewset in VIEWSETS:
        row = viewset.model._default_manager.first()
        with transaction.atomic():
            answer = client.post(reverse(viewset.get_url_name("delete"), args=[row.pk]))
            transaction.set_rollback(True)
        assert answer.status_code in {302, 403}, viewset.name


def test_it_is_told_that_a_row_in_use_cannot_be_deleted(client, administrator):
    client.force_login(administrator)

    answer = client.post(reverse("units:delete", args=[administrator.unit_id]), follow=True)

    assert str(administrator.unit) in next(iter(answer.context["messages"])).message
    assert OrgUnit.objects.filter(pk=administrator.unit_id).exists()


def test_what_came_from_acts_of_people_is_not_edited_even_by_an_administrator(client, administrator, rows):
    client.force_login(administrator)
    viewsets = [viewset for viewset in VIEWSETS if viewset.name in CLOSED]

    for viewset in viewsets:
        before = list(viewset.model._default_manager.values())
        for action in ("add", "edit", "delete"):
            args = [] if action == "add" else [before[0]["id"]]
            answer = client.post(reverse(viewset.get_url_name(action), args=args), {"note": "x", "reason": "x"})
            assert answer.status_code in {302, 403}, (viewset.name, action)
        assert list(viewset.model._default_manager.values()) == before


@pytest.mark.parametrize("role", roles.ROLES.values(), ids=list(roles.ROLES))
def test_the_first_screen_opens_for_every_role_that_enters_it(client, role):
    client.force_login(make.person(role))

    answer = client.get("/admin/", follow=True)

    assert answer.status_code == (200 if "wagtailadmin.access_admin" in role.permissions else 403)


@pytest.mark.parametrize("role", roles.ROLES.values(), ids=list(roles.ROLES))
def test_each_list_opens_for_exactly_the_roles_the_table_says(client, role):
    client.force_login(make.person(role))
    expected, opened = set(), set()
    for viewset in VIEWSETS:
        options = viewset.model._meta
        actions = ["view"] if viewset.name in CLOSED else ["add", "change", "delete", "view"]
        if {f"{options.app_label}.{action}_{options.model_name}" for action in actions} & set(role.permissions):
            expected.add(viewset.name)
        if client.get(reverse(viewset.get_url_name("index"))).status_code == 200:
            opened.add(viewset.name)

    assert opened == expected


@pytest.mark.parametrize(
    "build", [make.document, make.procedure, make.guide, lambda: make.manual()[0], lambda: make.manual()[1][0]]
)
def test_documents_can_be_edited_previewed_and_looked_at(client, build):
    page = build()
    client.force_login(make.person(roles.AUTHOR))

    for name in ("edit", "history", "view_draft", "usage", "copy"):
        assert client.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk])).status_code == 200, name


@pytest.mark.parametrize(
    "kind", ["manualpage", "procedurepage", "faultguidepage", "faqpage", "bulletinpage", "policypage"]
)
def test_each_kind_of_document_can_be_begun(client, kind):
    folder = make.folder()
    client.force_login(make.person(roles.AUTHOR))

    assert client.get(reverse("wagtailadmin_pages:add", args=["kb", kind, folder.pk])).status_code == 200


def test_people_can_be_made_and_edited(client, administrator, technician):
    client.force_login(administrator)
    form = {
        "username": "new",
        "name": "新人",
        "email": "",
        "password1": "fjw8-2mdk-Xo",
        "password2": "fjw8-2mdk-Xo",
        "unit": technician.unit_id,
    }

    assert client.get(reverse("wagtailusers_users:index")).status_code == 200
    assert client.get(reverse("wagtailusers_users:edit", args=[technician.pk])).status_code == 200
    assert client.post(reverse("wagtailusers_users:add"), form).status_code == 302
    made = type(technician).objects.get(username="new")
    assert (made.name, made.unit, made.is_superuser) == ("新人", technician.unit, False)
