"""The flow chart: whole, readable by machines, and drawn of whatever an author has written so far."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.diagnosis import chart, graph, words
from kb.diagnosis.layers import Item
from tests.kb.diagnosis.trees import SOUND, build, changed, end, slots, sound_blocks, tree

NAME = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def drawn(guide, **options):
    return ET.fromstring(chart.svg(guide, **options))


def text_of(picture):
    return " ".join("".join(each.itertext()) for each in picture.iter(f"{NAME}text"))


def classes(picture):
    return [each.get("class") for each in picture.iter() if "fc-node" in (each.get("class") or "")]


def test_every_node_is_drawn_with_its_kind_and_a_link():
    picture = drawn(tree())

    assert {each.get("href") for each in picture.iter(f"{NAME}a")} == {f"#node-{id_}" for id_, _kind, _value in SOUND}
    assert {"fc-node fc-ask", "fc-node fc-measure", "fc-node fc-act", "fc-node fc-end fc-resolved"} <= {
        *classes(picture)
    }


def test_answers_and_ranges_stand_on_the_ways():
    said = text_of(drawn(tree()))

    assert all(each in said for each in ("不亮", "• None of these", "11.4 to 12.6 V", "• 12.6 V and above", "Resolved"))


def test_it_says_in_words_what_it_is():
    picture = drawn(tree(), title="服务器开不了机")

    assert (picture.get("role"), picture[0].text) == ("group", "服务器开不了机")
    assert picture.get("aria-labelledby") == f"{picture[0].get('id')} {picture[1].get('id')}"
    assert "5 nodes, 2 of them ends" in picture[1].text


def test_without_links_it_is_an_image():
    picture = drawn(tree(), links=None)

    assert picture.get("role") == "img"
    assert list(picture.iter(f"{NAME}a")) == []


def test_words_of_authors_are_only_words():
    nasty = "<script>alert('x')</script>\"&]]>"
    blocks = [(id_, kind, value | {"heading": nasty, "unit": nasty}) for id_, kind, value in SOUND]
    lamp = ("lamp", "ask", {"heading": nasty, "choices": [{"words": nasty, "to": nasty}, {"words": "", "to": "rail"}]})
    said = chart.svg(
        tree(lamp, *blocks[1:]), marked={"lamp": nasty, "rail": nasty}, links=lambda id_: nasty, title=nasty
    )

    ET.fromstring(said)
    assert "<script" not in said


def test_nothing_in_it_needs_a_looser_policy():
    said = chart.svg(changed("swap", then="lamp", hazard="danger"), marked={"swap": "error"})

    assert not re.search(r"\bstyle=|<style|<script|\son\w+=|javascript:", said)


def test_nodes_with_problems_and_dangers_are_marked():
    picture = drawn(changed("swap", hazard="danger"), marked={"swap": "error", "bad": "warning"})

    assert "fc-node fc-act fc-error" in classes(picture)
    assert "fc-node fc-end fc-resolved fc-warning" in classes(picture)
    assert len([each for each in picture.iter() if each.get("class") == "fc-flag"]) == 1


def test_links_may_lead_elsewhere_or_be_left_out():
    picture = drawn(tree(), links=lambda id_: f"/walk/{id_}" if id_ != "bad" else "")

    assert {each.get("href") for each in picture.iter(f"{NAME}a")} == {
        f"/walk/{id_}" for id_ in ("lamp", "rail", "swap", "over")
    }


def test_what_does_not_exist_is_a_stub_and_what_is_not_reached_stands_apart():
    picture = drawn(tree(*SOUND[:2], *SOUND[3:], ("lost", "act", {"heading": "没人来", "then": "lamp"})))

    assert classes(picture).count("fc-node fc-missing") == 1
    assert "fc-node fc-act fc-lost" in classes(picture)
    assert "swap" in text_of(picture)


def test_a_way_back_is_drawn_as_one():
    assert [
        each.get("class")
        for each in drawn(changed("swap", then="lamp")).iter()
        if "fc-back" in (each.get("class") or "")
    ]


@pytest.mark.parametrize("guide", [graph(start="", blocks=[]), tree(start="gone"), build([end("0")])])
def test_the_smallest_guides_are_drawn(guide):
    assert float(drawn(guide).get("width")) > 0


def test_a_way_far_down_is_a_sign_instead_of_a_line():
    chain = [(str(place), "act", {"then": str(place + 1)}) for place in range(1, 9)]
    first = ("0", "ask", {"choices": [{"words": "一", "to": "1"}], "none": "9"})
    signs = [
        each for each in drawn(build([first, *chain, end("9")])).iter(f"{NAME}a") if "fc-sign" in each.get("class")
    ]

    assert [each.get("href") for each in signs] == ["#node-9"]


def overlap(one: Item, other: Item) -> bool:
    return (
        abs(one.x - other.x) * 2 < one.width + other.width - 0.01
        and one.y < other.y + other.height - 0.01
        and other.y < one.y + one.height - 0.01
    )


@settings(max_examples=40)
@given(blocks=sound_blocks(), data=st.data())
def test_whatever_is_written_is_drawn_whole_and_nothing_covers_anything(blocks, data):
    """Sound trees, and trees in which ways lead anywhere."""
    for _owner, holder, key in slots(blocks):
        if data.draw(st.integers(0, 3)) == 3:
            holder[key] = data.draw(st.sampled_from(["", "nowhere", *(id_ for id_, _kind, _value in blocks)]))
    guide = build(blocks)
    placed = chart.layout(guide)
    nodes = [item for item in placed.items if item.kind == "node"]

    assert sorted(item.node for item in nodes) == sorted(guide.nodes)
    assert not [(a, b) for place, a in enumerate(placed.items) for b in placed.items[:place] if overlap(a, b)]
    assert all(
        item.x - item.width / 2 >= 0
        and item.x + item.width / 2 <= placed.width
        and item.y + item.height <= placed.height
        for item in placed.items
    )
    assert all(upper.y + upper.height <= lower.y + 0.01 for upper, lower in placed.lines)
    ET.fromstring(chart.svg(guide))


@given(text=st.text(max_size=80), room=st.floats(3, 30), most=st.integers(1, 4))
def test_words_fit_their_lines(text, room, most):
    lines = words.lines(text, room, most)

    assert len(lines) <= most
    assert all(words.length(line) <= room + 0.01 for line in lines)


def test_lines_break_where_chinese_may_break():
    lines = words.lines("日志有 E-21（内存错误），或连续短鸣", 7, 9)

    assert "".join(lines).replace(" ", "") == "日志有E-21（内存错误），或连续短鸣"
    assert not [after for _before, after in pairwise(lines) if after[0] in "，。）"]
    assert not [line for line in lines if line[-1] == "（"]
    assert "E-21" in " ".join(lines)


def test_what_is_too_long_ends_in_an_ellipsis():
    assert words.lines("电源模块的指示灯是什么状态", 5, 1) == ["电源模块…"]
