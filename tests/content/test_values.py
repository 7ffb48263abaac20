"""What stands behind a key."""

import datetime

import pytest

from exams.load.papers import Draw, Draws
from exams.load.schemes import Need, Needs
from kb.content.kinds import Persons, Place
from kb.content.values import (
    Change,
    Changes,
    Choice,
    Date,
    Keys,
    Number,
    Signature,
    Slug,
    Version,
    Whole,
    Words,
    Yes,
)
from kb.content.ways import Span, Spans, Way, Ways
from kb.models import Tool

DAY = datetime.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("value", "text", "meaning"),
    [
        (Words(), "三个字", "三个字"),
        (Slug(), "power-off", "power-off"),
        (Version(), "1.10", "1.10"),
        (Version(), "1.10.2", "1.10.2"),
        (Choice(["a", "b"]), "b", "b"),
        (Whole(1, 3), "3", 3),
        (Number(), "12.60", "12.60"),
        (Date(), "2026-03-01", DAY),
        (Yes(), "yes", True),
        (Keys(Tool), "a, b", ("a", "b")),
        (Signature(), "李 明 2026-03-01", ("李 明", DAY)),
        (Changes(["content"]), "1.0 / 2026-03-01 / content / 增加 a / b", Change("1.0", DAY, "content", "增加 a / b")),
        (Ways(), "亮 -> 绿 -> next", Way("亮 -> 绿", "next")),
        (Spans(), ".. 11.4 -> low", Span("", "11.4", "low")),
        (Spans(), "-1 .. 0 -> mid", Span("-1", "0", "mid")),
        (Spans(), "12.6 .. -> high", Span("12.6", "", "high")),
        (Persons(), "server/1 x 2", ("server/1", 2)),
        (Place(), "HB-01.4#levels", "HB-01.4#levels"),
        (Draws(), "basics / 3 / 2", Draw("basics", 3, 2)),
        (Draws(), "basics / 3 / 2 / difficulty 3 / critical", Draw("basics", 3, 2, 3, True)),
        (Needs(), "level other#senior", Need("level", "other#senior")),
    ],
)
def test_a_value_is_read_and_written(value, text, meaning):
    assert value.read(text) == meaning
    assert value.show(meaning) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Words(3), "四个字吧"),
        (Slug(), "Power off"),
        (Version(), "1"),
        (Version(), "1.2.3.4"),
        (Version(), "1.23456"),
        (Choice(["a", "b"]), "c"),
        (Whole(1, 3), "4"),
        (Whole(), "-1"),
        (Whole(), "²"),
        (Number(), "12,6"),
        (Number(), "NaN"),
        (Date(), "2026-02-30"),
        (Yes(), "no"),
        (Keys(Tool), "a, a"),
        (Signature(), "李明"),
        (Changes(["content"]), "1.0 / 2026-03-01 / content"),
        (Changes(["content"]), "1.0 / 2026-03-01 / other / x"),
        (Ways(), "-> next"),
        (Ways(), "words -> two words"),
        (Spans(), "11.4 -> low"),
        (Spans(), "12 .. 11 -> x"),
        (Persons(), "server/1"),
        (Place(block=True), "HB-01.4"),
        (Place(block=False), "HB-01.4#x"),
        (Place(), "HB-01.4#"),
        (Draws(), "basics / 3"),
        (Draws(), "basics / 3 / 1 / hard"),
        (Needs(), "person x"),
    ],
)
def test_what_has_no_meaning_is_refused_with_a_sentence(value, text):
    with pytest.raises(ValueError, match=r"\w.*[.…]$"):
        value.read(text)


def test_the_order_of_keys_that_have_none_is_that_of_the_alphabet():
    assert Keys(Tool).read("torch， meter") == ("meter", "torch")
    assert Keys(Tool, is_sorted=False).read("torch,meter") == ("torch", "meter")
