"""What screens of sessions need: lengths in words, the clock, a candidate's seats."""

from django import template
from django.utils import timezone

from exams.invigilation import log, sessions
from exams.models import Booking, Exam

register = template.Library()


@register.filter
def lasting(seconds: float | None) -> str:
    """Return a length in words."""
    return "" if seconds is None else log.lasting(seconds)


@register.filter
def clocked(seconds: int | None) -> str:
    """Return the time that is left as a clock shows it: minutes and seconds."""
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


@register.inclusion_tag("exams/invigilation/_bookings.html", takes_context=True)
def my_sessions(context: template.Context, exam: Exam | None = None) -> dict:
    """Show the seats a person has, and for an exam the sessions in which he can take one himself."""
    person, now = context["request"].user, timezone.now()
    if not person.is_authenticated:
        return {}
    mine = Booking.objects.filter(person=person, session__closes_at__gte=now).select_related("session__exam")
    mine = mine.filter(session__exam=exam) if exam else mine
    return {
        "exam": exam,
        "mine": list(mine.order_by("session__opens_at", "pk")[:20]),
        "bookable": sessions.bookable(exam=exam, person=person, at=now)[:20] if exam else [],
        "now": now,
        "csrf_token": context.get("csrf_token"),
    }
