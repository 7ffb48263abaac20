"""The same run sent several times at once: one record, and everybody is told the same."""

import threading
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.utils import translation

from kb.models import DiagnosisRun, PartUsed, RunTurn
from kb.runs.record import Used, record
from people.refusal import Conflict
from tests import database, make
from tests.make import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed(request, tmp_path: Path):
    """Work on a database that several connections open at once: on SQLite a file."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        yield
        return
    with database.kept_in(tmp_path / "db.sqlite3"):
        yield


def at_once(*does):
    """Do these things at the same time, each on a connection of its own; return what each returned or raised."""
    here, start, results = connections["default"], threading.Barrier(len(does)), [None] * len(does)

    def run(place):
        connections["default"] = type(here)(here.settings_dict, "default")
        translation.activate("zh-hans")
        try:
            start.wait(20)
            results[place] = does[place]()
        except Exception as mistake:
            results[place] = mistake
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(does))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_sent_at_once_it_is_recorded_once(committed):
    guide, person, key = make.guide(), make.person(), uuid.uuid4()

    def sending(note="好"):
        return lambda: record(
            guide=guide, editions=[guide.edition], person=person, answers=["0", "11"], seen=[], result="resolved",
            key=key, at=NOON, note=note, parts=[Used("P-1")],
        )  # fmt: skip

    results = at_once(sending(), sending(), sending(), sending("别的"))

    kept = DiagnosisRun.objects.get()
    assert (PartUsed.objects.count(), RunTurn.objects.count()) == (1, 2)
    assert {result.pk for result in results if isinstance(result, DiagnosisRun)} == {kept.pk}
    others = [result for result in results if not isinstance(result, DiagnosisRun)]
    assert others
    assert all(isinstance(other, Conflict) for other in others)
