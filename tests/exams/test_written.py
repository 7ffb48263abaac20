"""Options and keys as people write them."""

import pytest
from hypothesis import example, given

from exams.kinds import KINDS
from exams.written import WRITINGS, Unreadable, read, write
from tests.exams.bodies import BODIES, WRITABLE

RECIPE = {
    "guide": "FG-001",
    "fault": "end-cord",
    "symptom": "按键没有反应",
    "minutes": {"mains": 5},
    "readings": {"mains": "0 V"},
}


@given(case=WRITABLE)
@example(case=("single", {"options": [{"text": "# 甲 # \\# 乙 #", "right": True, "feedback": "丙 # 丁"}]}))
@example(case=("multiple", {"options": [{"text": "\\%5% 甲", "right": True, "fraction": "-33.3"}], "credit": "part"}))
@example(case=("matching", {"pairs": [{"left": "-> a -> b ->", "right": "-> c"}], "distractors": ["-> d"]}))
@example(case=("simulation", RECIPE))
def test_what_is_written_is_read_as_it_was(case):
    kind, body = case

    assert read(kind, write(kind, body)) == body


def test_every_kind_can_be_written():
    assert list(WRITINGS) == list(KINDS)


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
        (
            "multiple",
            "credit: part\n- [x] %50% 对 # 很好\n- [ ] 错",
            {
                "credit": "part",
                "options": [
                    {"text": "对", "right": True, "fraction": "50", "feedback": "很好"},
                    {"text": "错", "right": False},
                ],
            },
        ),
        ("single", "shuffle: no\n- [x] 对", {"options": [{"text": "对", "right": True}], "shuffle": False}),
        ("ordering", "1. 断电\n2、拆盖\n10.上电", {"lines": ["断电", "拆盖", "上电"]}),
        ("truefalse", "answer: True", {"right": True}),
        ("truefalse", "answer: false\nfeedback_true: 再读", {"right": False, "feedback": {"true": "再读"}}),
        ("truefalse", "answer: maybe", {"right": None}),
        ("truefalse", "", {"right": None}),
        ("numeric", "answer:12\nunit: V", {"answer": "12", "unit": "V"}),
        ("numeric", "answer: 12\ntolerance: 5 %", {"answer": "12", "tolerance": "5", "relative": True}),
        (
            "numeric",
            "answer: 230\nunit: V\n1 kV = 1000 V\n~%50% 220 ± 5% # 那是旧的\n= 231",
            {
                "answer": "230",
                "unit": "V",
                "units": [{"unit": "kV", "factor": "1000"}],
                "more": [
                    {"answer": "220", "tolerance": "5", "relative": True, "fraction": "50", "feedback": "那是旧的"},
                    {"answer": "231"},
                ],
            },
        ),
        ("numeric", "", {}),
        ("single", "", {"options": []}),
        (
            "short",
            "= 断电⏎再拆盖\n~%50% 断*",
            {"accepted": [{"text": "断电\n再拆盖"}, {"text": "断*", "fraction": "50"}]},
        ),
        ("short", "case: yes\n=  BMC", {"accepted": [{"text": "BMC"}], "case": True}),
        (
            "matching",
            "- PSU1 -> 左侧\n* PSU2 -> 右侧\n- -> 上层",
            {
                "pairs": [{"left": "PSU1", "right": "左侧"}, {"left": "PSU2", "right": "右侧"}],
                "distractors": ["上层"],
            },
        ),
        (
            "cloze",
            "credit: part\n\n[1] short\n\n= 断电\n[2] numeric / 2\nanswer: 5",
            {
                "credit": "part",
                "parts": [
                    {"kind": "short", "accepted": [{"text": "断电"}]},
                    {"kind": "numeric", "points": "2", "answer": "5"},
                ],
            },
        ),
        (
            "essay",
            "sample: 先断电⏎再验电\nleast_words: 20\n* 先断电 / 2\n  - 只提到 / 1\n* 再验电 / 1.5",
            {
                "sample": "先断电\n再验电",
                "least_words": 20,
                "rubric": [
                    {"criterion": "先断电", "points": "2", "levels": [{"text": "只提到", "points": "1"}]},
                    {"criterion": "再验电", "points": "1.5"},
                ],
            },
        ),
        ("essay", "", {}),
        ("simulation", "guide: FG-001\nminutes mains: 5", {"guide": "FG-001", "minutes": {"mains": 5}}),
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
        ("multiple", "- [x] 对\nshuffles: no", 1),
        ("ordering", "1. 断电\n拆盖", 1),
        ("numeric", "answer: 12\nabout: 3", 1),
        ("numeric", "answer: 12\n~13", 1),
        ("truefalse", "true", 0),
        ("short", "断电", 0),
        ("short", "~ 断电", 0),
        ("matching", "- PSU1 左侧", 0),
        ("cloze", "= 断电", 0),
        ("cloze", "[1] short\n\n= 断电\n[3] short\n= 上电", 3),
        ("cloze", "[1] short\n= 断电\n\n[2] single\n- 上电", 4),
        ("cloze", "[1] essay\n[2] other\n- 上电", 2),
        ("essay", "- 只提到 / 1", 0),
        ("essay", "* 断电", 0),
        ("simulation", "fault end-cord", 0),
    ],
)
def test_a_line_that_cannot_be_read_is_named(kind, text, line):
    with pytest.raises(Unreadable) as caught:
        read(kind, text)

    assert caught.value.line == line
    assert caught.value.text == text.splitlines()[line]
