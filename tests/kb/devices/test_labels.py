"""Labels of devices: which, how many, on which sheet."""

import pytest

from kb import paper
from kb.devices import labels
from people import roles
from people.models import OrgUnit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client):
    person = make.person(is_superuser=True)
    client.force_login(person)
    return person


def test_labels_are_for_those_who_may_view_devices(client, technician):
    assert client.get("/devices/labels/").status_code == 302
    client.force_login(technician)
    assert client.get("/devices/labels/").status_code == 403


def test_devices_are_chosen_by_model_by_customer_with_its_parts_and_one_by_one(clerk):
    customer = make.unit(OrgUnit.Kind.CUSTOMER)
    site = make.unit(OrgUnit.Kind.CUSTOMER, parent=customer)
    one, other, third = make.device(owner=site), make.device(), make.device(serial="SN-77")
    make.device(owner=customer, retired_on="2026-01-01")

    assert list(labels.chosen(person=clerk, owner=customer)) == [one]
    assert list(labels.chosen(person=clerk, model=other.model)) == [other]
    assert set(labels.chosen(person=clerk, codes=f"{other.code.upper()}，\n sn 77 SN77")) == {other, third}
    assert labels.chosen(person=clerk, codes="-").count() == 0


def test_a_label_holds_the_address_that_is_scanned_and_what_people_read(client, clerk):
    device = make.device(serial="SN-77")

    shown = client.get("/devices/labels/", {"codes": device.code}).content.decode()

    assert labels.address(device).endswith(f"/q/{device.code}/")
    assert str(paper.code(labels.address(device))) in shown
    assert "SN-77" in shown


def test_a_sheet_holds_24_and_may_begin_in_its_middle(clerk):
    model = make.product()
    devices = [make.device(model=model) for _n in range(23)]

    sheets = list(labels.sheets(devices, start=3))

    assert [len(sheet) for sheet in sheets] == [24, 1]
    assert sheets[0][:2] == [None, None]
    assert sheets[1][0][0] == devices[-1]


def test_more_than_fit_a_run_are_said_not_dropped_in_silence(client, clerk, monkeypatch):
    monkeypatch.setattr(labels, "MOST", 2)
    model = make.product()
    for _n in range(3):
        make.device(model=model)

    answer = client.get("/devices/labels/", {"model": model.key})

    assert (len(answer.context["devices"]), answer.context["total"]) == (2, 3)
    assert "note--warning" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [{"model": "nope"}, {"owner": "'"}, {"start": "0"}, {"start": "x"}, {"start": "25"}, {"codes": "x" * 30_000}],
)
def test_a_wrong_choice_is_told_and_what_was_typed_stays(client, clerk, query):
    answer = client.get("/devices/labels/", query)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


def test_those_of_a_unit_are_no_choice_for_strangers(client):
    device = make.device(owner=make.unit(OrgUnit.Kind.CUSTOMER))
    outside = make.person(roles.SUPERVISOR, kind=OrgUnit.Kind.DEALER)

    assert not labels.chosen(person=outside, codes=device.code)
    assert not labels.LabelForm(person=outside).fields["model"].queryset


@pytest.mark.skipif(not (paper.is_installed() and paper.has_chinese_font()), reason="no PDF on this machine")
def test_labels_come_as_pdf(client, clerk):
    device = make.device()

    answer = client.get("/devices/labels/", {"codes": device.code, "format": "pdf"})

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
