"""Cheaper orders of tests: proposed only where they are cheaper, and then the cheapest there is."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.diagnosis import order
from tests.kb.diagnosis.trees import build, end

ON = "unknown"


def chain(minutes, acts=()):
    """A guide of questions, one after the other, each with a cause of its own; `acts` stand behind these places."""
    blocks = []
    for place, spent in enumerate(minutes):
        following = str(place + 1) if place + 1 < len(minutes) else ON
        to = f"act{place}" if place in acts else following
        ask = {"choices": [{"words": "是", "to": f"cause{place}"}, {"words": "否", "to": to}], "none": to}
        blocks += [(str(place), "ask", ask | {"minutes": spent}), end(f"cause{place}")]
        blocks += [(f"act{place}", "act", {"then": following, "minutes": 3})] if place in acts else []
    return build([*blocks, end(ON, "unresolved")])


def test_what_finds_more_in_less_time_comes_first():
    [found] = order.proposals(chain([10, 5, 1]), {"0": 1, "1": 5, "2": 4})

    assert (list(found.present), list(found.proposed), found.runs) == (["0", "1", "2"], ["2", "1", "0"], 10)
    assert found.minutes_before == pytest.approx((1 * 10 + 5 * 15 + 4 * 16) / 10)
    assert found.minutes_after == pytest.approx((4 * 1 + 5 * 6 + 1 * 16) / 10)


def test_an_order_that_is_as_cheap_is_not_proposed():
    assert order.proposals(chain([2, 2, 2]), {"0": 3, "1": 3, "2": 3}) == []
    assert order.proposals(chain([1, 5]), {"0": 9, "1": 1}) == []
    assert order.proposals(chain([1, 5]), {}) == []


def test_an_act_belongs_to_the_test_before_it():
    [found] = order.chains(chain([2, 2, 2], acts=[0, 2]))

    assert [(check.node, list(check.acts), check.minutes) for check in found.checks] == [
        ("0", ["act0"], 5),
        ("1", [], 2),
        ("2", ["act2"], 5),
    ]
    assert (found.checks[0].own, found.rest) == ({"cause0"}, ON)


def test_minutes_that_nobody_wrote_down_are_those_of_the_kind():
    assert [check.minutes for check in order.chains(chain([None, 0]))[0].checks] == [order.MINUTES["ask"], 0]


def test_a_test_that_is_also_reached_from_elsewhere_stays_where_it_is():
    first = ("x", "ask", {"choices": [{"words": "一", "to": "0"}, {"words": "二", "to": "1"}], "none": ON})
    inner = chain([9, 1, 9])
    blocks = [first, *((node.id, node.kind, node.value) for node in inner.nodes.values())]

    found = order.chains(build(blocks, start="x"))

    assert [[check.node for check in each.checks] for each in found] == [["1", "2"]]


def test_a_test_that_branches_into_other_tests_is_in_no_chain():
    blocks = [(node.id, node.kind, node.value) for node in chain([1, 1, 1]).nodes.values()]
    fork = {"choices": [{"words": "一", "to": "1"}, {"words": "二", "to": "2"}], "none": ON}

    assert order.chains(build([("0", "ask", fork), *blocks[1:]])) == []


def test_circles_and_broken_ways_do_not_hang():
    ask = {"choices": [{"words": "一", "to": "e"}], "none": "b"}
    other = {"choices": [{"words": "一", "to": "e"}], "none": "a"}
    spin = {"choices": [{"words": "一", "to": "e"}], "none": "act"}
    acts = [("act", "act", {"then": "act"}), ("c", "ask", spin), ("d", "ask", {"none": "gone"})]

    assert order.chains(build([("a", "ask", ask), ("b", "ask", other), *acts, end("e")], start="c")) == []


def test_where_runs_found_the_fault():
    guide = chain([2, 2, 2], acts=[0])
    paths = [(["0", "cause0"], 4), (["0", "act0", "1", "cause1"], 3), (["0", "act0", "1", "2", ON], 5), ([], 1)]

    assert +order.counted(guide, paths) == {"0": 4, "1": 3}


TESTS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), min_size=2, max_size=5)


@given(tests=TESTS, data=st.data())
def test_no_order_is_cheaper_than_the_proposed_one(tests, data):
    """Against every order there is."""
    acts = data.draw(st.sets(st.integers(0, len(tests) - 1)))
    guide = chain([minutes for minutes, _count in tests], acts)
    counts = {str(place): count for place, (_minutes, count) in enumerate(tests)}
    [only] = order.chains(guide)
    cheapest = min(order.expected(each, counts) for each in permutations(only.checks))
    found = order.proposals(guide, counts)

    assert bool(found) is (cheapest < order.expected(only.checks, counts))
    for proposal in found:
        assert proposal.minutes_after == cheapest
        assert sorted(proposal.proposed) == sorted(proposal.present)
