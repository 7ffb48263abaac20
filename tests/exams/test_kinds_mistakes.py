"""What keeps a body from being a question of its kind."""

import pytest

from exams.kinds import KINDS
from tests.exams.bodies import BODIES
from tests.exams.test_kinds import options


def percent(*fractions, **more):
    """Options worth these percentages; right are those of 100, or with part marks those above 0."""
    least = 1 if more else 100
    rows = enumerate(fractions)
    worth = [{"text": str(n), "right": each.isdigit() and int(each) >= least, "fraction": each} for n, each in rows]
    return {"options": worth, **more}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("single", {}),
        ("single", options("甲", right=[0])),
        ("single", options("甲", "乙")),
        ("single", options("甲", "乙", right=[0, 1])),
        ("single", options("甲", " 甲 ", right=[0])),
        ("single", options("甲", "", right=[0])),
        ("single", percent("50", "0")),
        ("single", {"options": [{"text": "甲", "right": True, "fraction": "50"}, {"text": "乙"}]}),
        ("single", percent("100", "0x")),
        ("multiple", {}),
        ("multiple", options("甲", "乙", "丙", right=[0])),
        ("multiple", options("甲", "乙", right=[0, 1])),
        ("multiple", options("甲", "乙", "甲", right=[0, 1])),
        ("multiple", options("甲", "乙", "丙", right=[0, 1]) | {"credit": "half"}),
        ("multiple", percent("-100", "0", credit="part")),
        ("multiple", percent("101", "-100", credit="part")),
        ("multiple", percent("50", "40", "-100", credit="part")),
        ("truefalse", {}),
        ("truefalse", {"right": None}),
        ("truefalse", {"right": "true"}),
        ("truefalse", {"right": True, "feedback": "很好"}),
        ("numeric", {}),
        ("numeric", {"answer": "twelve"}),
        ("numeric", {"answer": "12", "tolerance": "-1"}),
        ("numeric", {"answer": "12", "tolerance": "x"}),
        ("numeric", {"answer": "12", "tolerance": ""}),
        ("numeric", {"answer": "NaN"}),
        ("numeric", {"answer": "Infinity"}),
        ("numeric", {"answer": "*"}),
        ("numeric", {"answer": "12", "more": [{"answer": "x"}]}),
        ("numeric", {"answer": "12", "more": [{"answer": "13", "fraction": "120"}]}),
        ("numeric", {"answer": "12", "units": [{"unit": "kV", "factor": "1000"}]}),
        ("numeric", {"answer": "12", "unit": "V", "units": [{"unit": "kV"}]}),
        ("numeric", {"answer": "12", "unit": "V", "units": [{"unit": "kV", "factor": "0"}]}),
        ("numeric", {"answer": "12", "unit": "V", "units": [{"unit": "V", "factor": "2"}]}),
        ("numeric", {"answer": "12", "unit": "V", "units": [{"unit": "kV", "factor": "1"}] * 2}),
        ("short", {}),
        ("short", {"accepted": [{"text": "  "}]}),
        ("short", {"accepted": [{"text": "甲", "fraction": "50"}]}),
        ("short", {"accepted": [{"text": "甲", "fraction": "-1"}]}),
        ("ordering", {}),
        ("ordering", {"lines": ["甲", "乙"]}),
        ("ordering", {"lines": [str(n) for n in range(21)]}),
        ("ordering", {"lines": ["甲", "乙", "甲"]}),
        ("ordering", {"lines": ["甲", "乙", None]}),
        ("matching", {}),
        ("matching", {"pairs": [{"left": "甲", "right": "1"}]}),
        ("matching", {"pairs": [{"left": "甲", "right": "1"}, {"left": "甲", "right": "2"}]}),
        ("matching", {"pairs": [{"left": "甲", "right": "1"}, {"left": "乙", "right": ""}]}),
        ("matching", BODIES["matching"] | {"distractors": ["左侧"]}),
        ("matching", BODIES["matching"] | {"distractors": [""]}),
        ("cloze", {}),
        ("cloze", {"parts": [{"kind": "essay"}]}),
        ("cloze", {"parts": [{"kind": "short"}]}),
        ("cloze", {"parts": [{"kind": "numeric", "answer": "1", "points": "0"}]}),
        ("essay", {"rubric": [{"criterion": "", "points": "1"}]}),
        ("essay", {"rubric": [{"criterion": "甲", "points": "0"}]}),
        ("essay", {"rubric": [{"criterion": "甲", "points": "2", "levels": [{"text": "乙", "points": "3"}]}]}),
        ("essay", {"least_words": 0}),
        ("essay", {"least_words": 9, "most_words": 8}),
        ("essay", {"rubric": "甲"}),
    ],
    ids=str,
)
def test_what_is_not_whole_is_told(kind, body):
    sentences = KINDS[kind].mistakes(body)

    assert sentences
    assert all(sentences)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("single", percent("100", "50", "0")),
        ("single", percent("100", "100", "0")),
        ("multiple", percent("100", "0", credit="part")),
        ("multiple", percent("50", "50", "-33.33333", "-100", credit="part")),
        ("numeric", {"answer": "12", "more": [{"answer": "*", "fraction": "0", "feedback": "再量一次"}]}),
        ("numeric", {"answer": "12", "unit": "V", "units": [{"unit": "V", "factor": "1"}]}),
        ("short", {"accepted": [{"text": "甲"}, {"text": "*", "fraction": "0"}]}),
        ("essay", {}),
        ("essay", {"least_words": 8, "most_words": 8}),
    ],
    ids=str,
)
def test_what_other_systems_allow_is_whole(kind, body):
    assert KINDS[kind].mistakes(body) == []


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("先 {{2}}，再 {{1}}，等 {{3}}。", True),
        ("先 {{1}}，再 {{2}}。", False),
        ("{{1}} {{2}} {{3}} {{4}}", False),
        ("{{1}} {{2}} {{2}} {{3}}", False),
        ("没有空", False),
    ],
)
def test_every_gap_stands_in_the_text_once(text, is_whole):
    assert (KINDS["cloze"].text_mistakes(text, BODIES["cloze"]) == []) is is_whole
    assert KINDS["single"].text_mistakes(text, BODIES["single"]) == []
