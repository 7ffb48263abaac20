"""Walking fault trees, and readings as people type them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kb import diagnosis
from kb.diagnosis import Range, Turn, WrongTurn, land, reading, step, walk, walk_as_far
from tests.kb.diagnosis.trees import build, changed, sound_blocks, tree


def test_following_answers_and_readings():
    turns, here = walk(tree(), ["0", "11.9", "done"])

    assert here.id == "over"
    assert [(turn.node.id, turn.answer) for turn in turns] == [("lamp", "0"), ("rail", "11.9"), ("swap", "done")]


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
        ("11.45", "swap"),
        ("１１．４５", "swap"),
        ("11,45", "swap"),
        ("12.59", "swap"),
        ("12.6", "bad"),
        ("-3", "bad"),
        ("-0", "bad"),
        ("1e3", "bad"),
        ("1e99", "bad"),
        ("11.39999999999999999999999999999999", "bad"),
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
        ["\0"],
    ],
    ids=str,
)
def test_answers_a_node_does_not_have(answers):
    with pytest.raises(WrongTurn):
        walk(tree(), answers)


def test_as_far_as_the_answers_are_answers():
    turns, here, wrong = walk_as_far(tree(), ["0", "about 12", "done"])

    assert ([turn.answer for turn in turns], here.id, wrong) == (["0"], "rail", "about 12")
    assert walk_as_far(tree(), ["0"])[2] is None


@pytest.mark.parametrize("guide", [tree(start="gone"), changed("lamp", choices=[{"words": "不亮", "to": "gone"}])])
def test_a_way_to_nowhere_is_a_wrong_turn(guide):
    with pytest.raises(WrongTurn):
        walk(guide, ["0"])


def test_a_wrong_turn_says_no_more_than_a_screen_can_hold():
    with pytest.raises(WrongTurn) as wrong:
        walk(tree(), ["x" * 1_000_000])

    assert len(str(wrong.value)) == 60


@pytest.mark.parametrize(
    ("node", "answer", "words"),
    [
        ("lamp", "0", "不亮"),
        ("lamp", "none", "None of these"),
        ("rail", "11.45", "11.45 V"),
        ("rail", "cannot", "Cannot be measured"),
        ("swap", "done", "Done"),
    ],
)
def test_an_answer_in_words(node, answer, words):
    with translation.override("en"):
        assert Turn(tree().nodes[node], answer).words == words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" 11.8 ", "11.8"),
        ("11,8", "11.8"),
        ("11,45", "11.45"),
        ("1,2345", "1.2345"),
        ("0,125", "0.125"),
        ("-0,125", "-0.125"),
        ("1.200", "1.200"),
        ("1200", "1200"),
        ("１１．８", "11.8"),
        ("１１。８", "11.8"),
        ("11，8", "11.8"),
        ("−3", "-3"),
        ("－３", "-3"),
        ("–3", "-3"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("　12　", "12"),
        ("1e2", "100"),
        ("１Ｅ２", "100"),
        ("-0", "0"),
    ],
)
def test_readings_as_people_type_them(typed, read):
    assert reading(typed) == Decimal(read)


@pytest.mark.parametrize(
    "typed",
    [
        *("", ".", "-", "11 45", "1 200", "1_200", "1,200", "12,345", "-1,200", "1.2.3", "1,2,3", "1.200,5"),
        *("nan", "NaN123", "inf", "-Infinity", "1e999999999", "1e100", "9" * 41, "0x10", "10²", "½", "١٢", "①", "12V"),
        "--1",
    ],
)
def test_what_could_be_read_in_two_ways_or_in_none_is_refused(typed):
    with pytest.raises(WrongTurn):
        reading(typed)


@given(number=st.decimals(-(10**6), 10**6, places=2))
def test_a_number_as_it_is_written_is_read_as_itself(number):
    assert reading(str(number)) == number
    assert reading(str(number).replace(".", ",")) == number


@given(typed=st.text(max_size=50) | st.text("0123456789.,-+eE_ ", max_size=12))
def test_whatever_is_typed_is_a_finite_number_or_a_wrong_turn(typed):
    with suppress(WrongTurn):
        assert reading(typed).is_finite()


BOUNDS = st.decimals(-1000, 1000, places=2)


@given(low=BOUNDS, high=BOUNDS, number=BOUNDS)
def test_the_lower_bound_belongs_to_a_range_and_the_upper_does_not(low, high, number):
    each = Range(low, high, "x")

    assert each.holds(number) is (low <= number < high)
    assert each.holds(low) is (low < high)
    assert not each.holds(high)


EXTREME = st.sampled_from(["-0", "0e-999999", "1e999999999", "-1e999999999", "1e-999999999", "11.4" + "0" * 5000 + "1"])
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False) | EXTREME.map(Decimal)


@given(blocks=sound_blocks(), number=NUMBERS)
def test_every_number_there_is_lands_in_exactly_one_branch(blocks, number):
    for node in build(blocks).nodes.values():
        if node.kind == "measure":
            assert [each.to for each in node.ranges if each.holds(number)] == [land(node, number)]


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_lands_nowhere(number):
    with pytest.raises(WrongTurn):
        land(tree().nodes["rail"], Decimal(number))


@given(blocks=sound_blocks(), data=st.data())
def test_whatever_is_answered_the_search_comes_to_an_end(blocks, data):
    guide, answers = build(blocks), []
    here = guide.nodes[guide.start]
    while here.kind != "end":
        readings = [str(data.draw(BOUNDS))] if here.ranges else []
        answers.append(data.draw(st.sampled_from([*here.ways, *readings])))
        turns, here = walk(guide, answers)
        assert len(answers) < len(blocks)
        assert [turn.answer for turn in turns] == answers
        assert len({turn.node.id for turn in turns} | {here.id}) == len(answers) + 1  # nobody stands anywhere twice


def test_every_answer_a_screen_offers_leads_on():
    guide = tree()
    for node in guide.nodes.values():
        assert all(step(node, answer) in guide.nodes for answer in node.ways)
    assert diagnosis.NONE in guide.nodes["lamp"].ways
    assert diagnosis.CANNOT in guide.nodes["rail"].ways
