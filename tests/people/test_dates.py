"""Dates of certificates."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.dates import add_months


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-11-02", 24, "2028-11-02"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-05-31", 0, "2026-05-31"),
        ("2026-01-01", 11, "2026-12-01"),
        ("2026-01-01", 12, "2027-01-01"),
    ],
)
def test_the_same_day_so_many_months_later(day, months, expected):
    assert add_months(datetime.date.fromisoformat(day), months) == datetime.date.fromisoformat(expected)


@given(day=st.dates(max_value=datetime.date(9000, 1, 1)), months=st.integers(0, 600))
def test_it_lands_in_that_month_and_never_after_the_day(day, months):
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (later + datetime.timedelta(days=1)).day == 1
