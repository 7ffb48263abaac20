"""What holds for every kind of question: nothing raises, nothing betrays the key, shares lie between 0 and 1."""

import json
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.kinds import KINDS, BadResponse, number
from tests.exams.bodies import BODIES, WHOLE

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = {
    *("options", "text", "right", "fraction", "feedback", "credit", "answer", "tolerance", "relative", "unit", "units"),
    *("factor", "more", "accepted", "lines", "pairs", "left", "distractors", "parts", "kind", "points", "rubric"),
    *("criterion", "levels", "sample", "least_words", "most_words"),
}
LIKE_A_BODY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from(["100", "-1", "part", "single"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(MEMBERS)), inner, max_size=5),
    max_leaves=12,
)
TEXTS = st.lists(st.text("甲乙丙丁abc", min_size=1, max_size=4), min_size=3, max_size=7, unique=True)
PLAIN = [kind for kind in KINDS if kind in BODIES]  # a simulation is tested by itself
PART = {kind: BODIES[kind] | {"credit": "part"} for kind in ("multiple", "ordering", "matching", "cloze")}
BOTH = [*((kind, BODIES[kind]) for kind in PLAIN), *PART.items()]
SEEDS = st.text(max_size=4)
few = settings(max_examples=40)  # of each kind


def options(*texts, right=()):
    return {"options": [{"text": text, "right": place in right} for place, text in enumerate(texts)]}


def paper(kind, body, seed="s"):
    """What a candidate sees, and the order of it."""
    order = KINDS[kind].arrange(body, Random(seed))
    return KINDS[kind].shown(body, order), order


def members(value):
    """All names of members in it, at any depth."""
    if isinstance(value, dict):
        return set(value) | {name for member in value.values() for name in members(member)}
    return {name for member in value for name in members(member)} if isinstance(value, list) else set()


def names(shown):
    return members(shown) - {"id", "text", "kind", "credit"}


@pytest.mark.parametrize(("kind", "body"), BOTH)
def test_a_whole_question_has_no_mistakes(kind, body):
    assert KINDS[kind].mistakes(body) == []


@pytest.mark.parametrize("kind", PLAIN)
@few
@given(body=JSON | LIKE_A_BODY)
def test_whatever_a_body_is_its_mistakes_are_sentences(kind, body):
    sentences = KINDS[kind].mistakes(body)

    assert all(isinstance(sentence, str) and sentence for sentence in sentences)
    assert sentences or isinstance(body, dict)


@pytest.mark.parametrize("kind", PLAIN)
@few
@given(data=st.data(), seed=SEEDS)
def test_any_whole_body_can_be_shown_answered_and_marked(kind, data, seed):
    body = data.draw(WHOLE[kind])
    shown, order = paper(kind, body, seed)
    right = KINDS[kind].right_response(body, order)

    assert 0 <= KINDS[kind].guess(body) <= 1
    assert all(isinstance(words, str) for words in KINDS[kind].key_words(shown, KINDS[kind].key(body, order)))
    assert all(isinstance(worth, float) for _code, _words, worth in KINDS[kind].choices(body))
    assert KINDS[kind].share(body, order, None) == 0
    assert right is None or KINDS[kind].share(body, order, KINDS[kind].clean(shown, right)) == 1


@pytest.mark.parametrize(("kind", "body"), BOTH)
def test_the_right_response_earns_everything_however_it_is_shuffled(kind, body):
    for seed in range(10):
        shown, order = paper(kind, body, str(seed))
        right = KINDS[kind].right_response(body, order)
        if KINDS[kind].is_marked_by_hand:
            assert right is None
        else:
            assert KINDS[kind].share(body, order, KINDS[kind].clean(shown, right)) == 1


@pytest.mark.parametrize(("kind", "body"), BOTH)
def test_what_a_kind_makes_can_be_kept_as_json(kind, body):
    shown, order = paper(kind, body)
    made = [shown, order, KINDS[kind].key(body, order), KINDS[kind].right_response(body, order)]

    assert json.loads(json.dumps(made)) == made


@pytest.mark.parametrize(("kind", "body"), BOTH)
@few
@given(response=JSON, seed=SEEDS)
def test_any_response_is_stored_and_marked_or_refused(kind, body, response, seed):
    shown, order = paper(kind, body, seed)
    try:
        stored = KINDS[kind].clean(shown, response)
    except BadResponse:
        return
    share = KINDS[kind].share(body, order, stored)

    assert json.loads(json.dumps(stored)) == stored
    assert "\x00" not in str(stored)
    assert KINDS[kind].clean(shown, stored) == stored
    assert share is None or (0 <= share <= 1 and share.as_tuple().exponent >= -4)
    assert all(isinstance(word, str) for word in KINDS[kind].words(shown, stored))
    assert set(KINDS[kind].chosen(body, order, stored)) <= {code for code, *_more in KINDS[kind].choices(body)}
    assert all(isinstance(word, str) for word in KINDS[kind].feedback(body, order, stored))


@pytest.mark.parametrize(("kind", "body"), BOTH)
@few
@given(response=JSON)
def test_marking_takes_whatever_is_stored(kind, body, response):
    _shown, order = paper(kind, body)
    share = KINDS[kind].share(body, order, response)

    assert share is None or 0 <= share <= 1


@pytest.mark.parametrize("kind", PLAIN)
def test_no_answer_is_no_answer_and_earns_nothing(kind):
    shown, order = paper(kind, BODIES[kind])

    assert KINDS[kind].clean(shown, None) is None
    assert KINDS[kind].share(BODIES[kind], order, None) == 0
    assert KINDS[kind].words(shown, None) == []
    assert KINDS[kind].chosen(BODIES[kind], order, None) == []
    assert KINDS[kind].feedback(BODIES[kind], order, None) == []


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("single", {"options"}),
        ("multiple", {"options"}),
        ("truefalse", set()),
        ("numeric", {"unit"}),
        ("short", set()),
        ("ordering", {"lines"}),
        ("matching", {"lefts", "rights"}),
        ("cloze", {"parts", "options", "unit"}),
        ("essay", set()),
    ],
)
def test_a_candidate_sees_no_member_of_the_key(kind, seen):
    assert names(paper(kind, BODIES[kind])[0]) == seen


@given(texts=TEXTS, kind=st.sampled_from(["single", "multiple"]), seed=SEEDS, data=st.data())
def test_options_are_shown_without_the_key(texts, kind, seed, data):
    right = data.draw(st.sets(st.integers(0, len(texts) - 1), min_size=1, max_size=1 if kind == "single" else 3))
    body = options(*texts, right=right)
    shown, order = paper(kind, body, seed)

    assert sorted(option["text"] for option in shown["options"]) == sorted(texts)
    assert [option["id"] for option in shown["options"]] == [str(place) for place in range(1, len(texts) + 1)]
    ids = KINDS[kind].key(body, order)["right"]
    assert {option["text"] for option in shown["options"] if option["id"] in ids} == {texts[place] for place in right}


@given(lines=TEXTS, seed=SEEDS)
def test_lines_are_shown_without_their_order(lines, seed):
    shown, order = paper("ordering", {"lines": lines}, seed)

    assert [line["id"] for line in shown["lines"]] == [str(place) for place in range(1, len(lines) + 1)]
    words = {line["id"]: line["text"] for line in shown["lines"]}
    assert [words[id_] for id_ in KINDS["ordering"].key({"lines": lines}, order)["order"]] == lines


@pytest.mark.parametrize("kind", ["single", "multiple", "ordering", "matching", "cloze"])
def test_neither_place_nor_letter_betrays_the_key(kind):
    keys = set()
    for seed in range(40):
        _shown, order = paper(kind, BODIES[kind], str(seed))
        keys.add(json.dumps(KINDS[kind].key(BODIES[kind], order)))

    assert len(keys) >= 3


@pytest.mark.parametrize("kind", PLAIN)
def test_what_is_chosen_has_the_same_code_in_every_order(kind):
    codes = set()
    for seed in range(10):
        shown, order = paper(kind, BODIES[kind], str(seed))
        right = KINDS[kind].clean(shown, KINDS[kind].right_response(BODIES[kind], order))
        codes.add(tuple(sorted(KINDS[kind].chosen(BODIES[kind], order, right))))

    assert len(codes) == 1


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_an_author_may_forbid_shuffling(kind):
    body = BODIES[kind] | {"shuffle": False}
    shown, order = paper(kind, body)

    assert order == []
    assert [option["text"] for option in shown["options"]] == [option["text"] for option in body["options"]]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("single", ["对"]),
        ("multiple", {"甲", "乙"}),
        ("truefalse", ["正确"]),
        ("numeric", ["12 ± 0.6 V"]),
        ("short", ["热插拔"]),
        ("ordering", ["断电", "拆盖", "更换", "上电"]),
        ("matching", ["PSU1 → 左侧", "PSU2 → 右侧", "BMC → 右侧"]),
        ("cloze", ["[1] 对", "[2] 断电", "[3] 5 分钟"]),
        ("essay", ["先断电"]),
    ],
)
def test_the_right_answer_in_words(kind, words, chinese):
    shown, order = paper(kind, BODIES[kind])

    assert type(words)(KINDS[kind].key_words(shown, KINDS[kind].key(BODIES[kind], order))) == words


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


def test_a_number_of_a_million_digits_is_refused():
    with pytest.raises(BadResponse):
        number("1." + "0" * 1_000_000)
