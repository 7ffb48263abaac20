"""The screens of the exam officer's desk for marks and results: who may, what they show, what a refused form keeps."""

import datetime
import io
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from exams.marking.mark import mark
from exams.marking.release import release
from exams.models import (
    Grade,
    ItemAppeal,
    LateAnswer,
    Marking,
    QuestionVersion,
    Regrade,
    Release,
    Sitting,
)
from people import roles
from tests import make
from tests.exams.marking import desk
from tests.make import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + datetime.timedelta(hours=2)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def officer(client):
    made = desk.officer()
    client.force_login(made)
    return made


@pytest.fixture
def examiner(client):
    made = desk.examiner()
    client.force_login(made)
    return made


@pytest.fixture
def essay(technician):
    return desk.essay(desk.sat(desk.exam("truefalse"), technician))


@pytest.fixture
def sitting(technician):
    """Marked and unreleased, wholly right."""
    return desk.sat(desk.exam("single", "truefalse", essays=0, pass_mark=75), technician)


def get(client, name, *args, query=""):
    return client.get(reverse(name, args=args) + query)


def post(client, name, *args, query="", **sent):
    return client.post(reverse(name, args=args) + query, sent)


MARK = {"points-0": "1.5", "points-1": "2", "comment": "写得好", "seen": "0"}


# ------------------------------------------------------------------------------------------------------------- marking


def test_the_queue_shows_answers_without_names(client, examiner, essay):
    answer = get(client, "marking")

    assert essay.version.text[:4] in answer.text
    assert "林涛" not in answer.text
    assert "林涛" not in get(client, "mark_item", essay.pk).text


def test_where_the_exam_is_not_blind_the_marker_sees_who_it_is(client, examiner, technician):
    item = desk.essay(desk.sat(desk.exam(is_blind=False), technician))

    assert "林涛" in get(client, "marking").text
    assert "林涛" in get(client, "mark_item", item.pk).text


def test_the_queue_is_narrowed_by_exam_and_topic(client, examiner, essay, dealer):
    other = desk.essay(desk.sat(desk.exam(), dealer))

    narrowed = get(client, "marking", query=f"?exam={other.sitting.exam_id}").context
    assert [row.pk for row in narrowed["page_obj"]] == [other.pk]
    topic = get(client, "marking", query=f"?topic={essay.version.question.topic_id}").context
    assert [row.pk for row in topic["page_obj"]] == [essay.pk]
    for nonsense in ("?exam=x&topic=²", f"?exam={'9' * 30}", "?page=x"):
        assert len(get(client, "marking", query=nonsense).context["page_obj"]) == 2


def test_a_mark_is_saved_and_the_next_answer_follows(client, examiner, technician, dealer):
    exam = desk.exam()
    first, second = (desk.essay(desk.sat(exam, person)) for person in (technician, dealer))

    answer = post(client, "mark_item", first.pk, query=f"?exam={exam.pk}", **MARK)

    assert answer.url == reverse("mark_item", args=[second.pk]) + f"?exam={exam.pk}"
    made = Marking.objects.get()
    assert (made.share, made.scores, made.comment) == (Decimal("0.875"), ["1.5", "2"], "写得好")
    assert post(client, "mark_item", second.pk, **MARK).url == reverse("marking")


def test_a_level_of_the_rubric_is_as_good_as_points(client, examiner, essay):
    post(client, "mark_item", essay.pk, **{"level-0": "0", "level-1": "1"})  # all of the first, none of the second

    assert Marking.objects.get().share == Decimal("0.5")


def test_an_essay_without_a_rubric_is_marked_as_a_whole(client, examiner, essay):
    QuestionVersion.objects.filter(pk=essay.version_id).update(body={})

    post(client, "mark_item", essay.pk, **{"points-0": "0.5"})

    assert Marking.objects.get().share == Decimal("0.5")


@pytest.mark.parametrize(
    "wrong",
    [
        {"points-1": ""}, {"points-1": "2.5"}, {"points-1": "-1"}, {"points-1": "viel"}, {"points-1": "NaN"},
        {"level-0": "7"}, {"points-0": "1e99"}, {"comment": "x" * 4001}, {"seen": "x"},
    ],
)  # fmt: skip
def test_a_refused_mark_keeps_everything(client, examiner, essay, wrong):
    answer = post(client, "mark_item", essay.pk, **MARK | wrong)

    assert answer.status_code == 422
    assert (wrong.get("comment") or "写得好") in answer.text
    assert not Marking.objects.exists()


def test_who_is_overtaken_keeps_what_he_wrote(client, examiner, essay):
    mark(item=essay, by=desk.examiner(), share=Decimal(1), at=NOON)

    answer = post(client, "mark_item", essay.pk, **MARK)

    assert answer.status_code == 409
    assert "写得好" in answer.text
    assert get(client, "mark_item", essay.pk).url == reverse("marking")


def test_whoever_settles_sees_both_marks_without_names(client, examiner, technician):
    item = desk.essay(desk.sat(desk.exam(markers=2), technician))
    for name, share, comment in (("甲考官", "1", "都对"), ("乙考官", "0", "都错")):
        mark(item=item, by=desk.examiner(name=name), share=Decimal(share), at=NOON, comment=comment)

    words = get(client, "mark_item", item.pk).text

    assert "都对" in words
    assert "都错" in words
    assert "甲考官" not in words
    assert post(client, "mark_item", item.pk, **MARK | {"seen": "2"}).status_code == 302
    assert Marking.objects.get(is_final=True).marker == examiner


def test_the_second_marker_does_not_see_the_first_mark(client, examiner, technician):
    item = desk.essay(desk.sat(desk.exam(markers=2), technician))
    mark(item=item, by=desk.examiner(), share=Decimal(1), at=NOON, comment="都对")

    assert "都对" not in get(client, "mark_item", item.pk).text
    assert "都对" not in post(client, "mark_item", item.pk, seen="0").text


def test_a_candidate_who_is_an_examiner_sees_no_sample_of_his_own_paper(client, examiner):
    item = desk.essay(desk.sat(desk.exam(), examiner))

    for answer in (get(client, "mark_item", item.pk), post(client, "mark_item", item.pk, **MARK)):
        assert answer.status_code == 302
    assert not Marking.objects.exists()


# ------------------------------------------------------------------------------------------------------------ releases


def test_results_are_released_by_choice_with_a_note(client, officer, sitting, dealer):
    other = desk.sat(sitting.exam, dealer, rightly=False)
    page = get(client, "exam_results", sitting.exam.key)
    assert (page.context["waiting"], page.context["passed"]) == (2, 1)

    sent = post(client, "exam_results", sitting.exam.key, sitting=str(sitting.public_id), note="十一月场", act="chosen")

    assert sent.status_code == 302
    assert Release.objects.get().note == "十一月场"
    other.refresh_from_db()
    assert other.released_at is None
    again = post(client, "exam_results", sitting.exam.key, sitting=str(sitting.public_id), note="又一次", act="chosen")
    assert (again.status_code, again.context["note"]) == (422, "又一次")


def test_all_means_all_that_were_shown(client, officer, sitting, dealer):
    upto = get(client, "exam_results", sitting.exam.key).context["upto"].isoformat()
    later = desk.sat(sitting.exam, dealer)
    Sitting.objects.filter(pk=later.pk).update(marked_at=LATER)

    post(client, "exam_results", sitting.exam.key, upto=upto, act="all")

    assert Release.objects.get().sitting == sitting


def test_ones_own_result_is_neither_shown_nor_released(client, officer, sitting):
    own = desk.sat(sitting.exam, officer, rightly=False)

    page = get(client, "exam_results", sitting.exam.key)
    assert str(own.public_id) not in page.text
    assert (page.context["waiting"], page.context["passed"]) == (1, 1)
    assert post(client, "exam_results", sitting.exam.key, sitting=str(own.public_id)).status_code == 409
    post(client, "exam_results", sitting.exam.key, act="all", upto=LATER.isoformat())
    assert Release.objects.get().sitting == sitting


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"act": "all"}, {"act": "all", "upto": "morgen"}, {"act": "all", "upto": "2026-99-99T00:00"},
        {"sitting": "x"}, {"sitting": "0" * 32}, {"act": "all", "upto": "2026-11-02T12:00"},
    ],
)  # fmt: skip
def test_a_broken_release_releases_nothing(client, officer, sitting, sent):
    assert post(client, "exam_results", sitting.exam.key, **sent).status_code == 422
    assert not Release.objects.exists()


def test_the_sheet_tells_points_of_released_results_only(client, officer, sitting, dealer):
    desk.sat(sitting.exam, dealer, rightly=False)
    release(sittings=[sitting], by=officer, at=NOON)

    answer = get(client, "exam_results", sitting.exam.key, query="?format=xlsx")

    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert len(rows) == 3
    points = {row[0]: row[6:9] for row in rows[1:]}
    assert points == {"林涛": (2, 2, 100), "孙晓": (None, None, None)}


def test_the_list_of_exams_counts_what_waits(client, officer, sitting, essay):
    exams = {exam.key: exam for exam in get(client, "releases").context["page_obj"]}

    assert (exams[sitting.exam.key].waiting, exams[essay.sitting.exam.key].marking) == (1, 1)
    for state in ("waiting", "marking", "released", "x"):
        assert get(client, "exam_results", essay.sitting.exam.key, query=f"?state={state}").status_code == 200


def test_the_history_of_a_result_is_readable(client, officer, sitting):
    sitting.grades.create(
        at=NOON, by=officer, reason=Grade.Reason.REGRADE, points=1, points_possible=2, has_passed=True, note="答案有误",
        changes=[{"n": 1, "before": "1.0000", "after": "0.0000"}],
    )  # fmt: skip

    words = get(client, "sitting_grades", sitting.public_id).text

    assert "答案有误" in words
    assert "1 → 0" in words


# -------------------------------------------------------------------------------------------------------- late answers


@pytest.fixture
def late(technician):
    sitting = desk.sat(desk.exam("truefalse", essays=0), technician, rightly=False)
    return LateAnswer.objects.create(sitting=sitting, item=1, response=True, received_at=LATER)


def test_a_late_answer_is_decided_with_a_reason(client, officer, late):
    assert "林涛" in get(client, "late_answers").text
    sent = {"counts": "yes", "note": "断网有记录", "seen": late.received_at.isoformat()}

    assert post(client, "decide_late", late.pk, **sent).status_code == 302
    assert post(client, "decide_late", late.pk, **sent).status_code == 302

    late.refresh_from_db()
    assert (late.decision, late.decided_by) == ("counted", officer)
    assert late.sitting.grades.count() == 2


@pytest.mark.parametrize("wrong", [{"note": ""}, {"counts": "perhaps"}, {"seen": "x"}, {"seen": ""}])
def test_a_refused_decision_keeps_its_words(client, officer, late, wrong):
    sent = {"counts": "no", "note": "没有理由", "seen": late.received_at.isoformat()}

    answer = post(client, "decide_late", late.pk, **sent | wrong)

    assert answer.status_code == 422
    assert wrong.get("note", "没有理由") in answer.text
    assert LateAnswer.objects.get().decision == ""


def test_another_answer_that_came_meanwhile_is_to_be_read_first(client, officer, late):
    sent = {"counts": "yes", "note": "断网有记录", "seen": NOON.isoformat()}

    answer = post(client, "decide_late", late.pk, **sent)

    assert answer.status_code == 409
    assert "断网有记录" in answer.text


# ------------------------------------------------------------------------------------------------------------- regrade


def version_of(sitting):
    return QuestionVersion.objects.get(items__sitting=sitting, kind="single")


def test_a_regrade_shows_who_changes_and_then_does_it(client, officer, sitting):
    version = version_of(sitting)
    new = QuestionVersion.objects.create(
        question=version.question, number=2, kind="single", text=version.text, reviewed_at=NOON,
        body={"options": [{"text": "对"}, {"text": "错", "right": True}, {"text": "都不是"}]},
    )  # fmt: skip

    page = get(client, "regrade", version.pk, query=f"?rule=key&new={new.pk}")
    assert (page.context["look"].changed, page.context["look"].failing) == (1, 1)
    assert "林涛" in page.text
    assert not Regrade.objects.exists()
    sent = {"rule": "key", "new": new.pk, "reason": "答案写反了", "seen": page.context["look"].seen}
    assert post(client, "regrade", version.pk, **sent).status_code == 302

    sitting.refresh_from_db()
    assert (sitting.points, sitting.has_passed) == (1, False)
    assert get(client, "regrade", version.pk).context["past"][0].reason == "答案写反了"


@pytest.mark.parametrize("wrong", [{"seen": "x"}, {"seen": ""}, {"reason": " "}, {"rule": "key"}, {"rule": "x"}, {}])
def test_what_was_not_looked_at_is_not_done(client, officer, sitting, wrong):
    sent = {"rule": "nobody", "new": "", "reason": "题目有误", "seen": "0" * 64} | wrong

    answer = post(client, "regrade", version_of(sitting).pk, **sent)

    assert answer.status_code == 409
    assert sent["reason"] in answer.text
    assert not Regrade.objects.exists()


def test_a_second_press_changes_nothing_more(client, officer, sitting):
    version = version_of(sitting)
    seen = get(client, "regrade", version.pk, query="?rule=nobody").context["look"].seen
    sent = {"rule": "nobody", "reason": "题目有误", "seen": seen}
    post(client, "regrade", version.pk, **sent)

    assert post(client, "regrade", version.pk, **sent).status_code == 409
    assert Regrade.objects.count() == 1


def test_who_sat_it_regrades_nothing(client, officer, sitting):
    desk.sat(sitting.exam, officer)

    page = get(client, "regrade", version_of(sitting).pk, query="?rule=everyone")

    assert page.context["objections"]
    assert "look" not in page.context


# ------------------------------------------------------------------------------------------------------------- appeals


@pytest.fixture
def made(sitting):
    release(sittings=[sitting], by=desk.officer(), at=NOON)
    item = sitting.items.get(version__kind="single")
    return ItemAppeal.objects.create(item=item, text="两个选项都对", at=NOON)


def test_an_appeal_is_decided_without_a_name_and_leads_to_the_regrade(client, officer, made):
    assert "两个选项都对" in get(client, "appeals").text
    page = get(client, "decide_appeal", made.pk)
    assert "林涛" not in page.text

    answer = post(client, "decide_appeal", made.pk, outcome="upheld", answer="有道理")

    assert answer.url == reverse("regrade", args=[made.item.version_id])
    assert "有道理" in get(client, "decide_appeal", made.pk).text
    assert post(client, "decide_appeal", made.pk, outcome="rejected", answer="其实没有").status_code == 409
    assert "两个选项都对" in get(client, "appeals", query="?state=decided").text


@pytest.mark.parametrize("wrong", [{"outcome": ""}, {"outcome": "x"}, {"answer": ""}])
def test_a_refused_decision_on_an_appeal_keeps_its_words(client, officer, made, wrong):
    answer = post(client, "decide_appeal", made.pk, **{"outcome": "rejected", "answer": "没有道理"} | wrong)

    assert answer.status_code == 422
    assert wrong.get("answer", "没有道理") in answer.text
    assert ItemAppeal.objects.get().state == "open"


def test_the_certification_manager_sees_certificates_without_their_exam(client, manager):
    client.force_login(manager)

    assert get(client, "decisions").context["unfounded"] == []


# ----------------------------------------------------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        (roles.EXAMINER, {"marking", "mark_item"}),
        (
            roles.EXAM_OFFICER,
            {"releases", "exam_results", "late_answers", "appeals", "decide_appeal", "regrade", "sitting_grades"},
        ),
        (roles.CERTIFICATION_MANAGER, {"appeals", "decide_appeal"}),
        (roles.AUDITOR, {"sitting_grades"}),
        (roles.TECHNICIAN, set()),
        (roles.TRAINER, set()),
        (None, set()),
    ],
)
def test_each_screen_is_for_those_whose_work_it_is(client, role, opens, dealer):
    sitting = desk.sat(desk.exam("single"), dealer)
    item = desk.essay(sitting)
    made = ItemAppeal.objects.create(item=item, text="x", at=NOON)
    if role:
        client.force_login(make.person(role))
    screens = {
        "marking": [], "mark_item": [item.pk], "releases": [], "exam_results": [sitting.exam.key], "late_answers": [],
        "appeals": [], "decide_appeal": [made.pk], "regrade": [item.version_id], "sitting_grades": [sitting.public_id],
    }  # fmt: skip

    found = {name: get(client, name, *args).status_code for name, args in screens.items()}

    assert {name for name, status in found.items() if status == 200} == opens
    assert {status for name, status in found.items() if name not in opens} <= ({403} if role else {302})


def test_the_number_of_queries_does_not_grow_with_the_lists(client, technician, django_assert_max_num_queries):
    exam = desk.exam()
    for n in range(3):
        sitting = desk.sat(exam, make.person())
        LateAnswer.objects.create(sitting=sitting, item=1, response="x", received_at=LATER)
        ItemAppeal.objects.create(item=desk.essay(sitting), text=f"{n}", at=NOON)
    client.force_login(make.person(roles.EXAMINER, roles.EXAM_OFFICER))

    for name in ("marking", "releases", "late_answers", "appeals"):
        with django_assert_max_num_queries(24):
            assert get(client, name).status_code == 200
    with django_assert_max_num_queries(24):
        assert get(client, "exam_results", exam.key, query="?state=marking").status_code == 200
