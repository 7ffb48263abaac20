"""How many field notes stand where, and how many wait for somebody."""

import datetime

from django.db.models import Count, Q

from kb.models import Solution
from kb.models.solutions import SolutionQuerySet

State = Solution.State
OLD = datetime.timedelta(days=7)


def standing_of(note: Solution) -> State:
    """Return where one note stands now."""
    return State(Solution.objects.filter(pk=note.pk).with_standing().values_list("standing", flat=True).get())


def counts(notes: SolutionQuerySet) -> dict[str, int]:
    """Return state -> how many of these notes."""
    found = notes.with_standing().order_by().values_list("standing")
    return dict.fromkeys(State.values, 0) | dict(found.annotate(count=Count("pk")))


def waiting(notes: SolutionQuerySet, at: datetime.datetime) -> tuple[int, int]:
    """Return how many questions are open for more than a week, and how many verified notes nobody has taken up."""
    said = (
        notes.with_standing()
        .order_by()
        .aggregate(
            old=Count("pk", filter=Q(standing=State.QUESTION, created_at__lt=at - OLD)),
            verified=Count("pk", filter=Q(standing=State.VERIFIED, document__isnull=True)),
        )
    )
    return said["old"], said["verified"]
