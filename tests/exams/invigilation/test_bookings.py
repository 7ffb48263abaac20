"""Seats of a session: given to people, taken by themselves, given back."""

import datetime
from functools import partial

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from exams.invigilation import bookings, sessions
from exams.models import Booking, ExamSession
from people.models import Audience, Notice, User
from people.refusal import Refused
from tests import make
from tests.at_once import at_once
from tests.make import NOON

from . import hall
from .hall import HOUR

BEFORE = NOON - 3 * HOUR

pytestmark = pytest.mark.django_db


def test_people_get_the_next_free_seats_and_are_told(technician: User, manager: User) -> None:
    session = hall.session()
    hall.booking(session, make.person())
    made = bookings.book(session=session, people=[technician, manager], at=BEFORE)
    assert [each.number for each in made] == [2, 3]
    notice = Notice.objects.get(person=technician)
    assert "11:00" in notice.text
    assert notice.url == session.exam.get_absolute_url()


def test_booking_again_changes_nothing(technician: User) -> None:
    session = hall.session()
    bookings.book(session=session, people=[technician, technician], at=BEFORE)
    assert bookings.book(session=session, people=[technician], at=BEFORE) == []
    assert session.bookings.count() == 1


def test_a_seat_given_back_is_the_next_one_given(technician: User, manager: User, dealer: User) -> None:
    session = hall.session()
    first, _second = bookings.book(session=session, people=[technician, manager], at=BEFORE)
    bookings.cancel(booking=first, by=make.person(), at=BEFORE)
    assert bookings.book(session=session, people=[dealer], at=BEFORE)[0].number == 1


def test_all_or_none_are_booked(technician: User, manager: User, dealer: User) -> None:
    session = hall.session(seats=2)
    with pytest.raises(Refused):
        bookings.book(session=session, people=[technician, manager, dealer], at=BEFORE)
    assert not session.bookings.exists()


def test_who_may_not_know_of_the_exam_is_not_booked_for_it(technician: User, dealer: User) -> None:
    session = hall.session(make.exam(["single"], audience=Audience.INTERNAL))
    with pytest.raises(Refused) as refusal:
        bookings.book(session=session, people=[technician, dealer], at=BEFORE)
    assert len(refusal.value.reasons) == 1
    assert "孙晓" in str(refusal.value)


def test_whoever_watches_does_not_sit_and_whoever_sits_does_not_watch(technician: User, manager: User) -> None:
    session = hall.session(None, manager)
    with pytest.raises(Refused):
        bookings.book(session=session, people=[manager], at=BEFORE)
    bookings.book(session=session, people=[technician], at=BEFORE)
    with pytest.raises(Refused):
        sessions.keep(session=session, invigilators=[technician], at=BEFORE)


def test_nobody_is_booked_for_a_session_that_is_over(technician: User) -> None:
    with pytest.raises(Refused):
        bookings.book(session=hall.session(), people=[technician], at=NOON + 2 * HOUR)


def test_people_are_named_by_username_or_employee_number(technician: User) -> None:
    other = make.person(employee_number="E-77")
    assert bookings.people_named(bookings.names_in("technician，E-77\n technician;")) == [technician, other]


def test_who_is_not_found_is_named(technician: User) -> None:
    make.person(username="closed", is_active=False)
    with pytest.raises(Refused, match="nobody、closed"):
        bookings.people_named(["technician", "nobody", "closed"])


def test_an_employee_number_of_two_people_names_neither() -> None:
    make.person(employee_number="E-1")
    make.person(employee_number="E-1")
    with pytest.raises(Refused, match="E-1"):
        bookings.people_named(["E-1"])


@pytest.mark.parametrize(
    "file", ["工号,姓名\r\nE-1,甲\r\nE-2,乙\r\n", "姓名;工号\n甲;E-1\n乙;E-2\n", "E-1\nE-2\nE-1\n"]
)  # fmt: skip
def test_a_list_is_read_by_its_column_or_as_it_is(file: str) -> None:
    assert bookings.names_of_file(name="people.csv", data=file.encode("gb18030")) == ["E-1", "E-2"]


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04broken"])
def test_a_file_that_is_no_list_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Refused):
        bookings.names_of_file(name="people.xlsx", data=data)


def self_service(**fields: object) -> ExamSession:
    return hall.session(**{"is_self_service": True} | fields)


def test_a_candidate_takes_a_seat_and_the_same_one_again(technician: User) -> None:
    session = self_service()
    first = bookings.book_oneself(session=session, person=technician, at=BEFORE)
    assert bookings.book_oneself(session=session, person=technician, at=BEFORE) == first


def test_only_one_seat_for_an_exam_at_a_time(technician: User) -> None:
    first = self_service()
    second = self_service(exam=first.exam)
    bookings.book_oneself(session=first, person=technician, at=BEFORE)
    with pytest.raises(Refused):
        bookings.book_oneself(session=second, person=technician, at=BEFORE)
    bookings.cancel(booking=first.bookings.get(), by=technician, at=BEFORE)
    assert bookings.book_oneself(session=second, person=technician, at=BEFORE)


def test_a_session_booked_by_the_officer_is_not_for_self_service(technician: User) -> None:
    with pytest.raises(Refused):
        bookings.book_oneself(session=hall.session(), person=technician, at=BEFORE)


def test_a_full_session_is_not_offered_and_refuses(technician: User, dealer: User) -> None:
    session = self_service(seats=1)
    assert list(sessions.bookable(exam=session.exam, person=technician, at=BEFORE)) == [session]
    bookings.book_oneself(session=session, person=dealer, at=BEFORE)
    assert not sessions.bookable(exam=session.exam, person=technician, at=BEFORE)
    with pytest.raises(Refused):
        bookings.book_oneself(session=session, person=technician, at=BEFORE)


def test_people_give_back_their_own_seat_until_the_session_opens(technician: User, manager: User) -> None:
    booked = bookings.book_oneself(session=self_service(), person=technician, at=BEFORE)
    with pytest.raises(Refused):
        bookings.cancel(booking=booked, by=technician, at=NOON)
    bookings.cancel(booking=booked, by=manager, at=NOON)
    bookings.cancel(booking=booked, by=manager, at=NOON)
    assert not Booking.objects.exists()
    assert Notice.objects.filter(person=technician, key__startswith="unbooked-").count() == 1


def test_a_seat_with_a_paper_on_it_stays(technician: User, manager: User) -> None:
    booked = hall.booking(hall.session(), technician)
    hall.sitting(technician, booked.session.exam, booking=booked)
    with pytest.raises(Refused):
        bookings.cancel(booking=booked, by=manager, at=NOON)
    with pytest.raises(Refused):
        bookings.allow_extra(booking=booked, minutes=10, by=manager)


@pytest.mark.parametrize("minutes", [-1, 481])
def test_extra_minutes_have_bounds(technician: User, manager: User, minutes: int) -> None:
    with pytest.raises(Refused):
        bookings.allow_extra(booking=hall.booking(hall.session(), technician), minutes=minutes, by=manager)


def test_nobody_gives_himself_minutes_or_checks_himself_in(administrator: User) -> None:
    own = hall.booking(hall.session(), administrator)
    with pytest.raises(Refused):
        bookings.allow_extra(booking=own, minutes=10, by=administrator)
    with pytest.raises(Refused):
        bookings.check_in(booking=own, by=administrator, at=NOON)


def test_the_database_itself_gives_no_seat_twice(technician: User, dealer: User) -> None:
    session = hall.session()
    Booking.objects.create(session=session, person=technician, number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(session=session, person=dealer, number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.create(session=session, person=technician, number=2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_of_many_who_press_at_once_as_many_get_a_seat_as_there_are() -> None:
    session = self_service(seats=3)
    people = [make.person() for _each in range(8)]

    done = at_once(*[partial(bookings.book_oneself, session=session, person=each, at=BEFORE) for each in people])

    assert sorted(session.bookings.values_list("number", flat=True)) == [1, 2, 3]
    assert len([each for each in done if isinstance(each, Refused)]) == 5


def test_a_session_that_cannot_be_is_refused_in_words() -> None:
    session = hall.session()
    session.networks, session.seats, session.closes_at = "hall 3", 501, session.opens_at
    with pytest.raises(Refused) as refusal:
        sessions.keep(session=session, invigilators=[], at=BEFORE)
    assert len(refusal.value.reasons) == 3


def test_seats_that_are_taken_cannot_be_taken_away(technician: User, dealer: User) -> None:
    session = hall.session()
    bookings.book(session=session, people=[technician, dealer], at=BEFORE)
    session.seats = 1
    with pytest.raises(Refused):
        sessions.keep(session=session, invigilators=[], at=BEFORE)


def test_another_hour_is_told_to_those_who_are_booked_once(technician: User) -> None:
    session = hall.session()
    bookings.book(session=session, people=[technician], at=BEFORE)
    session.opens_at += datetime.timedelta(minutes=15)
    sessions.keep(session=session, invigilators=[], at=BEFORE)
    sessions.keep(session=session, invigilators=[], at=BEFORE)
    assert Notice.objects.filter(person=technician).count() == 2
