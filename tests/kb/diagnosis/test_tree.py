"""The graph of a guide: its ways in words, and guides walked inside other guides."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kb.diagnosis import UNRESOLVED, Range, expand, graph, included, problems, walk
from tests.kb.diagnosis.trees import build, end, sound_blocks, tree


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("11.4", "12.6", "11.4 to 12.6 V"),
        (None, "11.4", "below 11.4 V"),
        ("12.60", None, "12.60 V and above"),
        ("-0.5", "0", "-0.5 to 0 V"),
        (None, None, "every reading"),
    ],
)
def test_a_range_in_words(low, high, words):
    assert Range(low and Decimal(low), high and Decimal(high), "x").words("V") == words


def test_ways_on_with_their_words_and_where_they_stand():
    edges = [edge for node in tree().nodes.values() for edge in node.edges]

    assert [(edge.words, edge.to, edge.field, edge.place) for edge in edges] == [
        ("不亮", "rail", "choices", 0),
        ("亮", "over", "choices", 1),
        ("None of these", "over", "none", 0),
        ("below 11.4 V", "bad", "ranges", 0),
        ("11.4 to 12.6 V", "swap", "ranges", 1),
        ("12.6 V and above", "bad", "ranges", 2),
        ("Cannot be measured", "over", "cannot", 0),
        ("Done", "over", "then", 0),
    ]


def outer(guide=7, unresolved="over"):
    ask = {"choices": [{"words": "另查", "to": "in"}], "none": "over"}
    into = {"heading": "另查", "guide": guide, "unresolved": unresolved}
    return graph(start="a", blocks=[("a", "ask", ask), ("in", "include", into), end("over", "unresolved")])


def test_another_guide_is_walked_as_if_its_nodes_stood_here():
    whole = expand(outer(), {7: tree()})

    assert included(outer()) == {7}
    assert set(whole.nodes) == {"a", "in/lamp", "in/rail", "in/swap", "in/bad", "over"}
    assert {node.id: node.guide for node in whole.nodes.values()}["in/rail"] == 7
    assert whole.nodes["a"].guide is None
    assert walk(whole, ["0", "0", "3"])[1].id == "in/bad"
    assert problems(whole) == []


def test_where_it_leaves_the_fault_unresolved_it_goes_on_here():
    turns, here = walk(expand(outer(), {7: tree()}), ["0", "none"])

    assert (here.id, [turn.node.id for turn in turns]) == ("over", ["a", "in/lamp"])


def test_a_guide_may_begin_with_what_it_includes_and_end_at_once():
    first = graph(start="in", blocks=[("in", "include", {"guide": 7, "unresolved": "over"}), end("over", "unresolved")])

    assert expand(first, {7: tree()}).start == "in/lamp"
    assert expand(first, {7: build([end("0", "unresolved")])}).start == "over"


def test_guides_within_guides():
    whole = expand(outer(8), {8: outer(7), 7: tree()})

    assert {node.guide for node in whole.nodes.values() if node.id.startswith("in/in/")} == {7}
    assert walk(whole, ["0", "0", "0", "3"])[1].id == "in/in/bad"
    assert walk(whole, ["0", "0", "none"])[1].id == "over"  # unresolved in the inmost, then in the middle


@pytest.mark.parametrize(
    ("guides", "own"),
    [({}, None), ({7: outer()}, 7), ({7: tree(start="gone")}, None), ({7: outer(8), 8: outer(7)}, None)],
    ids=["missing", "itself", "broken", "each other"],
)
def test_what_cannot_be_included_has_one_way_on(guides, own):
    whole = expand(outer(), guides, own)
    left = next(node for node in whole.nodes.values() if node.kind == "include")

    assert list(left.ways) == [UNRESOLVED]
    assert walk(whole, ["0"] * (1 + left.id.count("/")) + [UNRESOLVED])[1].id == "over"
    assert problems(whole) == []


def test_ways_that_only_lead_round_do_not_hang():
    turning = graph(start="in", blocks=[("in", "include", {"guide": 7, "unresolved": "in"})])

    assert expand(turning, {7: build([end("0", "unresolved")])}).nodes == {}
    assert {problem.code for problem in problems(turning)} >= {"loop"}


@given(outside=sound_blocks(8), inside=sound_blocks(8))
def test_a_sound_guide_with_a_sound_guide_in_it_has_nothing_endless(outside, inside):
    whole = expand(build(outside), {7: build(inside)}, 1)

    assert {problem.code for problem in problems(whole)} <= {"unreachable"}
    assert all(to in whole.nodes for node in whole.nodes.values() for to in node.targets)


@given(blocks=sound_blocks(), guides=st.dictionaries(st.integers(0, 9), sound_blocks(4).map(build)))
def test_a_guide_that_includes_nothing_stays_as_it_is(blocks, guides):
    blocks = [block for block in blocks if block[1] != "include"]

    assert expand(build(blocks), guides) == build(blocks)
