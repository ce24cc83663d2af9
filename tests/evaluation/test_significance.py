"""Intervals and tests against SciPy, enumeration by hand, and cases with known answers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tercet.evaluation.significance import bootstrap, holm, randomisation

# Multiples of 1/8, so that sums are exact and ties are ties.
eighths = st.integers(-8, 8).map(lambda n: n / 8)


def by_enumeration(differences: list[float]) -> float:
    """The share of all sign patterns whose mean is at least as far from 0."""
    observed = abs(sum(differences))
    patterns = list(itertools.product((1, -1), repeat=len(differences)))
    sums = [abs(sum(s * d for s, d in zip(p, differences, strict=True))) for p in patterns]
    return sum(value >= observed for value in sums) / len(patterns)


@settings(max_examples=60, deadline=None)
@given(st.lists(eighths, min_size=1, max_size=9))
def test_few_differences_are_tested_by_all_sign_patterns(differences: list[float]) -> None:
    [p] = randomisation(np.array(differences)[:, None], samples=10)
    assert p == pytest.approx(by_enumeration(differences))


def test_many_differences_are_tested_as_scipy_does() -> None:
    differences = np.random.default_rng(3).normal(0.1, 0.4, 60)
    [ours] = randomisation(differences[:, None])
    theirs = stats.permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        n_resamples=10_000,
        rng=np.random.default_rng(5),
    ).pvalue
    assert 0.01 < theirs < 0.2  # a case in which a wrong test would differ
    assert ours == pytest.approx(theirs, abs=4 * np.sqrt(theirs / 10_000))


def test_many_samples_agree_with_the_normal_distribution() -> None:
    differences = np.full(100, 0.1)
    differences[:42] = -0.1  # 16 more up than down of 100: sum 1.6, deviation 1
    [p] = randomisation(differences[:, None])
    exact = stats.binomtest(42, 100).pvalue
    assert p == pytest.approx(exact, abs=0.012)


def test_no_difference_is_no_evidence() -> None:
    assert randomisation(np.zeros((40, 1))) == pytest.approx(1.0)


def test_the_interval_is_that_of_scipy() -> None:
    scores = np.random.default_rng(7).beta(2, 3, (80, 2))
    ours = bootstrap(scores)
    for column in range(2):
        theirs = stats.bootstrap(
            (scores[:, column],),
            np.mean,
            method="percentile",
            n_resamples=10_000,
            rng=np.random.default_rng(1),
        ).confidence_interval
        assert ours[column] == pytest.approx(theirs, abs=0.003)


def test_the_interval_of_a_constant_is_the_constant() -> None:
    assert bootstrap(np.full((30, 1), 0.25)) == pytest.approx(np.array([[0.25, 0.25]]))


def test_the_resamples_are_paired() -> None:
    """A constant difference is certain however the scores themselves vary."""
    scores = np.random.default_rng(2).random(50)
    own, difference = bootstrap(np.stack([scores, (scores + 0.1) - scores], axis=1))
    assert own[1] - own[0] > 0.05
    assert difference == pytest.approx([0.1, 0.1])


def test_the_interval_covers_the_mean_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    samples = rng.exponential(1.0, (60, 200))  # 200 experiments, true mean 1
    intervals = bootstrap(samples, samples=2000)
    covered = float(((intervals[:, 0] <= 1) & (intervals[:, 1] >= 1)).mean())
    assert 0.87 < covered < 0.99


def test_blocks_do_not_change_what_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from tercet.evaluation import significance

    scores = np.random.default_rng(4).normal(0.1, 1, (50, 1))
    whole = bootstrap(scores)
    monkeypatch.setattr(significance, "_CELLS", 50 * 64)
    assert bootstrap(scores) == pytest.approx(whole, abs=0.02)
    assert randomisation(scores) == pytest.approx(stats.ttest_1samp(scores, 0).pvalue, abs=0.03)


def test_the_same_scores_give_the_same_figures() -> None:
    scores = np.random.default_rng(9).random((40, 3))
    assert np.array_equal(bootstrap(scores), bootstrap(scores))
    assert np.array_equal(randomisation(scores - 0.5), randomisation(scores - 0.5))


def test_holm_by_hand() -> None:
    # Sorted 0.01, 0.02, 0.03, 0.2; times 4, 3, 2, 1; never falling.
    assert holm([0.03, 0.01, 0.2, 0.02]) == pytest.approx([0.06, 0.04, 0.2, 0.06])
    assert holm([0.7, 0.6]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_nothing_and_bonferroni(p: list[float]) -> None:
    for raw, corrected in zip(p, holm(p), strict=True):
        assert raw <= corrected <= min(1.0, raw * len(p)) + 1e-12


@pytest.mark.parametrize("wrong", [[1.0, 2.0], np.zeros((0, 2))])
def test_a_matrix_is_asked_for(wrong: object) -> None:
    with pytest.raises(ValueError, match="queries, columns"):
        bootstrap(wrong)  # type: ignore[arg-type]
