"""The screens of the catalogue as spreadsheets, and the authoring screens of rows that signed text names."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.test.utils.form_data import querydict_from_html

from kb.models import Component, Contact, FaultReport, Hazard, Part, SeverityLevel, SeverityScheme, Symptom
from people import roles
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

IMPORT = "/en/catalogue/import/"


def give(client, data: str | bytes, name: str = "symptom.csv"):
    """Upload a file and follow to where that leads."""
    file = SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)
    return client.post(IMPORT, {"file": file}, follow=True)


def confirm(client, answer):
    """Say yes to what the screen shows."""
    waiting, report = answer.context["waiting"], answer.context["report"]
    sent = {"action": "import", "token": waiting["token"], "digest": report.digest}
    return client.post(IMPORT, sent, follow=True)


@pytest.fixture
def signed_in(client, author):
    """The browser of an author."""
    client.force_login(author)
    return client


def test_a_file_is_looked_at_and_then_brought_in_once(signed_in):
    shown = give(signed_in, "key,name,name_en,synonyms\nblue,蓝屏,Stop screen,\n")
    assert "This is what the file would do." in shown.content.decode()
    assert not Symptom.objects.exists()
    done = confirm(signed_in, shown)
    assert "Brought in: 1 new, 0 changed, 0 unchanged." in done.content.decode()
    again = confirm(signed_in, shown)
    assert "The file is no longer here" in again.content.decode()
    assert Symptom.objects.get().name == "蓝屏"


def test_two_people_at_once_and_two_tabs_do_not_undo_one_another(signed_in, administrator):
    shown = give(signed_in, "key,name,name_en,synonyms\nblue,蓝屏,,\n")
    Symptom.objects.create(key="blue", name="死机")
    looked_again = confirm(signed_in, shown)
    assert "has changed since you looked" in looked_again.content.decode()
    assert Symptom.objects.get().name == "死机"
    old = give(signed_in, "key,name,name_en,synonyms\nred,红屏,,\n")
    give(signed_in, "key,name,name_en,synonyms\ngreen,绿屏,,\n")
    confirm(signed_in, old)
    assert Symptom.objects.count() == 1


def test_mistakes_are_shown_with_their_place_and_nothing_can_be_brought_in(signed_in):
    shown = give(signed_in, "key,name,name_en,synonyms\nblue,,,\n\nA B,x,,\n").content.decode()
    assert "2 mistakes." in shown
    assert '<td class="figure">4</td><td>key</td>' in shown
    assert "Bring it in" not in shown


@pytest.mark.parametrize(
    ("name", "data"), [("a.txt", b"x"), ("a.xlsx", b"PK\x03\x04"), ("a.csv", b"\x00\x01"), ("a\x00.csv", b"key\na\n")]
)
def test_a_file_that_cannot_be_read_is_said_to_be_so(signed_in, name, data):
    answer = give(signed_in, data, name)
    assert answer.status_code in {200, 422}
    assert b"note--error" in answer.content or b"errorlist" in answer.content


@pytest.mark.parametrize("sent", [{}, {"action": "import"}, {"action": "import", "token": "x\x00"}, {"action": "y"}])
def test_a_forged_answer_does_nothing(signed_in, sent):
    assert signed_in.post(IMPORT, sent).status_code in {302, 400, 422}


def test_tables_are_taken_away_by_whoever_may_see_them(signed_in):
    Symptom.objects.create(key="blue", name="=蓝屏")
    answer = signed_in.get(reverse("export_catalogue", args=["all"]))
    book = load_workbook(io.BytesIO(answer.content))
    assert len(book.sheetnames) == 13
    assert (book["symptom"]["B2"].value, book["symptom"]["B2"].data_type) == ("=蓝屏", "s")
    assert b"'=" in signed_in.get(reverse("export_catalogue_csv", args=["symptom"])).content
    assert signed_in.get("/catalogue/nothing.xlsx").status_code == 404
    assert signed_in.get("/catalogue/all.csv").status_code == 404


def test_the_list_takes_the_same_number_of_queries_for_any_number_of_rows(signed_in, django_assert_max_num_queries):
    for n in range(5):
        Symptom.objects.create(key=f"s-{n}", name="现象")
    with django_assert_max_num_queries(30):
        assert signed_in.get(reverse("catalogue")).status_code == 200


@pytest.mark.parametrize(
    ("role", "statuses"),
    [(roles.TECHNICIAN, (403, 403, 403)), (roles.AUDITOR, (200, 200, 403)), (roles.ADMINISTRATOR, (200, 200, 200))],
)
def test_each_screen_opens_for_whom_the_table_of_roles_says(client, role, statuses):
    client.force_login(make.person(role))
    addresses = [reverse("catalogue"), reverse("export_catalogue", args=["device"]), reverse("import_catalogue")]
    assert tuple(client.get(address).status_code for address in addresses) == statuses


# ------------------------------------------------------------------------------------ rows that signed text names


@pytest.fixture
def named():
    """A component, a part and a hazard that a guide in force names by their keys, and one that none names."""
    product = make.product()
    rows = [
        Component.objects.create(key="psu-unit", name="电源", model=product),
        Part.objects.create(key="psu-part", name="电源", number="P-1"),
        Hazard.objects.create(key="mains", name="触电", text="断电"),
    ]
    Hazard.objects.create(key="other", name="高温", text="冷却")
    Part.objects.create(key="fan-part", name="风扇", number="P-2")
    make.guide([
        make.act("do", "done", hazard="danger", hazards="other, mains", text="断电"),
        make.end("done", cause="坏", component="psu-unit", parts="fan-part,psu-part"),
    ])  # fmt: skip
    return rows


def test_a_row_that_signed_text_names_is_not_deleted_and_keeps_its_key(client, administrator, named):
    client.force_login(administrator)
    names = ["components", "parts", "hazards"]
    for name, row in zip(names, named, strict=True):
        answer = client.post(reverse(f"{name}:delete", args=[row.pk]), follow=True)
        assert "DOC-" in [str(said) for said in answer.context["messages"]][-1]
        address = reverse(f"{name}:edit", args=[row.pk])
        sent = querydict_from_html(client.get(address).content.decode(), form_id="w-editor-form")
        refused = client.post(address, sent | {"key": "other-key", "name": "新名"})
        assert "key" in refused.context["form"].errors
        sent["name"] = "新名"
        assert client.post(address, sent).status_code == 302
        row.refresh_from_db()
        assert row.name == "新名"
    model = named[0].model
    client.post(reverse("models:delete", args=[model.pk]))
    assert Component.objects.filter(pk=named[0].pk).exists()


def test_a_row_that_nothing_names_is_deleted(client, administrator, named):
    client.force_login(administrator)
    free = Hazard.objects.create(key="main", name="夹手", text="停机")
    client.post(reverse("hazards:delete", args=[free.pk]))
    assert not Hazard.objects.filter(pk=free.pk).exists()


def test_the_auditor_sees_cases_without_the_customers_contact(client, technician):
    scheme = SeverityScheme.objects.create(key="s", name="等级")
    level = SeverityLevel.objects.create(scheme=scheme, rank=1, code="一级", definition="停", respond_minutes=10)
    report = FaultReport.objects.create(
        number="C-1", model=make.product(), description="不启动", level=level, unit=technician.unit,
        reporter=technician, reported_at=NOON,
    )  # fmt: skip
    Contact.objects.create(report=report, name="赵科长", phone="13800000000")
    client.force_login(make.person(roles.AUDITOR))
    for address in (reverse("fault-reports:index"), reverse("fault-reports:inspect", args=[report.pk])):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "赵科长" not in answer.content.decode()
        assert "13800000000" not in answer.content.decode()
