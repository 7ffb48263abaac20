"""The live board: how each candidate of a session, or of an exam without sessions, stands right now.

Four queries, whatever the number of candidates: bookings, sittings, answers counted, events counted.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Count, FloatField, Max, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from exams.invigilation.sessions import sittings_watched_by
from exams.models import Booking, Exam, ExamSession, Item, Sitting, SittingEvent
from people.models import User

GONE_AFTER = datetime.timedelta(seconds=60)  # without a sign of life
MOST = 500  # candidates on a board
_Kind = SittingEvent.Kind
_COUNTED = (_Kind.LEFT, _Kind.BACK, _Kind.OFFLINE, _Kind.ONLINE, _Kind.DEVICE, _Kind.MESSAGE)


class State(StrEnum):
    """How a candidate stands."""

    BOOKED = "booked"
    HERE = "here"
    READY = "ready"
    WORKING = "working"
    BREAK = "break"
    OVER = "over"
    FINISHED = "finished"
    VOID = "void"

    @property
    def label(self) -> Promise:
        """In words."""
        return _LABELS[self]


_LABELS = {
    State.BOOKED: pgettext_lazy("candidate", "booked"),
    State.HERE: pgettext_lazy("candidate", "checked in"),
    State.READY: pgettext_lazy("candidate", "has his paper"),
    State.WORKING: pgettext_lazy("candidate", "working"),
    State.BREAK: pgettext_lazy("candidate", "on a break"),
    State.OVER: pgettext_lazy("candidate", "time is over"),
    State.FINISHED: pgettext_lazy("candidate", "finished"),
    State.VOID: pgettext_lazy("candidate", "void"),
}


@dataclass(frozen=True)
class Told:
    """What the log says of a kind of event: how often, how long in all (seconds), and the last time."""

    count: int = 0
    seconds: float = 0
    last: int = 0
    last_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Line:
    """A candidate on the board."""

    person: User
    at: datetime.datetime
    booking: Booking | None = None
    sitting: Sitting | None = None
    answered: int = 0
    total: int = 0
    told: dict[str, Told] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """How he stands."""
        sitting = self.sitting
        if sitting is None:
            return State.HERE if self.booking and self.booking.checked_in_at else State.BOOKED
        if sitting.finished_at:
            return State.VOID if sitting.ended_by == Sitting.Ended.ABANDONED else State.FINISHED
        if sitting.started_at is None:
            return State.READY
        if sitting.paused_at:
            return State.BREAK
        return State.OVER if self.at > sitting.deadline_at else State.WORKING

    @property
    def remaining(self) -> int | None:
        """The seconds he has left, where a clock runs or stands for a break."""
        if self.state not in {State.WORKING, State.BREAK, State.OVER}:
            return None
        return self.sitting.remaining_ms(self.at) // 1000

    @property
    def unseen(self) -> int | None:
        """The seconds since his last sign of life."""
        seen = self.sitting and self.sitting.last_seen_at
        return max(0, int((self.at - seen).total_seconds())) if seen else None

    @property
    def is_gone(self) -> bool:
        """Whether he works and there was no sign of life for a minute."""
        is_silent = self.unseen is None or self.unseen > GONE_AFTER.total_seconds()
        return self.state == State.WORKING and is_silent

    def of(self, kind: str) -> Told:
        """What the log says of this kind."""
        return self.told.get(kind, Told())

    @property
    def left(self) -> int:
        """How often he left the page."""
        return self.of(_Kind.LEFT).count

    @property
    def is_away(self) -> bool:
        """Whether he left the page and has not come back."""
        return self.state == State.WORKING and self.of(_Kind.LEFT).last > self.of(_Kind.BACK).last

    @property
    def away(self) -> int:
        """How many seconds he was away from the page in all, this moment included."""
        since = (self.at - self.of(_Kind.LEFT).last_at).total_seconds() if self.is_away else 0
        return int(self.of(_Kind.BACK).seconds + max(0, since))

    @property
    def gaps(self) -> int:
        """How often his connection was gone."""
        return max(self.of(_Kind.OFFLINE).count, self.of(_Kind.ONLINE).count)

    @property
    def offline(self) -> int:
        """How many seconds his connection was gone in all."""
        return int(self.of(_Kind.ONLINE).seconds)

    @property
    def devices(self) -> int:
        """How often he changed to another device."""
        return self.of(_Kind.DEVICE).count

    @property
    def messages(self) -> int:
        """How many messages were sent to him."""
        return self.of(_Kind.MESSAGE).count


def of_session(*, session: ExamSession, by: User, at: datetime.datetime) -> list[Line]:
    """Return the candidates of a session by seat, each with his last sitting."""
    rows = sittings_watched_by(by).filter(booking__session=session)
    found = {sitting.booking_id: sitting for sitting in rows.order_by("pk")}
    bookings = session.bookings.select_related("person").order_by("number")[:MOST]
    return _lines([(each.person, each, found.get(each.pk)) for each in bookings], rows, at)


def of_exam(*, exam: Exam, by: User, at: datetime.datetime) -> list[Line]:
    """Return who sits an exam now without a session, those whose time ends first before the others."""
    rows = sittings_watched_by(by).filter(exam=exam, booking__isnull=True).open()
    shown = rows.select_related("person").order_by("deadline_at", "pk")[:MOST]
    return _lines([(sitting.person, None, sitting) for sitting in shown], rows, at)


def of_sitting(*, sitting: Sitting, at: datetime.datetime) -> Line:
    """Return one candidate; the sitting comes with its person and booking."""
    row = Sitting.objects.filter(pk=sitting.pk)
    (line,) = _lines([(sitting.person, sitting.booking, sitting)], row, at)
    return line


def _lines(
    who: Sequence[tuple[User, Booking | None, Sitting | None]], rows: QuerySet[Sitting], at: datetime.datetime
) -> list[Line]:
    answers, told = _answers(rows), _told(rows)
    return [
        Line(
            person, at, booking, sitting,
            *(answers.get(sitting.pk, (0, 0)) if sitting else (0, 0)),
            told=told.get(sitting.pk, {}) if sitting else {},
        )
        for person, booking, sitting in who
    ]  # fmt: skip


def _answers(rows: QuerySet[Sitting]) -> dict[int, tuple[int, int]]:
    counted = Item.objects.filter(sitting__in=rows.order_by().values("pk")).order_by().values("sitting")
    counted = counted.annotate(answered=Count("pk", filter=Q(response__isnull=False)), total=Count("pk"))
    return {row["sitting"]: (row["answered"], row["total"]) for row in counted}


def _told(rows: QuerySet[Sitting]) -> dict[int, dict[str, Told]]:
    events = SittingEvent.objects.filter(sitting__in=rows.order_by().values("pk"), kind__in=_COUNTED).order_by()
    length = Sum(Cast(KeyTextTransform("seconds", "detail"), FloatField()))
    told: dict[int, dict[str, Told]] = {}
    for row in events.values("sitting", "kind").annotate(
        count=Count("pk"), seconds=length, last=Max("pk"), last_at=Max("at")
    ):
        sitting, kind = row.pop("sitting"), row.pop("kind")
        told.setdefault(sitting, {})[kind] = Told(**row | {"seconds": row["seconds"] or 0})
    return told


def counts(lines: Iterable[Line]) -> dict[State, int]:
    """Return how many candidates are in each state, those nobody is in left out."""
    found = dict.fromkeys(State, 0)
    for line in lines:
        found[line.state] += 1
    return {state: count for state, count in found.items() if count}
