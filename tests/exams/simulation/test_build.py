"""What is frozen of a guide: the way to the hidden fault, what each step shows, what it costs."""

from decimal import Decimal

import pytest

from exams.simulation import best_cost, build, flaws, objections, recipe
from exams.simulation.readings import inside, words
from kb.diagnosis import Range
from tests.exams.simulation.guides import ENDS, graph, power
from tests.make import act, ask, end, measure


def body(fault="end-cord", tree=None, **fields):
    return build(tree or power(), end=fault, number="FG-100", edition="1.2", **fields)


def readings(made):
    return {step["id"]: words(step["reading"]) for step in made["steps"]}


def test_the_readings_on_the_way_lead_to_the_hidden_fault():
    assert body()["way"] == ["lamp", "mains", "cord", "cord-lamp"]
    assert readings(body()) | {"lamp": "不亮", "mains": "220 V", "cord-lamp": "亮"} == readings(body())


def test_a_reading_off_the_way_is_inconspicuous():
    shown = readings(body("end-psu"))

    assert shown["mains"] == "220 V"
    assert shown["cord-lamp"] == words({"kind": "unchanged"})
    assert readings(body())["result"] == words({"kind": "unchanged"})


def test_a_question_off_the_way_shows_nothing_conspicuous():
    ends = [end(id_, heading=id_) for id_ in ("e1", "e2", "e3")]
    tree = graph([ask("a", {"x": "b", "y": "e1"}, none="e2"), ask("b", {"z": "e3"}, none="e2"), *ends])

    assert readings(build(tree, end="e1", number="", edition=""))["b"] == words({"kind": "none"})


def test_two_bodies_of_one_fault_are_the_same():
    assert body() == body()


@pytest.mark.parametrize("fault", ENDS)
def test_every_end_of_the_guide_can_be_the_hidden_fault(fault):
    made = body(fault)

    assert flaws(made) == []
    assert made["cause"] == fault
    assert best_cost(made) > 0


def test_the_best_way_evades_no_test_where_another_way_leads_to_the_fault():
    tree = graph(
        [
            measure("m", [(None, "1", "e1"), ("1", None, "long")], cannot="e2", minutes=1),
            ask("long", {"是": "e2"}, none="e1"),
            end("e1", heading="一"),
            end("e2", heading="二"),
        ]
    )

    assert build(tree, end="e2", number="", edition="")["way"] == ["m", "long"]


def test_of_two_ways_the_cheaper_is_the_best():
    ways = {"贵": "dear", "便宜": "cheap"}
    blocks = [
        ask("a", ways, none="e2"),
        act("dear", "e", minutes=30),
        act("cheap", "e", minutes=3),
        end("e"),
        end("e2", heading="二"),
    ]

    assert build(graph(blocks), end="e", number="", edition="")["way"] == ["a", "cheap"]
    assert build(graph(blocks), end="e", number="", edition="", costs={"cheap": 60})["way"] == ["a", "dear"]


def test_what_its_author_gave_is_shown_and_costs_what_he_said():
    made = body(costs={"cord": 12}, readings={"mains": "231", "cord": "插头有烧痕", "result": "没有换过"})

    assert readings(made) | {"mains": "231 V", "cord": "插头有烧痕", "result": "没有换过"} == readings(made)
    assert best_cost(made) == 2 + 5 + 12 + 1
    assert recipe(made) == {
        "guide": "FG-100",
        "fault": "end-cord",
        "minutes": {"cord": 12},
        "readings": {"mains": "231", "cord": "插头有烧痕", "result": "没有换过"},
    }


def test_readings_of_an_author_decide_the_way():
    assert body("end-psu", readings={"lamp": "不亮", "cord-lamp": "不亮"})["way"][:4] == [
        "lamp",
        "mains",
        "cord",
        "cord-lamp",
    ]
    assert body("end-psu")["way"][:2] == ["lamp", "unplug"]


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"end": "nowhere"}, "no end"),
        ({"end": "lamp"}, "no end"),
        ({"end": "end-cord", "costs": {"nowhere": 1}}, "no step"),
        ({"end": "end-cord", "costs": {"cord": -1}}, "whole number"),
        ({"end": "end-cord", "costs": {"cord": "soon"}}, "whole number"),
        ({"end": "end-cord", "readings": {"end-psu": "x"}}, "no step"),
        ({"end": "end-cord", "readings": {"mains": "high"}}, "number"),
        ({"end": "end-cord", "readings": {"mains": "250"}}, "With these readings"),
        ({"end": "end-cord", "readings": {"lamp": "蓝色"}}, "must be one of its answers"),
        ({"end": "over", "costs": {"lamp": 0}}, "at least a minute"),
    ],
)
def test_what_cannot_be_played_is_refused_with_a_sentence(fields, part):
    found = objections(power(), **fields)

    assert part in found[0]
    with pytest.raises(ValueError, match=part):
        build(power(), number="", edition="", **fields)


def test_a_guide_without_anything_to_find_out_is_refused():
    alone, untested = [end("e")], [act("a", "e"), end("e"), end("f", heading="二")]

    assert objections(graph([ask("a", {"x": "e"}, none="e"), *alone]), end="e")
    assert objections(graph([*untested]), end="e")
    assert objections(graph(untested), end="f")  # nothing leads there


def test_causes_that_read_the_same_are_one():
    blocks = [
        ask("a", {"x": "e1", "y": "e2"}, none="e3"),
        end("e1", cause="同"),
        end("e2", cause="同"),
        end("e3", cause="异"),
    ]
    made = build(graph(blocks), end="e2", number="", edition="")

    assert [cause["id"] for cause in made["causes"]] == ["e1", "e3"]
    assert made["cause"] == "e1"


def test_links_out_of_the_exam_are_words():
    blocks = [ask("a", {"x": "e1"}, none="e2"), end("e1"), end("e2", heading="二")]
    blocks[0]["value"]["text"] = "见[做法](doc:PR-002#unplug)。"

    assert build(graph(blocks), end="e1", number="", edition="")["steps"][0]["text"] == "见做法。"


@pytest.mark.parametrize(
    ("low", "high", "others", "expected"),
    [
        ("11.4", "12.6", [], "12.0"),
        ("198", "242", [], "220"),
        (None, "198", [("198", "242")], "187"),
        ("242", None, [("198", "242")], "253"),
        (None, "1", [("1", "100")], "0.5"),
        ("1", None, [], "2"),
        (None, "-3", [], "-4"),
        (None, "0", [], "-1"),
        ("0", "1", [], "0.5"),
        ("0.1", "0.11", [], "0.105"),
        (None, None, [], "1"),
    ],
)
def test_a_reading_lies_well_inside_its_range_and_is_as_exact_as_its_bounds(low, high, others, expected):
    bounds = [Range(*(None if each is None else Decimal(each) for each in pair), "") for pair in [(low, high), *others]]

    assert str(inside(bounds[0], bounds)) == expected
    assert bounds[0].holds(inside(bounds[0], bounds))


def test_a_test_off_the_way_whose_reading_leads_to_the_fault_shows_it_as_well():
    ends = [end(id_, heading=id_) for id_ in ("e1", "e2")]
    tree = graph(
        [
            ask("a", {"x": "e1", "y": "m"}, none="e2"),
            measure("m", [(None, "1", "e1"), ("1", None, "e2")], cannot="e2"),
            *ends,
        ]
    )
    made = build(tree, end="e1", number="FG-1", edition="1.0", readings={"m": "0.2"})

    assert (made["way"], made["proofs"]) == (["a"], ["a", "m"])
    assert flaws(made) == []
