"""What a candidate learns of his paper, and until when he learns nothing."""

import datetime
import json
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from exams import sit
from exams.marking.mark import mark
from exams.marking.regrade import regrade
from exams.marking.release import release
from exams.models import ItemAppeal, QuestionVersion, Regrade, Sitting
from exams.simulation import build
from people.models import Notice
from tests import make
from tests.exams.marking import desk
from tests.exams.simulation.guides import power
from tests.make import NOON, step

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def page(db):
    return make.procedure(number="PR-900", title="更换电源", body=[step("off", "断电后等待五分钟。", heading="断电")])


def cite(exam, page, kinds=("single",)):
    block = page.blocks.get(block_id="off")
    QuestionVersion.objects.filter(question__topic=exam.blueprint.get().topic, kind__in=kinds).update(
        page=page, block_id="off", digest=block.basis, explanation="先断电的理由"
    )


def released(exam, person, right=("truefalse",), essay=None):
    sitting = make.sitting(exam, person)
    for item in sitting.items.select_related("version", "sitting"):
        if item.version.kind in right:
            make.saved(item, make.right(item))
        elif item.version.kind == "essay" and essay:
            make.saved(item, essay)
    done = sit.finish(sitting=sitting, at=NOON)
    if done.marked_at and not done.released_at:
        release(sittings=[done], by=desk.officer(), at=NOON)
    return done


def read(client, sitting, name="result_answers"):
    client.force_login(sitting.person)
    answer = client.get(reverse(name, args=[sitting.public_id]))
    assert answer.status_code == 200
    return answer.content.decode(), answer.context


def test_a_wrong_answer_leads_to_the_passage_as_examined_beside_what_changed(client, technician, page):
    exam = desk.exam("single", "truefalse", essays=0)
    cite(exam, page)
    sitting = released(exam, technician)
    make.issue(page, body=[step("off", "断电后等待十分钟。", heading="断电")])

    words, _context = read(client, sitting)

    assert "断电后等待五分钟。" in words
    assert "<del>" in words
    assert "<ins>" in words
    assert "先断电的理由" in words


def test_a_passage_that_is_gone_is_shown_as_it_was_examined(client, technician, page):
    exam = desk.exam("single", essays=0)
    cite(exam, page)
    sitting = released(exam, technician)
    make.issue(page, body=[step("on", "别的", heading="别的")])

    words, context = read(client, sitting)

    (item,) = context["wrong"]
    assert (item["passage"].text, item["passage"].is_there, item["passage"].url) == (
        "断电后等待五分钟。", False, page.get_absolute_url()
    )  # fmt: skip
    assert "断电后等待五分钟。" in words


def test_what_reads_the_same_is_not_shown_twice(client, technician, page):
    exam = desk.exam("single", essays=0)
    cite(exam, page)

    words, _context = read(client, released(exam, technician))

    assert words.count("断电后等待五分钟。") == 1


def test_what_to_read_again_is_told_by_document(client, technician, page):
    exam = desk.exam("single", "truefalse", essays=0)
    cite(exam, page, kinds=["single", "truefalse"])
    sitting = released(exam, technician, right=[])

    ((document, passages),) = read(client, sitting, "result")[1]["reading"]
    (found,) = passages
    assert (document.number, found.heading, found.has_changed) == ("PR-900", "断电", False)
    make.issue(page, body=[step("on", "别的", heading="别的")])

    ((_document, (gone,)),) = read(client, sitting, "result")[1]["reading"]
    assert (gone.is_there, gone.url) == (False, page.get_absolute_url())


def test_the_score_is_told_by_topic(client, technician):
    exam = desk.exam("single", "truefalse", essays=0)
    other = make.exam(["numeric"]).blueprint.get()
    other.exam, other.points = exam, 3
    other.save()

    _words, context = read(client, released(exam, technician, right=["truefalse", "numeric"]), "result")

    assert [(score.points, score.possible, score.percent) for score in context["topics"]] == [(1, 2, 50), (3, 3, 100)]


def test_the_markers_comment_is_read_without_his_name(client, technician):
    examiner = desk.examiner(name="不具名考官")
    sitting = released(desk.exam("truefalse"), technician, essay="先断电。")
    mark(item=desk.essay(sitting), by=examiner, share=Decimal("0.5"), at=NOON, comment="理由没有写。")
    sitting.refresh_from_db()
    release(sittings=[sitting], by=desk.officer(), at=NOON)

    words, context = read(client, sitting)

    assert "理由没有写。" in words
    assert "不具名考官" not in words
    assert context["wrong"][0]["is_part"]


def test_a_corrected_key_is_the_one_that_is_shown(client, technician):
    sitting = released(desk.exam("single", essays=0), technician, right=["single"])
    version = sitting.items.get().version
    new = QuestionVersion.objects.create(
        question=version.question, number=2, kind="single", text=version.text, reviewed_at=NOON,
        body={"options": [{"text": "都不是"}, {"text": "错", "right": True}, {"text": "对"}]},
    )  # fmt: skip
    regrade(version=version, rule=Regrade.Rule.KEY, new_version=new, by=desk.officer(), reason="答案写反了", at=NOON)

    words, context = read(client, sitting)

    assert context["wrong"][0]["key"] == ["错"]
    assert context["wrong"][0]["said"] == ["对"]
    words, context = read(client, sitting, "result")
    assert "答案写反了" in words
    assert [grade.points for grade in context["grades"]] == [1, 0]


@pytest.mark.parametrize("rule", [Regrade.Rule.NOBODY, Regrade.Rule.EVERYONE])
def test_a_question_that_was_wrong_shows_no_key(client, technician, rule):
    sitting = released(desk.exam("single", "truefalse", essays=0), technician)
    version = make.item(sitting, "single").version
    regrade(version=version, rule=rule, new_version=None, by=desk.officer(), reason="题目有误", at=NOON)

    _words, context = read(client, sitting)

    kept = context["uncounted"] if rule == Regrade.Rule.NOBODY else context["right"]
    assert [item["key"] for item in kept if item["kind"] == "single"] == [[]]


def test_an_exam_that_keeps_its_key_tells_topics_and_passages_only(client, technician, page):
    exam = desk.exam("single", "truefalse", essays=0, reveals_key=False)
    cite(exam, page)
    sitting = released(exam, technician)

    light, context = read(client, sitting, "result")
    words, _context = read(client, sitting)

    assert [document.number for document, _passages in context["reading"]] == ["PR-900"]
    for item in sitting.items.select_related("version"):
        assert item.version.text not in light + words
    for secret in ("先断电的理由", "都不是", "Right answer", "正确答案"):
        assert secret not in light + words
    assert 'name="n"' in words


def test_a_void_paper_says_so(client, technician):
    sitting = make.sitting(desk.exam("single", essays=0, timeout="abandon"), technician)

    with time_machine.travel(NOON + DAY, tick=False):
        words, context = read(client, sitting, "result")

    assert context["is_void"]
    assert sitting.items.get().version.text not in words


def test_what_waits_says_what_for(client, technician, dealer):
    exam = desk.exam("truefalse")

    marked, _context = read(client, desk.sat(exam, technician, essay=None), "result")
    waiting, _context = read(client, desk.sat(exam, dealer), "result")

    assert "verdict__word" in marked
    assert marked != waiting


def send(client, sitting, **said):
    client.force_login(sitting.person)
    return client.post(reverse("appeal_item", args=[sitting.public_id]), said)


def test_a_question_is_appealed_once_within_thirty_days(client, technician):
    sitting = released(desk.exam("single", essays=0), technician)

    assert send(client, sitting, n="1", text="两个选项都对").status_code == 302
    assert send(client, sitting, n="1", text="再说一次").status_code == 409

    assert ItemAppeal.objects.get().text == "两个选项都对"
    words, _context = read(client, sitting)
    assert "两个选项都对" in words


@pytest.mark.parametrize(
    "said", [{}, {"n": "1"}, {"n": "99", "text": "x"}, {"n": "²", "text": "x"}, {"n": "9" * 40, "text": "x"}]
)
def test_a_broken_appeal_is_refused_and_kept(client, technician, said):
    sitting = released(desk.exam("single", essays=0), technician)

    answer = send(client, sitting, **said)

    assert answer.status_code == 409
    assert not ItemAppeal.objects.exists()


def test_nothing_of_the_words_of_a_refused_appeal_is_lost(client, technician):
    sitting = released(desk.exam("single", essays=0), technician)

    with time_machine.travel(NOON + 31 * DAY, tick=False):
        answer = send(client, sitting, n="1", text="两个选项都对")

    assert answer.status_code == 409
    assert answer.context["text"] == "两个选项都对"


def test_strangers_appeal_nothing(client, technician, dealer):
    sitting = released(desk.exam("single", essays=0), technician)
    client.force_login(dealer)

    assert client.post(reverse("appeal_item", args=[sitting.public_id]), {"n": "1", "text": "x"}).status_code == 404
    assert client.get(reverse("result", args=[sitting.public_id])).status_code == 404


@pytest.mark.parametrize(("name", "most"), [("result", 24), ("result_answers", 20)])
def test_the_number_of_queries_does_not_grow_with_the_paper(
    client, technician, page, django_assert_max_num_queries, name, most
):
    exam = desk.exam(*["single"] * 6, essays=0)
    cite(exam, page)
    sitting = released(exam, technician, right=[])
    client.force_login(technician)

    with django_assert_max_num_queries(most):
        client.get(reverse(name, args=[sitting.public_id]))


def test_a_simulation_is_replayed_with_its_minutes_and_the_best(client, technician):
    exam = desk.exam("truefalse", essays=0)
    body = build(power(), end="end-cord", number="FG-100", edition="1.0")
    QuestionVersion.objects.update(kind="simulation", body=body)
    sitting = make.sitting(exam, technician)
    item = make.item(sitting, "simulation")
    make.saved(item, make.right(item))
    sit.finish(sitting=sitting, at=NOON)
    release(sittings=[sitting], by=desk.officer(), at=NOON)

    words, context = read(client, sitting)

    way = context["right"][0]["replay"]
    assert way.minutes == way.best > 0
    assert way.steps[0].reading == "不亮"
    assert [step.did for step in way.steps].count(way.steps[-1].did) == 1
    assert way.way[0] in words


# ------------------------------------------------------------ before the release: nothing at all

PLACES = (
    "home",
    "exams",
    "profile",
    "certification",
    "desk",
    "practice",
    "decisions",
    "marking",
    "releases",
    "appeals",
)


def everything(client, sitting):
    """What a candidate can get of a paper that is handed in and not released, by what was asked."""
    got = {name: client.get(reverse(name)) for name in PLACES}
    got["lobby"] = client.get(sitting.exam.get_absolute_url())
    for name in ("sitting", "result", "result_answers"):
        got[name] = client.get(reverse(name, args=[sitting.public_id]), follow=True)
    got["sitting log"] = client.get(reverse("sitting_log", args=[sitting.public_id]))
    got["grades"] = client.get(reverse("sitting_grades", args=[sitting.public_id]))
    got["results"] = client.get(reverse("exam_results", args=[sitting.exam.key]))
    got["sheet"] = client.get(reverse("exam_results", args=[sitting.exam.key]) + "?format=xlsx")
    seat = {"X-Seat": sit.Seat(sitting.public_id, 0).token}
    for name, sent in [
        ("save_answer", {"item": 1, "response": "1", "base": 0}),
        ("save_answer", {"item": 1, "response": ["1"], "base": 9}),
        ("beat", {"events": []}),
        ("seat", {"device": "a"}),
        ("finish_sitting", {}),
    ]:
        address = reverse(name, args=[sitting.public_id])
        got[f"{name} {sent}"] = client.post(address, json.dumps(sent), content_type="application/json", headers=seat)
    got["form"] = client.post(reverse("finish_sitting", args=[sitting.public_id]), {"whole": "finish"}, follow=True)
    got["appeal"] = client.post(reverse("appeal_item", args=[sitting.public_id]), {"n": "1", "text": "x"})
    confirmed = {"confirm_identity": "on", "confirm_rules": "on"}
    got["check in again"] = client.post(reverse("check_in", args=[sitting.exam.key]), confirmed, follow=True)
    sitting.late_answers.all().delete()
    return {name: (answer.status_code, _scrubbed(answer)) for name, answer in got.items()}


def _scrubbed(answer):
    from tests.exams.test_key_leak import scrubbed

    if answer.get("Content-Type", "").startswith(("text/html", "application/json")):
        return scrubbed(answer)
    return len(answer.content)


def test_before_the_release_nothing_depends_on_key_or_score(client, technician):
    exam = desk.exam("single", "truefalse", essays=0, pass_mark=50)
    make.level(exam=exam)
    sitting = desk.sat(exam, technician)
    QuestionVersion.objects.update(explanation="解释甲乙")
    client.force_login(technician)
    everything(client, sitting)  # what a first look leaves in the session
    before = everything(client, sitting)
    assert sitting.has_passed
    assert not Notice.objects.exists()

    Sitting.objects.update(points=Decimal("0.37"), has_passed=False)
    sitting.items.update(share=Decimal("0.37"))
    sitting.grades.create(at=NOON, reason="regrade", points="0.37", points_possible=2, has_passed=False, note="秘密")
    QuestionVersion.objects.update(explanation="别的")
    for version in QuestionVersion.objects.filter(kind="single"):
        version.body["options"].reverse()
        version.save()

    after = everything(client, sitting)
    assert after.keys() == before.keys()
    for name, answer in before.items():
        assert after[name] == answer, name
    for name, (_status, words) in before.items():
        if isinstance(words, str):
            for secret in ("解释甲乙", "都不是", "100%", '"points"', '"share"', "has_passed"):
                assert secret not in words, (name, secret)


def test_an_officer_who_sat_learns_his_own_result_no_sooner(client):
    officer = desk.officer()
    sitting = desk.sat(desk.exam("truefalse", essays=0), officer)
    client.force_login(officer)

    before = everything(client, sitting)
    Sitting.objects.update(points=Decimal("0.37"), has_passed=False)
    sitting.items.update(share=Decimal("0.37"))
    after = everything(client, sitting)

    for name, answer in before.items():
        assert after[name] == answer, name
    assert after["grades"][0] == 404
