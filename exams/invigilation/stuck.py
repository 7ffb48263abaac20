"""Sittings that got stuck: past their deadline and open, handed out and never begun, a break that never ended."""

import datetime

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from exams.models import Sitting
from exams.models.sitting import GRACE
from exams.sit.enter import READY_FOR

PAUSED_FOR = datetime.timedelta(hours=2)


def stuck(sittings: QuerySet[Sitting], at: datetime.datetime) -> QuerySet[Sitting]:
    """Return those of the sittings that are stuck, longest first, with `why`: "over", "ready" or "break"."""
    over = Q(started_at__isnull=False, paused_at__isnull=True, deadline_at__lt=at - GRACE)
    ready = Q(started_at__isnull=True, checked_in_at__lt=at - READY_FOR)
    on_break = Q(paused_at__lt=at - PAUSED_FOR)
    why = Case(
        When(over, then=Value("over")),
        When(ready, then=Value("ready")),
        default=Value("break"),
        output_field=CharField(),
    )
    return sittings.open().filter(over | ready | on_break).annotate(why=why).order_by("checked_in_at", "pk")
