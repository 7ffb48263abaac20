"""Who is let in: booked, in time, from an allowed network, with his ticket."""

import pytest
from django.test import RequestFactory

from exams.invigilation import admit, bookings, door, sessions, tickets
from exams.models import Booking
from people.models import User
from people.refusal import Refused
from tests import make
from tests.make import NOON

from . import hall
from .hall import HOUR, MINUTE

HERE = "10.20.0.9"


def objections(person: User, exam: object, **said: object) -> list[str]:
    return admit.objections(**{"exam": exam, "person": person, "at": NOON, "address": HERE} | said)


def test_whoever_is_not_booked_is_not_let_in(technician: User) -> None:
    exam = hall.session().exam
    assert len(objections(technician, exam)) == 1
    with pytest.raises(Refused):
        admit.admit(exam=exam, person=technician, at=NOON, address=HERE)


def test_an_exam_that_needs_no_session_lets_everybody_in(technician: User) -> None:
    exam = make.exam(["single"])
    assert admit.admit(exam=exam, person=technician, at=NOON, address=HERE) is None


def test_a_booking_lets_in_while_its_session_is_open(technician: User) -> None:
    booked = hall.booking(hall.session(), technician)
    assert admit.admit(exam=booked.session.exam, person=technician, at=NOON, address=HERE) == booked


@pytest.mark.parametrize(("late", "said"), [(-2, "11:00"), (2, "13:00")])
def test_too_early_and_too_late_are_said_with_the_times(technician: User, late: int, said: str) -> None:
    booked = hall.booking(hall.session(), technician)
    (reason,) = objections(technician, booked.session.exam, at=NOON + late * HOUR)
    assert said in reason


def test_a_booking_outside_its_time_does_not_shut_an_exam_that_needs_no_session(technician: User) -> None:
    exam = make.exam(["single"])
    hall.booking(hall.session(exam), technician)
    assert admit.admit(exam=exam, person=technician, at=NOON + 3 * HOUR, address=HERE) is None


def test_another_network_is_refused(technician: User) -> None:
    booked = hall.booking(hall.session(networks="10.20.0.0/16"), technician)
    assert objections(technician, booked.session.exam) == []
    assert len(objections(technician, booked.session.exam, address="203.0.113.5")) == 1


def test_a_paper_does_not_leave_the_place_of_its_session(technician: User) -> None:
    booked = hall.booking(hall.session(networks="10.20.0.0/16"), technician)
    found = hall.sitting(technician, booked.session.exam, booking=booked)
    assert admit.is_in_network(sitting=found, address=HERE)
    assert not admit.is_in_network(sitting=found, address="203.0.113.5")


def with_ticket(person: User) -> tuple[Booking, str]:
    booked = hall.booking(hall.session(needs_ticket=True), person)
    ((_booking, code),) = tickets.issue(session=booked.session)
    return booked, code


def test_a_ticket_lets_in_once(technician: User) -> None:
    booked, code = with_ticket(technician)
    exam = booked.session.exam
    typed = f" {code[:4].lower()}-{code[4:]} "
    assert admit.admit(exam=exam, person=technician, at=NOON, address=HERE, ticket=typed) == booked
    with pytest.raises(Refused):
        admit.admit(exam=exam, person=technician, at=NOON, address=HERE, ticket=code)


def test_a_check_in_that_comes_twice_is_let_in_twice(technician: User) -> None:
    booked, code = with_ticket(technician)
    exam = booked.session.exam
    admit.admit(exam=exam, person=technician, at=NOON, address=HERE, ticket=code)
    hall.sitting(technician, exam, booking=booked, begun=False)
    assert admit.admit(exam=exam, person=technician, at=NOON, address=HERE, ticket=code) == booked


@pytest.mark.parametrize("typed", ["", "  ", "WRONGONE", "x" * 5000, "２３４５６７８９"])
def test_no_ticket_or_a_wrong_one_is_refused(technician: User, typed: str) -> None:
    booked, _code = with_ticket(technician)
    assert len(objections(technician, booked.session.exam, ticket=typed)) == 1


def test_a_ticket_is_its_persons_alone(technician: User, dealer: User) -> None:
    booked, code = with_ticket(technician)
    hall.booking(booked.session, dealer)
    tickets.issue(session=booked.session, bookings=[booked.session.bookings.get(person=dealer).pk])
    assert len(objections(dealer, booked.session.exam, ticket=code)) == 1


def test_a_new_ticket_makes_the_old_one_void(technician: User) -> None:
    booked, old = with_ticket(technician)
    ((_booking, new),) = tickets.issue(session=booked.session, bookings=[booked.pk])
    assert len(objections(technician, booked.session.exam, ticket=old)) == 1
    assert objections(technician, booked.session.exam, ticket=new) == []


def test_of_a_ticket_only_a_digest_is_kept(technician: User) -> None:
    booked, code = with_ticket(technician)
    kept = Booking.objects.values().get(pk=booked.pk)
    assert len(code) == tickets.LENGTH
    assert not set(code) & set("01ILO")
    assert code not in str(kept)


def test_before_it_is_typed_a_missing_ticket_is_no_objection(technician: User) -> None:
    booked, _code = with_ticket(technician)
    assert objections(technician, booked.session.exam) == []


def test_the_session_that_is_open_counts_before_the_next_and_the_last(technician: User) -> None:
    exam = make.exam(["single"], needs_session=True)
    moments = {"last": NOON - 30 * HOUR, "open": NOON, "next": NOON + 30 * HOUR, "later": NOON + 60 * HOUR}
    for title, at in moments.items():
        hall.booking(hall.session(exam, title=title, opens_at=at - HOUR, closes_at=at + HOUR), technician)

    def at(moment: object) -> str:
        return sessions.booking_for(exam=exam, person=technician, at=moment).session.title

    assert at(NOON) == "open"
    assert at(NOON + 2 * HOUR) == "next"
    assert at(NOON + 90 * HOUR) == "later"


def test_the_address_is_the_clients_own_not_what_it_claims(technician: User) -> None:
    request = RequestFactory().post("/", {"ticket": "A"}, REMOTE_ADDR="203.0.113.5", HTTP_X_FORWARDED_FOR=HERE)
    assert door.address_of(request) == "203.0.113.5"


def test_trying_tickets_out_is_stopped(technician: User, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "exam_ticket": "10/5m/user"}

    def tries(ticket: str) -> object:
        request = RequestFactory().post("/", {"ticket": ticket})
        request.user = technician
        return door.too_many(request)

    answers = [tries("WRONGONE") for _try in range(11)]
    assert answers[:10] == [None] * 10
    assert answers[10].status_code == 429
    assert tries("") is None


def test_a_ready_paper_goes_on_after_the_session_closed_for_newcomers(technician: User) -> None:
    booked = hall.booking(hall.session(), technician)
    hall.sitting(technician, booked.session.exam, booking=booked, begun=False)
    late = booked.session.closes_at + 5 * MINUTE
    assert admit.admit(exam=booked.session.exam, person=technician, at=late, address=HERE) == booked


def test_extra_minutes_and_the_invigilators_check_in_are_on_the_booking(technician: User, manager: User) -> None:
    booked = hall.booking(hall.session(), technician)
    bookings.allow_extra(booking=booked, minutes=15, by=manager, note="阅读障碍")
    assert bookings.check_in(booking=booked, by=manager, at=NOON)
    assert not bookings.check_in(booking=booked, by=manager, at=NOON + MINUTE)
    booked.refresh_from_db()
    assert (booked.extra_minutes, booked.checked_in_at, booked.checked_in_by) == (15, NOON, manager)
