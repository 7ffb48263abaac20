"""The same run sent several times at once: one record, and everybody is told the same."""

import uuid

import pytest

from kb.models import DiagnosisRun, PartUsed, RunTurn
from kb.runs.record import Used, record
from people.refusal import Conflict
from tests import make
from tests.at_once import at_once
from tests.make import NOON

pytestmark = pytest.mark.django_db(transaction=True)


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
