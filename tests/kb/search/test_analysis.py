"""How text becomes terms, and the terms of a query meet those of a document."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search import analysis
from kb.search.characters import normalise
from kb.search.stemming import stem

#: Text in which codes, quantities, English and Chinese run into each other.
mixed = st.text(st.sampled_from("aeixmsE01 47-_./:电机过热保护装置秒Ａ０－ﬁ，。\n"), max_size=40)


def found(query: str, text: str, *, single: bool = False) -> bool:
    """Return whether every word of the query is in the text."""
    terms = set(analysis.terms(text, single=single))
    return all(any(terms.issuperset(way) for way in word.ways) for word in analysis.words(query) if word.ways)


@given(st.text())
def test_normalising_keeps_every_offset(text: str) -> None:
    assert len(normalise(text)) == len(text)


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_full_width_text_is_compared_as_half_width(text: str) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in text)
    assert normalise(wide) == normalise(text) == text.lower()


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("電機過熱保護裝置", "电机过热保护装置"),
        ("閘道器", "闸道器"),
        ("爲羣衆閲讀説明", "为群众阅读说明"),  # forms that Big5 lacks
        ("⼈⼯", "人工"),  # Kangxi radicals, which PDF files are full of
        ("Ｅ－０４", "e-04"),
        ("ÉCLAIR", "eclair"),
        ("ﬁlter", "ﬁlter"),  # taking the ligature apart would move every later offset
    ],
)
def test_variants_of_a_character_are_one(written: str, compared: str) -> None:
    assert normalise(written) == compared


def test_kangxi_radicals_become_ideographs() -> None:
    radicals = [chr(codepoint) for codepoint in range(0x2F00, 0x2FD6)]
    assert all(unicodedata.name(normalise(radical)).startswith("CJK UNIFIED") for radical in radicals)


@pytest.mark.parametrize("code", ["E-04", "e04", "Ｅ 04", "E_04", " e.04. "])
def test_every_spelling_of_a_code_folds_to_one(code: str) -> None:
    assert analysis.fold_code(code) == "e04"


@pytest.mark.parametrize("code", ["0x1000007e", "1000007E", "0X1000-007E"])
def test_a_hexadecimal_code_is_found_with_and_without_its_prefix(code: str) -> None:
    assert analysis.fold_code(code) == "1000007e"


def test_a_point_between_digits_tells_versions_apart() -> None:
    assert analysis.fold_code("v1.2") != analysis.fold_code("v12")


@given(st.text() | mixed)
def test_folding_a_code_twice_is_folding_it_once(text: str) -> None:
    assert analysis.fold_code(analysis.fold_code(text)) == analysis.fold_code(text)


def test_codes_are_read_out_of_running_text() -> None:
    text = "上电后报 ALM-24003 或 Ｅ 04，日志 0x1000007E；版本 1.2，共 24 台，E-04 见手册。"
    assert analysis.codes_in(text) == ["alm24003", "e04", "1000007e"]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ALM24003", "告警 ALM-24003 处理"),
        ("alm 24003", "告警 ALM24003 处理"),
        ("Ｅ 04", "E-04 过流"),
        ("E-04", "故障e04"),
        ("0x1000007e", "error 1000007E"),
        ("PROCESSORDRIVERINTERNAL", "PROCESSOR_DRIVER_INTERNAL"),
        ("17448ms", "超时 17448 ms 后"),
        ("75秒", "默认75 秒"),
        ("服务器", "重启服务器后"),
        ("過熱保護", "电机过热保护动作"),
        ("replaced batteries", "replacing the battery"),
        ("TCP/IP", "tcp ip"),
        ("esp32-s3", "ESP32-S3 的天线"),
    ],
)
def test_a_query_finds_other_spellings(query: str, text: str) -> None:
    assert found(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [("E-04", "E-05"), ("pro", "programming"), ("1.2", "1.11"), ("保护", "保温 护栏"), ("3dBm", "30 dBm")],
)
def test_a_query_does_not_find_what_only_looks_alike(query: str, text: str) -> None:
    assert not found(query, text)


def test_single_characters_are_found_in_titles_only() -> None:
    assert found("盘", "磁盘故障", single=True)
    assert not found("盘", "磁盘故障")


def test_the_politeness_of_a_question_is_not_searched() -> None:
    polite = analysis.words("请问一下电机过热怎么办呢？")
    assert [word.terms for word in polite if word.ways] == [
        word.terms for word in analysis.words("电机过热") if word.ways
    ]


def test_a_query_of_nothing_but_politeness_is_searched_as_it_stands() -> None:
    assert analysis.words("怎么办")


@given(st.text() | mixed)
def test_every_word_of_a_text_finds_the_text(text: str) -> None:
    assert found(text, text, single=True)


@given(st.text() | mixed)
def test_spans_lie_in_the_text(text: str) -> None:
    assert all(0 <= start < end <= len(text) for _, start, end in analysis.spans(text, single=True))


def test_completion_begins_anywhere_in_a_chinese_run() -> None:
    assert "过热保护" in set(analysis.prefix_terms("电机过热保护"))


def completes(typed: str, title: str) -> bool:
    """Return whether every part of what was typed begins a term of the title."""
    terms = set(analysis.prefix_terms(title))
    return all(any(term.startswith(prefix) for term in terms) for prefix in analysis.prefixes(typed))


@pytest.mark.parametrize(
    "typed",
    ["dj", "DJGR", "djgrbh", "grbh", "dianji", "dian'ji", "guore", "dianjiguorebaohu", "dj过热", "电机grbh", "baoh"],
)
def test_chinese_is_completed_from_its_pinyin_and_its_first_letters(typed: str) -> None:
    assert completes(typed, "E04 电机过热保护")


@pytest.mark.parametrize("typed", ["jg", "rebaohu", "gj", "dj制动"])
def test_pinyin_completes_from_the_beginning_of_a_word(typed: str) -> None:
    assert not completes(typed, "E04 电机过热保护")


@pytest.mark.parametrize(("typed", "title"), [("cq", "重启"), ("zl", "重量"), ("cc", "超长"), ("cz", "超长")])
def test_a_character_with_two_readings_is_completed_as_the_word_is_read(typed: str, title: str) -> None:
    assert completes(typed, title)


def test_pinyin_adds_few_terms_to_complete() -> None:
    title = "弹簧调整后长行程重载运行时压缩机电流传感器校准步骤与更换周期"
    assert len(set(analysis.prefix_terms(title))) <= 3 * len(title)


@given(st.from_regex("[a-z]{4,12}", fullmatch=True))
def test_stems_are_beginnings_save_for_batteries(word: str) -> None:
    assert word.startswith(stem(word).removesuffix("y"))


def test_a_query_folds_to_one_spelling() -> None:
    assert analysis.fold_query("  開不了機， Ｅ04？") == analysis.fold_query("开不了机/E04") == "开不了机 e04"


@given(st.text() | mixed)
def test_folding_a_query_twice_is_folding_it_once(text: str) -> None:
    assert analysis.fold_query(analysis.fold_query(text)) == analysis.fold_query(text)


def test_a_compound_word_is_there_where_its_bigrams_are() -> None:
    (word,) = analysis.words("伺服器")
    assert word.terms == ("伺服器", "伺服", "服器")
    assert analysis.is_compound("伺服器")
    assert not any(map(analysis.is_compound, ["伺服", "e04", "bearing"]))


def test_what_is_pasted_is_read_to_a_limit() -> None:
    assert len(analysis.clauses("电机 过热 轴承 复位 " * 1000)) <= analysis.MOST_CLAUSES
