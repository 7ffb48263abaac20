"""Exam sessions of the demonstration: one last week, one that goes on, one tomorrow morning."""

import datetime
from collections.abc import Mapping

from django.utils import timezone

from exams import sit
from exams.invigilation import admit, bookings, interventions, sessions, tickets
from exams.models import Booking, Exam, ExamSession, Sitting, SittingEvent
from people.models import User
from web.demo.answering import answered
from web.demo.colleagues import COLLEAGUES, EXPECTED, NEWCOMERS, WORKING
from web.demo.sat import IN_SESSION, by_knowledge, sat, seed_of

_Kind = SittingEvent.Kind
_MINUTE = datetime.timedelta(minutes=1)
_ABSENT = "ren.qiang"  # booked last week, and did not come


def morning(at: datetime.datetime, *, days: int) -> datetime.datetime:
    """Return half past nine so many days on."""
    day = timezone.localtime(at) + datetime.timedelta(days=days)
    return day.replace(hour=9, minute=30, second=0, microsecond=0)


def _session(exam: Exam, title: str, opens_at: datetime.datetime, hours: int, **said: object) -> ExamSession:
    closes_at = opens_at + datetime.timedelta(hours=hours)
    return ExamSession(
        exam=exam, title=title, place="培训中心 201 机房", opens_at=opens_at, closes_at=closes_at, **said
    )  # fmt: skip


def hold_last_week(*, exam: Exam, people: Mapping[str, User], at: datetime.datetime) -> list[Sitting]:
    """Let six be booked for a session a week ago, with tickets; five came, one with more time."""
    opens, watch = morning(at, days=-7), User.objects.get(username="supervisor")
    booked_at = opens - datetime.timedelta(days=6)
    session = _session(exam, "服务器维修初级 · 上周场次", opens, 2, seats=12, needs_ticket=True, needs_check_in=True)
    sessions.keep(session=session, invigilators=[watch], at=booked_at)
    made = bookings.book(session=session, people=[people[name] for name in (*IN_SESSION, _ABSENT)], at=booked_at)
    bookings.allow_extra(booking=made[2], minutes=10, by=watch, note="右手受伤，书写较慢")
    cards = tickets.issue(session=session)
    return [
        _attend(exam, booking, code, opens + place * _MINUTE, watch)
        for place, (booking, code) in enumerate(cards, start=4)
        if booking.person.username != _ABSENT
    ]


def _attend(exam: Exam, booking: Booking, code: str, at: datetime.datetime, watch: User) -> Sitting:
    who = next(each for each in COLLEAGUES if each.username == booking.person.username)
    bookings.check_in(booking=booking, by=watch, at=at)
    seat = admit.admit(exam=exam, person=booking.person, at=at, address="", ticket=code)
    return sat(
        exam=exam, person=booking.person, at=at, minutes=20 + booking.number, answer=by_knowledge(who), booking=seat
    )


def plan_tomorrow(*, exam: Exam, people: Mapping[str, User], at: datetime.datetime) -> ExamSession:
    """Book eight for tomorrow morning, two of them with more time, and make their tickets."""
    watch = User.objects.get(username="trainer")
    opens = morning(at, days=1)
    session = _session(
        exam, f"服务器维修初级 · {opens:%m-%d} 上午", opens, 2, seats=10, needs_ticket=True, needs_check_in=True,
        note="请带工牌，提前 10 分钟到场。",
    )  # fmt: skip
    sessions.keep(session=session, invigilators=[watch], at=at)
    newcomers = [people[who.username] for who in NEWCOMERS]
    made = bookings.book(session=session, people=[*newcomers, User.objects.get(username="dealer")], at=at)
    for booking, minutes, note in ((made[1], 10, "阅读障碍，有医生证明"), (made[5], 15, "右手受伤，书写较慢")):
        bookings.allow_extra(booking=booking, minutes=minutes, by=watch, note=note)
    tickets.issue(session=session)
    return session


def hold_now(*, exam: Exam, people: Mapping[str, User], at: datetime.datetime) -> Sitting:
    """Open a session in which people take seats themselves: one works, and one has not come yet."""
    officer = User.objects.get(username="examofficer")
    opens = at.replace(second=0, microsecond=0) - 30 * _MINUTE
    session = _session(exam, "服务规范初级 · 自助考位", opens, 8, seats=6, is_self_service=True)
    sessions.keep(session=session, invigilators=[], at=opens)
    seats = [
        bookings.book_oneself(session=session, person=people[who.username], at=opens + _MINUTE)
        for who in (WORKING, EXPECTED)
    ]
    sitting = _working(exam, seats[0], at)
    interventions.extra_time(
        sittings=[sitting], minutes=30, by=officer, at=at - 3 * _MINUTE, reason="机房断网，换到备用考位"
    )
    interventions.message(sittings=[sitting], text="断网已恢复，已为您补时 30 分钟。", by=officer, at=at - 3 * _MINUTE)
    return sitting


def _working(exam: Exam, booking: Booking, at: datetime.datetime) -> Sitting:
    """Let somebody work on his paper since a few minutes: he left the page once, and his connection was gone."""
    person, begins = booking.person, at - 11 * _MINUTE
    ready = sit.check_in(exam=exam, person=person, at=begins, seed=seed_of(person, exam), booking=booking)
    sitting = sit.start(public_id=ready.public_id, person=person, at=begins)
    seat, sitting = sit.take(sitting=sitting, device="demo", at=begins)
    for item in sitting.items.select_related("version__question").order_by("n")[:7]:
        response = answered(item, knows=1.0, name=person.username)
        sit.save(
            sitting=sitting.public_id, item=item.n, response=response, base=0, lease=seat.lease, at=begins + 2 * _MINUTE
        )
    for ago, kind, seconds in ((8, _Kind.LEFT, 0), (7, _Kind.BACK, 48), (6, _Kind.OFFLINE, 0), (4, _Kind.ONLINE, 95)):
        sit.beat(seat=seat, events=[{"kind": kind.value, "seconds": seconds}], at=at - ago * _MINUTE)
    sit.beat(seat=seat, events=[], at=at)
    return sitting
