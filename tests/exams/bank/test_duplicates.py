"""What the bank has already is found, also in nearly the same words."""

import random
import time

import pytest

from exams.bank import duplicates
from exams.bank.duplicates import near, words
from tests import make

OPTIONS = {"options": [{"text": "断开市电", "right": True}, {"text": "直接拔出"}, {"text": "等待十分钟"}]}
STEM = "更换电源模块之前首先要做什么？"


@pytest.mark.parametrize(
    ("text", "body", "is_found"),
    [
        (STEM, OPTIONS, True),
        ("更换电源模块之前，首先要做什么?", OPTIONS, True),
        (STEM, {"options": OPTIONS["options"][::-1]}, True),
        ("更换电源模块前首先要做什么？", OPTIONS, True),
        (
            STEM,
            {"options": [{"text": "通知客户", "right": True}, {"text": "备份全部数据"}, {"text": "记录序列号"}]},
            False,
        ),
        ("风扇不转时先检查哪里？", OPTIONS, False),
        ("", {}, False),
    ],
)
def test_the_same_question_in_other_words(text, body, is_found):
    found = near([words(text, body)], [(7, words(STEM, OPTIONS))])

    assert [pk for pk, _likeness in found[0]] == [7] * is_found


def test_width_case_and_signs_do_not_count():
    assert words("ＰＯＳＴ 代码 E-04", {}) == words("post代码e04", {})


def test_whatever_the_body_is_nothing_breaks():
    for body in (None, 1, "x", [None, {"options": 3}], {"options": {"text": [1, {"text": "y"}]}}):
        words("a", body)


def test_twenty_thousand_are_searched_in_a_moment():
    chance = random.Random(1)
    letters = [chr(0x4E00 + n) for n in range(3000)]
    bank = [(n, words("".join(chance.choices(letters, k=24)), {})) for n in range(20_000)]

    began = time.perf_counter()
    found = near([bank[n][1] for n in range(0, 400, 4)], bank)

    assert [each[0][0] for each in found] == list(range(0, 400, 4))
    assert time.perf_counter() - began < 5


@pytest.mark.django_db
def test_the_bank_is_asked_for_its_current_versions(django_assert_num_queries):
    there = make.question()
    asked = words(there.version.text, there.version.body)

    with django_assert_num_queries(2):
        found = duplicates.find([asked, words("完全不同的一句话，没有相同之处", {})])
    assert [[each.question for each in each_of] for each_of in found] == [[there], []]
    assert found[0][0].percent == 100
    assert duplicates.find([asked], besides=[there.pk]) == [[]]
