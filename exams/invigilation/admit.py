"""Letting a candidate in: is he booked, is it time, is he where he should be, does he have his ticket?"""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from exams.invigilation import networks, sessions, tickets
from exams.models import Booking, Exam, Sitting
from exams.sit.enter import READY_FOR
from people.models import User
from people.refusal import Refused


def objections(
    *, exam: Exam, person: User, at: datetime.datetime, address: str, ticket: str | None = None
) -> list[str]:
    """Return a sentence for each reason why this person is not let in now; none means he is.

    `ticket` None does not ask for one yet: what stands in his way before he types it.
    """
    if _inside(exam, person, at) is not None:
        return []
    return _objections(exam, sessions.booking_for(exam=exam, person=person, at=at), at, address, ticket)


@transaction.atomic
def admit(*, exam: Exam, person: User, at: datetime.datetime, address: str, ticket: str = "") -> Booking | None:
    """Let this person in: returns the booking he sits on, None where the exam needs none. Raises Refused.

    His ticket is used up by it. Whoever is inside already is let in again: a form may come twice.
    """
    if inside := _inside(exam, person, at):
        return inside.booking
    booking = sessions.booking_for(exam=exam, person=person, at=at)
    if reasons := _objections(exam, booking, at, address, ticket):
        raise Refused(*reasons)
    if booking is None or not booking.session.is_open(at):
        return None
    if booking.session.needs_ticket:
        unused = Booking.objects.filter(pk=booking.pk, ticket_used_at__isnull=True, ticket_hash=booking.ticket_hash)
        if not unused.update(ticket_used_at=at):
            raise Refused(_used())
        booking.ticket_used_at = at
    return booking


def is_in_network(*, sitting: Sitting, address: str) -> bool:
    """Say whether a sitting may be gone on with from this address: a paper does not leave the place of its session."""
    booking = Booking.objects.select_related("session").filter(pk=sitting.booking_id).first()
    return booking is None or networks.allows(booking.session.networks, address)


def _inside(exam: Exam, person: User, at: datetime.datetime) -> Sitting | None:
    """Return his sitting that he can go on with; a paper that waited too long is drawn anew, so it is none."""
    stands = Q(started_at__isnull=False) | Q(checked_in_at__gte=at - READY_FOR)
    return Sitting.objects.of(person).open().filter(stands, exam=exam).select_related("booking__session").first()


def _objections(
    exam: Exam, booking: Booking | None, at: datetime.datetime, address: str, ticket: str | None
) -> list[str]:
    if booking is None:
        return [_("This exam is taken in a session, and you are not booked for one.")] if exam.needs_session else []
    session = booking.session
    if not session.is_open(at):
        return [_untimely(booking, at)] if exam.needs_session else []
    reasons = []
    if not networks.allows(session.networks, address):
        reasons.append(_("This exam cannot be begun from your network; go to the place of the session."))
    if session.needs_check_in and booking.checked_in_at is None:
        reasons.append(_("The invigilator checks you in first. Go to him, then try again."))
    if session.needs_ticket and ticket is not None:
        reasons += _objections_to(booking, ticket)
    return reasons


def _untimely(booking: Booking, at: datetime.datetime) -> str:
    session = booking.session
    times = {
        "begin": sessions.clock(session.opens_at),
        "end": sessions.clock(session.closes_at),
        "session": session.title,
    }
    if at < session.opens_at:
        return _("It is too early: your session “%(session)s” is from %(begin)s to %(end)s.") % times
    return _("It is too late: your session “%(session)s” could be begun from %(begin)s to %(end)s.") % times


def _objections_to(booking: Booking, ticket: str) -> list[str]:
    if not tickets.tidy(ticket):
        return [_("Type the code of your ticket; the invigilator gives it to you.")]
    if not tickets.fits(booking, ticket):
        return [_("This is not your ticket for this session. Compare it with the card; a newer card makes it void.")]
    return [_used()] if booking.ticket_used_at else []


def _used() -> str:
    return _("This ticket has been used. Ask the invigilator for a new one.")
