"""Telling customers that maintenance is due 保养到期通知: each date of each device once."""

import datetime
from itertools import count

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kb.maintenance.due import Due, DueList
from kb.models import Device, DueNotice
from people.inbox import tell
from people.models import OrgUnit, User

FARTHEST = datetime.timedelta(days=120)  # no plan gives notice earlier
AT_ONCE = 500  # devices looked up at a time


def remind(*, at: datetime.datetime, on: datetime.date) -> int:
    """Tell the people of each owner whose device is due within the plan's days of notice; say how many dates."""
    listed = DueList(devices=Device.objects.filter(owner__isnull=False), by=on + FARTHEST)
    told = 0
    for first in count(0, AT_ONCE):
        part = listed[first : first + AT_ONCE]
        told += sum(_tell(due, at) for due in part if _is_time(due, on))
        if len(part) < AT_ONCE:
            return told
    raise AssertionError("the list ends")


def _is_time(due: Due, on: datetime.date) -> bool:
    return due.due_on is not None and due.due_on - datetime.timedelta(days=due.plan.notice_days) <= on


@transaction.atomic
def _tell(due: Due, at: datetime.datetime) -> bool:
    notice, is_new = DueNotice.objects.get_or_create(
        plan=due.plan, device=due.device, due_on=due.due_on, defaults={"sent_at": at}
    )
    if not is_new:
        return False
    people = User.objects.filter(is_active=True, unit__in=OrgUnit.objects.within(due.device.owner))
    for person in people:
        tell(
            person=person, key=f"maintenance-{notice.pk}", at=at, by_mail=True,
            url=reverse("due_notice", args=[due.plan.key, due.device.code]),
            text=_("Maintenance of %(device)s is due on %(day)s: %(plan)s."),
            values={"device": due.device, "day": due.due_on, "plan": due.plan},
        )  # fmt: skip
    notice.people = len(people)
    notice.save(update_fields=["people"])
    return True
