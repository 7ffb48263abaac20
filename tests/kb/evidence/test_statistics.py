"""Figures over runs: counts by a dimension, medians, months, first-time fix and repeated faults."""

import datetime
import io
from itertools import pairwise
from statistics import median as plain_median

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from kb.evidence import statistics
from kb.evidence.columns import HEIGHT, columns
from kb.models import Device, DiagnosisRun, FaultGuidePage
from people import roles
from people.models import User
from tests import make

YEAR = statistics.Wanted(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))


@pytest.fixture
def guide(db: None) -> FaultGuidePage:
    return make.guide()


def device(**fields) -> Device:
    made = Device(model=fields.pop("model", None) or make.product(), serial=fields.pop("serial", "SN-1"), **fields)
    made.full_clean()
    made.save()
    return made


def run(guide: FaultGuidePage, day: str = "2026-06-15", result: str = "resolved", **fields) -> DiagnosisRun:
    at = datetime.datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=make.SHANGHAI)
    person = fields.pop("person", None) or User.objects.first() or make.person()
    return DiagnosisRun.objects.create(
        guide=guide, version="1.0", person=person, path=[], end="bad", result=result, recorded_at=at, **fields
    )


def test_runs_are_counted_by_each_dimension_with_their_results_and_median_minutes(guide: FaultGuidePage) -> None:
    product, unit = make.product(name="甲型"), make.unit(name="维修部")
    for result, minutes in (("resolved", 10), ("resolved", 30), ("unresolved", 50)):
        run(guide, result=result, minutes=minutes, model=product, unit=unit, fault_class="hardware", cause="电源坏")
    run(guide, result="workaround")

    for by, label in (("class", "硬件"), ("product", "甲型"), ("unit", "维修部"), ("cause", "电源坏")):
        total, lines = statistics.lines(wanted=YEAR, by=by)
        assert (total.runs, total.resolved, total.workaround, total.unresolved) == (4, 2, 1, 1)
        assert [(line.label, line.runs, line.minutes) for line in lines] == [(label, 3, 30.0), ("未说明", 1, None)]
    assert [line.runs for line in statistics.lines(wanted=YEAR, by="guide")[1]] == [4]


def test_only_the_days_asked_for_count_in_the_time_zone_of_the_site(guide: FaultGuidePage) -> None:
    for day in ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"):
        run(guide, day)
    edge = run(guide)
    DiagnosisRun.objects.filter(pk=edge.pk).update(
        recorded_at=datetime.datetime(2025, 12, 31, 16, 30, tzinfo=datetime.UTC)  # 00:30 of the first, in Shanghai
    )
    assert statistics.lines(wanted=YEAR, by="class")[0].runs == 3


@given(st.dictionaries(st.integers(0, 500), st.integers(1, 9), max_size=12))
def test_the_median_of_counted_values_is_that_of_the_values(counted: dict[int, int]) -> None:
    values = [value for value, count in counted.items() for _time in range(count)]
    assert statistics.median(counted) == (plain_median(values) if values else None)


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2040, 1, 1)), st.integers(0, 4000), st.integers(1, 24))
def test_the_spans_of_a_chart_follow_one_another_and_cover_every_day(
    begins: datetime.date, days: int, most: int
) -> None:
    ends = begins + datetime.timedelta(days=days)
    spans = list(statistics.spans_of(begins, ends, most))
    assert 1 <= len(spans) <= most
    assert spans[0][0] <= begins
    assert ends < spans[-1][1]
    assert all(before[1] == after[0] for before, after in pairwise(spans))


def test_each_month_of_the_chart_counts_its_runs(guide: FaultGuidePage) -> None:
    run(guide, "2026-01-31")
    run(guide, "2026-02-01", "unresolved")
    run(guide, "2026-02-28")
    found = statistics.months(wanted=YEAR)
    assert [(line.label, line.runs, line.unresolved) for line in found[:3]] == [
        ("2026-01", 1, 0),
        ("2026-02", 2, 1),
        ("2026-03", 0, 0),
    ]
    drawn = columns(found)
    assert drawn[1].top == 0
    assert sum(part.height for part in drawn[0].parts) == HEIGHT / 2


def test_a_visit_is_fixed_the_first_time_if_nobody_had_to_come_again(guide: FaultGuidePage) -> None:
    one, two, three = (device(serial=f"SN-{n}") for n in range(3))
    run(guide, "2026-03-01", device=one)  # fixed the first time
    run(guide, "2026-05-01", device=one)  # later than 30 days: another visit, but …
    run(guide, "2026-05-20", device=one)  # … the fault came back
    run(guide, "2026-03-01", "unresolved", device=two)
    run(guide, "2026-03-05", device=two)  # the second time of the same visit
    run(guide, "2026-12-20", device=three)  # would be fixed, but …
    run(guide, "2027-01-10", device=three)  # … came back after the days asked for
    run(guide, "2026-03-01")  # no device: not known
    assert statistics.visits(wanted=YEAR) == statistics.Visits(begun=4, fixed=1, repeats=1)
    assert statistics.visits(wanted=YEAR).percent == 25


def test_what_another_guide_did_on_the_device_counts_as_coming_again(guide: FaultGuidePage) -> None:
    other, machine = make.guide(), device()
    run(guide, "2026-03-01", device=machine)
    run(other, "2026-03-05", device=machine)
    wanted = statistics.Wanted(YEAR.begins, YEAR.ends, guide=guide)
    assert statistics.visits(wanted=wanted) == statistics.Visits(begun=1, fixed=0, repeats=0)


def test_ends_without_a_remedy_are_listed_the_most_frequent_first(guide: FaultGuidePage) -> None:
    other = make.guide()
    run(guide, result="unresolved")
    for _time in range(2):
        run(other, result="unresolved")
    run(other)
    assert statistics.unresolved_ends(wanted=YEAR) == [(other, "bad", 2), (guide, "bad", 1)]


def test_the_page_shows_the_figures_and_gives_them_away_as_a_spreadsheet(client: Client, guide: FaultGuidePage) -> None:
    run(guide, minutes=12, cause="=1+1")
    client.force_login(make.person(roles.SUPERVISOR))
    asked = {"begins": "2026-01-01", "ends": "2026-12-31", "by": "cause"}
    answer = client.get("/statistics/", asked)
    assert answer.status_code == 200
    assert "=1+1" in answer.content.decode()
    sheet = load_workbook(io.BytesIO(client.get("/statistics/", asked | {"format": "xlsx"}).content)).active
    assert [cell.value for cell in sheet[3]][:4] == ["=1+1", 1, 1, 0]
    assert sheet["A3"].data_type == "s"
    assert "'=1+1,1,1,0,0,100,12" in client.get("/statistics/", asked | {"format": "csv"}).content.decode("utf-8-sig")


@pytest.mark.parametrize(
    "asked",
    [
        {"begins": "2026-12-31", "ends": "2026-01-01"},
        {"begins": "tomorrow", "ends": "-1"},
        {"begins": "0001-01-01", "ends": "9999-12-31"},
        {"begins": "9999-12-31"},
        {"ends": "0001-01-01"},
        {"by": "person", "model": "none", "unit": "-1", "guide": "XX", "fault_class": "x", "format": "pdf"},
    ],
)
def test_what_cannot_be_asked_is_answered_in_words(client: Client, guide: FaultGuidePage, asked: dict) -> None:
    client.force_login(make.person(roles.SUPERVISOR))
    assert client.get("/statistics/", asked).status_code == 200


def test_nobody_sees_statistics_without_the_permission(client: Client, technician: User) -> None:
    assert client.get("/statistics/").status_code == 302
    client.force_login(technician)
    assert client.get("/statistics/").status_code == 403


def test_the_page_asks_as_many_queries_for_many_runs_as_for_one(
    client: Client, guide: FaultGuidePage, django_assert_max_num_queries
) -> None:
    product = make.product()
    for place in range(12):
        run(guide, f"2026-{place + 1:02}-01", device=device(model=product, serial=f"S{place}"), cause=f"原因{place}")
    client.force_login(make.person(roles.SUPERVISOR))
    client.get("/statistics/")
    with django_assert_max_num_queries(22):
        client.get("/statistics/", {"begins": "2026-01-01", "ends": "2026-12-31"})
