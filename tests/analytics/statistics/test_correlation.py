"""Correlation against the truth, a second method, its invariants and ugly input."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats

from analytics.market.windows import ShortHistoryError
from analytics.statistics.correlation import (
    correlation,
    correlation_matrix,
    ewma_correlation,
    spearman,
)
from analytics.statistics.samples import UndefinedError
from tests.analytics.statistics.pairs import Pair, answered, clustered_pair, normal_pair, ugly_pairs
from tests.analytics.statistics.second_methods import correlation_interval, stationary_bootstrap

MEASURES = {
    "pearson": correlation,
    "spearman": spearman,
    "ewma": lambda x, y: ewma_correlation(x, y, half_life=len(x) / 4),
}
EVERY_MEASURE = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES.keys())


@pytest.mark.parametrize("rho", [-0.99, -0.5, 0.0, 0.3, 0.7, 0.95, 0.9995])
def test_the_correlation_that_made_the_data_is_recovered(rho: float) -> None:
    found = correlation(*normal_pair(rho, 200_000))
    assert found.value == pytest.approx(rho, abs=4 * (1 - rho**2) / np.sqrt(200_000))
    assert rho in found.interval


def test_independent_normal_returns_are_worth_themselves() -> None:
    found = correlation(*normal_pair(0.6, 50_000))
    assert found.sigma_z == pytest.approx(1, abs=0.05)
    assert found.effective_n == pytest.approx(50_000, rel=0.1)


def test_clustered_returns_are_worth_less_than_their_number() -> None:
    found = correlation(*clustered_pair(20_000))
    assert found.effective_n < 0.5 * found.n_observations


@pytest.mark.parametrize("bars", [30, 120, 721])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_value_and_interval_agree_with_direct_summation(bars: int, level: float) -> None:
    x, y = clustered_pair(bars)
    found = correlation(x, y, level=level)
    low, high, lrv = correlation_interval(x, y, level)
    assert found.value == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-12)
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=1e-10)
    assert found.effective_n == pytest.approx(bars * (1 - found.value**2) ** 2 / lrv, rel=1e-9)
    assert found.interval.level == level


def test_near_one_nothing_is_lost_to_cancellation() -> None:
    x, noise = normal_pair(0, 5000)
    found = correlation(x, x + 1e-5 * noise)
    expected = 5e-11 * np.var(noise) / np.var(x)
    assert 1 - found.value == pytest.approx(expected, rel=1e-4)
    assert 0 < 1 - found.interval.high < 1 - found.value < 1 - found.interval.low < 2e-10


@pytest.mark.slow
def test_the_interval_is_as_wide_as_a_block_bootstrap_finds() -> None:
    ratios = []
    for seed in range(12):
        x, y = clustered_pair(720, seed)
        values = stationary_bootstrap(
            lambda a, b: np.arctanh(np.corrcoef(a, b)[0, 1]), x, y, block=30, repeats=400, seed=seed
        )
        found = correlation(x, y)
        ratios.append(found.sigma_z / np.sqrt(720) / values.std())
    assert np.median(ratios) == pytest.approx(1, abs=0.2)


def test_spearman_is_pearson_of_the_ranks_as_scipy_has_it() -> None:
    x, y = np.round(clustered_pair(400), 3)
    found = spearman(x, y)
    ranks = stats.rankdata(x), stats.rankdata(y)
    low, high, _ = correlation_interval(*ranks)
    assert found.value == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=1e-10)
    assert found.measure == "spearman"


def test_spearman_does_not_care_for_a_single_spike() -> None:
    x, y = normal_pair(0.8, 500)
    calm = spearman(x, y).value
    x[100], y[100] = 1e6, -1e6
    assert spearman(x, y).value == pytest.approx(calm, abs=0.03)
    assert correlation(x, y).value < -0.99


def test_weights_that_hardly_fall_give_the_ordinary_correlation() -> None:
    x, y = clustered_pair(300)
    weighted, plain = ewma_correlation(x, y, half_life=1e12), correlation(x, y)
    assert weighted.value == pytest.approx(plain.value, abs=1e-8)
    assert weighted.interval.low == pytest.approx(plain.interval.low, abs=1e-8)
    assert weighted.effective_n == pytest.approx(plain.effective_n, rel=1e-6)


def test_weights_that_fall_agree_with_numpys_weighted_covariance() -> None:
    x, y = clustered_pair(500)
    weights = 0.5 ** (np.arange(499, -1, -1) / 60)
    covariance = np.cov(x, y, aweights=weights, ddof=0)
    expected = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert ewma_correlation(x, y, half_life=60).value == pytest.approx(expected, abs=1e-12)


def test_falling_weights_follow_a_change_that_equal_weights_average() -> None:
    before, after = normal_pair(0.9, 2000, seed=2), normal_pair(0.2, 500, seed=3)
    x, y = (np.concatenate(pair) for pair in zip(before, after, strict=True))
    followed = ewma_correlation(x, y, half_life=100)
    assert 0.2 in followed.interval
    assert 0.2 not in correlation(x, y).interval


def test_a_half_life_worth_too_few_bars_is_refused() -> None:
    with pytest.raises(UndefinedError, match="only about 14 bars count"):
        ewma_correlation(*normal_pair(0.5, 200), half_life=5)


@EVERY_MEASURE
def test_the_order_of_the_two_does_not_matter(measure: Callable[..., Any]) -> None:
    x, y = clustered_pair(360)
    one, other = measure(x, y), measure(y, x)
    assert one.value == pytest.approx(other.value, abs=1e-14)
    assert one.interval.low == pytest.approx(other.interval.low, abs=1e-12)


@EVERY_MEASURE
def test_scale_and_level_do_not_matter_and_a_sign_turns_it_around(
    measure: Callable[..., Any],
) -> None:
    x, y = clustered_pair(360)
    one, other = measure(x, y), measure(-1e4 * x + 3, 1e-4 * y)
    assert other.value == pytest.approx(-one.value, abs=1e-11)
    assert other.interval.high == pytest.approx(-one.interval.low, abs=1e-10)
    assert other.effective_n == pytest.approx(one.effective_n, rel=1e-9)


def test_the_matrix_agrees_with_numpy_and_its_columns_may_be_permuted() -> None:
    random = np.random.default_rng(5)
    returns = random.standard_normal((400, 7)) @ random.standard_normal((7, 7))
    matrix = correlation_matrix(returns)
    order = random.permutation(7)
    np.testing.assert_allclose(matrix, np.corrcoef(returns.T), atol=1e-13)
    np.testing.assert_allclose(
        correlation_matrix(returns[:, order]), matrix[np.ix_(order, order)], atol=1e-13
    )
    np.testing.assert_array_equal(matrix, matrix.T)
    np.testing.assert_array_equal(np.diag(matrix), 1)


@pytest.mark.slow
def test_five_hundred_markets_over_a_year_of_hours_take_half_a_second() -> None:
    returns = np.random.default_rng(1).standard_normal((8760, 500))
    took = []
    for _ in range(3):
        began = time.process_time()
        correlation_matrix(returns)
        took.append(time.process_time() - began)
    assert min(took) < 0.5


@EVERY_MEASURE
def test_a_constant_series_is_refused(measure: Callable[..., Any]) -> None:
    x, _ = normal_pair(0, 100)
    with pytest.raises(UndefinedError, match="never moves"):
        measure(x, np.full(100, 0.1))


@EVERY_MEASURE
def test_a_series_that_moves_only_by_rounding_is_refused(measure: Callable[..., Any]) -> None:
    x, _ = normal_pair(0, 100)
    with pytest.raises(UndefinedError, match="never moves"):
        measure(x, 0.1 + np.arange(100) * 1e-16)


@EVERY_MEASURE
def test_too_short_a_series_is_refused_with_its_length(measure: Callable[..., Any]) -> None:
    with pytest.raises(ShortHistoryError, match="only 29 bars"):
        measure(*normal_pair(0.5, 29))


@EVERY_MEASURE
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_hole_is_refused(measure: Callable[..., Any], bad: float) -> None:
    x, y = normal_pair(0.5, 100)
    y[17] = bad
    with pytest.raises(UndefinedError, match="missing or not finite"):
        measure(x, y)


@EVERY_MEASURE
@pytest.mark.parametrize(("factor", "sign"), [(2.0, r"\+1"), (-2.0, "−1")])
def test_two_series_that_are_one_have_no_interval(
    measure: Callable[..., Any], factor: float, sign: str
) -> None:
    x, _ = normal_pair(0, 100)
    with pytest.raises(UndefinedError, match=f"as one .* {sign} to the last digit"):
        measure(x, factor * x)


def test_series_of_different_lengths_are_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="one length"):
        correlation(np.zeros(40), np.zeros(41))


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_a_level_that_is_no_share_is_our_own_mistake(level: float) -> None:
    with pytest.raises(ValueError, match="fraction"):
        correlation(*normal_pair(0.5, 100), level=level)


def test_a_matrix_with_a_dead_market_is_refused() -> None:
    returns = np.random.default_rng(1).standard_normal((100, 3))
    returns[:, 1] = 0
    with pytest.raises(UndefinedError):
        correlation_matrix(returns)


@EVERY_MEASURE
@settings(deadline=None, max_examples=150)
@given(pair=ugly_pairs())
def test_ugly_series_give_a_number_with_its_interval_or_a_sentence(
    measure: Callable[..., Any], pair: Pair
) -> None:
    found = answered(measure, pair)
    if found is not None:
        assert -1 <= found.interval.low <= found.value <= found.interval.high <= 1
        assert found.effective_n > 0
