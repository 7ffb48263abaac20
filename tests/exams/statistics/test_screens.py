"""The screens of statistics: who sees what, empty and tiny samples in words, the files to take away."""

import datetime
import io

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from exams.models import Exam, Question
from exams.statistics import report
from people.models import Audience, User
from tests import make

from .sat import NEITHER, RIGHT, WRONG, sat

LATER = make.NOON + datetime.timedelta(days=1)


@pytest.fixture
def exam(db: None) -> Exam:
    return make.exam(kinds=())


@pytest.fixture
def paper(exam: Exam) -> list[Question]:
    return [make.question() for _place in range(4)]


def allowed(*names: str) -> User:
    person = make.person()
    person.user_permissions.add(*Permission.objects.filter(content_type__app_label="exams", codename__in=names))
    return person


@pytest.fixture
def keeper(client: Client, db: None) -> Client:
    """Whoever may see statistics, the bank and sittings."""
    client.force_login(allowed("see_statistics", "view_question", "view_sitting"))
    return client


@pytest.fixture
def stranger_to_the_bank(client: Client, db: None) -> Client:
    client.force_login(allowed("see_statistics"))
    return client


def screen(client: Client, address: str, **said: str) -> str:
    answer = client.get(address, said)
    assert answer.status_code == 200
    return answer.content.decode()


def filled(exam: Exam, paper: list[Question], people: int = 40) -> None:
    for person in range(people):
        able = [RIGHT if person % 4 >= place else WRONG for place in range(3)]
        sat(exam, paper, [*able, NEITHER if person % 4 > 1 else RIGHT])
    report.make(exam=exam, at=LATER)


def test_a_report_shows_figures_flags_charts_and_the_people(keeper: Client, exam: Exam, paper: list[Question]) -> None:
    filled(exam, paper)
    page = screen(keeper, f"/en/desk/statistics/{exam.key}/")
    assert "First attempts of 40 people" in page
    assert "key suspect" in page
    assert str(paper[3]) in page
    assert page.count("<svg viewBox") >= 2
    assert "考生" in page
    assert "style=" not in page
    assert "As a table" in page


def test_names_are_for_those_who_may_see_sittings_and_words_for_those_who_keep_the_bank(
    stranger_to_the_bank: Client, exam: Exam, paper: list[Question]
) -> None:
    filled(exam, paper)
    wording = paper[0].versions.get().text
    page = screen(stranger_to_the_bank, f"/en/desk/statistics/{exam.key}/")
    assert "考生" not in page
    assert wording not in page
    page = screen(stranger_to_the_bank, f"/en/desk/statistics/questions/{paper[0].pk}/")
    assert wording not in page
    assert "都不是" not in page
    assert "keep the question bank" in page


def test_statistics_are_closed_to_others_and_of_exams_they_may_not_know(
    client: Client, exam: Exam, paper: list[Question]
) -> None:
    addresses = ["/desk/statistics/", f"/desk/statistics/{exam.key}/", f"/desk/statistics/questions/{paper[0].pk}/"]
    assert {client.get(address).status_code for address in addresses} == {302}
    client.force_login(make.person())
    assert {client.get(address).status_code for address in addresses} == {403}
    assert client.post(addresses[1]).status_code == 403
    dealer = allowed("see_statistics")
    User.objects.filter(pk=dealer.pk).update(unit=make.unit("dealer"))
    Exam.objects.update(audience=Audience.INTERNAL)
    client.force_login(dealer)
    assert client.get(addresses[1]).status_code == 404
    assert exam.title not in screen(client, addresses[0])
    assert client.get("/desk/statistics/nothing/").status_code == 404
    assert client.get("/desk/statistics/questions/0/").status_code == 404


def test_an_exam_that_nobody_sat_says_so(keeper: Client, exam: Exam) -> None:
    assert "Nobody has sat this exam yet" in screen(keeper, f"/en/desk/statistics/{exam.key}/")
    assert "Not worked out yet" in screen(keeper, "/en/desk/statistics/")
    report.make(exam=exam, at=LATER)
    assert "Nobody has sat this exam yet" in screen(keeper, f"/en/desk/statistics/{exam.key}/")
    assert "Nobody has sat it yet" in screen(keeper, "/en/desk/statistics/")


def test_so_few_people_are_told_to_be_few(keeper: Client, exam: Exam, paper: list[Question]) -> None:
    sat(exam, paper, [RIGHT, WRONG, None, None])
    report.make(exam=exam, at=LATER)
    page = screen(keeper, f"/en/desk/statistics/{exam.key}/")
    assert "1 person is too few" in page
    assert "Cannot be said: one person is too few" in page
    assert "too few people" in page


def test_the_button_works_the_figures_out_once_and_goes_when_nothing_is_new(
    keeper: Client, exam: Exam, paper: list[Question]
) -> None:
    sat(exam, paper, [RIGHT, WRONG, None, None])
    address = f"/en/desk/statistics/{exam.key}/"
    assert "Work out now" in screen(keeper, address)
    for _time in range(2):
        assert keeper.post(address).url == address
    assert exam.reports.count() == 1
    assert "Work out now" not in screen(keeper, address)


def test_questions_are_sifted_by_remark_and_sorted(keeper: Client, exam: Exam, paper: list[Question]) -> None:
    filled(exam, paper)
    address = f"/en/desk/statistics/{exam.key}/"
    page = keeper.get(address, {"flag": "key-suspect"})
    sifted = [row.key for row in page.context["rows"]]
    assert str(paper[3]) in sifted
    assert str(paper[0]) not in sifted
    rows = keeper.get(address, {"by": "facility"}).context["rows"]
    assert [row.item["facility"] for row in rows] == sorted(row.item["facility"] for row in rows)
    for odd in ({"flag": "nonsense"}, {"by": "nonsense"}, {"page": "x"}, {"format": "exe"}):
        assert keeper.get(address, odd).status_code == 200


def test_the_spreadsheet_holds_the_figures(keeper: Client, exam: Exam, paper: list[Question]) -> None:
    filled(exam, paper)
    answer = keeper.get(f"/en/desk/statistics/{exam.key}/", {"format": "xlsx"})
    book = load_workbook(io.BytesIO(answer.content))
    whole, questions = book.worksheets
    assert whole["A2"].value == "Sittings"
    assert [row[0].value for row in questions.iter_rows(min_row=2)] == [str(question) for question in paper]
    assert questions["F2"].value == 100
    assert "attachment" in answer["Content-Disposition"]


def test_a_question_shows_its_versions_its_months_and_who_chose_what(
    keeper: Client, exam: Exam, paper: list[Question]
) -> None:
    filled(exam, paper)
    page = screen(keeper, f"/en/desk/statistics/questions/{paper[3].pk}/")
    assert "2026-11" in page
    assert "key suspect" in page
    assert "都不是" in page
    assert "Blind guessing brings 33% of the marks" in page
    assert screen(keeper, f"/en/desk/statistics/questions/{paper[3].pk}/", version="x")


def test_a_question_that_nobody_answered_says_so(keeper: Client, db: None) -> None:
    page = screen(keeper, f"/en/desk/statistics/questions/{make.question().pk}/")
    assert "Nobody has answered this question" in page


def test_the_list_of_exams_points_at_what_needs_looking_at(keeper: Client, exam: Exam, paper: list[Question]) -> None:
    filled(exam, paper)
    page = screen(keeper, "/en/desk/statistics/")
    assert "2 questions to look at" in page
    assert "40 sittings" in page


def test_screens_ask_as_many_queries_whatever_the_number_of_people_and_exams(
    keeper: Client, exam: Exam, paper: list[Question]
) -> None:
    addresses = [
        "/en/desk/statistics/",
        f"/en/desk/statistics/{exam.key}/",
        f"/en/desk/statistics/questions/{paper[0].pk}/",
    ]

    def asked() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                screen(keeper, address)
            counts.append(len(queries))
        return counts

    filled(exam, paper, people=4)
    before = asked()
    other = make.exam(kinds=())
    filled(exam, paper, people=30)
    filled(other, [*paper, make.question()][:4], people=4)
    assert asked() == before
