"""Passages of a text for a query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.passages import passage

TEXT = "本章介绍安装。" * 40 + "电机过热保护动作后，等待十分钟再复位。" + "其余见附录。" * 40


def marked(segments: list[tuple[str, bool]]) -> list[str]:
    return [text for text, matched in segments if matched]


def test_the_passage_lies_around_the_match() -> None:
    segments = passage(TEXT, "过热保护")
    assert marked(segments) == ["过热保护"]
    assert segments[0] == segments[-1] == ("…", False)


def test_the_passage_with_most_of_the_query_is_chosen() -> None:
    text = "电机的铭牌。" + "无关文字，" * 60 + "电机过热时复位。"
    assert marked(passage(text, "电机 过热 复位", 60)) == ["电机过热", "复位"]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Check the batteries first.", "battery", ["batteries"]),
        ("报警 ALM-24003 后停机", "alm24003", ["ALM-24003"]),
        ("電機過熱", "过热", ["過熱"]),
        ("ＥＲＲ Ｅ－０４", "e04", ["Ｅ－０４"]),
        ("超时 17448 ms 后", "17448ms", ["17448 ms"]),
    ],
)
def test_matches_are_marked_as_the_text_writes_them(text: str, query: str, expected: list[str]) -> None:
    assert marked(passage(text, query)) == expected


def test_without_a_match_the_passage_is_the_beginning() -> None:
    assert passage("一二三四五六", "七", 3) == [("一二三", False), ("…", False)]


def test_markup_is_text() -> None:
    assert passage("<b>过热</b>", "过热") == [("<b>", False), ("过热", True), ("</b>", False)]


mixed = st.text(st.sampled_from("aeE04 -_.电机过热保护。\n…"), max_size=60)


@given(mixed, mixed, st.integers(1, 60))
def test_a_passage_is_a_piece_of_the_text(text: str, query: str, length: int) -> None:
    joined = "".join(segment for segment, _ in passage(text, query, length))
    assert any(piece in text for piece in (joined, joined[1:], joined[:-1], joined[1:-1]))
    assert len(joined) <= length + 2


@given(mixed, mixed)
def test_a_text_that_fits_is_shown_whole(text: str, query: str) -> None:
    assert "".join(segment for segment, _ in passage(text, query)) == text
