"""The screens of cases: report, list, page; what is typed wrong, twice, by strangers."""

import datetime
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from kb.cases import act
from kb.cases.views import ACTS
from kb.models import Attachment, Device, FaultCode, FaultReport, Tier
from people import roles
from tests import make

pytestmark = pytest.mark.django_db

NEW = "/cases/new/"


@pytest.fixture
def scheme(db):
    return make.severity_scheme()


@pytest.fixture
def report(technician):
    return make.fault_report(technician, at=timezone.now(), contact={"name": "李女士", "phone": "13912345678"})


def do(client, report, name, **said):
    return client.post(reverse("case_act", args=[report.number, name]), said)


def page(client, report):
    return client.get(reverse("case", args=[report.number]))


def photo(name="a.jpg"):
    body = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(body, "JPEG")
    return SimpleUploadedFile(name, body.getvalue(), "image/jpeg")


def test_a_stranger_signs_in_first(client, report):
    for address in ("/cases/", NEW, reverse("case", args=[report.number])):
        assert client.get(address).status_code == 302


def test_a_fault_is_reported_with_a_photo(client, technician, scheme):
    client.force_login(technician)
    model = make.product()
    form = client.get(NEW, {"model": model.key, "q": "开不了机"})
    assert form.context["form"]["description"].value() == "开不了机"

    said = {"key": str(form.context["key"]), "model": model.key, "description": "开不了机", "name": "李女士"}
    files = [photo(), SimpleUploadedFile("b.jpg", b"nothing")]
    answer = client.post(NEW, said | {"photos": files})
    made = FaultReport.objects.get()
    assert answer.url == made.get_absolute_url()
    assert (made.contact.name, Attachment.objects.filter(report=made).count()) == ("李女士", 1)
    shown = client.get(answer.url).content.decode()
    assert "b.jpg" in shown

    assert client.post(NEW, said).url == answer.url
    assert FaultReport.objects.count() == 1
    assert client.post(NEW, said | {"description": "别的"}).status_code == 409


def test_a_mistake_loses_nothing_that_was_typed(client, technician, scheme):
    client.force_login(technician)
    said = {
        "key": str(uuid.uuid4()),
        "model": "nothing",
        "description": "风扇异响",
        "phone": "13912345678",
        "code": "E" * 41,
    }
    answer = client.post(NEW, said)

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert all(typed in shown for typed in (said["key"], "风扇异响", "13912345678", said["code"]))
    assert not FaultReport.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "\u0660" * 40])
def test_a_broken_key_is_replaced(client, technician, scheme, key):
    client.force_login(technician)

    assert client.post(NEW, {"key": key, "model": make.product().key, "description": "坏"}).status_code == 302


@pytest.mark.parametrize("name", ["device", "model", "guide", "run", "code", "q"])
@pytest.mark.parametrize("value", ["x" * 3000, "'\"<b>", "٣"])
def test_whatever_the_address_says_the_form_is_shown(client, technician, scheme, name, value):
    client.force_login(technician)

    assert client.get(NEW, {name: value}).status_code == 200


def test_what_is_known_already_stands_before_the_form(client, technician, scheme):
    client.force_login(technician)
    model = make.product()
    code = FaultCode.objects.create(model=model, code="E-04", folded="e04", meaning="掉电", severity=1)
    guide = make.guide(product_models=[model], codes=[code])
    before = make.fault_report(technician, model=model, code="E04")

    shown = client.get(NEW, {"model": model.key, "code": "Ｅ０４"})
    assert [shown.context["guides"], shown.context["cases"]] == [[guide], [before]]
    looked = client.post(NEW, {"model": model.key, "code": "e 04", "look": "1", "description": "坏"})
    assert (looked.status_code, looked.context["cases"]) == (200, [before])
    assert FaultReport.objects.count() == 1


def test_a_customer_reports_about_his_own_device_alone(client, customer, technician, scheme):
    own = Device.objects.create(
        model=make.product(), serial="S1", folded="s1", owner=customer.unit, unit=technician.unit
    )
    hidden = Device.objects.create(model=make.product(), serial="SECRET", folded="secret")
    client.force_login(customer)

    assert "SECRET" not in client.get(NEW, {"device": hidden.code}).content.decode()
    answer = client.post(NEW, {"key": str(uuid.uuid4()), "device": own.code, "description": "坏"})
    made = FaultReport.objects.get()
    assert (answer.url, made.device, made.unit) == (made.get_absolute_url(), own, technician.unit)
    shown = client.get(answer.url)
    assert shown.status_code == 200


def test_the_contact_is_shown_to_the_unit_and_to_nobody_else(client, technician, administrator, report):
    client.force_login(technician)
    assert "13912345678" in page(client, report).content.decode()
    client.force_login(administrator)
    shown = page(client, report)
    assert (shown.status_code, "13912345678" in shown.content.decode()) == (200, False)
    client.force_login(make.person(roles.TECHNICIAN))
    assert page(client, report).status_code == 404
    assert do(client, report, "respond").status_code == 404


def test_the_page_offers_what_can_happen_and_says_what_cannot(client, technician, report):
    client.force_login(technician)
    first, again = do(client, report, "respond"), do(client, report, "respond")

    assert (first.status_code, again.status_code) == (302, 422)
    assert again.context["refusals"]
    assert "responded" not in again.context["possible"]
    assert report.events.count() == 2


def test_every_act_of_the_page_reaches_its_rule(client, technician, report):
    """Sent with nothing, each either happens or says in a sentence what is missing."""
    client.force_login(technician)
    answers = {name: do(client, report, name).status_code for name in ACTS if name != "close"}
    assert set(answers.values()) <= {302, 422}
    assert [name for name, status in answers.items() if status == 302] == ["respond", "arrive", "inform", "take"]
    assert do(client, report, "nothing").status_code == 404
    assert client.get(reverse("case_act", args=[report.number, "note"])).status_code == 405


def test_a_case_from_hand_to_hand_to_its_end(client, technician, report):
    client.force_login(technician)
    upper = Tier.objects.create(key="centre", name="专业服务中心", rank=2, unit=make.unit(), collect="设备日志；照片")
    refused = do(client, report, "escalate", tier=upper.pk, **{"collected-0": "日志见附件"})
    assert (refused.status_code, "日志见附件" in refused.content.decode()) == (422, True)

    do(client, report, "escalate", tier=upper.pk, **{"collected-0": "见附件", "collected-1": "无"})
    do(client, report, "loan", serial="L-1")
    assert do(client, report, "close", outcome="repaired", words="换好了").status_code == 422
    do(client, report, "loan-back")
    moment = f"{timezone.localtime(report.reported_at):%Y-%m-%dT%H:%M}"
    assert do(client, report, "close", outcome="repaired", words="换好了", happened_at=moment).status_code == 302
    report.refresh_from_db()
    assert (report.tier, report.outcome) == (upper, "repaired")
    assert "换好了" in page(client, report).content.decode()
    assert do(client, report, "reopen", words="又坏了").status_code == 302


@pytest.mark.parametrize("moment", ["gestern", "0001-01-01T00:00", "9999-12-31T23:59", "2026-11-02T25:00", "٣"])
def test_a_moment_that_is_none_is_said(client, technician, report, moment):
    client.force_login(technician)

    assert do(client, report, "respond", happened_at=moment).status_code == 422


def test_notes_of_the_work_stay_inside(client, customer, technician, scheme):
    Tier.objects.create(key="field", name="现场", rank=1, unit=technician.unit)
    report = make.fault_report(customer, at=timezone.now())
    act.note(report=report, by=technician, at=timezone.now(), words="客户误操作")
    client.force_login(customer)
    do(client, report, "note", words="补充：有焦味")

    shown = page(client, report).content.decode()
    assert "客户误操作" not in shown
    assert "补充：有焦味" in shown


def test_the_list_shows_the_late_ones_first_in_the_same_queries_for_many(client, technician, scheme):
    client.force_login(technician)
    hours = datetime.timedelta(hours=1)
    make.fault_report(technician, at=timezone.now())
    late = make.fault_report(technician, at=timezone.now() - 3 * hours)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as seen:
            shown = client.get("/cases/")
        counts.append(len(seen))
        for _case in range(4):
            make.fault_report(technician, at=timezone.now() - 2 * hours)
    assert shown.context["rows"][0][0] == late
    assert {name: count for name, _label, count in shown.context["states"]}["late"] == 5
    assert counts[0] == counts[1]


def test_the_list_is_sifted(client, technician, scheme):
    client.force_login(technician)
    one, other = make.fault_report(technician, serial="SN-1"), make.fault_report(technician)
    act.close(report=other, by=technician, at=make.NOON, outcome="remote")
    closed_long_ago = make.fault_report(technician, at=make.NOON - datetime.timedelta(days=900))
    FaultReport.objects.filter(pk=closed_long_ago.pk).update(
        closed_at=make.NOON - datetime.timedelta(days=899), outcome="remote"
    )

    def found(**query):
        return {report for report, _clock in client.get("/cases/", query).context["rows"]}

    assert found() == found(state="open") == found(text=one.number) == found(text="sn-1") == {one}
    assert found(state="closed") == {other}
    assert found(state="archived") == {closed_long_ago}
    assert found(whose="mine", product=one.model.key, level=one.level_id) == {one}
    assert found(text="13900000000") == set()
    assert client.get("/cases/", {"level": "x", "page": "9" * 30}).status_code == 422


def test_the_page_takes_the_same_queries_for_many_events(client, technician, report):
    client.force_login(technician)
    page(client, report)
    counts = []
    for round_ in range(2):
        with CaptureQueriesContext(connection) as seen:
            page(client, report)
        counts.append(len(seen))
        for n in range(3):
            act.note(report=report, by=technician, at=timezone.now(), words=f"{round_} {n}")
            make.person(unit=technician.unit)
    assert counts[0] == counts[1]
    assert counts[0] < 60
