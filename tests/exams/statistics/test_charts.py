"""Where the parts of charts stand, and the figures of an exam in words."""

from dataclasses import asdict

import numpy as np
import pytest

from exams.statistics import charts, classical, readings


def test_columns_are_as_high_as_their_share_of_the_highest() -> None:
    low, high, none = charts.bars([("a", 2), ("b", 4), ("c", 0)])
    assert (low.y, low.height) == (charts.HEIGHT / 2, charts.HEIGHT / 2)
    assert (high.y, high.height, none.height) == (0, charts.HEIGHT, 0)
    assert charts.bars([]) == []
    assert charts.bars([("a", 0)])[0].height == 0


def test_the_pass_mark_stands_among_the_columns_that_it_parts() -> None:
    step = charts.WIDTH + charts.GAP
    assert charts.across(70, 10) == 7 * step
    assert charts.across(75, 10) == 7 * step + charts.WIDTH / 2


def test_the_map_has_easy_questions_left_hard_ones_right_and_none_upon_another() -> None:
    made = charts.person_item_map([(-1.0, 3), (0.0, 0), (2.5, 1)], [("hard", 2.0), ("easy", -2.0), ("easy too", -2.0)])
    assert [(mark.number, mark.label) for mark in made.items] == [(1, "easy"), (2, "easy too"), (3, "hard")]
    assert len({(mark.x, mark.y) for mark in made.items}) == 3
    assert made.items[0].x < made.items[2].x
    assert [bar.value for bar in made.people] == [3, 1]
    assert [logit for logit, _x in made.ticks] == [-2, -1, 0, 1, 2, 3]


def read(marks: list[list[float]]) -> dict[str, readings.Reading]:
    table = np.array(marks, dtype=float)
    test, _items = classical.analyse(table, np.ones(table.shape[1]))
    return {each.name: each for each in readings.readings(asdict(test), float(table.shape[1]))}


@pytest.mark.usefixtures("english")
def test_figures_are_told_in_words_with_the_good_and_the_bad_of_them() -> None:
    sound = read([[1] * n + [0] * (10 - n) for n in (2, 4, 5, 6, 7, 8, 9)])
    assert (sound["Mean"].value, sound["Mean"].tone) == ("59%", "good")
    assert sound["Internal consistency (CIC)"].tone == "good"
    poor = read([[1, 0], [0, 1], [1, 1], [0, 0]])
    assert poor["Internal consistency (CIC)"].tone == "bad"
    assert read([[0, 0], [0, 0]])["Internal consistency (CIC)"].words == "Cannot be said: all have the same total."
    assert readings.readings({"people": 0}, None) == []


@pytest.fixture
def english() -> None:
    from django.utils import translation

    with translation.override("en"):
        yield
