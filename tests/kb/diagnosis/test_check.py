"""The mistakes of fault trees: each rule by example, and that no change by chance slips through."""

from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.diagnosis import errors, graph, problems
from kb.diagnosis.check import knots
from tests.kb.diagnosis.trees import RANGES, SOUND, build, changed, end, slots, sound_blocks, tree


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def found(tree, **options):
    return {(problem.node, problem.code) for problem in problems(tree, **options)}


def codes(blocks):
    return {problem.code for problem in problems(build(blocks))}


def test_a_sound_guide_has_no_problems():
    assert problems(tree()) == []


def test_its_items_may_be_wrapped_as_a_stream_holds_them():
    wrapped = [{"type": "item", "id": str(place), "value": each} for place, each in enumerate(RANGES)]

    assert problems(changed("rail", ranges=wrapped)) == []


def test_a_start_that_does_not_exist():
    assert ("nowhere", "start-unknown") in found(tree(*SOUND, start="nowhere"))


def test_a_guide_without_nodes_says_only_that():
    assert found(graph(start="", blocks=[])) == {("", "start-unknown")}


def test_an_id_that_two_nodes_have():
    assert found(tree(*SOUND, end("bad"))) == {("bad", "id-double")}


@pytest.mark.parametrize(
    ("node", "members", "field", "place"),
    [
        ("lamp", {"none": "nowhere"}, "none", 0),
        ("lamp", {"choices": [{"words": "不亮", "to": "rail"}, {"words": "亮", "to": "nowhere"}]}, "choices", 1),
        ("rail", {"cannot": "nowhere"}, "cannot", 0),
        ("rail", {"ranges": [*RANGES[:2], {"low": "12.6", "high": None, "to": "nowhere"}]}, "ranges", 2),
        ("swap", {"then": "nowhere"}, "then", 0),
    ],
)
def test_a_way_to_a_node_that_does_not_exist(node, members, field, place):
    [mistake] = [each for each in problems(changed(node, **members)) if each.code == "target-unknown"]

    assert (mistake.node, mistake.field, mistake.place) == (node, field, place)
    assert "nowhere" in str(mistake)


@pytest.mark.parametrize(
    ("node", "members", "code"),
    [
        ("lamp", {"none": ""}, "no-none"),
        ("lamp", {"none": None}, "no-none"),
        ("rail", {"cannot": ""}, "no-cannot"),
        ("swap", {"then": ""}, "target-missing"),
        ("lamp", {"choices": [{"words": "不亮", "to": "rail"}, {"words": "亮", "to": ""}]}, "target-missing"),
    ],
)
def test_a_way_that_leads_nowhere(node, members, code):
    assert found(changed(node, **members)) == {(node, code)}


def test_a_member_that_is_not_there_at_all():
    assert {"no-none", "no-choices"} <= {code for _node, code in found(tree(("lamp", "ask", {}), *SOUND[1:]))}


def test_a_node_no_answer_leads_to():
    assert found(tree(*SOUND, end("lost"))) == {("lost", "unreachable")}


def test_a_circle_without_an_end():
    loop = tree(("a", "act", {"then": "b"}), ("b", "act", {"then": "a"}), start="a")

    assert found(loop) == {("a", "loop"), ("a", "no-end"), ("b", "no-end")}


def test_a_circle_is_a_mistake_where_an_end_can_be_reached_too_and_its_nodes_are_named_in_order():
    [mistake] = problems(changed("swap", then="lamp"))

    assert (mistake.node, mistake.code) == ("lamp", "loop")
    assert mistake.text.endswith("lamp → rail → swap → lamp")


def test_a_node_that_leads_to_itself():
    assert {("swap", "loop"), ("swap", "no-end")} <= found(changed("swap", then="swap"))


def test_each_knot_of_circles_is_told_once():
    ask = {"choices": [{"words": "一", "to": "b"}, {"words": "二", "to": "c"}], "none": "out"}
    nodes = [("a", "ask", ask), ("b", "act", {"then": "a"}), ("c", "act", {"then": "a"})]
    more = [("out", "ask", {"choices": [{"words": "一", "to": "out"}], "none": "over"}), end("over")]

    loops = [each for each in problems(tree(*nodes, *more, start="a")) if each.code == "loop"]

    assert [each.text.split(": ")[1] for each in loops] == ["a → b → a", "out → out"]


def test_one_way_cut_at_the_bottom_is_one_problem():
    """Not one for each node above: an author writes from the top."""
    nodes = [(str(place), "act", {"then": str(place + 1)}) for place in range(50)]

    assert found(tree(*nodes, start="0")) == {("49", "target-unknown")}


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        ([(None, "11"), ("12", None)], {"no range holds these readings: 11 to 12 V"}),
        ([("11", None)], {"no range holds these readings: below 11 V"}),
        ([(None, "11")], {"no range holds these readings: 11 V and above"}),
        ([("10", "11")], {
            "no range holds these readings: below 10 V", "no range holds these readings: 11 V and above"}),
        ([(None, "12"), ("11", None)], {"several ranges hold these readings: 11 to 12 V"}),
        ([(None, None), (None, None)], {"several ranges hold these readings: every reading"}),
        ([(None, None), ("1", "2")], {"several ranges hold these readings: 1 to 2 V"}),
        ([(None, "9"), ("5", None), ("7", "8")], {
            "several ranges hold these readings: 5 to 9 V", "several ranges hold these readings: 7 to 8 V"}),
        ([("1", "1")], {"no reading is at least 1 and below 1", "no range holds these readings: every reading"}),
        ([(None, "11"), ("11", "11"), ("11", None)], {"no reading is at least 11 and below 11"}),
        ([(None, "11"), ("13", "12"), ("11", None)], {"no reading is at least 13 and below 12"}),
        ([], {"the measurement has no ranges"}),
        ([(None, None)], set()),
    ],
    ids=lambda given: str(sorted(given)) if isinstance(given, set) else str(given),
)  # fmt: skip
def test_gaps_and_overlaps_are_told_in_words(ranges, said):
    rows = [
        {"low": low, "high": high, "to": to} for (low, high), to in zip(ranges, ["bad", "swap", "swap"], strict=False)
    ]
    mistakes = problems(changed("rail", ranges=rows))

    assert {each.text for each in mistakes if each.node == "rail"} == said


def test_bounds_of_enormous_size_are_told_shortly():
    rows = [{"low": None, "high": "1e999999", "to": "bad"}, {"low": "2e999999", "high": None, "to": "swap"}]

    assert all(len(each.text) < 99 for each in problems(changed("rail", ranges=rows)))


def test_an_answer_given_twice():
    choices = [{"words": "Ａ 灯亮", "to": "rail"}, {"words": "a  灯亮 ", "to": "over"}]

    assert found(changed("lamp", choices=choices)) == {("lamp", "choice-double")}


@pytest.mark.parametrize("node", ["rail", "swap"])
def test_live_work_must_name_its_hazard(node):
    assert found(changed(node, live=True)) == {(node, "live-without-hazard")}
    assert found(changed(node, live=True, hazard="notice")) == {(node, "live-without-hazard")}
    assert found(changed(node, live=True, hazard="caution")) == set()
    assert found(changed(node, live=True, hazards="mains")) == set()


@pytest.mark.parametrize("level", ["warning", "danger"])
@pytest.mark.parametrize("node", ["rail", "swap"])
def test_danger_must_say_in_words_how_to_work_safely(level, node):
    assert found(changed(node, hazard=level)) == {(node, "danger-without-words")}
    assert found(changed(node, hazard=level, text=" \n")) == {(node, "danger-without-words")}
    assert found(changed(node, hazard=level, text="先断电。")) == set()


@pytest.mark.parametrize("level", ["", None, "notice", "caution"])
def test_lesser_hazards_need_no_words(level):
    assert problems(changed("rail", hazard=level)) == []


def test_what_an_end_should_say():
    assert found(changed("over", escalate="")) == {("over", "no-handover")}
    assert found(changed("over", collect="")) == {("over", "no-collect")}
    assert found(changed("bad", cause="")) == {("bad", "no-cause")}
    assert errors(changed("bad", cause="")) == errors(changed("over", collect="")) == []
    assert errors(changed("over", escalate="")) != []


def test_problems_stand_in_the_order_of_the_nodes():
    blocks = [(id_, kind, value | {"cause": "", "collect": "", "hazard": "danger"}) for id_, kind, value in SOUND]
    nodes = [each.node for each in problems(tree(*blocks))]

    assert nodes == ["lamp", "rail", "swap", "bad", "bad", "over", "over"]


INCLUDE = ("in", "include", {"heading": "h", "guide": 7, "unresolved": "over"})


def including(**members):
    swap = ("swap", "act", {"then": "in"})
    blocks = [swap if id_ == "swap" else (id_, kind, value) for id_, kind, value in SOUND]
    return tree(*blocks, (INCLUDE[0], INCLUDE[1], INCLUDE[2] | members))


def test_an_included_guide_must_be_there():
    assert problems(including()) == []  # not asked for
    assert found(including(), guides={7: tree()}) == set()
    assert found(including(), guides={}) == {("in", "include-missing")}
    assert found(including(), guides={7: tree(start="gone")}) == {("in", "include-missing")}
    assert found(including(guide=None), guides={}) == {("in", "include-nothing")}


def test_a_guide_must_not_include_itself_even_through_others():
    assert found(including(guide=1), guides={1: including(guide=1)}, guide=1) == {("in", "include-loop")}
    assert found(including(guide=2), guides={1: including(guide=2), 2: including(guide=1)}, guide=1) == {
        ("in", "include-loop")
    }
    assert found(including(), guides={7: including(guide=8), 8: including(guide=9), 9: tree()}, guide=1) == set()


def test_guides_that_double_at_every_level_do_not_fill_the_memory():
    def twice(pk):
        ask = {"choices": [{"words": "一", "to": "x"}], "none": "y"}
        one, other = [(id_, "include", {"guide": pk, "unresolved": "over"}) for id_ in "xy"]
        return tree(("a", "ask", ask), one, other, end("over"), start="a")

    guides = {pk: twice(pk + 1) for pk in range(1, 60)} | {60: tree()}

    assert {code for _node, code in found(twice(1), guides=guides)} == {"include-large"}


@given(blocks=sound_blocks())
def test_every_sound_tree_is_accepted(blocks):
    assert problems(build(blocks)) == []


@given(blocks=sound_blocks(), data=st.data())
def test_a_target_that_is_gone_is_found(blocks, data):
    owner, holder, key = data.draw(st.sampled_from(slots(blocks)))
    holder[key] = "nowhere"

    assert (owner, "target-unknown") in found(build(blocks))


@given(blocks=sound_blocks(), data=st.data())
def test_a_way_that_is_cut_is_found(blocks, data):
    owner, holder, key = data.draw(st.sampled_from(slots(blocks)))
    holder[key] = data.draw(st.sampled_from(["", None]))
    code = {"none": "no-none", "cannot": "no-cannot"}.get(key, "target-missing")

    assert (owner, code) in found(build(blocks))


@given(blocks=sound_blocks(), data=st.data())
def test_a_node_that_is_removed_is_found(blocks, data):
    blocks.pop(data.draw(st.integers(0, len(blocks) - 1)))

    assert codes(blocks) & {"target-unknown", "start-unknown"}


@given(blocks=sound_blocks(), data=st.data())
def test_a_way_back_is_found(blocks, data):
    owner, holder, key = data.draw(st.sampled_from(slots(blocks)))
    holder[key] = data.draw(st.sampled_from(["0", owner]))  # the start is before every node

    tree_ = build(blocks)
    assert "loop" in {problem.code for problem in problems(tree_)}
    assert any(owner in knot for knot in knots(tree_))


@given(blocks=sound_blocks(), data=st.data())
def test_a_node_that_nothing_leads_to_any_more_is_found(blocks, data):
    lost = data.draw(st.sampled_from([id_ for id_, _kind, _value in blocks][1:]))
    for owner, holder, key in slots(blocks):
        if holder[key] == lost:
            others = [id_ for id_, _kind, _value in blocks if int(id_) > int(owner) and id_ != lost]
            assume(others)
            holder[key] = others[-1]

    assert (lost, "unreachable") in found(build(blocks))


def ranges_of(blocks):
    return [(id_, value["ranges"]) for id_, kind, value in blocks if kind == "measure"]


@given(blocks=sound_blocks(), data=st.data(), by=st.decimals("0.01", 9, places=2))
def test_a_range_made_wider_or_narrower_is_found(blocks, data, by):
    bounded = [
        (id_, item, key) for id_, items in ranges_of(blocks) for item in items for key in ("low", "high") if item[key]
    ]
    assume(bounded)
    owner, item, key = data.draw(st.sampled_from(bounded))
    is_wider = data.draw(st.booleans())
    item[key] = str(Decimal(item[key]) + (by if (key == "high") is is_wider else -by))

    expected = {"range-overlap"} if is_wider else {"range-gap", "range-empty"}
    assert {code for node, code in found(build(blocks)) if node == owner} & expected


@given(blocks=sound_blocks(), data=st.data())
def test_a_range_taken_out_or_given_twice_is_found(blocks, data):
    rows = [pair for pair in ranges_of(blocks) if len(pair[1]) > 1]
    assume(rows)
    owner, items = data.draw(st.sampled_from(rows))
    place = data.draw(st.integers(0, len(items) - 1))
    doubled = [*items, items[place]]
    items.pop(place)
    assert (owner, "range-gap") in found(build(blocks))

    items[:] = doubled
    assert (owner, "range-overlap") in found(build(blocks))


@given(blocks=sound_blocks(), data=st.data())
def test_a_hazard_taken_from_live_work_is_found(blocks, data):
    live = [(id_, value) for id_, _kind, value in blocks if value.get("live")]
    assume(live)
    owner, value = data.draw(st.sampled_from(live))
    value["hazard"] = ""

    assert (owner, "live-without-hazard") in found(build(blocks))


BOUNDS = st.decimals(-1000, 1000, places=2)


@given(bounds=st.lists(BOUNDS, max_size=6, unique=True).map(sorted), number=BOUNDS, shuffle=st.randoms())
def test_ranges_that_meet_cover_every_reading_exactly_once(bounds, number, shuffle):
    rows = [{"low": low, "high": high, "to": "swap"} for low, high in pairwise([None, *bounds, None])]
    shuffle.shuffle(rows)
    guide = changed("rail", ranges=rows)

    assert not {code for _node, code in found(guide) if code.startswith("range")}
    assert sum(each.holds(number) for each in guide.nodes["rail"].ranges) == 1


BOUND = st.none() | st.integers(0, 6)


@given(spans=st.lists(st.tuples(BOUND, BOUND), min_size=1, max_size=5))
def test_ranges_are_sound_exactly_where_each_reading_lies_in_one(spans):
    """The sweep against counting at every place that can differ."""
    rows = [{"low": low, "high": high, "to": "swap"} for low, high in spans]
    guide = changed("rail", ranges=rows)
    counts = {sum(each.holds(Decimal(place) / 2) for each in guide.nodes["rail"].ranges) for place in range(-2, 16)}
    said = {code for node, code in found(guide) if node == "rail"}

    assert ("range-gap" in said) is (0 in counts)
    assert ("range-overlap" in said) is bool(counts - {0, 1})


@given(blocks=sound_blocks(), data=st.data())
def test_knots_are_what_can_be_left_and_reached_again(blocks, data):
    for _owner, holder, key in slots(blocks):
        holder[key] = data.draw(st.sampled_from([id_ for id_, _kind, _value in blocks]))
    guide = build(blocks)

    def after(id_):
        reached, waiting = set(), list(guide.nodes[id_].targets)
        while waiting:
            here = waiting.pop()
            if here not in reached:
                reached.add(here)
                waiting += guide.nodes[here].targets
        return reached

    reached = {id_: after(id_) for id_ in guide.nodes}
    wanted = {frozenset(to for to in reached[id_] if id_ in reached[to]) for id_ in guide.nodes if id_ in reached[id_]}
    assert {frozenset(knot) for knot in knots(guide)} == wanted


def test_a_guide_of_ten_thousand_nodes_in_a_row_is_checked():
    nodes = [(str(place), "act", {"then": str(place + 1)}) for place in range(9999)]

    assert problems(build([*nodes, end("9999")])) == []
