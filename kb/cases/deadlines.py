"""What was promised for a case: by when somebody responds, is there, and has reported upwards.

The times are those of the level in force now and, for being there, of the area; a change of the level moves them from
the beginning. A case that was opened again begins anew for what had not been done before.
"""

import datetime
from collections.abc import Iterable

from django.db.models import (
    Case,
    DateTimeField,
    Expression,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from kb.cases import clock
from kb.cases.clock import Calendar, Clock, State, What
from kb.models import BusinessHours, CaseEvent, FaultReport, SeverityLevel


def calendar_of(hours: BusinessHours | None) -> Calendar | None:
    """Return these business hours in the site's time zone; none are round the clock. Reads opening and holidays."""
    if hours is None:
        return None
    opening: dict[int, tuple[clock.Span, ...]] = {}
    for each in hours.opening.all():
        opening[each.day] = (*opening.get(each.day, ()), (each.opens, each.closes))
    holidays = frozenset(holiday.day for holiday in hours.holidays.all())
    return Calendar(opening, timezone.get_default_timezone(), holidays)


_HOURS = ("scheme__hours__opening", "scheme__hours__holidays", "arrivals")


def with_clocks(reports: QuerySet[FaultReport]) -> QuerySet[FaultReport]:
    """Return them with all that `clocks` reads, and `begun_at`: since when what is not done yet is waited for."""
    levels = SeverityLevel.objects.select_related("scheme").prefetch_related(*_HOURS)
    return _with_beginning(reports).prefetch_related(Prefetch("level", levels))


def _with_beginning(reports: QuerySet[FaultReport]) -> QuerySet[FaultReport]:
    reopened = CaseEvent.objects.filter(report=OuterRef("pk"), kind=CaseEvent.Kind.REOPENED).order_by("-at", "-pk")
    return reports.annotate(begun_at=Coalesce(Subquery(reopened.values("at")[:1]), F("reported_at")))


def clocks(report: FaultReport, at: datetime.datetime) -> list[Clock]:
    """Return how the three promises stand; the report must come from `with_clocks`."""
    level = report.level
    calendar = calendar_of(level.scheme.hours)
    asked = {
        What.RESPOND: (level.respond_minutes, responded_at(report)),
        What.ARRIVE: (arrive_minutes(level, report.area_id), report.arrived_at),
        What.REPORT: (level.report_minutes, report.informed_at),
    }
    return [
        clock.read(
            what=what, minutes=minutes, start=report.reported_at if met_at else report.begun_at, met_at=met_at,
            ended_at=report.closed_at, at=at, calendar=calendar,
        )
        for what, (minutes, met_at) in asked.items()
    ]  # fmt: skip


def responded_at(report: FaultReport) -> datetime.datetime | None:
    """Return when somebody answered the customer first: who stood at his door had answered."""
    return min(filter(None, (report.responded_at, report.arrived_at)), default=None)


def arrive_minutes(level: SeverityLevel, area: int | None) -> int | None:
    """Return within how many minutes somebody is there in this area. Reads the level's arrivals."""
    return next((each.minutes for each in level.arrivals.all() if each.area_id == area), level.arrive_minutes)


def pressing(found: Iterable[Clock]) -> Clock | None:
    """Return the promise to think of first: the latest one, else the one that runs out next."""
    late = [each for each in found if each.state == State.LATE]
    running = [each for each in found if each.state == State.RUNNING]
    return max(late, key=lambda each: each.minutes, default=None) or min(
        running, key=lambda each: each.due_at, default=None
    )


def with_lateness(reports: QuerySet[FaultReport], at: datetime.datetime) -> QuerySet[FaultReport]:
    """Annotate `begun_at` and `is_late`: open, and a promise ran out unmet.

    For each level (and area) one instant is worked out before which a report is late, so the database can count and
    sort: a few queries for the levels, whatever the number of reports.
    """
    levels = list(SeverityLevel.objects.select_related("scheme__hours").prefetch_related(*_HOURS))
    unmet = {
        What.RESPOND: Q(responded_at__isnull=True, arrived_at__isnull=True),
        What.ARRIVE: Q(arrived_at__isnull=True),
        What.REPORT: Q(informed_at__isnull=True),
    }
    ran_out = Q(pk__in=[])
    for what, waits in unmet.items():
        ran_out |= waits & Q(begun_at__lte=_last_beginnings(what, levels, at))
    late = Case(When(Q(closed_at__isnull=True) & ran_out, then=True), default=False)
    return _with_beginning(reports).annotate(is_late=late)


def _last_beginnings(what: What, levels: Iterable[SeverityLevel], at: datetime.datetime) -> Expression:
    """Return, for the level and area of a report, the last instant from which this promise has run out by now."""
    cases = []
    for level in levels:
        calendar = calendar_of(level.scheme.hours)
        areas = [Q(area=each.area_id) for each in level.arrivals.all()] if what == What.ARRIVE else []
        times = [each.minutes for each in level.arrivals.all()] if areas else []
        own = {
            What.RESPOND: level.respond_minutes,
            What.ARRIVE: level.arrive_minutes,
            What.REPORT: level.report_minutes,
        }[what]
        for condition, minutes in [*zip(areas, times, strict=True), (Q(), own)]:
            last = None if minutes is None else clock.latest_start(at, minutes, calendar)
            cases.append(When(condition & Q(level=level), then=Value(last, DateTimeField())))
    return Case(*cases, default=Value(None, DateTimeField()), output_field=DateTimeField())
