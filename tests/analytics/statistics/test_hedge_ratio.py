"""The hedge ratio against the truth, statsmodels, a certified regression and ugly input."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings

from analytics.market.windows import ShortHistoryError
from analytics.statistics.correlation import correlation
from analytics.statistics.hedge_ratio import hedge_ratio
from analytics.statistics.samples import UndefinedError
from tests.analytics.statistics.pairs import Pair, answered, clustered_pair, normal_pair, ugly_pairs
from tests.analytics.statistics.second_methods import (
    cosine_variance,
    hedge_ratio_interval,
    stationary_bootstrap,
)

# NIST Statistical Reference Datasets, linear regression "Norris" (y, x), with certified values.
NORRIS_DIGITS = (
    "0.1 0.2 338.8 337.4 118.1 118.2 888.0 884.6 9.2 10.1 228.1 226.5 668.5 666.3 998.5 996.3 "
    "449.1 448.6 778.9 777.0 559.2 558.2 0.3 0.4 0.1 0.6 778.1 775.5 668.8 666.9 339.3 338.0 "
    "448.9 447.5 10.8 11.6 557.7 556.0 228.3 228.1 998.0 995.8 888.8 887.6 119.6 120.2 0.3 0.3 "
    "0.6 0.3 557.6 556.8 339.3 339.1 888.0 887.2 998.5 999.0 778.9 779.0 10.2 11.1 117.6 118.3 "
    "228.9 229.2 668.4 669.1 449.2 448.9 0.2 0.5"
)
NORRIS = np.array(NORRIS_DIGITS.split(), dtype=float).reshape(36, 2)


ONE_BAR = pytest.mark.parametrize("bars", [30, 120, 721])


def test_the_certified_regression_of_nist_is_reproduced() -> None:
    found = hedge_ratio(held=NORRIS[:, 0], hedge=NORRIS[:, 1])
    assert found.value == pytest.approx(1.00211681802045, rel=1e-13)
    assert found.intercept == pytest.approx(-0.262323073774029, rel=1e-11)
    assert found.r_squared == pytest.approx(0.999993745883712, rel=1e-14)


@pytest.mark.parametrize("truth", [-0.4, 0.0, 0.7, 1.0, 3.5])
def test_the_ratio_that_made_the_data_is_recovered(truth: float) -> None:
    f, noise = normal_pair(0, 100_000)
    found = hedge_ratio(0.001 + truth * f + noise, f)
    assert found.value == pytest.approx(truth, abs=0.015)
    assert truth in found.interval
    assert found.standard_error == pytest.approx(1 / np.sqrt(100_000), rel=0.1)


@ONE_BAR
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_it_agrees_with_statsmodels_and_direct_summation(bars: int, level: float) -> None:
    s, f = clustered_pair(bars)
    found = hedge_ratio(s, f, level=level)
    fit, low, high = hedge_ratio_interval(s, f, level)
    assert (found.intercept, found.value) == pytest.approx(tuple(fit.params), abs=1e-12)
    assert found.r_squared == pytest.approx(fit.rsquared, abs=1e-12)
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=1e-10)
    assert found.n_observations == bars


def test_over_a_longer_hold_it_is_the_regression_of_overlapping_sums() -> None:
    s, f = clustered_pair(720)
    found = hedge_ratio(s, f, hold=24)
    sums = [np.convolve(series, np.ones(24), "valid") for series in (s, f)]
    fit, _, _ = hedge_ratio_interval(*sums)
    assert (found.intercept, found.value) == pytest.approx(tuple(fit.params), abs=1e-12)
    assert (found.n_observations, found.hold) == (697, 24)


def test_over_a_longer_hold_the_error_is_that_of_so_many_stretches() -> None:
    s, f = clustered_pair(720)
    found = hedge_ratio(s, f, hold=24)
    sums = [np.convolve(series, np.ones(24), "valid") for series in (s, f)]
    fit, _, _ = hedge_ratio_interval(*sums)
    residual = fit.resid / np.sqrt(1 - 24 * fit.get_influence().hat_matrix_diag)
    centred = sums[1] - sums[1].mean()
    lrv, _ = cosine_variance(centred * residual, 697 // 48)
    assert found.degrees_of_freedom == 14
    assert found.standard_error == pytest.approx(np.sqrt(697 * lrv) / np.sum(centred**2), rel=1e-9)


def test_fewer_than_eight_holds_are_refused_with_what_is_needed() -> None:
    hedge_ratio(*clustered_pair(9 * 24 - 1), hold=24)
    with pytest.raises(ShortHistoryError, match="only 214 bars in that window, I need 215"):
        hedge_ratio(*clustered_pair(9 * 24 - 2), hold=24)


def test_slow_common_movement_is_found_only_over_a_longer_hold() -> None:
    random = np.random.default_rng(3)
    f = random.standard_normal(5000)
    s = np.roll(f, 1) + 0.1 * random.standard_normal(5000)
    assert abs(hedge_ratio(s, f).value) < 0.1
    assert hedge_ratio(s, f, hold=24).value == pytest.approx(23 / 24, abs=0.05)


@pytest.mark.slow
def test_the_error_is_what_a_block_bootstrap_finds() -> None:
    ratios = []
    for seed in range(12):
        s, f = clustered_pair(720, seed)
        values = stationary_bootstrap(
            lambda a, b: np.cov(a, b)[0, 1] / np.var(b, ddof=1),
            s,
            f,
            block=30,
            repeats=400,
            seed=seed,
        )
        ratios.append(hedge_ratio(s, f).standard_error / values.std())
    assert np.median(ratios) == pytest.approx(1, abs=0.2)


def test_what_it_removes_is_the_squared_correlation() -> None:
    s, f = clustered_pair(500)
    assert hedge_ratio(s, f).r_squared == pytest.approx(correlation(s, f).value ** 2, abs=1e-12)


def test_scaling_the_hedge_scales_the_ratio_back() -> None:
    s, f = clustered_pair(500)
    one, other = hedge_ratio(s, f), hedge_ratio(3 * s, -10 * f + 1)
    assert other.value == pytest.approx(-0.3 * one.value, rel=1e-11)
    assert other.interval.low == pytest.approx(-0.3 * one.interval.high, rel=1e-10)


def test_a_perfect_hedge_has_an_interval_without_width() -> None:
    f, _ = normal_pair(0, 100)
    found = hedge_ratio(2 * f, f)
    assert found.value == pytest.approx(2, abs=1e-14)
    assert (found.interval.low, found.interval.high) == pytest.approx((2, 2), abs=1e-14)
    assert found.r_squared == pytest.approx(1, abs=1e-14)


def test_a_hedge_that_never_moves_is_refused() -> None:
    s, _ = normal_pair(0, 100)
    with pytest.raises(UndefinedError, match="never moves"):
        hedge_ratio(s, np.zeros(100))


def test_a_hold_below_one_bar_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="at least one bar"):
        hedge_ratio(*normal_pair(0.5, 100), hold=0)


@pytest.mark.parametrize("hold", [1, 3])
@settings(deadline=None, max_examples=150)
@given(pair=ugly_pairs())
def test_ugly_series_give_a_number_with_its_interval_or_a_sentence(hold: int, pair: Pair) -> None:
    found = answered(partial(hedge_ratio, hold=hold), pair)
    if found is not None:
        assert -np.inf < found.interval.low <= found.value <= found.interval.high < np.inf
        assert found.r_squared <= 1 + 1e-12
