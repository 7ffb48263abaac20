"""The seat: two tabs, two devices, clocks, breaks; what windows report is logged."""

import datetime
import uuid

import pytest

from exams import sit
from exams.models import Sitting, SittingEvent
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

SECOND = datetime.timedelta(seconds=1)
Kind = SittingEvent.Kind


@pytest.fixture
def sitting(technician):
    return make.sitting(make.exam(kinds=["numeric"], minutes=20), technician)


def take(sitting, device="phone", at=NOON):
    return sit.take(sitting=sitting, device=device, at=at)[0]


def save(sitting, seat, response="12", base=0, at=NOON):
    return sit.save(sitting=sitting.public_id, item=1, response=response, base=base, lease=seat.lease, at=at)


def kinds(sitting):
    return list(sitting.events.values_list("kind", flat=True))


def test_the_newest_tab_takes_the_seat_and_the_older_one_only_reads(sitting):
    older, newer = take(sitting), take(sitting)

    with pytest.raises(sit.NotSeated):
        save(sitting, older)
    assert save(sitting, newer).revision == 1


def test_the_older_tab_can_take_it_back(sitting):
    older = take(sitting)
    newer = take(sitting)
    save(sitting, newer)

    again = take(sitting)

    assert save(sitting, again, "13", base=1).revision == 2
    with pytest.raises(sit.NotSeated):
        save(sitting, newer, "14", base=2)
    assert again.lease > newer.lease > older.lease


def test_a_change_of_device_is_logged_and_the_clock_does_not_pause(sitting):
    take(sitting, "phone")
    take(sitting, "laptop", at=NOON + 60 * SECOND)

    assert kinds(sitting) == [Kind.CHECKED_IN, Kind.STARTED, Kind.SEATED, Kind.SEATED, Kind.DEVICE]
    sitting.refresh_from_db()
    assert sitting.device == "laptop"
    assert sitting.remaining_ms(NOON + 60 * SECOND) == 19 * 60_000


def test_there_is_no_seat_in_a_sitting_that_is_over(sitting):
    sit.finish(sitting=sitting, at=NOON)

    with pytest.raises(sit.Closed):
        take(sitting)
    with pytest.raises(sit.Closed):
        sit.beat(seat=sit.Seat(sitting.public_id, 0), events=[], at=NOON)


def test_a_token_is_for_one_sitting_and_lease_and_cannot_be_made_up(sitting):
    seat = take(sitting)

    assert sit.seat_of(seat.token) == seat
    for forged in ("", "x", seat.token[:-1], seat.token.replace(".1:", ".2:"), f"{uuid.uuid4().hex}.1"):
        with pytest.raises(sit.NotSeated):
            sit.seat_of(forged)


def test_a_beat_says_that_somebody_is_there_and_logs_what_he_reports(sitting):
    seat = take(sitting)
    events = [{"kind": "left", "seconds": 0}, {"kind": "back", "seconds": 7.26}, {"kind": "offline"}]

    row, has_seat = sit.beat(seat=seat, events=events, at=NOON + 30 * SECOND)

    assert has_seat
    assert kinds(sitting)[-3:] == [Kind.LEFT, Kind.BACK, Kind.OFFLINE]
    assert sitting.events.get(kind=Kind.BACK).detail == {"seconds": 7.3}
    row.refresh_from_db()
    assert row.last_seen_at == NOON + 30 * SECOND


@pytest.mark.parametrize(
    "event",
    [None, "left", [], {}, {"kind": "finished"}, {"kind": "extra-time", "seconds": 9}, {"kind": ["left"]}],
    ids=str,
)
def test_a_window_cannot_write_what_it_likes_into_the_log(sitting, event):
    before = kinds(sitting)

    sit.beat(seat=sit.Seat(sitting.public_id, 0), events=[event], at=NOON)

    assert kinds(sitting) == before


def test_of_a_flood_of_reports_only_the_first_are_logged(sitting):
    sit.beat(seat=sit.Seat(sitting.public_id, 0), events=[{"kind": "left", "seconds": -1}] * 5000, at=NOON)

    assert sitting.events.filter(kind=Kind.LEFT).count() == 20
    assert sitting.events.filter(kind=Kind.LEFT).first().detail == {}


def test_a_beat_of_a_window_without_the_seat_is_told_so(sitting):
    older = take(sitting)
    take(sitting)

    assert sit.beat(seat=older, events=[], at=NOON)[1] is False


def test_a_clock_of_the_server_that_goes_back_is_logged_and_moves_no_deadline(sitting):
    seat = take(sitting, at=NOON + 300 * SECOND)

    row, _has_seat = sit.beat(seat=seat, events=[], at=NOON + 60 * SECOND)

    assert sitting.events.get(kind=Kind.CLOCK).detail == {"server_seconds_back": 240.0}
    assert row.deadline_at == sitting.deadline_at


def test_two_beats_that_overtook_each_other_are_no_clock_that_jumped(sitting):
    seat = take(sitting, at=NOON + 3 * SECOND)

    sit.beat(seat=seat, events=[], at=NOON)

    assert not sitting.events.filter(kind=Kind.CLOCK).exists()


def paused(sitting, at):
    Sitting.objects.filter(pk=sitting.pk).update(paused_at=at)


def test_on_a_break_the_clock_stands_and_nothing_is_saved_but_what_was_under_way(sitting):
    seat = take(sitting)
    paused(sitting, NOON + 60 * SECOND)

    assert save(sitting, seat, at=NOON + 90 * SECOND).ends_at == sitting.deadline_at + 30 * SECOND
    with pytest.raises(sit.Paused):
        save(sitting, seat, "13", base=1, at=NOON + 600 * SECOND)
    sitting.refresh_from_db()
    assert sitting.remaining_ms(NOON + 3600 * SECOND) == 19 * 60_000
    assert sit.close_if_over(sitting=sitting, at=NOON + 7200 * SECOND).finished_at is None


def test_every_save_answers_with_the_deadline_of_the_moment(sitting):
    seat = take(sitting)
    Sitting.objects.filter(pk=sitting.pk).update(deadline_at=sitting.deadline_at + 600 * SECOND)

    assert save(sitting, seat).ends_at == sitting.deadline_at + 600 * SECOND
