"""A play: what is seen, what it costs, whether it is safe, what it is worth."""

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.simulation import best_cost, build, play, score
from exams.simulation.play import is_dangerous, verb_of
from tests.exams.simulation.guides import ENDS, long, power

BODIES = {fault: build(power(), end=fault, number="FG-100", edition="1.0") for fault in ENDS}
CORD, PSU = BODIES["end-cord"], BODIES["end-psu"]
CORD_WAY = [("test", "lamp"), ("read", "mains"), ("test", "mains"), ("act", "cord"), ("test", "cord-lamp")]
PSU_WAY = [("test", "lamp"), ("act", "unplug"), ("read", "swap"), ("act", "swap"), ("test", "result")]
IDS = [*(step["id"] for step in CORD["steps"]), *ENDS, "nowhere", ""]
ACTIONS = st.lists(
    st.tuples(st.sampled_from(["read", "test", "act", "name", "sing"]), st.sampled_from(IDS)), max_size=30
)


def worth(body, actions):
    return score(play(body, actions))


def by_the_book(body):
    """Return the actions of the best way."""
    steps = {step["id"]: step for step in body["steps"]}
    for id_ in body["way"]:
        if is_dangerous(steps[id_]):
            yield "read", id_
        yield verb_of(steps[id_]), id_
    yield "name", body["cause"]


@pytest.mark.parametrize("fault", ENDS)
def test_the_best_way_earns_everything(fault):
    assert worth(BODIES[fault], by_the_book(BODIES[fault])) == 1


def test_readings_come_from_the_hidden_fault_in_the_order_of_the_play():
    state = play(CORD, CORD_WAY)

    assert [(id_, reading["words"]) for id_, reading in state.observations] == [
        ("lamp", "不亮"),
        ("mains", "220 V"),
        ("cord", ""),
        ("cord-lamp", "亮"),
    ]
    assert state.minutes == best_cost(CORD) == 18
    assert not state.is_over


def test_a_detour_costs_its_part_of_the_score():
    detour = [("act", "unplug"), ("read", "swap"), ("act", "swap"), ("test", "result")]

    assert worth(CORD, [*CORD_WAY, *detour, ("name", "end-cord")]) == Fraction(18, 18 + 6 + 20 + 3)


def test_whoever_knows_better_than_the_guide_loses_nothing():
    assert worth(CORD, [("act", "cord"), ("test", "cord-lamp"), ("name", "end-cord")]) == 1


def test_the_same_test_twice_costs_once():
    assert play(CORD, [*CORD_WAY, *CORD_WAY]).minutes == 18


def test_another_cause_or_none_earns_nothing():
    assert worth(CORD, [*CORD_WAY, ("name", "end-psu")]) == 0
    assert worth(CORD, CORD_WAY) == 0
    assert worth(CORD, []) == 0


def test_a_cause_named_without_a_test_that_shows_it_earns_half():
    assert worth(CORD, [("name", "end-cord")]) == Fraction(1, 2)
    assert worth(CORD, [*CORD_WAY[:4], ("name", "end-cord")]) == Fraction(1, 2)


def test_dangerous_work_without_its_hazards_read_fails():
    state = play(CORD, [("test", "lamp"), ("test", "mains"), ("read", "mains"), *CORD_WAY[3:], ("name", "end-cord")])

    assert state.failed_safety
    assert state.skipped == ["mains"]
    assert score(state) == 0


def test_dangerous_work_before_the_act_that_the_guide_asks_for_fails():
    state = play(PSU, [("test", "lamp"), ("read", "swap"), ("act", "swap"), ("test", "result"), ("name", "end-psu")])

    assert state.early == ["swap"]
    assert score(state) == 0
    assert worth(PSU, [*PSU_WAY, ("name", "end-psu")]) == 1


def test_what_harmless_acts_bring_about_is_seen_after_them_alone():
    early = play(CORD, [("test", "cord-lamp")])

    assert (early.observations, early.minutes) == ([], 0)
    assert "cord-lamp" not in early.open
    assert "cord-lamp" in play(CORD, [("act", "cord")]).open
    assert "swap" in early.open  # whether it is safe already is for the candidate to know


def test_after_the_cause_is_named_nothing_more_is_done():
    state = play(CORD, [("name", "end-psu"), *CORD_WAY, ("name", "end-cord")])

    assert (state.named, state.minutes, state.can) == ("end-psu", 0, [])


@given(actions=ACTIONS, fault=st.sampled_from(ENDS))
def test_whatever_is_done_the_share_is_a_share(actions, fault):
    state = play(BODIES[fault], actions)

    assert 0 <= score(state) <= 1
    assert play(BODIES[fault], state.done) == state
    assert all(play(BODIES[fault], [*state.done, action]) != state for action in state.can)


@given(actions=ACTIONS)
def test_a_skipped_hazard_is_never_made_up_for(actions):
    state = play(CORD, [("test", "mains"), *actions, *by_the_book(CORD)])

    assert score(state) == 0


@given(actions=ACTIONS, fault=st.sampled_from(ENDS))
def test_more_actions_never_earn_more_once_the_fault_is_shown(actions, fault):
    *way, name = by_the_book(BODIES[fault])
    detour = [action for action in actions if action[0] != "name"]

    assert worth(BODIES[fault], [*way, *detour, name]) <= worth(BODIES[fault], [*way, name])


def test_a_guide_of_500_nodes_is_frozen_and_played_at_once():
    tree = long(300)
    assert len(tree.nodes) > 500
    begun = time.perf_counter()

    body = build(tree, end="s300", number="", edition="")
    assert worth(body, by_the_book(body)) == 1
    assert time.perf_counter() - begun < 1
