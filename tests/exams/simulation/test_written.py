"""The recipe as its author writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.simulation.body import recipe, recipe_flaws
from exams.simulation.written import LINE, read, write

WORDS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)
STEPS = st.from_regex(r"[a-z][a-z0-9-]{0,9}(/[a-z]{1,5})?", fullmatch=True)
RECIPES = st.fixed_dictionaries(
    {"guide": WORDS, "fault": STEPS},
    optional={
        "device": WORDS,
        "symptom": WORDS,
        "minutes": st.dictionaries(STEPS, st.integers(0, 99999), min_size=1, max_size=3),
        "readings": st.dictionaries(STEPS, WORDS, min_size=1, max_size=3),
    },
)


@given(written=RECIPES)
def test_what_is_written_is_read_as_it_was(written):
    rows = write(written).splitlines()

    assert all(LINE.fullmatch(row) for row in rows)
    assert read(rows) == written


def test_a_recipe_is_read():
    rows = ["guide: FG-001", "fault： power-check/end-cord", "minutes mains: 5", "reading psu-led: 所有模块都不亮"]

    assert all(LINE.fullmatch(row) for row in rows)
    assert read(rows) == {
        "guide": "FG-001",
        "fault": "power-check/end-cord",
        "minutes": {"mains": 5},
        "readings": {"psu-led": "所有模块都不亮"},
    }


@pytest.mark.parametrize("row", ["guide:", "cause: x", "minutes: 5", "reading a b: x", "- [x] a", ""])
def test_other_lines_are_none_of_it(row):
    assert not LINE.fullmatch(row)


def test_a_recipe_needs_a_guide_and_a_fault():
    assert recipe_flaws({"guide": "FG-001", "fault": "end"}) == []
    assert len(recipe_flaws({})) == 2
    assert recipe_flaws([])
    assert recipe_flaws({"guide": "FG-001", "fault": "e", "minutes": []})
    assert recipe({"guide": "FG-001", "fault": "e", "minutes": {}, "steps": []}) == {"guide": "FG-001", "fault": "e"}
