"""Options and keys as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.kinds import KINDS
from exams.written import Unreadable, read, write
from tests.make import BODIES

WORDS = (
    # On one line, white space is single spaces: that is all that writing changes
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20)
    .map(lambda words: " ".join(words.split()))
    .filter(bool)
)
OPTIONS = st.lists(st.fixed_dictionaries({"text": WORDS, "right": st.booleans()}), min_size=1, max_size=6)
NUMBERS = st.decimals(-1000, 1000, places=2).map(str)
WRITTEN = (
    st.tuples(st.sampled_from(["single", "multiple"]), OPTIONS.map(lambda options: {"options": options}))
    | st.tuples(st.just("truefalse"), st.booleans().map(lambda right: {"right": right}))
    | st.tuples(st.just("ordering"), st.lists(WORDS, min_size=1, max_size=7).map(lambda lines: {"lines": lines}))
    | st.tuples(
        st.just("numeric"), st.fixed_dictionaries({"answer": NUMBERS}, optional={"tolerance": NUMBERS, "unit": WORDS})
    )
)


@given(case=WRITTEN)
def test_what_is_written_is_read_as_it_was(case):
    kind, body = case

    assert read(kind, write(kind, body)) == body


@pytest.mark.parametrize("kind", BODIES)
def test_the_bodies_of_every_kind_are_whole_after_a_round_trip(kind):
    again = read(kind, write(kind, BODIES[kind]))

    assert KINDS[kind].mistakes(again) == []
    assert write(kind, again) == write(kind, BODIES[kind])


@pytest.mark.parametrize(
    ("kind", "text", "body"),
    [
        (
            "single",
            "- [x] 对\n\n  * [ ]   错  ",
            {"options": [{"text": "对", "right": True}, {"text": "错", "right": False}]},
        ),
        ("multiple", "- [X] 对", {"options": [{"text": "对", "right": True}]}),
        ("ordering", "1. 断电\n2、拆盖\n10.上电", {"lines": ["断电", "拆盖", "上电"]}),
        ("truefalse", "answer: True", {"right": True}),
        ("truefalse", "answer: maybe", {"right": None}),
        ("truefalse", "", {"right": None}),
        ("numeric", "answer:12\nunit: V", {"answer": "12", "unit": "V"}),
        ("numeric", "", {}),
        ("single", "", {"options": []}),
    ],
)
def test_as_people_write(kind, text, body):
    assert read(kind, text) == body


@pytest.mark.parametrize(
    ("kind", "text", "line"),
    [
        ("single", "- [x] 对\n错", 1),
        ("single", "- [] 对", 0),
        ("multiple", "\n\n- [y] 对", 2),
        ("ordering", "1. 断电\n拆盖", 1),
        ("numeric", "answer: 12\nabout: 3", 1),
        ("truefalse", "true", 0),
    ],
)
def test_a_line_that_cannot_be_read_is_named(kind, text, line):
    with pytest.raises(Unreadable) as caught:
        read(kind, text)

    assert caught.value.line == line
    assert caught.value.text == text.splitlines()[line]
