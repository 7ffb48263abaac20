"""What is kept of a search, what is refused, and that it is kept once."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.db.models import ProtectedError

from kb.models import (
    CaseEvent,
    Component,
    DiagnosisRun,
    Hazard,
    Override,
    Part,
    PartUsed,
    RunTurn,
)
from kb.runs.record import Used
from people import roles
from people.models import Notice
from people.refusal import Conflict, Refused
from tests import make
from tests.make import NOON, act, ask, end, measure

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def test_it_keeps_the_edition_the_way_and_what_came_of_it(run, guide, technician):
    made = run(note=" 更换后正常\r\n好 ", minutes=12, started_at=NOON - DAY / 24)

    made.refresh_from_db()
    assert (made.edition, made.version, made.person, made.unit) == (guide.edition, "1.2", technician, technician.unit)
    assert (made.end, made.result, made.cause, made.fault_class) == ("bad", "resolved", "电源模块损坏", "hardware")
    assert (made.note, made.minutes, made.model) == ("更换后正常\n好", 12, guide.product_models.get())
    assert (made.recorded_at, made.received_at) == (NOON, NOON)
    assert [(turn["node"], turn["words"], turn["guide"], turn["version"]) for turn in made.path] == [
        ("lamp", "不亮", "FG-1", "1.2"),
        ("rail", "11,2 V", "FG-1", "1.2"),
    ]
    turns = made.turns.values_list("guide", "node", "way", "to", "end", "result")
    assert list(turns) == [
        (guide.pk, "lamp", "0", "rail", "bad", "resolved"),
        (guide.pk, "rail", "r0", "bad", "bad", "resolved"),
    ]


@pytest.mark.parametrize(("reading", "way"), [("11.4", "r1"), ("１３", "r2"), ("cannot", "cannot")])
def test_a_reading_is_kept_as_the_range_that_holds_it(run, reading, way):
    assert run(answers=["0", reading]).turns.last().way == way


def test_a_search_through_an_included_guide_names_both(run, technician):
    inner = make.guide(number="FG-2", version="2.1")
    body = [
        ask("what", {"电源": "psu"}, none="over"),
        {"type": "include", "id": "psu", "value": {"heading": "电源", "guide": inner.pk, "unresolved": "over"}},
        end("over", result="unresolved", escalate="研发", collect="日志"),
    ]
    outer = make.guide(body, number="FG-3")

    made = run(guide=outer, editions=[outer.edition, inner.edition], answers=["0", "0", "11"])
    assert [(turn["node"], turn["guide"], turn["version"]) for turn in made.path] == [
        ("what", "FG-3", "1.0"),
        ("psu/lamp", "FG-2", "2.1"),
        ("psu/rail", "FG-2", "2.1"),
    ]
    assert list(made.turns.values_list("guide", "node", "to", "end")) == [
        (outer.pk, "what", "psu/lamp", "psu/bad"),
        (inner.pk, "lamp", "rail", "psu/bad"),
        (inner.pk, "rail", "bad", "psu/bad"),
    ]
    left = run(guide=outer, editions=[outer.edition, inner.edition], answers=["0", "1"])
    assert (left.end, left.turns.last().to) == ("over", "over")


def test_whoever_began_on_an_edition_finishes_on_it(run, guide):
    first = guide.edition
    make.issue(guide, body=[end("over", result="unresolved", escalate="研发", collect="日志")], start="over",
               effective_on=NOON.date())  # fmt: skip

    assert run(editions=[first]).edition == first
    with pytest.raises(Refused):
        run(editions=[first], at=NOON + 32 * DAY)
    with pytest.raises(Refused):
        run(editions=[guide.editions.last()])


def test_device_and_case_are_kept_and_the_case_hears_of_it(run, technician, machine, case):
    made = run(device=machine, report=case)

    assert (made.device, made.model, made.report) == (machine, machine.model, case)
    event = CaseEvent.objects.get()
    assert (event.kind, event.run, event.by, event.at) == ("run", made, technician, NOON)


def test_parts_keep_the_number_whether_we_know_them_or_not(run):
    part = Part.objects.create(key="psu", name="电源", number="P-1")

    made = run(parts=[Used("P-1", 2, "OLD1", "NEW1"), Used("别家-9")])

    rows = made.parts.values_list("part", "number", "quantity", "serial_out", "serial_in")
    assert list(rows) == [(part.pk, "P-1", 2, "OLD1", "NEW1"), (None, "别家-9", 1, "", "")]


def test_the_component_at_fault_is_named(run, guide):
    component = Component.objects.create(key="psu", name="电源模块", model=guide.product_models.get())
    other = make.guide([act("do", then="bad"), end("bad", cause="坏", component="psu")])

    assert run(guide=other, answers=["done"]).component == component


def test_what_the_person_held_at_that_minute_is_kept(run, technician):
    field = make.qualification(rank=2)
    held = make.credential(technician, field, valid_until=datetime.date(2026, 12, 31))
    make.credential(technician, make.qualification(), valid_until=datetime.date(2026, 11, 1))

    assert run().credentials == [
        {"qualification": field.key, "words": str(field), "number": held.number, "valid_until": "2026-12-31"}
    ]


@pytest.fixture
def gated(guide):
    field = make.qualification(rank=2)
    Hazard.objects.create(key="live", name="触电", level="danger", text="断电")
    steps = [
        act("do", then="rail", qualification=field.key),
        measure("rail", [(None, None, "over")], cannot="over", live=True, hazards="live"),
        end("over"),
    ]
    return make.guide(steps), field


def test_a_step_without_its_qualification_is_written_down_and_the_supervisor_told(run, technician, gated):
    guide, field = gated
    boss = make.person(roles.SUPERVISOR, unit=technician.unit)
    make.person(roles.SUPERVISOR)

    made = run(guide=guide, answers=["done", "1"])

    assert [(gap["kind"], gap["node"], gap["wanted"]) for gap in made.gaps] == [
        ("qualification", "do", field.key),
        ("hazard", "rail", "live"),
    ]
    assert list(Notice.objects.values_list("person", flat=True)) == [boss.pk]
    assert str(made.key) in Notice.objects.get().url


def test_nothing_is_missing_where_all_was_as_asked(run, technician, gated):
    guide, field = gated
    make.credential(technician, field)

    assert run(guide=guide, answers=["done", "1"], seen=["rail"]).gaps == []
    assert run(guide=guide, answers=["done", "cannot"]).gaps == []


def test_a_supervisors_leave_fills_the_gap(run, technician, gated):
    guide, field = gated
    key, boss = uuid.uuid4(), make.person()
    Override.objects.create(
        walk=key, guide=guide, node="do", qualification=field, person=technician, asked_at=NOON, asked_because="急",
        supervisor=boss, decided_at=NOON, is_granted=True, reason="我在旁边",
    )  # fmt: skip

    assert run(guide=guide, key=key, answers=["done", "1"], seen=["rail"]).gaps == []


def test_sent_three_times_it_is_recorded_once(run):
    key = uuid.uuid4()
    runs = {run(key=key, note="好", at=NOON + n * DAY / 24, parts=[Used("P-1")]) for n in range(3)}

    assert len(runs) == DiagnosisRun.objects.count() == PartUsed.objects.count() == 1
    assert RunTurn.objects.count() == 2


CHANGES = [{"note": "别的"}, {"answers": ["0", "1"]}, {"minutes": 3}, {"result": "unresolved"}, {"parts": [Used("P")]},
           {"consent": "oral", "consent_by": "王"}, {"seen": ["rail"]}, {"started_at": NOON}]  # fmt: skip


def test_the_same_key_with_other_content_is_a_conflict(run):
    first = run(key=uuid.uuid4())

    for change in CHANGES:
        with pytest.raises(Conflict) as conflict:
            run(key=first.key, **change)
        assert conflict.value.kept == first
    assert DiagnosisRun.objects.count() == 1


def test_the_key_of_another_person_is_refused_without_more(run, dealer):
    first = run()

    with pytest.raises(Refused) as refusal:
        run(key=first.key, person=dealer)
    assert not isinstance(refusal.value, Conflict)


FORGED = [
    {"answers": []},
    {"answers": ["0"]},
    {"answers": ["9"]},
    {"answers": ["0", "abc"]},
    {"answers": ["1", "0"]},
    {"answers": ["-1"]},
    {"editions": []},
    {"result": ""},
    {"result": "fixed"},
    {"at": NOON, "received_at": NOON - DAY},
    {"at": NOON - 31 * DAY, "received_at": NOON},
    {"started_at": NOON + DAY},
    {"minutes": -1},
    {"minutes": 10**9},
    {"note": "长" * 2001},
    {"consent": "perhaps"},
    {"consent": "oral", "consent_by": "王" * 61},
    {"parts": [Used("")]},
    {"parts": [Used("P" * 41)]},
    {"parts": [Used("P", 0)]},
    {"parts": [Used("P", 1, "S" * 61)]},
    {"parts": [Used("P")] * 31},
]


def test_what_cannot_be_is_refused(run):
    for forged in FORGED:
        with pytest.raises(Refused) as refusal:
            run(**forged)
        assert all(refusal.value.reasons), forged
    assert not DiagnosisRun.objects.exists()


def test_the_edition_of_another_guide_is_refused(run):
    with pytest.raises(Refused):
        run(editions=[make.guide().edition])


def test_a_late_record_keeps_both_clocks(run):
    made = run(at=NOON - 3 * DAY, received_at=NOON)

    assert (made.recorded_at, made.received_at) == (NOON - 3 * DAY, NOON)


def test_what_a_run_was_made_with_cannot_be_deleted(run, technician):
    run()

    with pytest.raises(ProtectedError):
        technician.delete()


def test_a_reading_of_many_places_is_kept_as_typed(run):
    typed = "11.2000000000000000000000000001"
    made = run(answers=["0", typed])

    assert made.path[1]["answer"] == typed
    assert Decimal(typed) < Decimal("11.4")
