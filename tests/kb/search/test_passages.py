"""Passages of a text for a query."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import words
from kb.search.characters import normalise
from kb.search.lexicon import Lexicon
from kb.search.passages import Sought, passage

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


HOUSE = Lexicon(synonyms=[("开不了机", "无法启动", "won't start"), ("E-04", "电源故障")], words=["热插拔电源"])


def marks(text: str, query: str) -> list[str]:
    return marked(passage(text, Sought.of(query, HOUSE), 400))


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("设备無法啟動，请检查", "开不了机", ["無法啟動"]),
        ("The server won't start.", "開不了機", ["won't start"]),
        ("It does not say when to start.", "开不了机", []),
        ("服务器开不了机", "开不了机", ["开不了机"]),
        ("報警 Ｅ０４：電源故障", "e-04", ["Ｅ０４", "電源故障"]),
        ("只有热插拔的和别的电源", "热插拔电源", ["热插拔", "电源"]),
        ("服务与服务器", "服务器", ["服务器"]),
        ("售后服务", "服务器", []),
        ("机过去的电机，过热的", "电机过热", ["电机", "过热"]),
        ("cafe\u0301 和 cafe", "cafe", ["cafe\u0301", "cafe"]),
    ],
)
def test_other_words_are_marked_and_pieces_of_words_are_not(text: str, query: str, expected: list[str]) -> None:
    assert marks(text, query) == expected


#: Full width, traditional, simplified, compatibility and combining characters, emoji, and what Markdown brings.
ANY = st.text(
    st.one_of(
        st.sampled_from("电機过熱电机過热無法启動开不了机服务器eE０4０Ｅ－- _.·，。…\n\u0301\u200b\ufe0f😀ﬁ⻋㎏ⅷ"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=80,
)
QUERIES = st.one_of(ANY, st.sampled_from(["电机过热", "開不了機", "Ｅ－０４ 电源", "服务器 无法启动", "won't start"]))


@given(ANY, QUERIES, st.integers(1, 90))
def test_marks_never_shift_or_split(text: str, query: str, length: int) -> None:
    segments = passage(text, Sought.of(query, HOUSE), length)
    joined = "".join(segment for segment, _ in segments)

    assert all(segment for segment, _ in segments)
    assert not any(before[1] and after[1] for before, after in pairwise(segments))
    assert any(piece in text for piece in (joined, joined[1:], joined[:-1], joined[1:-1]))
    if len(text) <= length:
        assert joined == text
    for before, after in pairwise(segments):
        assert not (before[1] and unicodedata.combining(after[0][0]))


@given(ANY, QUERIES)
def test_what_is_marked_is_made_of_terms_of_the_query(text: str, query: str) -> None:
    terms = {term for word in words(query, HOUSE) for term in word.terms}
    sought = Sought.of(query, HOUSE)

    for term, begin, end in sought.places(text):
        assert term in terms
        said = normalise(text[begin:end])
        assert said == term or not said.isalpha() or said.isascii()  # a code folded, a word stemmed
    covered = {at for _term, begin, end in sought.places(text) for at in range(begin, end)}
    at = 0
    for segment, is_match in passage(text, sought, max(1, len(text))):
        for offset, character in enumerate(segment, at):
            belongs = offset in covered or unicodedata.category(character) in ("Mn", "Me")
            assert belongs if is_match else offset not in covered
        at += len(segment)


@given(ANY, QUERIES)
def test_marking_what_is_normalised_already_marks_the_same_places(text: str, query: str) -> None:
    sought = Sought.of(query, HOUSE)

    assert sought.places(text) == sought.places(normalise(text))


def test_a_passage_begins_with_a_whole_word() -> None:
    segments = passage("plugging " * 20 + "flashing firmware; deleting data.", "firmware", 60)

    assert segments[1][0].split()[0] in ("plugging", "flashing")


def test_a_long_text_with_many_places_is_cut_soon() -> None:
    text = "电机过热 " * 20_000

    assert len("".join(segment for segment, _ in passage(text, "电机过热", 100))) <= 102
