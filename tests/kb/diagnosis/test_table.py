"""The table of a guide: symptom, tests, cause and remedy."""

from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given

from kb.diagnosis import table, walk
from tests.kb.diagnosis.trees import SOUND, build, end, sound_blocks, tree


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_a_row_for_each_end_with_the_shortest_way_to_it():
    said = [(row.end.id, [(test.node.id, test.words) for test in row.tests]) for row in table.rows(tree())]

    assert said == [
        ("bad", [("lamp", "不亮"), ("rail", "below 11.4 V / 12.6 V and above")]),
        ("over", [("lamp", "亮 / None of these")]),
    ]


def test_ends_that_nothing_leads_to_have_none():
    assert [row.end.id for row in table.rows(tree(*SOUND, end("lost")))] == ["bad", "over"]
    assert table.rows(tree(start="gone")) == []


def test_a_guide_with_as_many_ways_as_grains_of_sand():
    asks = [(str(n), "ask", {"choices": [{"words": "是", "to": str(n + 1)}], "none": str(n + 1)}) for n in range(200)]
    [row] = table.rows(build([*asks, end("200")]))

    assert len(row.tests) == 200


@given(blocks=sound_blocks())
def test_each_way_can_be_walked(blocks):
    guide = build(blocks)
    found = table.rows(guide)

    assert [row.end.id for row in found] == [id_ for id_, kind, _value in blocks if kind == "end"]
    for row in found:
        path = [test.node for test in row.tests] + [row.end]
        assert all(after.id in before.targets for before, after in pairwise(path))
        assert path[0].id == guide.start
    assert walk(guide, [])[1].id == guide.start
