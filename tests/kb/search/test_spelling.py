"""Queries that were mistyped, and those that were not."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search import analysis
from kb.search.spelling import Vocabulary, words_of

TITLES = [
    "电机过热保护动作后的检查步骤",
    "压缩机启动失败：更换启动电容",
    "传感器校准与参数设置",
    "无法启动：检查电源模块和保险丝",
    "使用率超过阈值的处理",
    "分辨率设置与显示屏幕",
    "蓝屏之后恢复出厂设置",
    "控制器目录权限不足",
    "Motor controller overheating",
    "Flash driver upgrade fails with access denied",
    "Replacing batteries of the pressure sensor",
    "Firmware of teams and stations",
    "Error E04 on pump PX-100",
]
TERMS = set(chain.from_iterable(analysis.terms(title, single=True) for title in TITLES))
VOCABULARY = Vocabulary(Counter(chain.from_iterable(set(words_of(title)) for title in TITLES)))


def corrected(text: str) -> str:
    return VOCABULARY.correction(text, TERMS.__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("电机过惹", "电机过热"),  # the same sound
        ("览屏", "蓝屏"),
        ("压缩机起动失败", "压缩机启动失败"),
        ("目陆权限", "目录权限"),
        ("传赶器叫准", "传感器校准"),  # twice, one of them with a character of two readings
        ("蓝频之后", "蓝屏之后"),  # in for ing
        ("更换启动电溶", "更换启动电容"),
        ("步揍", "步骤"),  # ou is heard
        ("全县不足", "权限不足"),  # another word of the same sound, which goes with its neighbour
        ("压级机", "压缩机"),  # one character wrong in the middle of three
    ],
)
def test_mistyped_chinese_is_put_right(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("contoller", "controller"),
        ("flsah", "flash"),
        ("drivver", "driver"),
        ("deneid", "denied"),
        ("Klap Teems", "Klap Teams"),
        ("OVERHEATNIG", "OVERHEATING"),
        ("presure senser", "pressure sensor"),
        ("battery statin", "battery stations"),  # the stem is what is met
        ("conttrollar", "controller"),  # a long word may hold two, of which one is a letter too many
        ("flash-drivr", "flash-driver"),
    ],
)
def test_mistyped_english_is_put_right(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  E04：电机过惹？", "  E04：电机过热？"),
        ("ＰＸ－100 目陸權限 contoller！", "ＰＸ－100 目錄權限 controller！".replace("錄", "录")),
        ("压缩机 flsah\n启动电溶", "压缩机 flash\n启动电容"),
    ],
)
def test_the_rest_stays_as_it_was_typed(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ，。",
        "电机",
        "電機過熱",
        "电机启动",  # the words never met, but both occur
        "保险丝更换步骤",
        "motors",  # its stem occurs
        "BATTERY",
        "E40",
        "PX-1O0",  # a code, though no such code exists
        "con_troller",
        "mot0r",
        "contoller2",
        "https://motar.example",
        "fla",
        "flax",  # another letter in a short word makes another word
        "lotion",
        "热",
        "惹",
        "机器人焊接工位夹爪松动",  # about something else altogether
    ],
)
def test_what_is_right_or_unheard_of_is_left_alone(text: str) -> None:
    assert corrected(text) == ""


def test_of_several_words_the_most_common_is_proposed() -> None:
    vocabulary = Vocabulary({"rotor": 1, "motor": 9}, {"rotor": 3})
    assert vocabulary.correction("mtor", {"motor", "rotor"}.__contains__) == "motor"
    assert Vocabulary({"目录": 2, "目路": 1}, {"目路": 5}).correction("木路", {"目录", "目路"}.__contains__) == "目路"


def test_parts_add_up() -> None:
    parts = [{"电容": 1, "motor": 2}, {"电容": 2}, {}]
    known = {"电容", "电融", "motor"}.__contains__
    for whole in (Vocabulary(*parts), Vocabulary.joined(map(Vocabulary, [*parts, {"电融": 2}]))):
        assert whole.correction("电溶 moter", known) == "电容 motor"


def test_a_word_that_occurs_no_more_is_not_proposed() -> None:
    vocabulary = Vocabulary({"motor": 3, "电容": 3})
    assert vocabulary.correction("moter 电溶", lambda term: False) == ""
    assert Vocabulary().correction("moter 电溶", lambda term: False) == ""


def test_a_code_typed_with_blanks_is_no_mistake() -> None:
    vocabulary = Vocabulary({"logs": 3, "motor": 2})
    assert vocabulary.correction("esp early loge", {"espearlyloge", "log", "motor"}.__contains__) == ""


def test_words_of_a_title_are_those_a_reader_recognises() -> None:
    assert words_of("Ｅ04 電機過熱：Motor-overheating of the PX-100 泵") == ["电机", "过热", "motor", "overheating"]
    assert words_of("con_troller mot0r ab 1234") == []


#: Text of the titles with some characters of it replaced, dropped or doubled.
mistyped = st.builds(
    lambda title, seed, rate: "".join(
        random.Random(f"{seed}{at}").choice(["", character * 2, "器", "a", " ", "7", "其热"])
        if random.Random(f"{at}{seed}").random() < rate
        else character
        for at, character in enumerate(title)
    ),
    st.sampled_from(TITLES),
    st.integers(0, 1000),
    st.sampled_from([0.05, 0.2]),
)


@given(st.one_of(st.text(max_size=40), mistyped, st.text("电机过热保护启动motr -_E04，", max_size=60)))
@settings(deadline=None)
def test_a_correction_is_final_and_says_something_else(text: str) -> None:
    better = corrected(text)
    assert better != text or not text
    assert corrected(better) == ""


@given(st.lists(st.sampled_from(TITLES), max_size=3).map(" ".join))
@settings(deadline=None)
def test_what_occurs_is_never_doubted(text: str) -> None:
    assert corrected(text) == ""
    assert VOCABULARY.correction(text[::-1], lambda term: True) == ""


@given(mistyped)
@settings(deadline=None)
def test_what_is_put_in_occurs(text: str) -> None:
    def missing(query: str) -> int:
        return sum(term not in TERMS for term in analysis.terms(query))

    better = corrected(text)
    assert not better or missing(better) < missing(text)


def test_no_term_is_looked_up_twice() -> None:
    asked: Counter[str] = Counter()
    text = "，".join(["电机过惹启动电溶目陆权限 contoller"] * 3)
    assert VOCABULARY.correction(text, lambda term: not asked.update([term]) and term in TERMS) == ""
    assert max(asked.values()) == 1


def test_a_pasted_page_is_not_corrected() -> None:
    assert corrected("电机过惹，" + "电机，" * 100) == "电机过热，" + "电机，" * 100
    assert corrected("电机过惹，" + "电机，" * 1000) == ""


def test_the_index_of_a_part_is_built_once_and_only_when_something_is_doubted() -> None:
    class Counts(dict[str, int]):
        read = 0

        def __iter__(self) -> Iterator[str]:
            self.read += 1
            return super().__iter__()

    counts = Counts({"电容": 1})
    part = Vocabulary(counts)
    assert (part.correction("电容 E04", {"电容"}.__contains__), counts.read) == ("", 0)
    for _ in range(2):
        assert Vocabulary.joined([part]).correction("电溶", {"电容"}.__contains__) == "电容"
    assert counts.read == 1
