"""Walking through a fault guide, one node a screen, and recording what came of it."""

import json
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from kb import runs
from kb.models import DiagnosisRun, FaultGuidePage
from people.models import Audience, Subject
from tests import make
from tests.make import NOON, act, end, measure

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide(db):
    return make.guide(number="FG-1", title="无法开机", version="1.2")


def walk(client, guide, *answers, **reading):
    return client.get(reverse("walk", args=[guide.number]), {"a": answers, **reading})


def node(answer):
    return answer.context["node"].id


def test_the_first_screen_shows_the_first_node_with_its_ways(client, guide):
    answer = walk(client, guide)

    assert (answer.status_code, node(answer), answer.context["back"]) == (200, "lamp", None)
    for address in [way[-1] for way in answer.context["ways"]]:
        assert address.replace("&", "&amp;") in answer.content.decode()


def test_following_the_links_reaches_an_end(client, guide):
    answer = walk(client, guide)
    answer = client.get(answer.context["ways"][0][2])
    assert node(answer) == "rail"
    answer = client.get(answer.context["ways"][0][2])

    assert node(answer) == "over"
    assert [turn.answer for turn, _said, _url in answer.context["turns"]] == ["0", "cannot"]


@pytest.mark.parametrize(
    ("typed", "to"), [("11.39", "bad"), ("11.4", "over"), ("12,59", "over"), ("１２．６", "bad"), (" -3 ", "bad")]
)
def test_a_reading_leads_on(client, guide, typed, to):
    answer = walk(client, guide, "0", reading=typed)

    assert (answer.status_code, node(answer)) == (200, to)


@pytest.mark.parametrize("typed", ["", "abc", "nan", "1e", "<script>alert(1)</script>", "x" * 3000])
def test_a_bad_reading_is_told_and_the_place_is_kept(client, guide, typed):
    answer = walk(client, guide, "0", reading=typed)

    assert (answer.status_code, node(answer)) == (422, "rail")
    assert answer.context["mistake"]
    assert answer.context["trail"] == ["0"]
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize(
    ("answers", "to"),
    [
        (["9"], "lamp"),
        (["0", "abc"], "rail"),
        (["0", "abc", "cannot"], "rail"),
        (["1", "0", "0"], "over"),
        ([""], "lamp"),
    ],
)
def test_an_address_that_fits_no_more_goes_as_far_as_it_can(client, guide, answers, to):
    answer = walk(client, guide, *answers)

    assert (answer.status_code, node(answer)) == (422, to)


def test_going_back_and_to_any_earlier_node(client, guide):
    answer = walk(client, guide, "0", "12")

    assert node(client.get(answer.context["back"])) == "rail"
    assert [node(client.get(url)) for _turn, _said, url in answer.context["turns"]] == ["lamp", "rail"]
    assert node(client.get(answer.context["restart"])) == "lamp"


def test_it_walks_in_the_language_of_the_reader(client, guide):
    make.guide(number="FG-1", title="No power", language="en")

    assert "No power" in client.get("/en/doc/FG-1/walk/").content.decode()
    assert "无法开机" in client.get("/doc/FG-1/walk/").content.decode()


def test_a_guide_that_may_not_be_read_may_not_be_walked(client, dealer):
    hidden = make.guide(audience=Audience.INTERNAL)
    client.force_login(dealer)

    assert walk(client, hidden).status_code == 404
    assert record(client, hidden).status_code == 404


def test_a_procedure_it_leads_to_is_named_only_to_those_who_may_read_it(client, technician):
    hidden = make.procedure(title="内部规程", audience=Audience.INTERNAL)
    guide = make.guide([act("do", then="over", procedure=hidden.pk), end("over", remedy=hidden.pk)])

    for answers in ([], ["done"]):
        assert "内部规程" not in walk(client, guide, *answers).content.decode()
    client.force_login(technician)
    for answers in ([], ["done"]):
        assert "内部规程" in walk(client, guide, *answers).content.decode()


def test_every_node_of_every_kind_can_be_shown(client):
    guide = make.guide(
        [
            measure("rail", [(None, "5", "do"), ("5", None, "over")], cannot="over", hazard="danger", text="先断电。"),
            act("do", then="over", hazard="caution", text="轻拿轻放。"),
            end("over", result="workaround", workaround="改用备用电源", escalate="研发", collect="日志", minutes=5),
        ]
    )

    for answers in ([], ["3"], ["3", "done"]):
        assert walk(client, guide, *answers).status_code == 200


WRONG = ["server/初级", "server", "server/", "/1", "server/9", "server/01", "none/1", "server/1/1"]


def asking(qualification, **fields):
    return make.guide([act("do", then="over", qualification=qualification), end("over")], **fields)


@pytest.fixture
def server():
    subject = Subject.objects.create(key="server", name="服务器维修")
    return make.qualification(rank=1, subject=subject)


@pytest.mark.parametrize("typed", WRONG)
def test_a_guide_that_asks_for_a_qualification_there_is_not_is_refused(server, typed):
    with pytest.raises(ValidationError) as refusal:
        asking(typed)

    assert list(refusal.value.message_dict) == ["body"]
    assert refusal.value.messages[0].startswith("do: ")
    assert typed in refusal.value.messages[0]


@pytest.mark.parametrize("typed", WRONG)
def test_one_that_came_to_ask_for_it_can_be_walked_all_the_same(client, server, typed):
    guide = asking("server/1")
    nodes = [act("do", then="over", qualification=typed), end("over")]
    FaultGuidePage.objects.filter(pk=guide.pk).update(body=json.dumps(nodes))  # as if it had been so for years

    answer = walk(client, guide)

    assert (answer.status_code, answer.context["qualification"]) == (200, None)


def test_the_qualification_a_node_asks_for_is_named(client, server):
    assert "服务器维修" in walk(client, asking("server/1")).content.decode()


PATH = ["0", "11,2"]


def record(client, guide, answers=PATH, key=None, result="resolved", note="更换后正常"):
    sent = {"a": answers, "key": str(key or uuid.uuid4()), "result": result, "note": note}
    return client.post(reverse("record_run", args=[guide.number]), sent)


@pytest.fixture
def worker(client, technician):
    client.force_login(technician)
    return client


def test_a_run_keeps_the_edition_the_path_and_what_came_of_it(worker, guide, technician):
    record(worker, guide)

    run = DiagnosisRun.objects.get()
    assert (run.person, run.version, run.revision_id) == (technician, "1.2", guide.live_revision_id)
    assert (run.end, run.result, run.note) == ("bad", "resolved", "更换后正常")
    assert [(turn["node"], turn["said"]) for turn in run.path] == [("lamp", "不亮"), ("rail", "11,2 V")]


def test_sent_twice_it_is_recorded_once(worker, guide):
    key = uuid.uuid4()
    record(worker, guide, key=key)
    record(worker, guide, key=key, note="再次")

    assert DiagnosisRun.objects.get().note == "更换后正常"


def test_the_key_of_another_persons_run_is_refused(worker, guide, dealer):
    key = uuid.uuid4()
    record(worker, guide, key=key)
    worker.force_login(dealer)

    answer = record(worker, guide, key=key, note="别人的")

    assert answer.url.startswith(reverse("walk", args=[guide.number]))
    assert DiagnosisRun.objects.get().note == "更换后正常"


@pytest.mark.parametrize(
    "forged",
    [
        {"answers": []},
        {"answers": ["0"]},
        {"answers": ["9"]},
        {"answers": ["0", "abc"]},
        {"answers": ["1", "0"]},
        {"result": ""},
        {"result": "fixed"},
        {"key": "1"},
        {"key": "../../etc"},
    ],
    ids=str,
)
def test_what_the_guide_does_not_allow_is_not_recorded(worker, guide, forged):
    answer = record(worker, guide, **forged)

    assert answer.status_code == 302
    assert not DiagnosisRun.objects.exists()
    assert [str(message) for message in worker.get(answer.url).context["messages"]]


def test_looking_at_the_address_records_nothing(worker, guide):
    assert worker.get(reverse("record_run", args=[guide.number]), {"a": PATH}).status_code == 405


def test_strangers_are_asked_to_sign_in_before_recording(client, guide):
    assert record(client, guide).url.startswith(reverse("account_login"))
    assert not DiagnosisRun.objects.exists()


def test_a_very_long_note_is_cut(worker, guide):
    record(worker, guide, note="长" * 5000)

    assert len(DiagnosisRun.objects.get().note) == 2000


def test_a_document_that_is_no_guide_has_no_runs(worker):
    assert record(worker, make.document()).status_code == 404


def test_a_run_on_an_edition_since_changed_is_refused_in_words(guide, technician):
    guide.body = guide._meta.get_field("body").stream_block.to_python([end("over", result="unresolved")])
    guide.start = "over"
    guide.__dict__.pop("graph", None)

    with pytest.raises(runs.Refused):
        runs.record(guide=guide, person=technician, answers=PATH, result="resolved", note="", key=uuid.uuid4(), at=NOON)
