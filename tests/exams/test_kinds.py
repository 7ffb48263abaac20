"""The kinds of questions: mistakes, freezing, answers, marking."""

import json
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.kinds import KINDS, BadResponse, number
from tests.make import BODIES
from web.demo import right_response

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
TEXTS = st.lists(st.text("甲乙丙丁abc", min_size=1, max_size=4), min_size=3, max_size=7, unique=True)


def options(*texts, right=()):
    return {"options": [{"text": text, "right": place in right} for place, text in enumerate(texts)]}


def frozen(kind, body, seed="s"):
    return KINDS[kind].freeze(body, Random(seed))


def mark(kind, body, response, seed="s"):
    shown, key = frozen(kind, body, seed)
    return KINDS[kind].is_right(key, KINDS[kind].clean(shown, response))


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_question_has_no_mistakes(kind):
    assert KINDS[kind].mistakes(BODIES[kind]) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("single", {}),
        ("single", options("甲", right=[0])),
        ("single", options("甲", "乙")),
        ("single", options("甲", "乙", right=[0, 1])),
        ("single", options("甲", " 甲 ", right=[0])),
        ("multiple", {}),
        ("multiple", options("甲", "乙", "丙", right=[0])),
        ("multiple", options("甲", "乙", right=[0, 1])),
        ("multiple", options("甲", "乙", "甲", right=[0, 1])),
        ("truefalse", {}),
        ("truefalse", {"right": None}),
        ("truefalse", {"right": "true"}),
        ("numeric", {}),
        ("numeric", {"answer": "twelve"}),
        ("numeric", {"answer": "12", "tolerance": "-1"}),
        ("numeric", {"answer": "12", "tolerance": "x"}),
        ("numeric", {"answer": "12", "tolerance": ""}),
        ("numeric", {"answer": "NaN"}),
        ("numeric", {"answer": "Infinity"}),
        ("ordering", {}),
        ("ordering", {"lines": ["甲", "乙"]}),
        ("ordering", {"lines": list("甲乙丙丁戊己庚辛")}),
        ("ordering", {"lines": ["甲", "乙", "甲"]}),
    ],
    ids=str,
)
def test_what_is_not_whole_is_told(kind, body):
    sentences = KINDS[kind].mistakes(body)

    assert sentences
    assert all(sentences)


def members(value):
    """All names of members in it, at any depth."""
    if isinstance(value, dict):
        return set(value) | {name for member in value.values() for name in members(member)}
    return {name for member in value for name in members(member)} if isinstance(value, list) else set()


@given(texts=TEXTS, kind=st.sampled_from(["single", "multiple"]), seed=st.text(max_size=4), data=st.data())
def test_the_paper_shows_options_without_the_key(texts, kind, seed, data):
    right = data.draw(st.sets(st.integers(0, len(texts) - 1), min_size=1, max_size=1 if kind == "single" else 3))
    shown, key = frozen(kind, options(*texts, right=right), seed)

    assert members(shown) == {"options", "id", "text"}
    assert sorted(option["text"] for option in shown["options"]) == sorted(texts)
    assert [option["id"] for option in shown["options"]] == [str(place) for place in range(1, len(texts) + 1)]
    marked = {option["text"] for option in shown["options"] if option["id"] in key["right"]}
    assert marked == {texts[place] for place in right}


@given(lines=TEXTS, seed=st.text(max_size=4))
def test_the_paper_shows_lines_without_their_order(lines, seed):
    shown, key = frozen("ordering", {"lines": lines}, seed)

    assert members(shown) == {"lines", "id", "text"}
    assert [line["id"] for line in shown["lines"]] == [str(place) for place in range(1, len(lines) + 1)]
    words = {line["id"]: line["text"] for line in shown["lines"]}
    assert [words[id_] for id_ in key["order"]] == lines


def test_of_a_statement_and_a_number_nothing_of_the_key_is_shown():
    assert frozen("truefalse", {"right": True})[0] == {}
    assert frozen("numeric", BODIES["numeric"])[0] == {"unit": "V"}


@pytest.mark.parametrize("kind", ["single", "multiple", "ordering"])
def test_neither_place_nor_letter_betrays_the_key(kind):
    keys = {json.dumps(frozen(kind, BODIES[kind], str(seed))[1]) for seed in range(40)}

    assert len(keys) >= 3


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_frozen_can_be_kept_as_json(kind):
    shown, key = frozen(kind, BODIES[kind])

    assert json.loads(json.dumps([shown, key])) == [shown, key]


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_answer_is_right_however_it_is_shuffled(kind):
    for seed in range(10):
        _shown, key = frozen(kind, BODIES[kind], str(seed))
        assert mark(kind, BODIES[kind], right_response(kind, key), str(seed))


@pytest.mark.parametrize("kind", KINDS)
@given(response=JSON)
def test_any_response_is_stored_or_refused(kind, response):
    shown, key = frozen(kind, BODIES[kind])
    try:
        stored = KINDS[kind].clean(shown, response)
    except BadResponse:
        return

    assert json.loads(json.dumps(stored)) == stored
    assert stored is None or KINDS[kind].clean(shown, stored[0] if kind == "single" else stored) == stored
    assert KINDS[kind].is_right(key, stored) in (True, False)
    assert all(isinstance(word, str) for word in KINDS[kind].words(shown, stored))


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("single", "9"),
        ("single", ["1"]),
        ("single", {"id": "1"}),
        ("single", ""),
        ("single", 1),
        ("multiple", "1"),
        ("multiple", ["1", "9"]),
        ("multiple", [["1"]]),
        ("multiple", {}),
        ("truefalse", "yes"),
        ("truefalse", []),
        ("truefalse", 2),
        ("numeric", "about 12"),
        ("numeric", "nan"),
        ("numeric", "-Infinity"),
        ("numeric", "1e999"),
        ("numeric", True),
        ("numeric", ["12"]),
        ("ordering", ["1", "2", "3"]),
        ("ordering", ["1", "2", "3", "3"]),
        ("ordering", ["1", "2", "3", "5"]),
        ("ordering", ["1", "2", "3", ["4"]]),
        ("ordering", "1234"),
        ("ordering", None),
    ],
    ids=str,
)
def test_an_answer_a_question_cannot_have_is_refused(kind, response):
    with pytest.raises(BadResponse):
        KINDS[kind].clean(frozen(kind, BODIES[kind])[0], response)


def test_no_option_chosen_is_no_answer():
    assert KINDS["multiple"].clean(frozen("multiple", BODIES["multiple"])[0], []) is None
    assert KINDS["numeric"].clean({"unit": "V"}, "  ") is None


def test_options_are_stored_in_the_order_of_the_paper_and_once():
    shown, _key = frozen("multiple", BODIES["multiple"])

    assert KINDS["multiple"].clean(shown, ["3", "1", "3"]) == ["1", "3"]


@pytest.mark.parametrize(("chosen", "answer"), [({0, 1}, True), ({0}, False), ({0, 1, 2}, False), ({2}, False)])
def test_several_are_right_only_all_together_and_alone(chosen, answer):
    shown, _key = frozen("multiple", BODIES["multiple"])
    texts = [BODIES["multiple"]["options"][place]["text"] for place in chosen]
    ids = [option["id"] for option in shown["options"] if option["text"] in texts]

    assert mark("multiple", BODIES["multiple"], ids) is answer


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("12", True),
        ("12.6", True),
        ("11.4", True),
        ("12.61", False),
        ("11.39", False),
        ("12,6", True),
        ("１２．６", True),
        ("１２。６", True),
        ("-12", False),
        ("1.2e1", True),
        (12, True),
        (12.6, True),
    ],
)
def test_numbers_count_within_their_tolerance_both_ends_included(typed, answer):
    assert mark("numeric", BODIES["numeric"], typed) is answer


def test_without_a_tolerance_only_the_number_itself_is_right():
    assert mark("numeric", {"answer": "0.3"}, "0.30")
    assert not mark("numeric", {"answer": "0.3"}, "0.3000001")


@pytest.mark.parametrize(("response", "answer"), [("true", True), (True, True), ("false", False), (False, False)])
def test_a_statement_is_marked(response, answer):
    assert mark("truefalse", {"right": True}, response) is answer
    assert mark("truefalse", {"right": False}, response) is not answer


@given(seed=st.text(max_size=4), order=st.permutations(["1", "2", "3", "4"]))
def test_an_order_is_right_only_as_a_whole(seed, order):
    _shown, key = frozen("ordering", BODIES["ordering"], seed)

    assert mark("ordering", BODIES["ordering"], order, seed) is (order == key["order"])


@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_is_never_right(kind):
    _shown, key = frozen(kind, BODIES[kind])

    assert KINDS[kind].is_right(key, None) is False
    assert KINDS[kind].words(_shown, None) == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("single", ["对"]),
        ("multiple", {"甲", "乙"}),
        ("numeric", ["12 ± 0.6 V"]),
        ("ordering", ["断电", "拆盖", "更换", "上电"]),
    ],
)
def test_the_right_answer_in_words(kind, words):
    assert type(words)(KINDS[kind].key_words(*frozen(kind, BODIES[kind]))) == words


@given(value=st.decimals(-(10**9), 10**9, places=4))
def test_a_number_is_read_as_it_is_written(value):
    assert number(str(value)) == value
    assert number(f" {value} ".replace(".", "，")) == value


@given(typed=st.text(max_size=12))
def test_whatever_is_typed_is_a_number_of_bearable_size_or_refused(typed):
    try:
        read = number(typed)
    except BadResponse:
        return
    assert read.is_finite()
    assert abs(read) < Decimal("1e31")
