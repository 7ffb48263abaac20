"""Distractors and flags: who chose what, and what that says of the question."""

from dataclasses import replace

import numpy as np
import pytest

from exams.statistics import distractors, flags
from exams.statistics.classical import Item

CHOICES = [("a", "right", 1.0), ("b", "wrong", 0.0), ("c", "never", 0.0)]
SOUND = Item(people=100, facility=60.0, discrimination_index=45.0, guess=25.0)


def lines(chosen: list[list[str]], totals: list[float]) -> dict[str, distractors.Choice]:
    return {line.code: line for line in distractors.table(CHOICES, chosen, totals)}


def test_each_choice_is_counted_in_all_and_in_the_upper_and_lower_27_percent() -> None:
    found = lines([["b"]] * 3 + [["b"], ["a"], ["a"], []] + [["a"]] * 4, list(range(11)))
    assert [(line.code, line.count) for line in found.values()] == [("a", 6), ("b", 4), ("c", 0), ("", 1)]
    assert (found["a"].upper, found["a"].lower, found["a"].difference) == (100, 0, 100)  # 27 % of 11 are 3
    assert (found["b"].upper, found["b"].lower, found["b"].percent) == (0, 100, pytest.approx(400 / 11))


def test_who_ties_at_the_border_belongs_to_the_group_in_part() -> None:
    upper, lower = distractors.groups(np.array([5.0, 3, 3, 3, 3, 1, 1]))
    assert upper.tolist() == [1, 0.25, 0.25, 0.25, 0.25, 0, 0]
    assert lower.tolist() == [0, 0, 0, 0, 0, 1, 1]


def test_several_choices_of_a_person_count_each_once_and_unknown_ones_not() -> None:
    found = lines([["a", "b", "b"], ["x"]], [1, 0])
    assert [(line.code, line.count) for line in found.values()] == [("a", 1), ("b", 1), ("c", 0), ("*", 1)]


def test_nobody_makes_a_table_of_noughts() -> None:
    assert [line.percent for line in distractors.table(CHOICES, [], [])] == [0, 0, 0]


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({}, []),
        ({"people": 29, "facility": 100.0}, ["too-few"]),
        ({"discrimination_index": -3.0}, ["key-suspect"]),
        ({"discrimination_index": 12.0}, ["weak"]),
        ({"facility": 96.0}, ["too-easy"]),
        ({"facility": 4.0, "guess": None}, ["too-hard"]),
        ({"facility": 24.0}, ["too-hard"]),
        ({"facility": 100.0, "discrimination_index": None}, ["too-easy"]),
        ({"facility": None}, []),
    ],
)
def test_the_figures_in_words(figures: dict, said: list[str]) -> None:
    assert flags.flags(replace(SOUND, **figures)) == said
    assert set(said) <= set(flags.FLAGS)


def test_a_wrong_answer_that_the_upper_group_prefers_makes_the_key_suspect() -> None:
    chosen = [["b"]] * 30 + [["a"]] * 70
    assert flags.flags(SOUND, list(lines(chosen, list(range(100, 0, -1))).values())) == [
        "key-suspect",
        "idle-distractor",
    ]
    assert flags.flags(SOUND, list(lines(chosen, list(range(100))).values())) == ["idle-distractor"]


def test_who_leaves_it_out_prefers_no_wrong_answer() -> None:
    table = distractors.table(CHOICES[:2], [[]] * 60 + [["b"]] * 10 + [["a"]] * 30, [9.0] * 60 + [5.0] * 40)
    assert flags.flags(SOUND, table) == []
