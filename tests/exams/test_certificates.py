"""Certificates: for their holder to print, and for strangers to verify."""

import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from exams.models import Decision
from people import roles
from people.credentials import issue, record
from people.models import Credential, CredentialEvent
from tests import make
from tests.make import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
YEAR = 365 * DAY


@pytest.fixture
def credential(technician, manager):
    level = make.level(title="初级工")
    technician.email, technician.employee_number = "lintao@example.com", "E-4711"
    technician.save()
    made = issue(
        person=technician, qualification=level.qualification, valid_from=TODAY, valid_until=TODAY + YEAR,
        earned_by=Credential.EarnedBy.CERTIFICATE, evidence={}, by=manager, at=NOON,
    )  # fmt: skip
    Credential.objects.filter(pk=made.pk).update(number="BB-7K2M-9QX0-4T")
    made.refresh_from_db()
    Decision.objects.create(
        level=level,
        person=technician,
        outcome="granted",
        decided_by=manager,
        decided_at=NOON,
        credential=made,
        reason="内部缘由",
    )
    with time_machine.travel(NOON, tick=False):
        yield made


def verify(client, number, **extra):
    return client.get(reverse("verify_number", args=[number]), **extra)


def test_a_valid_one(client, credential):
    answer = verify(client, credential.number)

    assert (answer.status_code, answer.context["status"]) == (200, "valid")
    shown = answer.content.decode()
    assert credential.person.name in shown
    assert "初级工" in shown


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (NOON - DAY, None),
        (NOON.replace(hour=23, minute=59) + YEAR, "valid"),
        (NOON.replace(hour=0) + YEAR + DAY, "expired"),
    ],
)
def test_its_status_follows_the_day(client, credential, at, status):
    with time_machine.travel(at, tick=False):
        assert verify(client, credential.number).context["status"] == status


@pytest.mark.parametrize("kind", ["suspended", "withdrawn", "superseded"])
def test_what_happened_to_it_is_public_at_once(client, credential, manager, kind):
    record(credential=credential, kind=CredentialEvent.Kind(kind), reason="机密缘由", by=manager, at=NOON)

    answer = verify(client, credential.number)

    assert answer.context["status"] == kind
    assert "机密缘由" not in answer.content.decode()


def test_unknown_and_hidden_answer_alike(client, credential):
    Credential.objects.update(is_public=False)
    hidden, unknown = verify(client, credential.number), verify(client, "BB-0000-0000-00")

    assert hidden.status_code == unknown.status_code == 404
    words = [
        answer.content.decode().split("<main", 1)[1].split("</main>")[0].replace(number, "N")
        for answer, number in ((hidden, credential.number), (unknown, "BB-0000-0000-00"))
    ]
    assert words[0] == words[1]
    assert credential.person.name not in hidden.content.decode()


def test_nothing_personal_is_shown_but_the_name(client, credential):
    shown = verify(client, credential.number).content.decode()

    person = credential.person
    for private in (person.username, person.email, person.employee_number, person.unit.name, "内部缘由", "高远"):
        assert private not in shown


@pytest.mark.parametrize(
    "typed",
    [
        "BB-7K2M-9QX0-4T",
        "bb-7k2m-9qx0-4t",
        " BB 7K2M 9QX0 4T ",
        "BB7K2M9QX04T",
        "7K2M9QX04T",
        "BB-7K2M-9QXO-4T",
        "BB–7K2M—9QX0‐4T",
        "ＢＢ－７Ｋ２Ｍ－９ＱＸ０－４Ｔ",
        "BB.7K2M/9QX0_4T",
    ],
)
def test_the_number_may_be_typed_sloppily(client, credential, typed):
    answer = client.get(reverse("verify"), {"number": typed}, follow=True)

    assert (answer.status_code, answer.context["status"]) == (200, "valid")


def test_a_number_that_begins_like_its_prefix_is_found(client, credential):
    Credential.objects.update(number="BB-BBBB-0000-00")

    for typed in ("BB-BBBB-0000-00", "bbbb000000"):
        assert client.get(reverse("verify"), {"number": typed}, follow=True).status_code == 200


@pytest.mark.parametrize(
    "typed",
    ["你好", "BB-", "a/b", "/", "..", "%2F", "<script>alert(1)</script>", "'\"\\", "x" * 5000, "𝟘" * 10, "-"],
)
def test_anything_else_is_unknown(client, credential, typed):
    answer = client.get(reverse("verify"), {"number": typed}, follow=True)

    assert answer.status_code == 404
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "   "])
def test_nothing_typed_shows_the_form(client, typed):
    assert client.get(reverse("verify"), {"number": typed}).status_code == 200


def test_the_code_printed_on_it_leads_to_its_verification(client, credential):
    answer = client.get(reverse("scan", args=[credential.number]), follow=True)

    assert answer.context["status"] == "valid"


def test_trying_numbers_in_turn_is_stopped(client, credential):
    cache.clear()
    statuses = [verify(client, "BB-0000-0000-00").status_code for _ in range(60)]

    stopped = verify(client, credential.number)

    assert set(statuses) == {404}
    assert stopped.status_code == 429
    assert credential.person.name not in stopped.content.decode()
    assert verify(client, credential.number, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_it_is_kept_in_no_cache(client, credential):
    assert "no-store" in verify(client, credential.number).headers["Cache-Control"]


def test_the_holder_sees_his_certificate_with_its_code(client, credential):
    client.force_login(credential.person)

    answer = client.get(reverse("certificate", args=[credential.number]))

    assert answer.status_code == 200
    assert "<svg" in answer.context["qr"]
    assert answer.context["address"].endswith(f"/q/{credential.number}/")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (roles.CERTIFICATION_MANAGER, 200),
        (roles.SUPERVISOR, 200),
        (roles.DISPATCHER, 200),
        (roles.AUDITOR, 200),
        (roles.TECHNICIAN, 404),
        (roles.TRAINER, 404),
        (roles.AUTHOR, 404),
        (roles.EXAMINER, 404),
    ],
    ids=lambda value: getattr(value, "group", None),
)
def test_others_only_where_their_role_sees_everybodys(client, credential, role, status):
    client.force_login(make.person(role))

    assert client.get(reverse("certificate", args=[credential.number])).status_code == status


def test_strangers_are_asked_to_sign_in(client, credential):
    assert client.get(reverse("certificate", args=[credential.number])).url.startswith(reverse("account_login"))


def test_a_credential_without_a_decision_can_be_looked_at_and_verified(client, credential):
    Decision.objects.all().delete()
    client.force_login(credential.person)

    assert client.get(reverse("certificate", args=[credential.number])).status_code == 200
    assert verify(client, credential.number).status_code == 200
    assert client.get(reverse("profile")).status_code == 200


def test_the_holder_alone_hides_it_from_strangers_and_shows_it_again(client, credential, manager):
    address = reverse("publicity", args=[credential.number])
    client.force_login(manager)
    assert client.post(address).status_code == 404
    client.force_login(credential.person)

    assert client.get(address).status_code == 405
    client.post(address)
    assert verify(client, credential.number).status_code == 404

    client.post(address, {"public": "1"})
    assert verify(client, credential.number).status_code == 200
