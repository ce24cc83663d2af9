"""The calibration: what it promises of a precision, what a fit on known data gives, its file."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.errors import SettingsError
from tercet.generation.extractive.calibration import (
    Calibration,
    fit_calibration,
    logistic,
    read_calibration,
    wilson,
    write_calibration,
)

scores = st.lists(st.floats(-8, 8), min_size=1, max_size=40).map(tuple)


def drawn(count: int, slope: float, intercept: float) -> tuple[list[float], list[bool]]:
    """Scores, and answers that are right with the probability that the two numbers say."""
    draw = np.random.default_rng(7)
    x = draw.normal(0, 3, count)
    right = draw.random(count) < 1 / (1 + np.exp(-(slope * x + intercept)))
    return list(x), list(map(bool, right))


def test_a_fit_finds_the_numbers_the_data_were_drawn_with() -> None:
    fitted = fit_calibration(*drawn(20_000, 0.8, -1.0))
    assert fitted.slope == pytest.approx(0.8, abs=0.05)
    assert fitted.intercept == pytest.approx(-1.0, abs=0.1)


def test_a_fit_stays_finite_where_the_kinds_do_not_overlap() -> None:
    fitted = fit_calibration([-2.0, -1.0, 1.0, 2.0], [False, False, True, True])
    assert math.isfinite(fitted.slope) and fitted.slope > 0
    assert 0.0 < fitted.probability(-2.0) < 0.5 < fitted.probability(2.0) < 1.0


def test_the_gradient_is_zero_at_the_weights_of_a_regression() -> None:
    draw = np.random.default_rng(3)
    x = np.column_stack([draw.normal(size=(200, 2)), np.ones(200)])
    y = (draw.random(200) < 0.4).astype(float)
    weights = logistic(x, y)
    assert x.T @ (1 / (1 + np.exp(-x @ weights)) - y) == pytest.approx(np.zeros(3), abs=1e-4)


@given(scores, st.floats(0.1, 2), st.floats(-2, 2), st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_more_precision_never_asks_for_less(
    scores: tuple[float, ...], slope: float, intercept: float, one: float, other: float
) -> None:
    calibration = Calibration(slope, intercept, scores)
    low, high = sorted((one, other))
    assert calibration.enough(low) <= calibration.enough(high)


@given(scores, st.floats(0.1, 2), st.floats(-2, 2), st.floats(0.05, 0.95))
def test_what_is_enough_has_the_precision_that_is_expected(
    scores: tuple[float, ...], slope: float, intercept: float, precision: float
) -> None:
    calibration = Calibration(slope, intercept, scores)
    enough = calibration.enough(precision)
    answered = [calibration.probability(score) for score in scores if score >= enough]
    if answered:
        assert np.mean(answered) >= precision - 1e-9
    else:
        assert max(map(calibration.probability, scores)) < precision + 1e-9


def test_the_calibrated_precision_holds_on_other_questions() -> None:
    x, right = drawn(6_000, 0.9, -0.5)
    calibration = fit_calibration(x[:3_000], right[:3_000])
    enough = calibration.enough(0.9)
    held = [good for score, good in zip(x[3_000:], right[3_000:], strict=True) if score >= enough]
    assert np.mean(held) == pytest.approx(0.9, abs=0.03)


def test_the_interval_of_a_share_is_wilson_s() -> None:
    # Values of the formula in Agresti and Coull, The American Statistician 52 (1998), worked by
    # hand for 8 of 10.
    low, high = wilson(8, 10)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_file_gives_back_what_was_written(tmp_path: Path) -> None:
    written = Calibration(0.5, -1.25, (-1.5, 0.25, 3.0), {"questions": "q.jsonl"})
    write_calibration(written, tmp_path / "c.json")
    assert read_calibration(tmp_path / "c.json") == written


@pytest.mark.parametrize("text", [None, "{", "{}", '{"slope": 1, "intercept": 0, "scores": []}'])
def test_a_wrong_file_is_said_to_be_wrong(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "c.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingsError, match=r"TERCET_CALIBRATION.*tercet calibrate"):
        read_calibration(path)


def test_the_shipped_calibration_says_where_it_comes_from() -> None:
    shipped = read_calibration()
    assert shipped.slope > 0
    assert shipped.about["data"] and shipped.about["made_by"]
    assert math.isfinite(shipped.enough(0.9))
