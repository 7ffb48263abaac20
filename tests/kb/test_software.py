"""Versions of software: their order, and the words that name ranges of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.software import covers, key, ranges

NUMBERS = st.lists(st.integers(0, 40), min_size=1, max_size=4)
VERSIONS = st.builds(
    lambda numbers, end: ".".join(map(str, numbers)) + end, NUMBERS, st.sampled_from(["", "a", "b", "rc1"])
)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("2.9", "2.10"), ("1.2", "1.2b"), ("1.2a", "1.2b"), ("1.2b", "1.2.1"), ("1.2rc1", "1.2"), ("1.2-beta", "1.2-rc2"),
     ("9", "10"), ("V2.9", "v2.10"), ("B05", "B12"), ("V200R019C10", "V200R020C00"), ("1.2rc2", "1.2rc10")],
)  # fmt: skip
def test_numbers_count_as_numbers(earlier, later):
    assert key(earlier) < key(later)


@pytest.mark.parametrize(("one", "other"), [("3", "3.0.0"), ("V3.1", "３．１"), ("1.0b", "1b"), ("版本 2.4", "2.4")])
def test_one_version_in_two_spellings(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("words", "inside", "outside"),
    [
        ("2.4 – 3.1", ["2.4", "2.10", "3.1", "3.0rc1"], ["2.3.9", "3.2", "2.4rc1", "3.10"]),
        ("2.4-3.1", ["2.4", "3"], ["3.2"]),
        ("2.4至3.1", ["2.4", "3"], ["3.2"]),
        ("V2.4 到 V3.1", ["2.4", "v3"], ["3.2"]),
        ("2.4 to 3.1", ["2.4", "3"], ["3.2"]),
        ("2.4～3.1", ["2.4", "3"], ["3.2"]),
        ("2.4–3.1, 4.0 –", ["2.4", "4.0", "11"], ["2.3", "3.2", "3.9"]),
        ("2.4–3.1、4.0 以上", ["3", "4.0", "11"], ["2.3", "3.9"]),
        ("– 2.9", ["1", "2.9"], ["2.10"]),
        ("2.9 及以下", ["1", "2.9"], ["2.10"]),
        ("2.9 之前", ["1", "2.8.7"], ["2.9", "2.9.1"]),
        ("≥ 2.4", ["2.4", "9"], ["2.3"]),
        ("> 2.4", ["2.4.1", "9"], ["2.4"]),
        ("<3.0", ["2.9", "3.0rc1"], ["3.0", "3.0.1"]),
        ("≥2.4 <3.0", ["2.4", "2.99"], ["2.3", "3.0"]),
        ("≥ 2.4, < 3.0", ["2.4", "2.99"], ["2.3", "3.0"]),
        ("≥ 2.4 且 ≤ 3.0", ["2.4", "3.0"], ["2.3", "3.1"]),
        ("< 2.0, ≥ 3.0", ["1", "3"], ["2.5"]),
        ("2.4 and above", ["2.4", "9"], ["2.3"]),
        ("自 2.4 起", ["2.4", "9"], ["2.3"]),
        ("3.0", ["3.0", "3"], ["3.1", "2.9"]),
        ("3.0, 3.2", ["3.0", "3.2"], ["3.1"]),
        ("固件 2.4 版", ["2.4"], ["2.5"]),
        ("1.2-rc1", ["1.2rc1"], ["1.2"]),
    ],
)
def test_words_name_a_range(words, inside, outside):
    assert {version: covers(words, version) for version in inside} == dict.fromkeys(inside, True)
    assert {version: covers(words, version) for version in outside} == dict.fromkeys(outside, False)


@pytest.mark.parametrize("words", ["", " ", "all", "全部", "All versions", "所有版本", "–"])
def test_no_words_and_all_cover_everything_even_what_nobody_knows(words):
    assert covers(words, "2.4") is True
    assert covers(words, "") is True


@pytest.mark.parametrize(
    ("words", "version"),
    [
        ("2.4 – 3.1", ""), ("2.4 – 3.1", "unknown"), ("2.4 – 3.1", "2.4 or 2.5"), ("spring release", "2.4"),
        ("3.1 – 2.4", "3.0"), ("2.4 – 3.1", "3.1.2"), ("3.0", "3.0.5"), ("2.4 – 3.1", "B05"), ("B05 – B12", "C07"),
    ],
)  # fmt: skip
def test_what_the_words_do_not_say_is_not_known(words, version):
    assert covers(words, version) is None


def test_a_piece_that_cannot_be_read_hides_no_answer_that_can():
    assert covers("2.4 – 3.1, spring release", "3.0") is True
    assert covers("2.4 – 3.1, spring release", "5.0") is None


@given(VERSIONS, VERSIONS, VERSIONS)
def test_a_range_holds_what_lies_between_its_ends(one, other, version):
    low, high = sorted([one, other], key=key)

    expected = key(low) <= key(version) <= key(high)
    for words in (f"{low} – {high}", f"{low}至{high}", f"≥{low}, ≤ {high}", f"V{low}-v{high}"):
        assert covers(words, version) in ({True} if expected else {False, None})
    half_open = key(low) <= key(version) < key(high) if key(low) < key(high) else None
    assert covers(f"≥ {low} < {high}", version) is half_open


@given(VERSIONS, VERSIONS)
def test_from_and_below_a_version_leave_nothing_out(bound, version):
    assert covers(f"< {bound}", version) is not covers(f"{bound} –", version)


@given(st.text(max_size=100), st.text(max_size=40))
def test_no_words_break_it(words, version):
    assert covers(words, version) in {True, False, None}
    assert ranges(words)
