"""Rasch's model: eRm's difficulties, two items by hand, and people made by the model found again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from exams.statistics import rasch

from . import cases


def test_difficulties_and_their_errors_agree_with_erm() -> None:
    answers = np.array([list(map(int, row.values())) for row in cases.rows("lsat6_1000x5.csv")])
    found = rasch.estimate(answers)
    stated = cases.rows("lsat6_rasch_CML_eRm.csv")
    assert [each.value for each in found.difficulties] == pytest.approx(
        [float(row["difficulty_sum0"]) for row in stated], abs=1e-5
    )
    assert [each.error for each in found.difficulties] == pytest.approx([float(row["se"]) for row in stated], abs=1e-5)
    assert [each.people for each in found.abilities] == [3, 20, 85, 237, 357, 298]


def test_two_items_by_hand() -> None:
    # Of those with one right, 30 have the first and 10 the second: they lie log 3 apart, with 1/30 + 1/10 of variance.
    answers = np.array([[1, 0]] * 30 + [[0, 1]] * 10 + [[1, 1]] * 5 + [[0, 0]] * 5)
    first, second = rasch.estimate(answers).difficulties
    assert (first.value, second.value) == pytest.approx((-np.log(3) / 2, np.log(3) / 2))
    assert first.error == pytest.approx((1 / 30 + 1 / 10) ** 0.5 / 2)


def test_what_the_model_made_is_found_again_and_fits() -> None:
    chance = np.random.default_rng(6)
    hard, able = np.linspace(-2, 2, 15), chance.normal(size=3000)
    answers = (chance.random((3000, 15)) < 1 / (1 + np.exp(hard - able[:, None]))).astype(int)
    found = rasch.estimate(answers)
    for each, value in zip(found.difficulties, hard, strict=True):
        assert abs(each.value - value) < 4 * each.error
        assert each.infit == pytest.approx(1, abs=0.12)
    abilities = [each.value for each in found.abilities]
    assert abilities == sorted(abilities)
    assert abilities[0] == pytest.approx(-abilities[-1], abs=0.5)


def test_an_item_that_all_or_none_know_is_left_out() -> None:
    answers = np.array([[1, 1, 0, 1], [1, 0, 0, 1], [1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 1, 1]])
    assert [each.place for each in rasch.estimate(answers).difficulties] == [1, 2, 3]


def test_a_person_whose_answers_surprise_fits_badly() -> None:
    usual = [[1, 1, 1, 0, 0]] * 20 + [[1, 1, 0, 1, 0]] * 6 + [[1, 0, 1, 0, 0]] * 6 + [[0, 1, 1, 1, 1]] * 3
    found = rasch.estimate(np.array([*usual, [0, 0, 0, 1, 1], [1, 1, 1, 1, 1]]))
    assert found.fit[-1] is None
    assert found.fit[-2][1] > 3 > found.fit[0][1]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([[0.5, 1.0], [1.0, 0.0]], "not-0-1"),
        ([[1, 1], [1, 1]], "few-items"),
        ([[1], [0]], "few-items"),
        (np.empty((0, 0)), "few-items"),
        (np.eye(101), "many-items"),
        ([[1, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 0], [1, 1, 0, 1]] * 4, "no-estimate"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_refused_with_its_reason(answers: list, reason: str) -> None:
    with pytest.raises(rasch.Undefined, match=reason):
        rasch.estimate(np.array(answers))
    assert reason in rasch.REASONS


@given(
    st.tuples(st.integers(1, 12), st.integers(1, 6)).flatmap(
        lambda shape: arrays.arrays(int, shape, elements=st.integers(0, 1))
    )
)
def test_whatever_the_answers_there_is_an_estimate_or_a_reason(answers: np.ndarray) -> None:
    reason = ""
    try:
        found = rasch.estimate(answers)
    except rasch.Undefined as undefined:
        reason = undefined.args[0]
    assert reason in {"", *rasch.REASONS}
    if not reason:
        assert sum(each.value for each in found.difficulties) == pytest.approx(0, abs=1e-6)
        assert all(np.isfinite([each.value, each.error, each.infit, each.outfit]).all() for each in found.difficulties)
