"""Starting an exam: who may, and the paper that is frozen then."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from exams import sit
from exams.models import BlueprintRow, Question, QuestionReview, QuestionVersion, Sitting
from exams.sit import Refused
from kb.models import Block
from tests import make
from tests.make import NOON, text

pytestmark = pytest.mark.django_db

MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)


def start(exam, person, at=NOON, seed="s"):
    return make.sitting(exam, person, at, seed)


def fail(exam, person, at=NOON, seed="s"):
    return sit.finish(sitting=start(exam, person, at, seed), at=at + MINUTE)


def test_the_clock_runs_for_the_minutes_of_the_exam(technician):
    sitting = start(make.exam(minutes=20), technician)

    assert sitting.deadline_at - sitting.started_at == 20 * MINUTE
    assert (sitting.attempt, sitting.finished_at, sitting.points_possible) == (1, None, 5)


def test_two_tabs_make_one_sitting(technician):
    exam = make.exam()

    assert start(exam, technician) == start(exam, technician, at=NOON + MINUTE, seed="other")
    assert Sitting.objects.count() == 1


def test_the_database_allows_one_open_sitting_per_person_and_exam(technician):
    sitting = start(make.exam(), technician)
    sitting.pk, sitting.public_id, sitting.attempt = None, "7a0b3e0c-3c0f-4a77-8f3a-1f6d9a4f2a11", 2

    with pytest.raises(IntegrityError), transaction.atomic():
        sitting.save(force_insert=True)


def test_others_and_other_exams_have_their_own(technician, dealer):
    exam = make.exam()

    assert len({start(exam, technician), start(exam, dealer), start(make.exam(), technician)}) == 3


def test_the_same_seed_draws_the_same_paper(technician, dealer):
    exam = make.exam()

    first, second = (
        [(item.n, item.version_id, item.order, item.points) for item in start(exam, person).items.all()]
        for person in (technician, dealer)
    )
    assert first == second


def test_each_item_is_worth_what_its_row_says(technician):
    exam = make.exam(kinds=["single", "numeric"])
    BlueprintRow.objects.filter(exam=exam).update(points=3)

    sitting = start(exam, technician)

    assert sitting.points_possible == 6
    assert [item.points for item in sitting.items.all()] == [3, 3]


def test_after_the_deadline_the_next_start_closes_it_and_makes_the_second_attempt(technician):
    exam = make.exam(attempts=2)
    first = start(exam, technician)

    second = start(exam, technician, at=first.deadline_at + 2 * MINUTE)

    first.refresh_from_db()
    assert first.finished_at == first.deadline_at
    assert second.attempt == 2


def test_a_second_attempt_avoids_the_questions_of_the_first(technician):
    exam = make.exam(kinds=["single", "single", "single", "single"], avoid_attempts=1)
    BlueprintRow.objects.filter(exam=exam).update(count=2)
    first = fail(exam, technician)

    second = start(exam, technician, at=NOON + DAY)

    asked = [set(sitting.items.values_list("version__question", flat=True)) for sitting in (first, second)]
    assert not asked[0] & asked[1]


def test_it_is_refused_rather_than_to_ask_the_same_again(technician):
    exam = make.exam(kinds=["single", "single", "single"], avoid_attempts=1)
    BlueprintRow.objects.filter(exam=exam).update(count=2)
    fail(exam, technician)

    with pytest.raises(Refused) as caught:
        start(exam, technician, at=NOON + DAY)
    assert "问过" in str(caught.value.reasons[0]) or "asked" in str(caught.value.reasons[0])
    exam.avoid_attempts = 0
    exam.save()
    assert start(exam, technician, at=NOON + DAY).attempt == 2


def objections(exam, person, at=NOON):
    return sit.objections(exam=exam, person=person, at=at)


def test_a_first_attempt_meets_no_objections(technician):
    assert objections(make.exam(), technician) == []


def test_while_one_is_open_it_may_be_gone_on_with(technician):
    exam = make.exam(attempts=1)
    start(exam, technician)

    assert objections(exam, technician) == []


def test_attempts_are_counted(technician, dealer):
    exam = make.exam(attempts=2)
    fail(exam, technician)
    assert objections(exam, technician, at=NOON + DAY) == []
    fail(exam, technician, at=NOON + DAY)

    assert len(objections(exam, technician, at=NOON + 2 * DAY)) == 1
    assert objections(exam, dealer) == []
    with pytest.raises(Refused):
        start(exam, technician, at=NOON + 2 * DAY)
    assert Sitting.objects.count() == 2


def test_the_next_attempt_waits_its_days_to_the_second(technician):
    exam = make.exam(wait_days=30)
    finished = fail(exam, technician).finished_at

    assert "2026-12-02" in objections(exam, technician, at=finished + 30 * DAY - datetime.timedelta(seconds=1))[0]
    assert objections(exam, technician, at=finished + 30 * DAY) == []


def test_the_day_of_the_next_attempt_is_told_in_the_time_of_the_site(technician):
    exam, night = make.exam(wait_days=1), NOON.replace(hour=2)
    fail(exam, technician, at=night.astimezone(datetime.UTC))

    assert "2026-11-03" in objections(exam, technician, at=night + 2 * MINUTE)[0]


def test_whoever_passed_does_not_sit_again(technician):
    exam = make.exam(kinds=["truefalse"])
    sitting = start(exam, technician)
    make.answered(sitting)
    sit.finish(sitting=sitting, at=NOON + MINUTE)

    with pytest.raises(Refused):
        start(exam, technician, at=NOON + DAY)


@pytest.mark.parametrize("state", [state for state in Question.State if state != Question.State.ACTIVE])
def test_only_active_questions_are_drawn(technician, state):
    exam = make.exam(kinds=["single", "single"])
    Question.objects.filter(pk=Question.objects.first().pk).update(state=state)

    with pytest.raises(Refused):
        start(exam, technician)
    BlueprintRow.objects.update(count=1)
    assert start(exam, technician)


def test_a_question_without_a_version_is_not_drawn(technician):
    exam = make.exam(kinds=["single"])
    QuestionVersion.objects.all().delete()

    with pytest.raises(Refused):
        start(exam, technician)
    assert not Sitting.objects.exists()


def test_an_exam_without_a_blueprint_cannot_be_passed_by_asking_nothing(technician):
    exam = make.exam()
    exam.blueprint.all().delete()

    with pytest.raises(Refused):
        start(exam, technician)


def test_the_paper_is_that_of_the_last_versions(technician):
    exam = make.exam(kinds=["single"])
    QuestionVersion.objects.create(
        question=Question.objects.get(),
        number=2,
        kind="truefalse",
        text="新问题",
        body={"right": True},
        reviewed_at=NOON,
    )

    sitting = start(exam, technician)

    assert [(item.version.kind, item.version.text) for item in sitting.items.all()] == [("truefalse", "新问题")]
    assert sitting.items.get().version.number == 2


def test_what_is_edited_afterwards_changes_nothing(technician):
    page = make.document(body=[text("a", "旧文")])
    exam = make.exam(kinds=["truefalse"], pass_mark=75)
    QuestionVersion.objects.update(page=page, block_id="a", digest=page.blocks.get().digest)
    sitting = start(exam, technician)
    make.answered(sitting)

    exam.pass_mark, exam.minutes = 100, 1
    exam.save()
    exam.blueprint.all().delete()
    Question.objects.update(is_critical=True, state=Question.State.RETIRED)
    Block.objects.update(text="新文", digest="0" * 64)
    finished = sit.finish(sitting=start(exam, technician), at=NOON + 10 * MINUTE)

    assert (finished.has_passed, finished.pass_mark, finished.points) == (True, 75, 1)


def test_each_item_keeps_what_it_rests_on(technician):
    page = make.document(body=[text("a", "旧文")], version="3.1")
    exam = make.exam(kinds=["single"])
    QuestionVersion.objects.update(page=page, block_id="a", digest=page.blocks.get().digest)

    item = start(exam, technician).items.get()

    assert (item.version.page_id, item.version.block_id, item.edition.version) == (page.pk, "a", "3.1")


def test_each_item_keeps_the_edition_of_each_document_that_is_in_force_then(technician):
    first, second = make.document(body=[text("a")], version="3.1"), make.document(body=[text("a")])
    exam = make.exam(kinds=["single"] * 3)
    for version, page in zip(QuestionVersion.objects.order_by("pk"), (first, second), strict=False):
        version.page, version.block_id = page, "a"
        version.digest = page.blocks.get().basis
        version.save()
    make.issue(second, significance="safety")
    QuestionVersion.objects.filter(page=second).update(digest=second.blocks.get().basis)

    sitting = start(exam, technician)
    make.issue(first)

    kept = {item.version.page_id: str(item.edition or "")[-3:] for item in sitting.items.select_related("edition")}
    assert kept == {first.pk: "3.1", second.pk: "2.0", None: ""}


@pytest.mark.parametrize("part", ["author", "reviewed_by"])
def test_nobody_is_asked_a_question_he_wrote_or_reviewed(technician, dealer, part):
    exam = make.exam(kinds=["single", "truefalse"])
    BlueprintRow.objects.update(count=1)
    QuestionVersion.objects.filter(kind="single").update(**{part: technician})

    for n in range(3):
        sitting = start(exam, technician, seed=str(n))
        assert sitting.items.get().version.kind == "truefalse"
        sitting.delete()
    QuestionVersion.objects.update(author=dealer, reviewed_by=None)
    with pytest.raises(Refused):
        start(exam, dealer)


def test_nor_one_he_returned_when_he_reviewed_it(technician):
    exam = make.exam(kinds=["single"])
    QuestionReview.objects.create(version=QuestionVersion.objects.get(), by=technician, at=NOON, is_approved=False)

    with pytest.raises(Refused):
        start(exam, technician)
