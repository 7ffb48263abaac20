"""Two people, or two tabs, at once: numbers stay apart, one report is one case, one act happens once."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from kb.cases import act
from kb.models import CaseEvent, FaultReport
from tests import database, make
from tests.kb.control.test_concurrency import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def committed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Work on a database that several connections open at once: on SQLite a file."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        yield
        return
    with database.kept_in(tmp_path / "db.sqlite3"):
        yield


def test_reports_and_acts_at_once():
    make.severity_scheme()
    people, model, key = [make.person(), make.person()], make.product(), uuid.uuid4()
    different = at_once(*(lambda by=by: make.fault_report(by, model=model) for by in people * 2))
    same = at_once(*(lambda: make.fault_report(people[0], model=model, key=key) for _tab in range(3)))

    assert refusals([*different, *same]) == []
    numbers = sorted(FaultReport.objects.values_list("number", flat=True))
    assert [number[-1] for number in numbers] == ["1", "2", "3", "4", "5"]
    assert len({report.pk for report in same}) == 1

    report = same[0]
    twice = at_once(*(lambda: act.respond(report=report, by=people[0], at=timezone.now()) for _tab in range(3)))
    assert len(refusals(twice)) == 2
    assert CaseEvent.objects.filter(report=report, kind=CaseEvent.Kind.RESPONDED).count() == 1
