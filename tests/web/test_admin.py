"""The authoring screens: they work for those who keep things, and are closed to everybody else."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.viewsets.model import ModelViewSet

from courses import learn
from courses.viewsets import LearningGroup
from courses.wagtail_hooks import learning_menu
from exams import certify, sit
from exams.models import Decision
from exams.viewsets import ExamGroup
from kb import runs
from kb.models import Component, FaultCode, Part, Symptom, Tool
from kb.viewsets import CatalogueGroup
from people import roles
from people.viewsets import PeopleGroup
from tests import make
from tests.make import NOON, TODAY

pytestmark = pytest.mark.django_db

GROUPS = [PeopleGroup, CatalogueGroup, LearningGroup, ExamGroup]
VIEWSETS: list[ModelViewSet] = [viewset for group in GROUPS for viewset in group.items]
CLOSED = {"credentials", "runs", "enrolments", "sittings", "decisions"}


def named(viewsets):
    return pytest.mark.parametrize("viewset", viewsets, ids=lambda viewset: viewset.name)


@pytest.fixture
def rows(technician, manager):
    """A row for each model that has screens, each in use somewhere."""
    product = make.product()
    guide = make.guide()
    code = FaultCode(code="E-04", meaning="电源故障", severity=2, model=product)
    code.clean()
    code.save()
    guide.codes.add(code)
    symptom = Symptom.objects.create(key="dead", name="开不了机")
    guide.symptoms.add(symptom)
    guide.product_models.add(product)
    guide.save_revision().publish()
    Component.objects.create(key="psu", name="电源", model=product)
    part, tool = (
        Part.objects.create(key="psu", name="电源", number="P-1"),
        Tool.objects.create(key="meter", name="万用表"),
    )
    procedure = make.procedure(asks=make.qualification())
    procedure.parts.add(part)
    procedure.tools.add(tool)
    procedure.save_revision().publish()
    course, exam = make.course(lessons=1), make.exam(kinds=["truefalse"])
    technician.position, technician.position_since = make.position(), TODAY
    technician.save()
    make.plan(technician.position, course)
    level = make.level(course=course, exam=exam)
    learn.complete(person=technician, lesson=course.lessons.get(), confirmed=True, at=NOON)
    sitting = sit.start(exam=exam, person=technician, at=NOON, seed="s")
    sit.save(sitting=sitting, item=1, response=True, base=0, at=NOON)
    sit.finish(sitting=sitting, at=NOON)
    granted = Decision.Outcome.GRANTED
    certify.decide(level=level, person=technician, outcome=granted, reason="", by=manager, at=NOON, on=TODAY)
    runs.record(
        guide=guide, person=technician, answers=["1"], result="unresolved", note="", key="6f1c2f0e-9d0e-4a55-8a2c-0f2a3c1f7a10", at=NOON
    )  # fmt: skip


def addresses(viewset):
    """The screens it has for its first row, by what they are for."""
    row = viewset.model._default_manager.first()
    found = {"index": reverse(viewset.get_url_name("index"))}
    if viewset.name not in CLOSED:
        found["add"] = reverse(viewset.get_url_name("add"))
        for name in ("edit", "delete", "usage"):
            found[name] = reverse(viewset.get_url_name(name), args=[row.pk])
    if viewset.inspect_view_enabled:
        found["inspect"] = reverse(viewset.get_url_name("inspect"), args=[row.pk])
    return found


@named(VIEWSETS)
def test_every_screen_opens_for_an_administrator(client, administrator, rows, viewset):
    client.force_login(administrator)

    statuses = {name: client.get(address).status_code for name, address in addresses(viewset).items()}

    assert set(statuses.values()) == {200}, statuses


@named(VIEWSETS)
def test_every_screen_is_closed_to_a_technician(client, technician, rows, viewset):
    client.force_login(technician)

    statuses = {name: client.get(address).status_code for name, address in addresses(viewset).items()}

    assert set(statuses.values()) <= {302, 403}, statuses


@named(VIEWSETS)
def test_deleting_what_is_in_use_is_refused_or_done_but_never_fails(client, administrator, rows, viewset):
    client.force_login(administrator)
    row = viewset.model._default_manager.first()

    answer = client.post(reverse(viewset.get_url_name("delete"), args=[row.pk]))

    assert answer.status_code in {200, 302, 403, 404}


@named([viewset for viewset in VIEWSETS if viewset.name in CLOSED])
@pytest.mark.parametrize("action", ["add", "edit", "delete"])
def test_what_came_from_acts_of_people_is_not_edited_even_by_an_administrator(
    client, administrator, rows, viewset, action
):
    client.force_login(administrator)
    before = list(viewset.model._default_manager.values())
    args = [] if action == "add" else [viewset.model._default_manager.first().pk]

    answer = client.post(reverse(viewset.get_url_name(action), args=args), {"note": "x", "reason": "x"})

    assert answer.status_code in {302, 403}
    assert list(viewset.model._default_manager.values()) == before


@pytest.mark.parametrize("role", roles.ROLES.values(), ids=list(roles.ROLES))
def test_the_first_screen_opens_for_every_role_that_enters_it(client, role):
    client.force_login(make.person(role))

    answer = client.get("/admin/", follow=True)

    if "wagtailadmin.access_admin" in role.permissions:
        assert answer.status_code == 200
        assert answer.request["PATH_INFO"] == "/admin/"
    else:
        assert answer.request["PATH_INFO"] != "/admin/"


@pytest.mark.parametrize("role", roles.ROLES.values(), ids=list(roles.ROLES))
@named(VIEWSETS)
def test_each_list_opens_for_exactly_the_roles_the_table_says(client, rows, role, viewset):
    client.force_login(make.person(role))
    options = viewset.model._meta
    may = {f"{options.app_label}.{action}_{options.model_name}" for action in ("add", "change", "delete", "view")}

    answer = client.get(reverse(viewset.get_url_name("index")))

    assert (answer.status_code == 200) is bool(may & set(role.permissions))


@pytest.mark.parametrize(
    "build", [make.document, make.procedure, make.guide, lambda: make.manual()[0], lambda: make.manual()[1][0]]
)
def test_documents_can_be_edited_previewed_and_looked_at(client, build):
    page = build()
    client.force_login(make.person(roles.AUTHOR))

    for name in ("edit", "history", "view_draft", "usage", "copy"):
        assert client.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk])).status_code == 200, name


@pytest.mark.parametrize("kind", ["manualpage", "procedurepage", "faultguidepage", "faqpage", "bulletinpage"])
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


def test_the_menus_are_registered():
    assert isinstance(learning_menu(), LearningGroup)
    assert timezone.is_aware(NOON)
