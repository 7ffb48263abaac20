"""The first screen, for strangers and for each role."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from exams import sit
from kb.models import BulletinPage
from people import roles
from people.inbox import tell
from people.models import Audience, OrgUnit
from tests import database, make
from tests.make import NOON

pytestmark = pytest.mark.django_db

SCREENS = ["home", "search", "library", "products", "courses", "certification", "verify"]
OWN = ["exams", "plan", "profile"]


def words(answer):
    return answer.content.decode().split("<main", 1)[1].split("</main>")[0]


@pytest.fixture
@database.once
def site():
    """Something of everything."""
    make.document(title="公开问答")
    make.document(BulletinPage, title="公开通报")
    make.guide(audience=Audience.INTERNAL)
    make.manual()
    level = make.level(course=make.course(audience=Audience.PUBLIC), exam=make.exam(audience=Audience.PUBLIC))
    make.procedure(asks=level.qualification)
    make.product()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_strangers_see_every_public_screen(client, site, language):
    with translation.override(language):
        for name in SCREENS:
            assert client.get(reverse(name)).status_code == 200
        for name in OWN:
            assert client.get(reverse(name)).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_screen_fails_any_role(client, site, language):
    for key, role in roles.ROLES.items():
        client.force_login(make.person(role))
        with translation.override(language):
            for name in SCREENS + OWN:
                assert client.get(reverse(name)).status_code == 200, (key, name)


@pytest.mark.parametrize("kind", [OrgUnit.Kind.DEALER, OrgUnit.Kind.CUSTOMER])
def test_nor_people_from_outside(client, site, kind):
    client.force_login(make.person(kind=kind))

    for name in SCREENS + OWN:
        assert client.get(reverse(name)).status_code == 200, name


def test_nor_people_without_a_unit(client, site):
    client.force_login(make.person(unit=None))

    for name in SCREENS + OWN:
        assert client.get(reverse(name)).status_code == 200, name


def test_it_names_what_waits(client, technician):
    now = timezone.now()
    technician.position, technician.position_since = make.position(), timezone.localdate(now)
    technician.save()
    make.plan(technician.position, make.course(title="高压安全"))
    begun, untried = make.exam(title="正在进行"), make.exam(title="尚未考试")
    make.sitting(begun, technician, at=now)
    tell(person=technician, key="k", text="一条消息", url="/plan/", at=now)
    client.force_login(technician)

    shown = words(client.get("/"))

    for wanted in ("高压安全", "正在进行", untried.title, "一条消息"):
        assert wanted in shown


def test_what_is_passed_or_over_waits_no_more(client, technician):
    exam = make.exam(kinds=["truefalse"], title="已通过")
    sitting = make.sitting(exam, technician, at=timezone.now())
    make.saved(sitting.items.get(n=1), True, base=0, at=timezone.now())
    sit.finish(sitting=sitting, at=timezone.now())
    make.sitting(make.exam(title="早已结束"), technician, at=NOON - datetime.timedelta(days=900))
    client.force_login(technician)

    answer = client.get("/")

    assert exam not in answer.context["exams"]
    assert not answer.context["open_sittings"]


def test_the_certification_manager_is_told_who_waits_for_a_decision(client, manager, technician):
    exam = make.exam(kinds=["truefalse"])
    level = make.level(exam=exam)
    sitting = make.sitting(exam, technician, at=timezone.now())
    make.saved(sitting.items.get(n=1), True, base=0, at=timezone.now())
    sit.finish(sitting=sitting, at=timezone.now())
    address = reverse("decide", args=[level.pk, technician.pk])

    client.force_login(technician)
    assert address not in client.get("/").content.decode()
    client.force_login(manager)
    assert address in client.get("/").content.decode()


def test_each_page_leads_to_itself_in_the_other_language(client):
    page = make.document(number="A-1")

    assert 'href="/en/doc/A-1/"' in client.get(page.get_absolute_url()).content.decode()
    assert 'href="/doc/A-1/"' in client.get("/en/doc/A-1/").content.decode()
    assert "/en/search/?q=" in client.get("/search/?q=abc").content.decode()


@pytest.mark.parametrize(
    ("path", "language"), [("/", "zh-hans"), ("/en/", "en"), ("/library/", "zh-hans"), ("/en/library/", "en")]
)
def test_the_address_alone_says_the_language(client, path, language):
    answer = client.get(path, headers={"accept-language": "fr,en;q=0.9"})

    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in answer.content.decode()
