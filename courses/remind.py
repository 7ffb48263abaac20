"""Reminding people of courses that their plans ask for."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models import duties
from people.inbox import tell
from people.models import User

AHEAD = datetime.timedelta(days=7)


def remind(*, at: datetime.datetime, on: datetime.date) -> int:
    """Write a notice for every course due within a week or overdue on that day; return how many."""
    seen = 0
    for person in User.objects.filter(is_active=True, position__plans__isnull=False).distinct():
        for duty in duties(person=person):
            if duty.is_done or duty.due_on > on + AHEAD:
                continue
            seen += 1
            overdue = duty.is_overdue(on)
            tell(
                person=person,
                key=f"duty-{duty.item.pk}-{duty.due_on}-{'overdue' if overdue else 'due'}",
                text=_("Overdue since %(date)s: the course “%(course)s”.")
                if overdue
                else _("Due on %(date)s: the course “%(course)s”."),
                values={"date": duty.due_on, "course": duty.item.course},
                url=reverse("course", args=[duty.item.course.key]),
                at=at,
            )
    return seen
