"""What happens to a case: once, by those who may, to its end."""

import datetime

import pytest
from django.utils import timezone

from kb.cases import act, deadlines
from kb.cases.act.standing import Kind
from kb.cases.clock import State, What
from kb.models import CaseEvent, Device, FaultReport, Tier
from people import roles
from people.models import Notice
from people.refusal import Refused
from tests import make

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
LATER = make.NOON + 30 * MINUTE
Outcome = FaultReport.Outcome


@pytest.fixture
def report(technician):
    return make.fault_report(technician)


@pytest.fixture
def supervisor(technician):
    return make.person(roles.SUPERVISOR, unit=technician.unit)


@pytest.fixture
def tiers(technician):
    names = ("现场", "专业服务中心", "研发")
    units = (technician.unit, make.unit(), make.unit())
    return [
        Tier.objects.create(
            key=f"tier-{rank}", name=name, rank=rank, unit=unit, collect="设备日志；已做的步骤" if rank > 1 else ""
        )
        for rank, (name, unit) in enumerate(zip(names, units, strict=True), 1)
    ]


def kinds(report):
    return [event.kind for event in report.events.all()]


def clocks(report, at):
    found = deadlines.with_clocks(FaultReport.objects.filter(pk=report.pk)).get()
    return {clock.what: clock for clock in deadlines.clocks(found, at)}


@pytest.mark.parametrize(
    ("does", "field"), [(act.respond, "responded_at"), (act.arrive, "arrived_at"), (act.inform, "informed_at")]
)
def test_a_moment_is_set_once(report, technician, does, field):
    does(report=report, by=technician, at=LATER)
    with pytest.raises(Refused):
        does(report=report, by=technician, at=LATER + MINUTE)

    report.refresh_from_db()
    assert getattr(report, field) == LATER
    assert report.events.count() == 2


def test_what_is_entered_later_counts_from_when_it_happened(report, technician):
    act.respond(report=report, by=technician, at=LATER, happened_at=make.NOON + MINUTE)

    assert clocks(report, LATER)[What.RESPOND].met_at == make.NOON + MINUTE


@pytest.mark.parametrize("minutes", [-1, 31])
def test_nothing_happened_before_the_report_or_in_the_future(report, technician, minutes):
    with pytest.raises(Refused):
        act.respond(report=report, by=technician, at=LATER, happened_at=make.NOON + minutes * MINUTE)


def test_who_does_not_belong_to_the_case_can_do_nothing(report):
    stranger, auditor = make.person(roles.TECHNICIAN), make.person(roles.AUDITOR)

    with pytest.raises(FaultReport.DoesNotExist):
        act.respond(report=report, by=stranger, at=LATER)
    with pytest.raises(Refused):
        act.respond(report=report, by=auditor, at=LATER)
    assert kinds(report) == [Kind.RECEIVED]


def test_an_outside_reporter_can_say_more_and_have_it_opened_again_only(customer, technician, tiers):
    report = make.fault_report(customer)
    stands = act.standing(report=report, person=customer, at=LATER)

    assert [kind for kind in Kind if not act.objections(kind, stands)] == [Kind.NOTE]
    act.note(report=report, by=customer, at=LATER, words="又响了一次")
    act.close(report=report, by=technician, at=LATER, outcome=Outcome.REMOTE)
    act.reopen(report=report, by=customer, at=LATER, reason="又坏了")
    assert kinds(report)[-2:] == [Kind.CLOSED, Kind.REOPENED]


def test_the_same_note_twice_is_one(report, technician):
    for _time in range(2):
        act.note(report=report, by=technician, at=LATER, words="  等备件\r\n")

    assert report.events.filter(kind=Kind.NOTE).count() == 1
    with pytest.raises(Refused):
        act.note(report=report, by=technician, at=LATER, words="\0")
    with pytest.raises(Refused):
        act.note(report=report, by=technician, at=LATER, words="长" * 2001)


def test_a_technician_takes_a_case_and_cannot_give_it_away(report, technician):
    other = make.person(roles.TECHNICIAN, unit=technician.unit)

    act.dispatch(report=report, by=technician, to=technician, at=LATER)
    with pytest.raises(Refused):
        act.dispatch(report=report, by=technician, to=other, at=LATER)


def test_a_supervisor_gives_it_to_people_of_the_unit_who_are_told(report, technician, supervisor):
    other = make.person(roles.TECHNICIAN, unit=technician.unit)
    act.dispatch(report=report, by=supervisor, to=technician, at=LATER)
    act.dispatch(report=report, by=supervisor, to=other, at=LATER)

    report.refresh_from_db()
    assert report.assigned_to == other
    assert (technician.notices.count(), other.notices.count()) == (2, 1)
    with pytest.raises(Refused):
        act.dispatch(report=report, by=supervisor, to=other, at=LATER)
    with pytest.raises(Refused):
        act.dispatch(report=report, by=supervisor, to=make.person(roles.TECHNICIAN), at=LATER)


def test_a_superuser_cannot_take_a_case_to_see_its_contact(report, administrator):
    with pytest.raises(Refused):
        act.dispatch(report=report, by=administrator, to=administrator, at=LATER)


def test_the_clocks_follow_the_level_in_force(report, technician):
    first = report.level.scheme.levels.get(rank=1)
    assert clocks(report, LATER)[What.RESPOND].state == State.RUNNING

    with pytest.raises(Refused):
        act.change_level(report=report, by=technician, level=first, reason=" ", at=LATER)
    event = act.change_level(report=report, by=technician, level=first, reason="全院停机", at=LATER)

    late = clocks(report, LATER)[What.RESPOND]
    assert (late.state, late.minutes) == (State.LATE, 20)
    assert event.text == "二级 → 一级: 全院停机"


def test_a_case_goes_up_with_what_was_gathered_and_back(report, technician, supervisor, tiers):
    expert = make.person(roles.TECHNICIAN, unit=tiers[1].unit)
    act.dispatch(report=report, by=technician, to=technician, at=LATER)
    assert not FaultReport.objects.visible_to(expert).exists()
    with pytest.raises(Refused) as refusal:
        act.escalate(report=report, by=supervisor, tier=tiers[1], collected=[("设备日志", "见附件")], at=LATER)
    assert "已做的步骤" in str(refusal.value)

    lines = act.to_collect(report=report, tier=tiers[1])
    act.escalate(report=report, by=supervisor, tier=tiers[1], collected=[(line, "有") for line in lines], at=LATER)
    with pytest.raises(Refused):
        act.escalate(report=report, by=supervisor, tier=tiers[1], collected=[(line, "有") for line in lines], at=LATER)
    assert FaultReport.objects.visible_to(expert).get() == report
    assert Notice.objects.filter(person=expert).count() == 1
    assert technician.notices.filter(text__contains="专业服务中心").count() == 1

    act.dispatch(report=report, by=expert, to=expert, at=LATER)
    act.hand_back(report=report, by=expert, tier=tiers[0], words="换主板", at=LATER)
    report.refresh_from_db()
    assert (report.tier, report.assigned_to) == (None, None)
    assert not FaultReport.objects.visible_to(expert).exists()
    assert technician.notices.count() == 3


def test_what_the_end_of_the_guide_asks_for_is_gathered_too(report, technician, tiers):
    guide = make.guide(
        [
            make.ask("lamp", {"不亮": "over"}, none="over"),
            make.end("over", result="unresolved", escalate="研发", collect="固件版本"),
        ]
    )  # fmt: skip
    make.diagnosis(technician, guide, report=report, end="over")

    assert act.to_collect(report=report, tier=tiers[2]) == ["设备日志", "已做的步骤", "固件版本"]


@pytest.mark.parametrize(
    ("out", "back", "fits"),
    [(act.loan, act.loan_back, Outcome.LOAN), (act.to_factory, act.from_factory, Outcome.FACTORY)],
)
def test_a_case_does_not_end_while_a_machine_is_away_unless_that_is_its_end(report, technician, out, back, fits):
    with pytest.raises(Refused):
        back(report=report, by=technician, at=LATER)
    out(report=report, by=technician, at=LATER, serial="L-7")
    with pytest.raises(Refused):
        out(report=report, by=technician, at=LATER, serial="l 7")
    with pytest.raises(Refused):
        act.close(report=report, by=technician, at=LATER, outcome=Outcome.REPAIRED)
    with pytest.raises(Refused):
        back(report=report, by=technician, at=LATER, serial="L-8")

    back(report=report, by=technician, at=LATER)
    out(report=report, by=technician, at=LATER, serial="L-9")
    act.close(report=report, by=technician, at=LATER, outcome=fits)
    report.refresh_from_db()
    assert report.outcome == fits


def test_a_swapped_machine_is_registered_by_those_who_may(report, technician):
    keeper = make.person(roles.AUTHOR, unit=technician.unit, is_superuser=True)
    with pytest.raises(Refused):
        act.swap(report=report, by=technician, at=LATER, serial_out="A1", serial_in="a-1")
    with pytest.raises(Refused):
        act.swap(report=report, by=technician, at=LATER, serial_out="A1", serial_in="B2", registers=True)
    assert kinds(report) == [Kind.RECEIVED]

    event = act.swap(report=report, by=keeper, at=LATER, serial_out="A1", serial_in="B2", registers=True)
    assert (event.serial, event.text) == ("B2", "A1 → B2")
    assert Device.objects.get().model == report.model
    with pytest.raises(Refused):
        act.swap(report=report, by=keeper, at=LATER, serial_out="A1", serial_in="B2", registers=True)


def test_a_machine_known_by_its_number_alone_becomes_a_device(technician):
    keeper = make.person(roles.AUTHOR, unit=technician.unit, is_superuser=True)
    report = make.fault_report(technician, serial="SN-1")

    made = act.register(report=report, by=keeper, at=LATER)
    report.refresh_from_db()
    assert (report.device, made.unit) == (made, technician.unit)
    with pytest.raises(Refused):
        act.register(report=report, by=keeper, at=LATER)


def test_whoever_reported_and_whoever_has_it_are_told_of_the_end(report, technician, supervisor):
    other = make.person(roles.TECHNICIAN, unit=technician.unit)
    act.dispatch(report=report, by=supervisor, to=other, at=LATER)
    act.close(report=report, by=supervisor, at=LATER, outcome=Outcome.REPAIRED, words="已换电源")

    assert (technician.notices.count(), other.notices.count(), supervisor.notices.count()) == (1, 2, 0)
    with pytest.raises(Refused):
        act.close(report=report, by=supervisor, at=LATER, outcome=Outcome.REPAIRED)
    with pytest.raises(Refused):
        act.respond(report=report, by=supervisor, at=LATER)


def test_a_case_ends_after_what_was_done_and_in_a_known_way(report, technician):
    act.respond(report=report, by=technician, at=LATER)

    for mistake in ({"outcome": "gone"}, {"outcome": Outcome.REMOTE, "happened_at": LATER - MINUTE}):
        with pytest.raises(Refused):
            act.close(report=report, by=technician, at=LATER, **mistake)


def test_it_can_be_opened_again_for_thirty_days_and_promises_anew(report, technician):
    act.respond(report=report, by=technician, at=make.NOON + MINUTE)
    act.close(report=report, by=technician, at=LATER, outcome=Outcome.REMOTE)
    assert clocks(report, LATER)[What.ARRIVE].state == State.NOT_ASKED
    with pytest.raises(Refused):
        act.reopen(report=report, by=technician, at=LATER + datetime.timedelta(days=31), reason="又坏了")
    again = LATER + datetime.timedelta(days=29)
    act.reopen(report=report, by=technician, at=again, reason="又坏了")

    now = clocks(report, again + MINUTE)
    assert now[What.RESPOND].state == State.MET
    assert (now[What.ARRIVE].state, now[What.ARRIVE].minutes) == (State.RUNNING, 719)
    with pytest.raises(Refused):
        act.reopen(report=report, by=technician, at=again, reason="又坏了")


def test_every_event_tells_who_and_when(report, technician):
    act.respond(report=report, by=technician, at=LATER)

    event = CaseEvent.objects.get(kind=Kind.RESPONDED)
    assert (event.by, timezone.localtime(event.at)) == (technician, LATER)
