"""The statistics of an exam: which sittings count, what is kept, when it is made anew."""

import datetime
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams.models import Exam, Grade, Item, ItemFigure, Question, Regrade, StatisticsReport
from exams.statistics import gather, report
from tests import make

from .sat import NEITHER, RIGHT, WRONG, sat, somebody

LATER = make.NOON + datetime.timedelta(days=1)


@pytest.fixture
def exam(db: None) -> Exam:
    return make.exam(kinds=())


@pytest.fixture
def paper(exam: Exam) -> list[Question]:
    return [make.question() for _place in range(4)]


def listed(made: StatisticsReport) -> dict[int, dict]:
    return {row["question"]: row for row in made.data["items"]}


def test_the_figures_of_an_exam_and_of_its_questions_are_kept(exam: Exam, paper: list[Question]) -> None:
    for responses in (
        [RIGHT] * 4,
        [RIGHT, RIGHT, WRONG, RIGHT],
        [RIGHT, WRONG, WRONG, None],
        [WRONG, None, None, None],
    ):
        sat(exam, paper, responses)
    made = report.make(exam=exam, at=LATER)
    assert (made.sittings, made.data["is_fixed"], made.data["possible"]) == (4, True, 4.0)
    assert (made.data["test"]["mean"], made.data["test"]["median"]) == (2.0, 2.0)
    assert made.data["histogram"] == [1, 0, 1, 0, 0, 0, 0, 1, 0, 1]
    first = listed(made)[paper[0].pk]
    assert (first["facility"], first["guess"], first["people"]) == (75, pytest.approx(100 / 3, abs=0.01), 4)
    assert first["flags"] == ["too-few"]
    figure = ItemFigure.objects.get(report=made, question=paper[0])
    assert (figure.facility, figure.people, figure.flags) == (75, 4, ["too-few"])
    assert figure.discrimination == pytest.approx(first["discrimination_index"])


def test_only_the_first_marked_attempt_of_each_person_counts(exam: Exam, paper: list[Question]) -> None:
    again, unlucky = somebody(), somebody()
    sat(exam, paper, [WRONG] * 4, person=again)
    sat(exam, paper, [RIGHT] * 4, person=again, attempt=2)
    sat(exam, paper, [WRONG] * 4, person=unlucky, ended_by="abandoned")
    sat(exam, paper, [RIGHT] * 4, person=unlucky, attempt=2)
    sat(exam, paper, [RIGHT] * 4, marked_at=None, released_at=None)
    made = report.make(exam=exam, at=LATER)
    assert (made.sittings, made.data["test"]["mean"]) == (2, 2.0)


def test_a_question_that_was_taken_out_of_the_marking_is_out_of_the_figures(exam: Exam, paper: list[Question]) -> None:
    sittings = [sat(exam, paper, [RIGHT] * 4), sat(exam, paper, [WRONG] * 4)]
    regrade = Regrade.objects.create(
        question=paper[0], version=paper[0].versions.get(), rule="nobody", by=somebody(), at=LATER, reason="错"
    )
    Item.objects.filter(version__question=paper[0]).update(regrade=regrade)
    made = report.make(exam=exam, at=LATER)
    assert set(listed(made)) == {question.pk for question in paper[1:]}
    assert made.sittings == len(sittings)


def test_papers_that_differ_are_compared_by_place_and_questions_by_who_had_them(exam: Exam) -> None:
    bank = [make.question() for _place in range(6)]
    chance = random.Random(3)
    for able in range(40):
        drawn = chance.sample(bank, 4)
        sat(exam, drawn, [RIGHT if chance.random() < able / 40 else WRONG for _question in drawn])
    made = report.make(exam=exam, at=LATER)
    assert made.data["is_fixed"] is False
    assert made.data["test"]["cic"] > 0
    assert made.data["rasch"] == {"reason": "papers-differ"}
    rows = listed(made)
    assert sum(row["people"] for row in rows.values()) == 160
    assert {row["reasons"]["effective_weight"] for row in rows.values()} == {"papers-differ"}
    assert {row["intended_weight"] for row in rows.values()} == {25.0}


def test_papers_of_another_length_are_another_test(exam: Exam, paper: list[Question]) -> None:
    for person in range(6):
        sat(exam, paper, [RIGHT] * (person % 5) + [WRONG] * (4 - person % 5))
        sat(exam, paper[:3], [RIGHT] * (person % 4) + [WRONG] * (3 - person % 4), at=LATER)
    made = report.make(exam=exam, at=LATER)
    assert (made.sittings, made.data["test"]["people"], made.data["possible"]) == (12, 6, 3.0)
    assert made.data["test"]["cic"] == pytest.approx(75, abs=15)
    assert [row["people"] for row in made.data["items"]] == [12, 12, 12, 6]


def test_a_wrong_key_is_suspected(exam: Exam, paper: list[Question]) -> None:
    for person in range(40):
        able = [RIGHT if person % 4 >= place else WRONG for place in range(3)]
        sat(exam, paper, [*able, NEITHER if person % 4 > 1 else RIGHT])
    rows = listed(report.make(exam=exam, at=LATER))
    assert rows[paper[3].pk]["flags"][0] == "key-suspect"
    assert "idle-distractor" in rows[paper[1].pk]["flags"]
    assert rows[paper[3].pk]["effective_weight"] is None


def test_rasch_is_worked_out_where_all_had_the_same_questions(exam: Exam, paper: list[Question]) -> None:
    for hard in range(4):
        for _person in range(6 - hard):
            sat(exam, paper, [WRONG if place == hard else RIGHT for place in range(4)])
    scale = report.make(exam=exam, at=LATER).data["rasch"]
    values = {each["question"]: each["value"] for each in scale["difficulties"]}
    assert [values[question.pk] for question in paper] == sorted(values.values(), reverse=True)
    assert [each["people"] for each in scale["abilities"]] == [0, 0, 0, 18, 0]


@pytest.mark.parametrize("people", [0, 1])
def test_an_exam_that_nobody_or_one_person_sat_has_a_report_too(exam: Exam, paper: list[Question], people: int) -> None:
    for _person in range(people):
        sat(exam, paper, [RIGHT, WRONG, None, None])
    made = report.make(exam=exam, at=LATER)
    assert made.sittings == people
    assert made.data["test"]["standard_deviation"] is None
    assert made.data["rasch"]["reason"] == "few-items"


def test_essays_and_other_kinds_have_figures_without_choices(exam: Exam) -> None:
    paper = [make.question("numeric"), make.question("ordering"), make.question("truefalse")]
    for _person in range(30):
        sat(exam, paper, ["12", ["1", "2", "3", "4"], True])
    sat(exam, paper, ["99", None, False])
    rows = listed(report.make(exam=exam, at=LATER))
    assert [rows[question.pk]["people"] for question in paper] == [31, 31, 31]


def test_the_overview_is_bounded_and_names_people_by_their_sitting_only(exam: Exam, paper: list[Question]) -> None:
    for person in range(70):
        sat(exam, paper, [RIGHT if place < person % 5 else WRONG for place in range(4)])
    seen = report.make(exam=exam, at=LATER).data["overview"]
    assert len(seen["sittings"]) == len(seen["shares"]) == report.MOST_PEOPLE
    totals = [sum(row) for row in seen["shares"]]
    assert totals == sorted(totals, reverse=True)
    assert seen["questions"] == [question.pk for question in paper]


def test_only_the_latest_sittings_are_read_where_there_are_very_many(exam: Exam, paper: list[Question]) -> None:
    for day in range(3):
        sat(exam, paper, [RIGHT] * day + [WRONG] * (4 - day), at=make.NOON + datetime.timedelta(days=day))
    found = gather.answers(exam, most=2)
    assert sorted(found.totals.tolist()) == [1, 2]


def test_a_report_is_made_with_few_queries_whatever_the_number_of_people(exam: Exam, paper: list[Question]) -> None:
    counts = []
    for people in (3, 30):
        for _person in range(people):
            sat(exam, paper, [RIGHT, WRONG, RIGHT, NEITHER])
        with CaptureQueriesContext(connection) as queries:
            report.make(exam=exam, at=LATER)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_statistics_are_made_anew_only_where_something_was_marked_since(exam: Exam, paper: list[Question]) -> None:
    other = make.exam(kinds=())
    assert report.refresh(at=LATER) == 0
    sitting = sat(exam, paper, [RIGHT] * 4)
    sat(other, paper, [RIGHT] * 4)
    assert report.refresh(at=LATER) == 2
    assert report.refresh(at=LATER) == 0
    Grade.objects.create(
        sitting=sitting, at=LATER + datetime.timedelta(hours=1), reason="regrade", points=1, points_possible=4,
        has_passed=False,
    )  # fmt: skip
    assert report.refresh(at=LATER + datetime.timedelta(hours=2)) == 1


def test_old_reports_go_when_new_ones_come(exam: Exam, paper: list[Question]) -> None:
    sat(exam, paper, [RIGHT] * 4)
    for hour in range(report.KEPT + 2):
        last = report.make(exam=exam, at=LATER + datetime.timedelta(hours=hour))
    assert exam.reports.count() == report.KEPT
    assert exam.reports.latest("at") == last
