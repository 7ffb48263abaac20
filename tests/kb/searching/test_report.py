"""What the report of the query log says, to whom, and what can be done from it."""

import csv
import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from kb.models import Asked, Clicked, FaqPage
from kb.searching import report
from kb.searching.report import Period, View
from people import roles
from people.models import Audience
from tests import make

pytestmark = pytest.mark.django_db

ON = datetime.date(2026, 11, 20)
DAY = datetime.timedelta(days=1)
PERIOD = Period(ON - 10 * DAY, ON)


def asked(text, times=2, *, on=ON, language="zh-hans", **fields):
    said = {"found": 3, "milliseconds": 20 * times, "slowest": 30} | fields
    return Asked.objects.create(text=text, times=times, day=on, language=language, **said)


def texts(view, period=PERIOD):
    return [row["text"] for row in report.queries(period, view)]


@pytest.fixture
def screen(client, author):
    client.force_login(author)

    def get(**said):
        today = timezone.localdate()
        return client.get(reverse("search_report"), {"begins": today - 10 * DAY, "ends": today} | said)

    return get


def test_days_are_added_up_within_the_period_and_the_language():
    asked("开不了机", 3, on=ON - DAY, found=1, slowest=80)
    asked("开不了机", 2, found=7)
    asked("开不了机", 90, on=ON - 11 * DAY)
    asked("开不了机", 90, on=ON + DAY)
    asked("won't start", 4, language="en")

    rows = report.rows(report.queries(PERIOD, View.TOP), PERIOD, make.person())

    said = [(row.text, row.asked, row.found, row.slowest, row.average, row.last) for row in rows]
    assert said == [("开不了机", 5, 7, 80, 20, ON), ("won't start", 4, 3, 30, 20, ON)]
    assert texts(View.TOP, Period(PERIOD.begins, ON, "en")) == ["won't start"]


def test_what_was_asked_a_single_time_is_shown_only_where_nothing_was_found():
    asked("王五的电话", 1, slowest=900)
    asked("王五的机器", 1, nothing=1, found=0)

    assert texts(View.TOP) == texts(View.UNOPENED) == texts(View.SLOW) == []
    assert texts(View.NOTHING) == ["王五的机器"]
    assert report.figures(PERIOD).asked == 2  # it counts, unnamed


def test_each_view_has_what_it_looks_for_the_gravest_first():
    asked("好", 9, clicked=8)
    asked("慢", 3, clicked=1, slowest=report.SLOW)
    asked("更慢", 2, clicked=1, slowest=2000)
    asked("无", 5, nothing=5, found=0)
    asked("少", 7, nothing=1)
    asked("没人点", 4)

    assert texts(View.TOP) == ["好", "少", "无", "没人点", "慢", "更慢"]
    assert texts(View.NOTHING) == ["无", "少"]
    assert texts(View.UNOPENED) == ["少", "没人点"]
    assert texts(View.SLOW) == ["更慢", "慢"]
    figures = report.figures(PERIOD)
    assert (figures.asked, figures.queries, figures.nothing_share, figures.clicked_share) == (30, 6, 20, 33)
    assert report.figures(Period(ON + DAY, ON + DAY)).average == 0


def test_the_document_opened_most_is_named_to_those_who_may_read_it(technician, dealer):
    make.document(number="FAQ-1", audience=Audience.INTERNAL)
    make.document(number="FAQ-2")
    rows = [asked("电池", on=ON - DAY), asked("电池")]
    Clicked.objects.create(asked=rows[0], number="FAQ-1", times=2)
    Clicked.objects.create(asked=rows[1], number="FAQ-1", times=2)
    Clicked.objects.create(asked=rows[1], number="FAQ-2", times=3)

    def opened(person):
        return report.rows(report.queries(PERIOD, View.TOP), PERIOD, person)[0].opened

    assert opened(technician) == "FAQ-1"
    assert opened(dealer) == "FAQ-2"


def test_the_words_of_a_row_know_how_often_they_were_part_of_a_query():
    asked("服务器开不了机", 3)
    asked("开不了机 怎么办", 2)
    asked("开不了机", 50, on=ON - 91 * DAY)

    assert report.asked_with(["開不了機", "起不来", "items", "！"], on=ON) == [
        ("開不了機", 5),
        ("起不来", 0),
        ("items", 0),
    ]


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (roles.AUTHOR, True),
        (roles.ADMINISTRATOR, True),
        (roles.AUDITOR, True),
        (roles.APPROVER, False),
        (roles.TRAINER, False),
    ],
    ids=lambda value: value.group if isinstance(value, roles.Role) else "",
)
def test_who_sees_the_report_and_finds_it_in_the_menu(client, role, may):
    client.force_login(make.person(role))
    asked("秘密", 3, on=timezone.localdate())

    answer = client.get(reverse("search_report"))

    assert (answer.status_code == 200) is may
    assert ("秘密" in answer.content.decode()) is may
    assert (reverse("search_report") in client.get(reverse("wagtailadmin_home")).content.decode()) is may


@pytest.mark.parametrize("view", View.values)
def test_the_screen_shows_each_view_with_what_to_do_about_it(screen, view):
    text = '<script>"&'
    make.folder()
    asked(text, 3, on=timezone.localdate(), nothing=1, slowest=900)

    shown = screen(view=view).content.decode()

    assert text not in shown
    assert f"{reverse('synonyms:add')}?words=%3Cscript%3E" in shown
    assert f"{reverse('promoted-results:add')}?query=%3Cscript%3E" in shown
    assert f"{reverse('explain_search')}?q=%3Cscript%3E" in shown
    assert reverse("begin_draft") in shown


def test_a_long_report_is_paged_and_costs_the_same(screen, django_assert_max_num_queries):
    for n in range(60):
        asked(f"问题{n:02d}", 2, on=timezone.localdate())
    screen()

    with django_assert_max_num_queries(24):
        first = screen()
    second = screen(p=2)

    assert len(first.context["rows"]) == 50
    assert len(second.context["rows"]) == 10
    assert screen(p="x").status_code == screen(p=99).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {"begins": "gestern"},
        {"ends": "2026-02-30"},
        {"begins": "2026-11-02", "ends": "2026-11-01"},
        {"language": "xx"},
        {"begins": "0001-01-01", "view": "x"},
    ],
)
def test_a_wrong_period_is_said_and_never_fails(screen, said):
    answer = screen(**said)

    assert answer.status_code == (200 if "view" in said else 422)


def test_no_query_becomes_a_formula_in_what_is_taken_away(screen):
    asked("=cmd|' /c calc'!a1", 3, on=timezone.localdate())
    asked("+1+1", 2, on=timezone.localdate(), language="en")

    plain = screen(export="csv").content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(screen(export="xlsx").content))

    assert [row[0] for row in csv.reader(io.StringIO(plain))][1:] == ["'=cmd|' /c calc'!a1", "'+1+1"]
    assert [(cell.value, cell.data_type) for cell in book.active["A"]][1:] == [
        ("=cmd|' /c calc'!a1", "s"),
        ("+1+1", "s"),
    ]


def test_what_nobody_has_written_becomes_the_draft_of_an_faq_once(client, author):
    make.folder("en")
    folder = make.folder()
    client.force_login(author)

    answers = [
        client.post(reverse("begin_draft"), {"text": " 电池  鼓包", "language": "zh-hans"}) for _each in range(2)
    ]

    page = FaqPage.objects.get()
    assert (page.title, page.live, page.owner, page.get_parent().pk) == ("电池 鼓包", False, author, folder.pk)
    assert {answer.url for answer in answers} == {reverse("wagtailadmin_pages:edit", args=[page.pk])}
    assert client.get(answers[0].url).status_code == 200


@pytest.mark.parametrize(("role", "text"), [(roles.AUTHOR, "？"), (roles.AUDITOR, "电池"), (roles.TRAINER, "电池")])
def test_no_draft_of_nothing_and_none_by_those_who_write_no_documents(client, role, text):
    make.folder()
    client.force_login(make.person(role))

    answer = client.post(reverse("begin_draft"), {"text": text})

    assert answer.status_code == 302
    assert not FaqPage.objects.exists()
    assert client.get(reverse("begin_draft")).status_code == 405
