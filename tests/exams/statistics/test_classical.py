"""Figures of classical test theory: what others computed of the same marks, and examples worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from exams.statistics import classical
from exams.statistics.classical import Item, Test

from . import cases


def analysed(*people: list[float], maxima: list[float] | None = None) -> tuple[Test, list[Item]]:
    marks = np.array(people, dtype=float)
    return classical.analyse(marks, np.array(maxima or [1.0] * marks.shape[1]))


@pytest.fixture(scope="module")
def moodle() -> tuple[Test, list[Item]]:
    found = [[float(row[f"slots.{slot}.mark"]) for slot in range(1, 8)] for row in cases.rows("results00.csv")]
    return analysed(*found)


@pytest.fixture(scope="module")
def lsat() -> tuple[Test, list[Item]]:
    return analysed(*([float(mark) for mark in row.values()] for row in cases.rows("lsat6_1000x5.csv")))


def test_the_test_agrees_with_moodles_report(moodle: tuple[Test, list[Item]]) -> None:
    test, _items = moodle
    assert test.people == 25
    assert test.median == pytest.approx(4.5, abs=1e-5)
    assert test.mean == pytest.approx(4.617333332, abs=1e-5)
    assert test.standard_deviation == pytest.approx(0.8117265554, abs=1e-5)
    assert test.skewness == pytest.approx(-0.092502502, abs=1e-5)
    assert test.kurtosis == pytest.approx(-0.7073968557, abs=1e-5)
    assert test.cic == pytest.approx(-87.2230935542, abs=1e-5)
    assert test.error_ratio == pytest.approx(136.8294900795, abs=1e-5)
    assert test.standard_error == pytest.approx(1.1106813066, abs=1e-5)
    assert (test.kr20, test.reasons) == (None, {"kr20": "not-0-1"})


def test_the_items_agree_with_moodles_report(moodle: tuple[Test, list[Item]]) -> None:
    stated = [row for row in cases.rows("qstats00.csv") if not row["subqname"] and not row["variant"]]
    assert len(stated) == len(moodle[1]) == 7
    for item, row in zip(moodle[1], stated, strict=True):
        ours = {
            "s": item.people, "facility": item.facility / 100, "sd": item.standard_deviation / 100,
            "effectiveweight": item.effective_weight, "covariance": item.covariance, "markvariance": item.variance,
            "othermarkvariance": item.rest_variance, "discriminationindex": item.discrimination_index,
            "covariancemax": item.covariance_max, "discriminativeefficiency": item.discriminative_efficiency,
        }  # fmt: skip
        assert ours == pytest.approx({name: float(row[name]) for name in ours}, abs=1e-5)


def test_point_biserials_and_alpha_agree_with_r_psych(lsat: tuple[Test, list[Item]]) -> None:
    test, items = lsat
    (whole,) = cases.rows("lsat6_test_R_psych.csv")
    assert test.mean == pytest.approx(float(whole["mean"]), abs=1e-6)
    assert test.standard_deviation == pytest.approx(float(whole["sd_sample"]), abs=1e-6)
    assert test.cic / 100 == pytest.approx(float(whole["alpha_raw"]), abs=1e-6)
    assert test.kr20 == pytest.approx(float(whole["kr20_pop"]), abs=1e-6)
    assert test.standard_error == pytest.approx(float(whole["sem"]), abs=1e-6)
    for item, row in zip(items, cases.rows("lsat6_items_R_psych.csv"), strict=True):
        assert item.facility / 100 == pytest.approx(float(row["p"]), abs=1e-6)
        assert item.standard_deviation / 100 == pytest.approx(float(row["sd_sample"]), abs=1e-6)
        assert item.point_biserial == pytest.approx(float(row["point_biserial_uncorrected"]), abs=1e-6)
        assert item.point_biserial_rest == pytest.approx(float(row["point_biserial_rest"]), abs=1e-6)


def test_two_unrelated_items_by_hand() -> None:
    test, items = analysed([1, 1], [1, 0], [0, 1], [0, 0])
    # Totals 2 1 1 0: k2 = 2/3; m2 = m4 = 1/2, so k4 = 16 (5/2 - 9/4) / 6 = 2/3 and kurtosis = (2/3) / (4/9).
    assert (test.median, test.mean, test.skewness) == (1.0, 1.0, 0.0)
    assert test.standard_deviation == pytest.approx((2 / 3) ** 0.5)
    assert test.kurtosis == pytest.approx(1.5)
    assert (test.cic, test.kr20, test.error_ratio) == pytest.approx((0, 0, 100))
    assert test.standard_error == pytest.approx(test.standard_deviation)
    for item in items:
        assert (item.facility, item.intended_weight, item.effective_weight) == pytest.approx((50, 50, 50))
        assert (item.covariance, item.covariance_max) == pytest.approx((0, 1 / 3))
        assert (item.discrimination_index, item.discriminative_efficiency, item.point_biserial_rest) == (0, 0, 0)
        assert item.point_biserial == pytest.approx(0.5**0.5)


def test_facility_deviation_and_weights_go_by_the_maximum_marks() -> None:
    _test, (first, second) = analysed([4, 1], [2, 1], [0, 0], maxima=[4, 1])
    assert (first.facility, first.standard_deviation, first.intended_weight) == pytest.approx((50, 50, 80))
    assert second.facility == pytest.approx(200 / 3)
    assert (second.intended_weight, first.effective_weight + second.effective_weight) == pytest.approx((20, 100))


def test_an_item_that_runs_against_the_test_has_no_effective_weight_and_says_why() -> None:
    _test, items = analysed([1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1])
    assert [item.effective_weight for item in items] == [pytest.approx(50), pytest.approx(50), None]
    assert items[2].reasons["effective_weight"] == "negative"
    assert items[2].discrimination_index == pytest.approx(-100)


def test_one_person_has_a_mean_and_no_spread() -> None:
    test, (first, _second) = analysed([1, 0])
    assert (test.people, test.median, test.mean, test.standard_deviation) == (1, 1.0, 1.0, None)
    assert set(test.reasons.values()) == set(first.reasons.values()) - {"not-guessable"} == {"one-person"}
    assert (first.facility, first.standard_deviation, first.effective_weight) == (100.0, None, None)


def test_nobody_has_no_figures_at_all() -> None:
    test, items = classical.analyse(np.empty((0, 2)), np.ones(2))
    assert (test.people, test.mean, test.reasons["mean"]) == (0, None, "nobody")
    assert items[0].reasons["facility"] == items[0].reasons["effective_weight"] == "nobody"


def test_where_all_have_the_same_nothing_can_be_compared() -> None:
    test, items = analysed([1, 0.1, 0.2], [1, 0.1, 0.2], [1, 0.1, 0.2])
    assert test.standard_deviation == 0
    assert {test.reasons[name] for name in ("skewness", "cic", "kr20", "standard_error")} == {"same-totals"}
    assert items[0].reasons["discrimination_index"] == "same-marks"
    assert items[0].reasons["effective_weight"] == "same-totals"


def test_an_item_all_of_whose_rest_is_the_same_is_the_whole_spread() -> None:
    _test, (first, second) = analysed([1, 1], [0, 1], [1, 1])
    assert (first.point_biserial, first.effective_weight, first.discrimination_index) == (1.0, 100.0, None)
    assert first.reasons["discrimination_index"] == "same-rests"
    assert (second.standard_deviation, second.effective_weight) == (0.0, 0.0)


def test_two_people_have_no_skewness_three_no_kurtosis_and_one_item_no_consistency() -> None:
    assert analysed([1, 1], [0, 0])[0].reasons == {"skewness": "two-people", "kurtosis": "three-people"}
    assert analysed([1, 1], [0, 0], [0, 1])[0].reasons == {"kurtosis": "three-people"}
    alone, (item,) = analysed([1], [0], [0], [0])
    assert alone.reasons == dict.fromkeys(("cic", "error_ratio", "standard_error", "kr20"), "one-item")
    assert item.reasons["discrimination_index"] == "same-rests"


def test_kr20_is_left_to_right_and_wrong_answers() -> None:
    assert analysed([1, 1], [0.5, 0], [0, 0])[0].reasons["kr20"] == "not-0-1"
    assert analysed([1, 1], [1, 0], [0, 0], maxima=[2, 1])[0].reasons["kr20"] == "not-0-1"


def test_the_guess_score_is_shown_in_percent_where_there_is_one() -> None:
    _test, items = classical.analyse(np.eye(2), np.ones(2), [0.25, None])
    assert (items[0].guess, items[1].guess, items[1].reasons["guess"]) == (25.0, None, "not-guessable")


shapes = st.tuples(st.integers(1, 7), st.integers(1, 5))
marks = st.sampled_from([0.0, 0.1, 1 / 3, 0.5, 0.7, 1.0, -0.25])


@given(shapes.flatmap(lambda shape: arrays.arrays(float, shape, elements=marks)))
def test_every_figure_is_a_finite_number_or_says_why_not(table: np.ndarray) -> None:
    test, items = classical.analyse(table, np.ones(table.shape[1]))
    for found in (test, *items):
        for name, value in vars(found).items():
            if name in {"reasons", "variance", "rest_variance", "covariance", "covariance_max"}:
                continue
            assert (value is None) == (name in found.reasons), name
            assert value is None or np.isfinite(value), name
        assert set(found.reasons.values()) <= set(classical.REASONS)
    weights = [item.effective_weight for item in items if item.effective_weight is not None]
    assert not weights or sum(weights) == pytest.approx(100)
