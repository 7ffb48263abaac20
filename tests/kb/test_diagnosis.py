"""Fault trees: their mistakes, and walking them."""

from contextlib import suppress
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import diagnosis
from kb.diagnosis import Range, WrongTurn, graph, problems, reading, step, walk

ASK = ("lamp", "ask", {"choices": [{"words": "不亮", "to": "rail"}, {"words": "亮", "to": "over"}], "none": "over"})
RANGES = [
    {"low": None, "high": "11.4", "to": "bad"},
    {"low": "11.4", "high": "12.6", "to": "swap"},
    {"low": "12.6", "high": None, "to": "bad"},
]
MEASURE = ("rail", "measure", {"ranges": RANGES, "cannot": "over", "unit": "V"})
ACT = ("swap", "act", {"then": "lamp"})
BAD, OVER = ("bad", "end", {"result": "resolved"}), ("over", "end", {"result": "unresolved"})
SOUND = [ASK, MEASURE, ACT, BAD, OVER]


def tree(*blocks, start="lamp"):
    return graph(start=start, blocks=blocks or SOUND)


def changed(node, **members):
    return tree(*((id_, kind, value | members) if id_ == node else (id_, kind, value) for id_, kind, value in SOUND))


def found(guide):
    return {problem.node for problem in problems(guide)}


def test_a_sound_guide_has_no_problems():
    assert problems(tree()) == []


def test_its_items_may_be_wrapped_as_a_stream_holds_them():
    wrapped = [{"type": "item", "id": str(place), "value": each} for place, each in enumerate(RANGES)]

    assert changed("rail", ranges=wrapped) == changed("rail", ranges=wrapped)
    assert problems(changed("rail", ranges=wrapped)) == []
    assert step(changed("rail", ranges=wrapped).nodes["rail"], "11.9") == "swap"


def test_a_start_that_does_not_exist():
    assert "nowhere" in found(tree(*SOUND, start="nowhere"))


@pytest.mark.parametrize(
    ("node", "members"),
    [
        ("lamp", {"none": "nowhere"}),
        ("lamp", {"choices": [{"words": "不亮", "to": "nowhere"}, {"words": "亮", "to": "rail"}]}),
        ("rail", {"cannot": "nowhere"}),
        ("rail", {"ranges": [*RANGES[:2], {"low": "12.6", "high": None, "to": "nowhere"}]}),
        ("swap", {"then": "nowhere"}),
    ],
)
def test_a_way_to_a_node_that_does_not_exist(node, members):
    mistakes = problems(changed(node, **members))

    assert any(mistake.node == node and "nowhere" in str(mistake) for mistake in mistakes)


def test_a_node_no_answer_leads_to():
    assert found(tree(*SOUND, ("lost", "end", {}))) == {"lost"}


def test_an_endless_loop():
    assert found(changed("swap", then="swap")) == {"swap"}


def test_a_guide_without_any_end():
    loop = tree(("a", "act", {"then": "b"}), ("b", "act", {"then": "a"}), start="a")

    assert found(loop) == {"a", "b"}


def test_going_back_is_no_mistake_where_an_end_can_be_reached():
    assert problems(changed("swap", then="lamp")) == []


@pytest.mark.parametrize(
    "ranges",
    [
        [],
        [(None, "11")],
        [("11", None)],
        [(None, "11"), ("11.4", None)],
        [(None, "11.4"), ("11", None)],
        [(None, "11"), (None, "12"), ("12", None)],
        [(None, "11"), ("11", None), ("11", None)],
        [(None, "11"), ("11", "11"), ("11", "10"), ("10", None), ("12", None)],
        [(None, "10"), ("12", "10"), ("10", None)],
        [(None, "10"), ("10", "12"), ("12", "11"), ("11", None)],
        [(None, None), (None, None)],
    ],
    ids=str,
)
def test_ranges_that_leave_a_gap_or_overlap(ranges):
    rows = [{"low": low, "high": high, "to": "swap"} for low, high in ranges]

    assert "rail" in found(changed("rail", ranges=rows))


@pytest.mark.parametrize("level", ["warning", "danger"])
@pytest.mark.parametrize("node", ["rail", "swap"])
def test_live_work_without_a_word_on_safety(level, node):
    assert found(changed(node, hazard=level)) == {node}
    assert problems(changed(node, hazard=level, text="先断电。")) == []


@pytest.mark.parametrize("level", ["", None, "notice", "caution"])
def test_lesser_hazards_need_no_words(level):
    assert problems(changed("rail", hazard=level)) == []


BOUNDS = st.decimals(-1000, 1000, places=2)


@given(bounds=st.lists(BOUNDS, min_size=1, max_size=6, unique=True).map(sorted), number=BOUNDS, shuffle=st.randoms())
def test_ranges_that_meet_cover_every_reading_exactly_once(bounds, number, shuffle):
    ends = [None, *bounds, None]
    rows = [{"low": low, "high": high, "to": "swap"} for low, high in pairwise(ends)]
    shuffle.shuffle(rows)
    guide = changed("rail", ranges=rows)

    assert "rail" not in found(guide)
    assert sum(each.holds(number) for each in guide.nodes["rail"].ranges) == 1


@given(bounds=st.lists(BOUNDS, min_size=3, max_size=6, unique=True).map(sorted), data=st.data())
def test_without_one_of_them_there_is_a_gap(bounds, data):
    ends = [None, *bounds, None]
    rows = [{"low": low, "high": high, "to": "swap"} for low, high in pairwise(ends)]
    rows.pop(data.draw(st.integers(0, len(rows) - 1)))

    assert "rail" in found(changed("rail", ranges=rows))


@given(low=BOUNDS, high=BOUNDS, number=BOUNDS)
def test_the_lower_bound_belongs_to_a_range_and_the_upper_does_not(low, high, number):
    each = Range(low, high, "x")

    assert each.holds(number) is (low <= number < high)
    assert each.holds(low) is (low < high)
    assert not each.holds(high)


def test_following_answers_and_readings():
    turns, here = walk(tree(), ["0", "11.9", "done", "1"])

    assert here.id == "over"
    assert [(turn.node.id, turn.answer) for turn in turns] == [
        ("lamp", "0"),
        ("rail", "11.9"),
        ("swap", "done"),
        ("lamp", "1"),
    ]


def test_no_answers_lead_to_the_start():
    assert walk(tree(), [])[1].id == "lamp"


@pytest.mark.parametrize(("answer", "to"), [("none", "over"), ("0", "rail"), ("1", "over")])
def test_ways_on_from_a_question(answer, to):
    assert step(tree().nodes["lamp"], answer) == to


@pytest.mark.parametrize(
    ("answer", "to"),
    [
        ("11.39", "bad"),
        ("11.4", "swap"),
        ("12.59", "swap"),
        ("12.6", "bad"),
        ("-3", "bad"),
        ("1e3", "bad"),
        ("cannot", "over"),
    ],
)
def test_ways_on_from_a_measurement(answer, to):
    assert step(tree().nodes["rail"], answer) == to


@pytest.mark.parametrize(
    "answers",
    [
        ["2"],
        ["-1"],
        ["00"],
        [""],
        ["不亮"],
        ["12"],
        ["cannot"],
        ["0", ""],
        ["0", "about 12"],
        ["0", "nan"],
        ["0", "Infinity"],
        ["0", "sNaN"],
        ["0", "11.9", "0"],
        ["1", "0"],
        ["1", ""],
    ],
    ids=str,
)
def test_answers_a_node_does_not_have(answers):
    with pytest.raises(WrongTurn):
        walk(tree(), answers)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" 11.8 ", "11.8"),
        ("11,8", "11.8"),
        ("１１．８", "11.8"),
        ("１１。８", "11.8"),
        ("11，8", "11.8"),
        ("−3", "-3"),
        ("－３", "-3"),
        ("+5", "5"),
        (".5", "0.5"),
        ("　12　", "12"),
        ("1e2", "100"),
    ],
)
def test_readings_as_people_type_them(typed, read):
    assert reading(typed) == Decimal(read)


@given(number=st.decimals(-(10**6), 10**6, places=3))
def test_a_number_as_it_is_written_is_read_as_itself(number):
    assert reading(str(number)) == number
    assert reading(str(number).replace(".", ",")) == number


@given(typed=st.text(max_size=12))
def test_whatever_is_typed_is_a_finite_number_or_a_wrong_turn(typed):
    with suppress(WrongTurn):
        assert reading(typed).is_finite()


def test_a_guide_of_five_hundred_nodes_is_checked():
    nodes = [(str(place), "act", {"then": str(place + 1)}) for place in range(499)]

    assert problems(graph(start="0", blocks=[*nodes, ("499", "end", {})])) == []


def test_every_answer_a_screen_offers_leads_on():
    guide = tree()
    for node in guide.nodes.values():
        assert all(step(node, answer) in guide.nodes for answer in node.ways)
    assert diagnosis.NONE in guide.nodes["lamp"].ways
    assert diagnosis.CANNOT in guide.nodes["rail"].ways
