"""Tickets: a code that lets one booking in once. It is shown when it is made; only its digest is kept."""

import secrets

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from exams.models import Booking, ExamSession

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L: read from paper
LENGTH = 8


def tidy(typed: str) -> str:
    """Return a code as it was made: capitals, without the blanks and dashes people put into it."""
    return "".join(letter for letter in typed.upper()[:40] if letter.isascii() and letter.isalnum())


def digest(booking: Booking, code: str) -> str:
    """Return what is kept of a code: keyed, because eight characters could be tried out."""
    return salted_hmac("exams.ticket", f"{booking.pk}:{tidy(code)}", algorithm="sha256").hexdigest()


def fits(booking: Booking, code: str) -> bool:
    """Say whether this is the code of the booking's last ticket."""
    return bool(booking.ticket_hash) and constant_time_compare(booking.ticket_hash, digest(booking, code))


def new_code() -> str:
    """Return a code nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


@transaction.atomic
def issue(*, session: ExamSession, bookings: list[int] | None = None) -> list[tuple[Booking, str]]:
    """Make new tickets for these bookings of a session, or for all whose ticket was not used yet.

    Returns each booking with its code, by seat: the only time the codes are known. Earlier tickets are void.
    """
    rows = session.bookings.select_for_update(of=("self",)).select_related("person").order_by("number")
    rows = rows.filter(ticket_used_at__isnull=True) if bookings is None else rows.filter(pk__in=bookings)
    made = [(booking, new_code()) for booking in rows]
    for booking, code in made:
        booking.ticket_hash, booking.ticket_used_at = digest(booking, code), None
    Booking.objects.bulk_update([booking for booking, _code in made], ["ticket_hash", "ticket_used_at"])
    return made
