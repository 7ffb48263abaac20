"""Clocks of promises: minutes that count only while the business is open. Pure.

Instants are compared and added up in UTC, so that days on which the clocks are put forward or back count for what
they last. A calendar without opening hours never runs; nothing is looked for further away than ten years.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

MINUTE = datetime.timedelta(minutes=1)
HORIZON = datetime.timedelta(days=3660)

Span = tuple[datetime.time, datetime.time]


@dataclass(frozen=True)
class Calendar:
    """When clocks run: from when to when on each day of the week (0 is Monday), but not on holidays; local times."""

    opening: Mapping[int, tuple[Span, ...]]
    tz: ZoneInfo
    holidays: frozenset[datetime.date] = field(default_factory=frozenset)

    def spans(self, day: datetime.date) -> list[tuple[datetime.datetime, datetime.datetime]]:
        """Return from when to when it is open on that day, in UTC, in order and apart from one another."""
        if day in self.holidays:
            return []
        found: list[tuple[datetime.datetime, datetime.datetime]] = []
        for opens, closes in sorted(self.opening.get(day.weekday(), ())):
            begin, end = self._instant(day, opens), self._instant(day, closes)
            if found:
                begin = max(begin, found[-1][1])  # an hour that is left out in spring makes the next one begin early
            if begin < end:
                found.append((begin, end))
        return found

    def _instant(self, day: datetime.date, time: datetime.time) -> datetime.datetime:
        return datetime.datetime.combine(day, time, self.tz).astimezone(datetime.UTC)


def due(start: datetime.datetime, minutes: int, calendar: Calendar | None) -> datetime.datetime | None:
    """Return when so many minutes are over, in UTC; None where that is never, or further away than ten years."""
    start, left = start.astimezone(datetime.UTC), minutes * MINUTE
    if left > HORIZON:
        return None
    if calendar is None or not minutes:
        return start + left
    for begin, end in _open_after(start, calendar):
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return None


def elapsed(start: datetime.datetime, end: datetime.datetime, calendar: Calendar | None) -> int:
    """Return how many whole minutes count from one instant to another, none if the second is not after the first."""
    start, end = start.astimezone(datetime.UTC), end.astimezone(datetime.UTC)
    if end <= start:
        return 0
    if calendar is None:
        return (end - start) // MINUTE
    total = datetime.timedelta()
    for opens, closes in _open_after(start, calendar):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total // MINUTE


def latest_start(end: datetime.datetime, minutes: int, calendar: Calendar | None) -> datetime.datetime | None:
    """Return the last instant from which so many minutes are over by `end`, in UTC; None where there is none.

    What began then or before is due by `end`, what began later is not: the question of a list, asked backwards.
    """
    end, left = end.astimezone(datetime.UTC), minutes * MINUTE
    if left > HORIZON:
        return None
    if calendar is None or not minutes:
        return end - left
    for opens, closes in _open_before(end, calendar):
        if closes - opens >= left:
            return closes - left
        left -= closes - opens
    return None


def _open_after(start: datetime.datetime, calendar: Calendar) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
    first = start.astimezone(calendar.tz).date()
    for days in range(HORIZON.days if calendar.opening else 0):
        for begin, end in calendar.spans(first + datetime.timedelta(days)):
            if end > start:
                yield max(begin, start), end


def _open_before(end: datetime.datetime, calendar: Calendar) -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
    last = end.astimezone(calendar.tz).date()
    for days in range(HORIZON.days if calendar.opening else 0):
        for begin, closes in reversed(calendar.spans(last - datetime.timedelta(days))):
            if begin < end:
                yield begin, min(closes, end)


class What(StrEnum):
    """What was promised."""

    RESPOND = "respond"
    ARRIVE = "arrive"
    REPORT = "report"


class State(StrEnum):
    """How a promise stands."""

    RUNNING = "running"
    LATE = "late"
    MET = "met"
    MISSED = "missed"
    NOT_ASKED = "not-asked"


LABELS = {
    What.RESPOND: gettext_lazy("Respond"),
    What.ARRIVE: gettext_lazy("Be there"),
    What.REPORT: gettext_lazy("Report upwards"),
}


@dataclass(frozen=True)
class Clock:
    """How a promise stands; `minutes` are those left while it runs, those over where it is late or was missed."""

    what: What
    state: State
    due_at: datetime.datetime | None = None
    met_at: datetime.datetime | None = None
    minutes: int = 0

    @property
    def label(self) -> str:
        """What was promised, in words."""
        return str(LABELS[self.what])

    @property
    def words(self) -> str:
        """How it stands, in words."""
        return {
            State.RUNNING: _("%s left"),
            State.LATE: _("%s over"),
            State.MET: _("in time"),
            State.MISSED: _("%s late"),
            State.NOT_ASKED: _("not asked"),
        }[self.state].replace("%s", lasting(self.minutes))

    @property
    def is_bad(self) -> bool:
        """Whether the promise is broken."""
        return self.state in {State.LATE, State.MISSED}

    @property
    def is_near(self) -> bool:
        """Whether it runs out within half an hour."""
        return self.state == State.RUNNING and self.minutes <= 30


def lasting(minutes: int) -> str:
    """Return a length in words: minutes below an hour, hours and minutes below ten hours, then hours alone."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest}
    if hours >= 10 or not rest:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def read(
    *,
    what: What,
    minutes: int | None,
    start: datetime.datetime,
    met_at: datetime.datetime | None,
    ended_at: datetime.datetime | None,
    at: datetime.datetime,
    calendar: Calendar | None,
) -> Clock:
    """Return how a promise of so many minutes stands at an instant; `ended_at` is when nobody waited for it any more.

    What ended before it was due was not asked any more: a fault that is solved by advice needs nobody on site.
    """
    due_at = None if minutes is None else due(start, minutes, calendar)
    if due_at is None:
        return Clock(what, State.NOT_ASKED, met_at=met_at)
    stopped = met_at or ended_at
    if stopped and stopped <= due_at:
        return Clock(what, State.MET if met_at else State.NOT_ASKED, due_at, met_at)
    if stopped:
        return Clock(what, State.MISSED, due_at, met_at, elapsed(due_at, stopped, calendar))
    if at < due_at:
        return Clock(what, State.RUNNING, due_at, None, elapsed(at, due_at, calendar))
    return Clock(what, State.LATE, due_at, None, elapsed(due_at, at, calendar))
