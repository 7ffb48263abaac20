"""The counting of queries: what is written, what never is, how long it stays, and that it never holds up a search."""

import datetime
import sqlite3
import time
from contextlib import closing

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kb.models import Asked, Clicked, Part
from kb.search.analysis import fold_query
from kb.searching import log
from tests import database, make

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
ON = datetime.date(2026, 11, 20)


def ask(text, *, found=3, milliseconds=20, on=ON, language="zh-hans"):
    log.note(text=text, language=language, found=found, milliseconds=milliseconds, on=on)


def test_askings_of_a_day_are_one_row_however_they_are_typed():
    ask("開不了機", found=0, milliseconds=30)
    ask(" 开不了机？", found=4, milliseconds=90)
    ask("开不了机", found=2, milliseconds=10)
    ask("开不了机", language="en")
    ask("开不了机", on=ON + DAY)

    row = Asked.objects.get(day=ON, language="zh-hans")
    said = (row.text, row.times, row.nothing, row.clicked, row.found, row.milliseconds, row.slowest)
    assert said == ("开不了机", 3, 1, 0, 2, 130, 90)
    assert Asked.objects.count() == 3


@pytest.mark.parametrize("text", ["", "   ", "？！", "\x00", "\ud800"])
def test_what_has_no_letters_is_not_counted(text):
    ask(text)

    assert not Asked.objects.exists()


def test_huge_numbers_and_long_texts_are_cut():
    ask("电池 " * 5000, found=10**12, milliseconds=1e15)

    row = Asked.objects.get()
    assert len(row.text) <= 100
    assert row.found == row.slowest == 2**31 - 1


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("电话13812345678打不开", "电话 *** 打不开"),
        ("tel13812345678", "tel ***"),
        ("＋８６ １３８ １２３４ ５６７８", "***"),
        ("138-1234-5678 UPS 报警", "*** ups 报警"),
        ("客户 110101199003071234", "客户 ***"),
        ("11010119900307123X", "***"),
        ("id11010119900307123x", "id ***"),
        ("010-88887777 约时间", "*** 约时间"),
        ("qq:123456789", "qq ***"),
        ("wang.wu@example.com 的服务器", "*** 的服务器"),
        ("联系 王五＠例子.公司", "联系 ***"),
        # what technicians look for stays
        ("ALM-24003001", "alm-24003001"),
        ("0x1000007e", "0x1000007e"),
        ("SN20240000123", "sn20240000123"),
        ("192.168.100.1 打不开", "192.168.100.1 打不开"),
        ("12.6 V 220 V", "12.6 v 220 v"),
    ],
)
def test_what_may_name_somebody_is_masked_and_what_names_a_machine_is_not(typed, written):
    assert log.masked(typed) == written


def test_a_number_of_the_catalogue_is_no_secret():
    make.fault_code("24003001")
    Part.objects.create(key="psu", number="0231-1088", name="电源")

    assert log.masked("报警 24003001") == "报警 24003001"
    assert log.masked("0231-1088 换") == "0231-1088 换"
    assert log.masked("报警 24003002") == "报警 ***"


WORDS = st.text("报警电话客户机 abc,，.-—()（）@", max_size=12)
BETWEEN = st.sampled_from(["", " ", "-", " - ", "　", "–", "_"])


@given(before=WORDS, after=WORDS, between=BETWEEN, rest=st.integers(0, 10**9 - 1), wide=st.booleans())
def test_no_mobile_number_is_written_whatever_stands_round_it(before, after, between, rest, wide):
    digits = f"1{3 + rest % 7}{rest:09d}"
    number = between.join((digits[:3], digits[3:7], digits[7:]))
    if wide:
        number = "".join(chr(ord(each) + 0xFEE0) if each.isdigit() else each for each in number)

    written = log.masked(f"{before}{number}{after}")

    assert digits[:7] not in "".join(each for each in written if each.isdigit())


@given(st.text(max_size=300))
def test_whatever_is_typed_can_be_written_and_is_folded(text):
    written = log.masked(text)

    assert len(written) <= 100
    assert "\x00" not in written
    assert all(fold_query(piece) == piece.strip() for piece in written.split(log.MASK))


def test_a_click_is_counted_on_the_asking_and_on_the_document():
    make.document(number="FAQ-900")
    ask("电池报警")
    ask("电池报警")

    for _each in range(3):
        log.clicked(text="电池 报警", language="zh-hans", number="FAQ-900", on=ON)
        log.clicked(text="电池报警！", language="zh-hans", number="FAQ-900", on=ON + DAY)

    assert Asked.objects.get().clicked == 2  # of two askings, however many documents each led to
    assert Clicked.objects.get().times == 3


def test_a_click_on_what_nobody_asked_or_on_no_document_counts_nothing():
    make.document(number="FAQ-900")
    ask("电池报警")

    log.clicked(text="别的", language="zh-hans", number="FAQ-900", on=ON)
    log.clicked(text="电池报警", language="en", number="FAQ-900", on=ON)
    log.clicked(text="电池报警", language="zh-hans", number="FAQ-901", on=ON)
    log.clicked(text="电池报警", language="zh-hans", number="\x00", on=ON)

    assert not Clicked.objects.exists()
    assert Asked.objects.get().clicked == 0


def test_queries_are_kept_for_400_days_and_what_was_asked_a_single_time_for_30():
    ask("老", on=ON - 401 * DAY)
    ask("老", on=ON - 400 * DAY)
    ask("一次", on=ON - 31 * DAY)
    ask("近", on=ON - 30 * DAY)
    ask("又", on=ON - 60 * DAY)
    ask("又", on=ON)
    ask("两次", on=ON - 31 * DAY)
    ask("两次", on=ON - 31 * DAY)
    ask("又", on=ON - 60 * DAY, language="en")

    assert log.tidy(on=ON) == 3 + 1  # 老 was asked once by then

    assert sorted(Asked.objects.values_list("text", flat=True)) == sorted(["近", "又", "又", "两次"])
    assert log.tidy(on=ON) == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not the database")
def test_a_locked_database_costs_a_search_a_moment_and_no_error(tmp_path, caplog):
    path = tmp_path / "db.sqlite3"
    with database.kept_in(path):
        ask("电池")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            begun = time.monotonic()
            ask("电池")
            log.clicked(text="电池", language="zh-hans", number="FAQ-900", on=ON)
            assert time.monotonic() - begun < 2
        ask("电池")
        assert Asked.objects.get().times == 2
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            assert cursor.fetchone() == (20_000,)
    assert caplog.messages == ["A search was not counted: database is locked"] * 2


def test_counting_leaves_what_runs_round_it_alone(caplog):
    """A failure is rolled back by itself: what the caller wrote before and writes after stays."""
    Part.objects.create(key="one", number="1", name="一")

    ask("电池", found=-1)

    assert Part.objects.get().key == "one"
    assert "A search was not counted" in caplog.text
