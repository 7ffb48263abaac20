"""Reminding people of certificates that end."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.inbox import tell
from people.models import Credential

# Days before the end, each told once.
AHEAD = (90, 60, 30, 7)


def remind(*, at: datetime.datetime, on: datetime.date) -> int:
    """Write a notice for every valid certificate that ends within 90 days of that day; return how many."""
    seen = 0
    last = on + datetime.timedelta(days=max(AHEAD))
    for credential in (
        Credential.objects.valid(at).filter(valid_until__lte=last).select_related("person", "qualification__subject")
    ):
        left = (credential.valid_until - on).days
        step = min(days for days in AHEAD if left <= days)
        seen += 1
        tell(
            person=credential.person,
            key=f"certificate-{credential.number}-{step}",
            text=_("Your certificate %(number)s ends on %(date)s."),
            values={"number": credential.number, "date": credential.valid_until},
            url=reverse("certificate", args=[credential.number]),
            at=at,
        )
    return seen
