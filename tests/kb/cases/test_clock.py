"""Business minutes: what is promised, when it is due, what is left."""

import datetime
import time
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.cases.clock import Calendar, State, What, due, elapsed, lasting, latest_start, read

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NINE, NOON, ONE, SIX = (datetime.time(hour) for hour in (9, 12, 13, 18))
OFFICE = Calendar(dict.fromkeys(range(5), ((NINE, NOON), (ONE, SIX))), SHANGHAI)
NEVER = Calendar({}, SHANGHAI)


def on(day: int, hour: int, minute: int = 0, tz: ZoneInfo = SHANGHAI, month: int = 11) -> datetime.datetime:
    """An instant in 2026; 2 November is a Monday."""
    return datetime.datetime(2026, month, day, hour, minute, tzinfo=tz)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Opening hours of any week in one of two zones, some days off."""
    opening = {}
    for day in draw(st.sets(st.integers(0, 6), min_size=1)):
        marks = sorted(draw(st.sets(st.times().map(lambda t: t.replace(fold=0)), min_size=2, max_size=6)))
        opening[day] = tuple(zip(marks[::2], marks[1::2], strict=False))
    holidays = draw(st.frozensets(st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)), max_size=5))
    return Calendar(opening, draw(st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("America/New_York")])), holidays)


instants = st.datetimes(
    datetime.datetime(2026, 1, 1), datetime.datetime(2026, 12, 31), timezones=st.sampled_from([SHANGHAI, BERLIN])
)
some_minutes = st.integers(0, 3000)
some_calendar = st.one_of(st.none(), calendars())


@given(instants, some_minutes, some_calendar)
@settings(max_examples=60, deadline=None)
def test_by_the_time_it_is_due_exactly_so_many_minutes_have_counted(start, minutes, calendar):
    end = due(start, minutes, calendar)

    assert end is None or elapsed(start, end, calendar) == minutes


@given(instants, instants, some_minutes, some_calendar)
@settings(max_examples=60, deadline=None)
def test_what_begins_later_or_lasts_longer_is_never_due_sooner(one, other, minutes, calendar):
    first, last = sorted([one, other])
    ends = [due(first, minutes, calendar), due(last, minutes, calendar), due(last, minutes + 7, calendar)]

    assert None in ends or ends == sorted(ends)


@given(instants, instants, st.integers(1, 3000), some_calendar)
@settings(max_examples=80, deadline=None)
def test_the_question_asked_backwards_has_the_same_answer(start, now, minutes, calendar):
    end, last = due(start, minutes, calendar), latest_start(now, minutes, calendar)

    if end is not None and last is not None:
        assert (end <= now) == (start <= last)


def test_a_friday_evening_goes_on_on_monday():
    assert due(on(6, 17, 30), 60, OFFICE) == on(9, 9, 30)
    assert elapsed(on(6, 17, 30), on(9, 9, 30), OFFICE) == 60


def test_the_break_at_noon_does_not_count():
    assert due(on(2, 11, 30), 60, OFFICE) == on(2, 13, 30)


def test_a_holiday_does_not_count():
    closed = Calendar(OFFICE.opening, SHANGHAI, frozenset({datetime.date(2026, 11, 3)}))

    assert due(on(2, 17, 30), 60, closed) == on(4, 9, 30)


def test_round_the_clock_is_what_the_clock_says():
    assert due(on(6, 23, 30), 120, None) == on(7, 1, 30)


def test_the_night_the_clocks_go_forward_is_an_hour_shorter():
    night = Calendar({6: ((datetime.time(1), datetime.time(5)),)}, BERLIN)  # 29 March 2026: 02:00 becomes 03:00

    assert elapsed(on(29, 0, tz=BERLIN, month=3), on(29, 12, tz=BERLIN, month=3), night) == 180
    assert due(on(29, 0, tz=BERLIN, month=3), 120, night) == on(29, 4, tz=BERLIN, month=3)


def test_the_night_the_clocks_go_back_is_an_hour_longer():
    night = Calendar({6: ((datetime.time(1), datetime.time(5)),)}, BERLIN)  # 25 October 2026: 03:00 becomes 02:00

    assert elapsed(on(25, 0, tz=BERLIN, month=10), on(25, 12, tz=BERLIN, month=10), night) == 300


def test_no_opening_hours_are_never():
    assert due(on(2, 9), 1, NEVER) is None
    assert latest_start(on(2, 9), 1, NEVER) is None
    assert elapsed(on(2, 9), on(30, 9), NEVER) == 0


@pytest.mark.parametrize("minutes", [2**31, 10**6])
def test_what_lies_further_away_than_ten_years_is_never_and_found_out_soon(minutes):
    begun = time.perf_counter()

    assert due(on(2, 9), minutes * 6, OFFICE) is None
    assert due(on(2, 9), 2**31, None) is None
    assert time.perf_counter() - begun < 1


def standing(minutes, met=None, ended=None, at=None, calendar=OFFICE):
    return read(
        what=What.RESPOND, minutes=minutes, start=on(2, 10), met_at=met, ended_at=ended, at=at or on(2, 10, 30),
        calendar=calendar,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("clock", "state", "minutes"),
    [
        (standing(60), State.RUNNING, 30),
        (standing(30), State.LATE, 0),
        (standing(60, at=on(2, 14)), State.LATE, 120),
        (standing(60, met=on(2, 11)), State.MET, 0),
        (standing(60, met=on(2, 11, 20)), State.MISSED, 20),
        (standing(60, ended=on(2, 10, 20)), State.NOT_ASKED, 0),
        (standing(60, ended=on(2, 11, 5)), State.MISSED, 5),
        (standing(None), State.NOT_ASKED, 0),
        (standing(5, calendar=NEVER), State.NOT_ASKED, 0),
    ],
)
def test_how_a_promise_stands(clock, state, minutes):
    assert (clock.state, clock.minutes) == (state, minutes)


def test_lengths_in_words():
    with translation.override("en"):
        said = [lasting(minutes) for minutes in (0, 1, 25, 60, 135, 1439)]

    assert said == ["0 minutes", "1 minute", "25 minutes", "1 hour", "2 h 15 min", "23 hours"]
