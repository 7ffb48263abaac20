"""Recording at the end of the wizard, the record, and the list of records."""

import base64
import datetime
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from kb.models import DiagnosisRun, Part, Walk
from people import roles
from people.models import Audience
from tests import make
from tests.kb.runs.conftest import PATH
from tests.make import act, end

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(client, technician):
    client.force_login(technician)
    return client


def picture(size=(60, 40), name="p.png"):
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue(), "image/png")


def fields(guide, **said):
    """What the browser sends for the smallest record: one tap."""
    begun = int(timezone.now().timestamp()) - 600
    walk = {"w": str(uuid.uuid4()), "e": [guide.edition.pk], "t": begun, "a": PATH}
    return walk | {"result": "resolved", "parts-TOTAL_FORMS": "0", "parts-INITIAL_FORMS": "0"} | said


def send(client, guide, **said):
    return client.post(reverse("record_run", args=[guide.number]), fields(guide, **said))


def test_at_an_end_one_tap_records(worker, technician):
    Part.objects.create(key="psu", name="电源", number="P-1")
    make.guide([act("do", then="over"), end("over", cause="坏", parts="psu")], number="FG-9")
    screen = worker.get(reverse("walk", args=["FG-9"]), {"a": "done"}, follow=True)
    sheet = screen.context["sheet"]
    assert (sheet.form["result"].value(), sheet.named) == ("resolved", "电源 × 1")
    sent = dict(sheet.fields) | {"e": [v for n, v in sheet.fields if n == "e"], "a": "done"}
    for form in (sheet.form, sheet.parts.management_form, *sheet.parts):
        for field in form:
            if field.name not in ("photos", "signature"):
                sent[field.html_name] = field.value() if field.value() is not None else ""

    answer = worker.post(reverse("record_run", args=["FG-9"]), sent, follow=True)

    made = DiagnosisRun.objects.get()
    assert answer.redirect_chain == [(reverse("run", args=[made.key]), 302)]
    assert (made.person, made.result, made.minutes) == (technician, "resolved", 1)
    assert list(made.parts.values_list("number", "quantity")) == [("P-1", 1)]


def test_of_several_parts_that_an_end_names_none_is_recorded_unasked_and_those_of_other_models_are_not_offered(worker):
    device = make.device()
    for key, model in (("one", device.model), ("two", device.model), ("other", make.product())):
        Part.objects.create(key=key, name=key, number=key).product_models.add(model)
    make.guide([act("do", then="over"), end("over", cause="坏", parts="one, two, other")], number="FG-9")

    screen = worker.get(reverse("walk", args=["FG-9"]), {"a": "done", "device": device.code}, follow=True)

    rows = [(row["number"].value(), row["quantity"].value()) for row in screen.context["sheet"].parts]
    assert [row for row in rows if row[0]] == [("one", 0), ("two", 0)]


def test_the_smallest_record_is_kept_and_shown(worker, guide, technician):
    answer = send(worker, guide)

    made = DiagnosisRun.objects.get()
    assert answer.url == reverse("run", args=[made.key])
    assert (made.person, made.edition, made.end, made.minutes) == (technician, guide.edition, "bad", None)
    assert made.started_at is not None
    shown = worker.get(answer.url).content.decode()
    for words in ("无法开机", "不亮", "11,2 V", "电源模块损坏", technician.name):
        assert words in shown


def test_everything_else_can_be_said(worker, guide, machine, case):
    drawn = base64.b64encode(picture((600, 200)).read()).decode()
    answer = send(
        worker, guide, device=machine.code, case=case.number, minutes="12", note="好", consent="written",
        consent_by="王女士", signature=f"data:image/png;base64,{drawn}", photos=[picture((50, 50)), picture((40, 40))],
        **{"parts-TOTAL_FORMS": "3", "parts-0-number": "P-1", "parts-0-quantity": "2", "parts-0-serial_in": "N1",
           "parts-1-number": "P-2", "parts-1-quantity": "0", "parts-2-number": ""},
    )  # fmt: skip

    made = DiagnosisRun.objects.get()
    assert (made.device, made.report, made.minutes, made.note) == (machine, case, 12, "好")
    assert (made.consent, made.consent_by) == ("written", "王女士")
    assert list(made.parts.values_list("number", "quantity", "serial_in")) == [("P-1", 2, "N1")]
    assert sorted(made.attachments.values_list("kind", flat=True)) == ["photo", "photo", "signature"]
    shown = worker.get(answer.url)
    assert shown.context["attachments"].count() == 3
    assert "王女士" in shown.content.decode()


def test_pictures_that_cannot_be_kept_do_not_cost_the_record(worker, guide):
    answer = send(worker, guide, photos=[picture(), SimpleUploadedFile("坏.jpg", b"<svg/>")])

    made = DiagnosisRun.objects.get()
    assert made.attachments.count() == 1
    shown = worker.get(answer.url)
    assert any("坏.jpg" in str(message) for message in shown.context["messages"])
    added = worker.post(reverse("add_run_photos", args=[made.key]), {"photos": [picture((9, 9))]}, follow=True)
    assert made.attachments.count() == 2
    assert added.status_code == 200
    assert worker.post(reverse("add_run_photos", args=[made.key]), follow=True).status_code == 200


REFUSED = [
    {"result": ""},
    {"result": "fixed"},
    {"minutes": "abc"},
    {"note": "长" * 2001},
    {"signature": "data:image/svg+xml,<svg/>"},
    {"signature": "data:image/png;base64,%%%"},
    {"consent": "perhaps"},
    {"parts-TOTAL_FORMS": "1", "parts-0-number": "P" * 41},
    {"parts-TOTAL_FORMS": "1", "parts-0-number": "P", "parts-0-quantity": "x"},
    {"parts-TOTAL_FORMS": "999"},
    {"parts-TOTAL_FORMS": "x"},
    {"a": ["0"]},
    {"a": ["0", "abc"]},
    {"a": []},
]


def test_what_is_refused_comes_back_with_everything_typed(worker, guide):
    typed = {"note": "一段很长的话", "consent_by": "王女士"}
    for wrong in REFUSED:
        answer = send(worker, guide, **typed | wrong)

        assert answer.status_code == 422, wrong
        shown = answer.content.decode()
        assert "王女士" in shown
        assert wrong.get("note", "一段很长的话") in shown
        assert 'role="alert"' in shown
    assert not DiagnosisRun.objects.exists()


@pytest.mark.parametrize("broken", [{"w": "1"}, {"w": "../../etc"}, {"e": ["x"]}, {"e": []}, {"e": ["999"]}], ids=str)
def test_a_broken_form_leads_back_to_the_guide(worker, guide, broken):
    answer = send(worker, guide, **broken)

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("walk", args=[guide.number]))
    assert not DiagnosisRun.objects.exists()


def test_sent_twice_it_leads_to_the_same_record_and_changed_to_what_is_recorded(worker, guide):
    said = fields(guide, note="一")
    address = reverse("record_run", args=[guide.number])
    first, again = worker.post(address, said), worker.post(address, said)
    other = worker.post(address, said | {"note": "二"})

    assert first.url == again.url
    assert (other.status_code, other.context["known"]) == (409, DiagnosisRun.objects.get())
    assert first.url in other.content.decode()
    assert "二" in other.content.decode()


def test_a_recorded_search_is_not_under_way_any_more(worker, guide, technician):
    said = fields(guide)
    now = timezone.now()
    Walk.objects.create(key=said["w"], person=technician, guide=guide, query="", begun_at=now, seen_at=now)

    worker.post(reverse("record_run", args=[guide.number]), said)

    assert not Walk.objects.exists()


def test_a_guide_he_may_not_read_is_not_recorded(client, dealer):
    hidden = make.guide(audience=Audience.INTERNAL)
    client.force_login(dealer)

    send(client, hidden)

    assert not DiagnosisRun.objects.exists()


def test_strangers_sign_in_first_and_looking_records_nothing(client, guide, technician):
    assert send(client, guide).url.startswith(reverse("account_login"))
    client.force_login(technician)
    assert client.get(reverse("record_run", args=[guide.number]), {"a": PATH}).status_code == 405
    assert not DiagnosisRun.objects.exists()


def test_a_device_that_is_not_open_to_him_is_left_out_in_words(client, dealer, machine):
    client.force_login(dealer)
    answer = send(client, make.guide(), device=machine.code, case="FR-1")

    assert DiagnosisRun.objects.get().device is None
    said = [str(message) for message in client.get(answer.url).context["messages"]]
    assert sum(machine.code in words or "FR-1" in words for words in said) == 2


def test_who_sees_a_record_and_whose_consent_it_was(client, run, technician, dealer):
    made = run(consent="oral", consent_by="王女士")
    address = reverse("run", args=[made.key])

    def seen_by(person):
        client.force_login(person)
        answer = client.get(address)
        return answer.status_code, "王女士" in answer.content.decode()

    assert client.get(address).url.startswith(reverse("account_login"))
    assert seen_by(make.person(unit=technician.unit)) == (200, True)
    boss = make.person(roles.Role("see", may=("kb.see_cases",)))
    assert seen_by(boss) == (200, False)
    assert client.post(reverse("add_run_photos", args=[made.key])).status_code == 404
    assert seen_by(dealer) == (404, False)
    assert client.get(reverse("run", args=[uuid.uuid4()])).status_code == 404


def test_what_next_for_a_fault_that_is_not_resolved(worker, run, machine):
    made = run(result="unresolved", device=machine)

    shown = worker.get(reverse("run", args=[made.key]))

    addresses = [url for _words, url, _icon in shown.context["next"]]
    assert all(str(made.key) in url for url in addresses)
    assert machine.code in addresses[0]
    assert worker.get(reverse("run", args=[run().key])).context["next"] == []


def test_the_list_shows_mine_and_my_units_and_can_be_sifted(worker, run, technician, dealer, machine, guide):
    now = timezone.now()
    mine = run(at=now, device=machine)
    theirs = run(at=now, person=make.person(unit=technician.unit), result="unresolved")
    old = run(at=now)
    DiagnosisRun.objects.filter(pk=old.pk).update(recorded_at=now - datetime.timedelta(days=900))
    run(at=now, person=dealer)

    def listed(**query):
        return set(worker.get(reverse("runs"), query).context["page_obj"])

    assert listed() == {mine, theirs}
    assert listed(whose="mine") == listed(text="sn-1") == {mine}
    assert listed(result="unresolved") == {theirs}
    assert listed(age="archived") == {old}
    assert listed(age="all", unit=technician.unit.pk, text="fg-1") == {mine, theirs, old}
    assert listed(begin=str(now.date() + datetime.timedelta(days=2))) == set()
    assert listed(begin="0001-01-01", end="9999-12-31") == {mine, theirs}
    assert worker.get(reverse("runs"), {"begin": "x", "unit": "y"}).status_code == 422


def test_the_list_asks_the_same_number_of_questions_however_long(worker, run, django_assert_num_queries):
    now = timezone.now()
    run(at=now)
    with django_assert_num_queries(30, exact=False) as few:
        worker.get(reverse("runs"))
    for _n in range(5):
        run(at=now)
    with django_assert_num_queries(len(few)):
        worker.get(reverse("runs"))


def test_it_can_be_taken_away_without_personal_data(worker, run, machine):
    run(at=timezone.now(), consent="oral", consent_by="王女士", note="电话 123", device=machine)

    book = worker.get(reverse("runs"), {"format": "xlsx"})
    cells = [str(cell) for row in load_workbook(io.BytesIO(book.content)).active.values for cell in row]
    table = worker.get(reverse("runs"), {"format": "csv"}).content.decode()

    for words in ("FG-1", "SN-1", "电源模块损坏"):
        assert words in cells
        assert words in table
    for words in ("王女士", "电话 123"):
        assert words not in " ".join(cells)
        assert words not in table
