"""What the code on a label, or one typed by hand, leads to."""

import pytest
from django.urls import reverse

from kb.devices.lookup import tidy_code
from kb.models import Device
from people.models import OrgUnit
from tests import make

pytestmark = pytest.mark.django_db
CODE = "0ab1cdefgh12"


@pytest.fixture
def device(db):
    return make.device(code=CODE, serial="RS22-0042", owner=make.unit(OrgUnit.Kind.CUSTOMER, name="市第一医院"))


@pytest.mark.parametrize(
    "typed", [CODE, CODE.upper(), "OABICDEFGHL2", "oabl-cdef-ghi2", "０ａｂ１ cdef gh12", "0ab1_cdefgh12"]
)
def test_a_code_is_known_however_it_is_read_or_typed(typed):
    assert tidy_code(typed) == CODE


@pytest.mark.parametrize(
    "typed", ["", "PR-001", "0ab1cdefgh1", "0ab1cdefgh123", "0ab1cdefgh1u", "中" * 12, "x" * 10_000]
)
def test_what_cannot_be_a_code_is_none(typed):
    assert tidy_code(typed) == ""


def test_our_people_come_to_the_page_of_the_device(client, technician, device):
    client.force_login(technician)

    assert client.get("/q/OABICDEFGHL2/").url == f"/devices/{CODE}/"


def test_a_stranger_comes_to_the_product_and_learns_nothing_about_the_device(client, device):
    answer = client.get(f"/q/{CODE}/", follow=True)
    shown = answer.content.decode()

    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == f"/products/{device.model.key}/"
    assert "RS22-0042" not in shown
    assert "市第一医院" not in shown
    assert f"next=/q/{CODE}/" in shown


def test_so_does_another_unit(client, dealer, device):
    client.force_login(dealer)
    answer = client.get(f"/q/{CODE}/", follow=True)

    assert answer.request["PATH_INFO"] == f"/products/{device.model.key}/"
    assert "RS22-0042" not in answer.content.decode()
    assert client.get(f"/devices/{CODE}/").status_code == 404


def test_its_owner_comes_to_its_page(client, customer, device):
    device.owner = customer.unit
    device.save()
    client.force_login(customer)

    assert client.get(f"/q/{CODE}/", follow=True).request["PATH_INFO"] == f"/devices/{CODE}/"


def test_an_unknown_code_is_told_with_other_ways_on(client):
    answer = client.get("/q/zzzzzzzzzzzz/")
    shown = answer.content.decode()

    assert answer.status_code == 404
    assert 'name="code"' in shown
    assert reverse("products") in shown


def test_certificates_and_documents_are_found_as_before(client):
    page = make.document(number="A-1")

    assert client.get("/q/A-1/").url == page.get_absolute_url()
    assert client.get("/q/bb-1234/").url == reverse("verify_number", args=["bb-1234"])


def test_codes_cannot_be_tried_out_and_nobody_who_scans_what_is_there_is_stopped(client, technician, device):
    client.force_login(technician)
    known = {client.get(f"/q/{CODE}/").status_code for _time in range(30)}
    tried = [client.get(f"/q/zzzzzzzzzz{n:02}/").status_code for n in range(25)]

    assert known == {302}
    assert tried == [404] * 20 + [429] * 5
    assert client.get(f"/q/{CODE}/").status_code == 429


def test_a_serial_number_is_looked_up_for_those_who_may_know_it(client, technician, device):
    address = reverse("look_up", query={"code": "rs22 0042"})

    assert client.get(address).status_code == 404
    client.force_login(technician)
    assert client.get(address).url == device.get_absolute_url()


def test_a_serial_number_of_several_models_leads_to_the_list(client, technician, device):
    make.device(serial="RS22-0042")
    client.force_login(technician)

    assert client.get("/q/?code=RS220042").url == "/devices/?q=RS220042"


def test_a_code_a_document_and_a_fault_code_may_be_typed_too(client, device):
    make.document(number="A-1")
    make.fault_code("E-04", model=device.model)

    assert client.get("/q/?code=OABI CDEF GHL2").url == f"/q/{CODE}/"
    assert client.get("/q/?code=A-1").url == "/doc/A-1/"
    assert client.get("/q/?code=Ｅ０４").url == "/codes/e04/"
    assert client.get("/q/").status_code == 200


@pytest.mark.parametrize("typed", ["<b>", "%", "'", "..", "x" * 5000, "😀"])
def test_nothing_typed_breaks_it(client, technician, typed):
    client.force_login(technician)

    assert client.get("/q/", {"code": typed}).status_code == 404
    assert client.get("/devices/", {"q": typed, "model": typed, "page": typed}).status_code == 200
    assert not Device.objects.exists()
