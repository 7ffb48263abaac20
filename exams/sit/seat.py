"""The seat: the newest window of a candidate works on his paper, older ones only read; what they report is logged."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import F

from exams.models import Sitting, SittingEvent
from exams.sit.errors import Closed, NotSeated

_SIGNER = Signer(salt="exams.sit.seat")
_Kind = SittingEvent.Kind
# What a window may report, and how much of it in one beat: a log is not a place to write at will.
REPORTED = {_Kind.LEFT.value, _Kind.BACK.value, _Kind.OFFLINE.value, _Kind.ONLINE.value, _Kind.CLOCK.value}
MOST_REPORTED = 20
# Server time that goes back by more than this between two beats is a clock that was set, not two beats that crossed.
CLOCK_SLACK = datetime.timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Seat:
    """Who holds the token may save on this sitting as long as nobody else has taken the lease since."""

    sitting: uuid.UUID
    lease: int

    @property
    def token(self) -> str:
        """What the window sends with each save instead of a session: signed, so it needs no look-up."""
        return _SIGNER.sign(f"{self.sitting.hex}.{self.lease}")


def seat_of(token: str) -> Seat:
    """Return the seat that the token is for. Raises NotSeated where we did not sign it."""
    try:
        sitting, _dot, lease = _SIGNER.unsign(token).partition(".")
    except BadSignature:
        raise NotSeated from None
    return Seat(uuid.UUID(sitting), int(lease))


def log(*, sitting: int, kind: SittingEvent.Kind, at: datetime.datetime, detail: Mapping | None = None) -> SittingEvent:
    """Write a line of the log of a sitting (its id) that nobody but the candidate or the clock caused."""
    return SittingEvent.objects.create(sitting_id=sitting, kind=kind, at=at, detail=dict(detail or {}))


@transaction.atomic
def take(*, sitting: Sitting, device: str, at: datetime.datetime) -> tuple[Seat, Sitting]:
    """Take the seat for a window on this device; whoever had it before can only read from now on.

    Raises Closed where the sitting is over.
    """
    row = Sitting.objects.select_for_update().get(pk=sitting.pk)
    if row.is_over(at):
        raise Closed
    device = "".join(sign for sign in device[:64] if sign.isprintable())  # PostgreSQL takes no NUL
    Sitting.objects.filter(pk=row.pk).update(lease=F("lease") + 1, device=device, last_seen_at=at)
    row.lease += 1
    log(sitting=row.pk, kind=_Kind.SEATED, at=at, detail={"device": device[:8], "lease": row.lease})
    if row.device and row.device != device:
        log(sitting=row.pk, kind=_Kind.DEVICE, at=at, detail={"from": row.device[:8], "to": device[:8]})
    row.device, row.last_seen_at = device, at
    return Seat(row.public_id, row.lease), row


def beat(*, seat: Seat, events: Iterable[Mapping], at: datetime.datetime) -> tuple[Sitting, bool]:
    """Note that the window is there and what it reports; return the sitting and whether the window has the seat.

    Raises Closed where the sitting is over, LookupError where there is none.
    """
    row = Sitting.objects.filter(public_id=seat.sitting).first()
    if row is None or row.started_at is None:
        raise LookupError(seat.sitting)
    if row.is_over(at):
        raise Closed
    lines = [SittingEvent(sitting=row, kind=kind, at=at, detail=detail) for kind, detail in _reported(events)]
    if row.last_seen_at and at < row.last_seen_at - CLOCK_SLACK:
        back = (row.last_seen_at - at).total_seconds()
        lines.append(SittingEvent(sitting=row, kind=_Kind.CLOCK, at=at, detail={"server_seconds_back": back}))
    has_seat = seat.lease == row.lease
    if has_seat:
        Sitting.objects.filter(pk=row.pk).update(last_seen_at=at)
    if lines:
        SittingEvent.objects.bulk_create(lines)
    return row, has_seat


def _reported(events: Iterable[Mapping]) -> list[tuple[str, dict]]:
    """Return what may be logged of a report: known kinds, and of each its length in seconds."""
    found = []
    for event in list(events)[:MOST_REPORTED]:
        if isinstance(event, Mapping) and str(event.get("kind")) in REPORTED:
            seconds = event.get("seconds")
            is_length = isinstance(seconds, int | float) and 0 <= seconds < 10**6
            found.append((str(event["kind"]), {"seconds": round(seconds, 1)} if is_length else {}))
    return found
