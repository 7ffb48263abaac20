"""What the people of the demonstration have done already, through the same rules as everybody."""

import datetime

from django.db import transaction
from django.utils import translation

from kb.models import FaultReport
from web.demo import cases, maintenance, notes, runs, searches
from web.demo.keys import key


@transaction.atomic
def make_records(*, at: datetime.datetime) -> bool:
    """Make the records once; say whether it did."""
    if FaultReport.objects.filter(key=key(cases.FIRST)).exists():
        return False
    with translation.override("zh-hans"):
        runs.make_runs(at=at)
        runs.ask_leave(at=at)
        cases.make_cases(at=at)
        notes.make_notes(at=at)
        maintenance.make_inspections(at=at)
        searches.make_searches(at=at)
    return True
