"""What editors say about words takes effect in queries, at once and without touching the index."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search import analysis
from kb.search.lexicon import Lexicon, Phrases, compiled

HOUSE = Lexicon(
    synonyms=[["开不了机", "无法启动", "won't start"], ["换", "更换"], ["HDD", "硬盘"], ["硬盘", "磁盘"]],
    stop_words=["那个", "please", "的"],
    words=["动力单元", "S-300"],
)


def readings(query: str, lexicon: Lexicon = HOUSE) -> list[tuple[str, ...]]:
    """Return how each part of the query that can be said otherwise is written."""
    return [clause.written for clause in analysis.clauses(query, lexicon) if clause.written]


def required(query: str, lexicon: Lexicon = HOUSE) -> list[str]:
    return [word.terms[0] for word in analysis.words(query, lexicon) if word.ways]


def test_a_phrase_is_searched_in_all_its_wordings() -> None:
    assert readings("服务器开不了機怎么办") == [("开不了机", "无法启动", "won't start")]
    assert readings("It Won't  start".replace("  ", " ")) == [("won't start", "开不了机", "无法启动")]


def test_groups_that_share_a_word_are_not_joined() -> None:
    assert readings("HDD") == [("hdd", "硬盘")]
    assert readings("硬盘") == [("硬盘", "hdd", "磁盘")]


def test_a_single_character_counts_where_it_is_a_word() -> None:
    assert readings("换电池") == [("换", "更换")]
    assert readings("交换机重启") == []


def test_a_latin_word_is_not_found_inside_another() -> None:
    assert readings("hddx") == readings("hdd-04") == readings("x.hdd") == []
    assert readings("新HDD盘") == [("hdd", "硬盘")]


def test_stop_words_are_passed_over_unless_there_is_nothing_else() -> None:
    assert required("please 那个轴承") == ["轴承"]
    assert required("pleased") == ["pleas"]
    assert required("那个") == ["那个"]


def test_a_word_of_the_dictionary_is_never_taken_apart() -> None:
    assert required("更换动力单元后", Lexicon(words=["动力单元"])) == ["更换", "动力单元"]
    assert required("更换动力单元后", Lexicon()) != required("更换动力单元后", Lexicon(words=["动力单元"]))


@pytest.mark.parametrize(("query", "mainland"), [("閘道器 重啟", "网关"), ("硬碟 檔案", "文件"), ("臨時埠", "端口")])
def test_the_traditional_script_is_read_in_the_words_of_its_region(query: str, mainland: str) -> None:
    assert mainland in [other for written in readings(query, Lexicon()) for other in written]


def test_the_simplified_script_is_not() -> None:
    assert readings("档案 资料", Lexicon()) == []


@given(st.lists(st.text("ab 电机-", max_size=4)), st.text("ab 电机-", max_size=20))
def test_phrases_are_found_apart_and_in_order(phrases: list[str], text: str) -> None:
    found = list(Phrases(phrases).found(text))
    assert all(text[start:end] in phrases for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


@given(st.text("动力单元更换后"), st.lists(st.text("动力单元更换后", min_size=2, max_size=4)))
def test_cutting_keeps_every_character(run: str, words: list[str]) -> None:
    assert "".join(piece for piece, _ in compiled(Lexicon(words=words)).cut(run)) == run


@settings(deadline=None)  # the first one loads the words of Chinese
@given(st.text())
def test_every_query_can_be_read(query: str) -> None:
    assert all(clause.wordings and all(clause.wordings) for clause in analysis.clauses(query, HOUSE))
