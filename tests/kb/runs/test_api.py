"""What programs send: recorded once, refused field by field, and never without a key."""

import datetime
import io
import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from kb.api.door import RATE
from kb.api.urls import api
from kb.attachments import pictures
from kb.models import DiagnosisRun, FaultReport, SeverityLevel, SeverityScheme
from people import tokens
from people.models import Audience
from tests import make
from tests.kb.runs.conftest import PATH
from tests.make import NOON, end

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def program(client, technician):
    """Send something with the technician's key, or another one."""
    _made, words = tokens.make(person=technician, name="手机", at=NOON)
    client.handler.enforce_csrf_checks = True

    def send(method, path, body=None, key=words, **options):
        headers = {"Accept-Language": "en"} | options.pop("headers", {})
        headers |= {"Authorization": f"Bearer {key}"} if key else {}
        if body is not None and not options:
            body = body if isinstance(body, bytes | str) else json.dumps(body, default=str)
            options = {"content_type": "application/json"}
        return getattr(client, method)(f"/api/v1/{path}", body, headers=headers, **options)

    return send


@pytest.fixture
def sent(guide):
    """A run as a program sends it, two days late."""
    return {
        "key": str(uuid.uuid4()), "guide": "FG-1", "editions": [guide.edition.pk], "answers": PATH,
        "result": "resolved", "recorded_at": (timezone.now() - 2 * DAY).isoformat(), "minutes": 7,
        "parts": [{"number": "P-1", "serial_in": "N1"}],
    }  # fmt: skip


def errors(answer):
    return [each["field"] for each in answer.json()["errors"]]


def test_sent_three_times_it_is_recorded_once(program, sent, technician):
    answers = [program("post", "runs", sent) for _n in range(3)]

    assert [answer.status_code for answer in answers] == [201, 200, 200]
    made = DiagnosisRun.objects.get()
    assert (made.person, made.minutes, made.parts.get().serial_in) == (technician, 7, "N1")
    assert made.received_at - made.recorded_at > DAY
    assert answers[0].json() == answers[2].json()
    assert answers[0].json()["path"][1]["words"] == "11,2 V"
    assert program("get", f"runs/{sent['key']}").json()["end"] == "bad"


@pytest.mark.parametrize("change", [{"note": "别的"}, {"answers": ["0", "11.3"]}, {"recorded_at": None}], ids=str)
def test_replayed_with_other_content_it_is_a_conflict(program, sent, change):
    program("post", "runs", sent)
    change = {name: value or timezone.now().isoformat() for name, value in change.items()}

    answer = program("post", "runs", sent | change)

    assert (answer.status_code, errors(answer)) == (409, ["key"])
    assert DiagnosisRun.objects.get().note == ""


def test_the_key_of_somebody_elses_record_tells_nothing(program, sent, dealer):
    program("post", "runs", sent)
    _made, words = tokens.make(person=dealer, name="x", at=NOON)

    assert program("post", "runs", sent, key=words).status_code == 422
    assert program("get", f"runs/{sent['key']}", key=words).status_code == 404


@pytest.mark.parametrize("key", [None, "", "bb_wrong", "bb_\x7f"])
def test_without_a_good_key_nothing_is_done(program, sent, technician, client, key):
    client.force_login(technician)  # a session opens nothing here

    answer = program("post", "runs", sent, key=key)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert errors(answer) == [""]
    assert not DiagnosisRun.objects.exists()


WRONG = [
    ({"key": "1"}, "key"),
    ({"minutes": "x"}, "minutes"),
    ({"recorded_at": "2026-11-02T12:00:00"}, "recorded_at"),
    ({"parts": [{"number": "P" * 41}]}, "parts.0.number"),
    ({"parts": [{}]}, "parts.0.number"),
    ({"note": "a\0b"}, "note"),
    ({"note": "长" * 2001}, "note"),
    ({"answers": ["x"] * 501}, "answers"),
    ({"answers": [1]}, "answers.0"),
    ({"editions": []}, "editions"),
    ({"editions": ["x"]}, "editions.0"),
    ({"typo": 1}, "typo"),
    ({"editions": [999]}, "editions"),
    ({"editions": [10**30]}, "editions"),
    ({"editions": [-1]}, "editions"),
    ({"answers": ["0"]}, ""),
    ({"answers": ["node-forged"]}, ""),
    ({"result": "fixed"}, ""),
    ({"device": "unknown"}, "device"),
    ({"case": "FR-1"}, "case"),
    ({"recorded_at": "2020-01-01T00:00:00Z"}, ""),
    ({"recorded_at": "2999-01-01T00:00:00Z"}, ""),
]


def test_what_is_wrong_is_said_by_its_field(program, sent):
    for change, field in WRONG:
        answer = program("post", "runs", sent | change)

        assert (answer.status_code, errors(answer)) == (422, [field]), change
    assert not DiagnosisRun.objects.exists()


def test_what_is_no_record_at_all_is_refused(program):
    for body in ["", "{", "[]", "null", '"x"', b"\xff\xfe", '{"note": "\\ud800"}']:
        assert program("post", "runs", body).status_code in {400, 422}, body


def test_a_body_that_is_too_large_is_not_taken(program, sent):
    answer = program("post", "runs", sent | {"note": "x" * 300_000})

    assert (answer.status_code, errors(answer)) == (413, [""])


def test_refusals_speak_the_senders_language(program, sent):
    words = [
        program("post", "runs", sent | {"answers": []}, headers={"Accept-Language": code}).json()["errors"][0]
        for code in ("en", "zh-CN")
    ]
    assert words[0]["message"] == "Follow the guide to an end first."
    assert words[0] != words[1]


def test_a_guide_that_changed_meanwhile_takes_records_of_the_edition_before(program, sent, guide):
    make.issue(guide, body=[end("over", result="unresolved", escalate="研发", collect="日志")], start="over",
               effective_on=timezone.localdate())  # fmt: skip

    assert program("post", "runs", sent).status_code == 201
    assert DiagnosisRun.objects.get().version == "1.2"


def test_too_many_requests_are_told_to_wait(program, sent, monkeypatch):
    assert RATE == "120/m"
    monkeypatch.setattr(api.throttle[0], "num_requests", 2)
    answers = [program("get", f"runs/{sent['key']}") for _n in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert int(answers[2]["Retry-After"]) > 0


def photo(size=(60, 40), name="p.jpg"):
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


def test_photos_follow_the_record_each_kept_once(program, sent, dealer, monkeypatch):
    program("post", "runs", sent)
    path = f"runs/{sent['key']}/photos"

    def add(*files, **said):
        return program("post", path, {"photos": files}, format=None, **said)

    def kept(answer):
        return answer.status_code, answer.json().get("photos"), len(answer.json()["errors"])

    assert kept(add(photo(), photo((9, 9)))) == (201, 2, 0)
    assert kept(add(photo(), SimpleUploadedFile("x.jpg", b"<svg/>"))) == (201, 2, 1)
    assert kept(add(SimpleUploadedFile("x.jpg", b"<svg/>"))) == (422, None, 1)
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    assert kept(add(photo((8, 8)))) == (413, None, 1)
    assert add().status_code == 422
    other = tokens.make(person=dealer, name="x", at=NOON)[1]
    assert add(photo(), key=other).status_code == 404


def test_a_guide_can_be_fetched_walked_and_recorded(program, guide):
    found = program("get", "guides/FG-1").json()

    assert (found["number"], found["version"], found["start"]) == ("FG-1", "1.2", "lamp")
    assert found["editions"] == [guide.edition.pk]
    nodes = {node["id"]: node for node in found["nodes"]}
    assert nodes["lamp"]["ways"][0] == {"answer": "0", "words": "不亮", "to": "rail", "low": None, "high": None}
    assert [(way["low"], way["high"], way["to"]) for way in nodes["rail"]["ways"]][:2] == [
        (None, "11.4", "bad"),
        ("11.4", "12.6", "over"),
    ]
    assert nodes["bad"]["said"]["result"] == "resolved"


def test_a_guide_that_is_not_open_is_not_there(program, dealer):
    make.guide(number="FG-7", audience=Audience.INTERNAL)
    make.document(number="DOC-X")
    other = tokens.make(person=dealer, name="x", at=NOON)[1]

    assert program("get", "guides/FG-7", key=other).status_code == 404
    assert program("get", "guides/FG-7").status_code == 200
    assert program("get", "guides/DOC-X").status_code == program("get", "guides/NONE").status_code == 404


@pytest.fixture
def report(technician, machine):
    scheme = SeverityScheme.objects.create(key="default", name="默认", is_default=True)
    for rank in (1, 2, 3, 4):
        SeverityLevel.objects.create(
            scheme=scheme, rank=rank, code=f"{rank}级", definition="x", respond_minutes=30
        )  # fmt: skip
    return {"key": str(uuid.uuid4()), "description": "不开机", "device": machine.code, "contact": {"phone": "138"}}


def test_a_report_sent_three_times_opens_one_case(program, report, machine):
    answers = [program("post", "reports", report) for _n in range(3)]

    assert [answer.status_code for answer in answers] == [201, 200, 200]
    case = FaultReport.objects.get()
    assert (case.device, case.contact.phone) == (machine, "138")
    assert answers[0].json()["number"] == case.number
    assert "138" not in program("get", f"reports/{report['key']}").content.decode()
    assert program("post", "reports", report | {"description": "别的"}).status_code == 409


WRONG_REPORTS = [
    ({"description": ""}, ""),
    ({"device": "", "model": "none"}, "model"),
    ({"device": "none"}, "device"),
    ({"symptom": "none"}, "symptom"),
    ({"level": "x/٣"}, "level"),
    ({"level": "default/9"}, "level"),
    ({"area": "none"}, "area"),
    ({"frequency": "daily"}, "frequency"),
    ({"bought_on": "2999-01-01"}, ""),
    ({"contact": {"email": "x"}}, "contact.email"),
]


def test_a_report_that_cannot_be_is_refused(program, report):
    for change, field in WRONG_REPORTS:
        answer = program("post", "reports", report | change)

        assert (answer.status_code, errors(answer)) == (422, [field]), change
    assert not FaultReport.objects.exists()


def test_the_interface_describes_itself_to_programs_and_people(client, technician):
    schema = client.get("/api/v1/openapi.json").json()
    assert {"/api/v1/runs", "/api/v1/reports", "/api/v1/guides/{number}"} <= set(schema["paths"])

    page = client.get("/api/").content.decode()
    for words in (*schema["paths"], "recorded_at", "409"):
        assert words in page
    assert "http://" not in page.replace("http://127.0.0.1", "").replace("http://www.w3.org", "")
    assert client.get("/api/v1/docs").status_code == 404
