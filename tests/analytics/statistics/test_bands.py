"""The band of a standing question against other methods, and how often steady pairs leave it."""

from collections.abc import Callable

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.tsa.stattools import acovf

from analytics.market.windows import ShortHistoryError
from analytics.statistics.bands import (
    BAND_WIDTH,
    correlation_departure,
    departure,
    effectiveness_departure,
    group_departure,
    hedge_ratio_departure,
    level_of_one_look,
)
from analytics.statistics.correlation import Correlation, correlation
from analytics.statistics.influence import correlation_influence
from analytics.statistics.lockstep import common_share, mean_correlation
from analytics.statistics.rolling import stability_band
from analytics.statistics.samples import FloatArray, UndefinedError
from tests.analytics.statistics.pairs import clustered_pair, normal_pair
from tests.benchmarks.coverage import garch_t_pairs


def parted(bars: int, width: int, *, before: float, after: float) -> tuple[FloatArray, FloatArray]:
    """Normal pairs whose correlation changes where the window begins."""
    x, z = np.random.default_rng(5).standard_normal((2, bars))
    rho = np.where(np.arange(bars) < bars - width, before, after)
    return x, rho * x + np.sqrt(1 - rho**2) * z


def test_the_band_is_that_of_the_rolling_correlation() -> None:
    x, y = clustered_pair(5040)
    found = correlation_departure(x, y, width=720)
    band = stability_band(correlation(x[:4320], y[:4320]), width=720, k=BAND_WIDTH)
    assert (found.band.low, found.band.high) == pytest.approx((band.low, band.high))
    assert found.baseline.value == pytest.approx(band.centre)
    assert found.now.value == pytest.approx(np.corrcoef(x[-720:], y[-720:])[0, 1])


def test_its_width_comes_near_that_of_another_long_run_variance() -> None:
    x, y = clustered_pair(5040, seed=3)
    found = correlation_departure(x, y, width=720)
    influence = correlation_influence(x[:4320], y[:4320])
    lags = 60
    gamma = acovf(influence, nlag=lags, fft=True)
    weights = 1 - np.arange(1, lags + 1) / (lags + 1)
    sigma_z = np.sqrt(gamma[0] + 2 * weights @ gamma[1:]) / (1 - found.baseline.value**2)
    reach = BAND_WIDTH * sigma_z * np.sqrt(1 / 720 + 1 / 4320)
    half = (np.arctanh(found.band.high) - np.arctanh(found.band.low)) / 2
    assert half == pytest.approx(reach, rel=0.15)


def test_the_band_of_independent_returns_is_fishers() -> None:
    x, y = normal_pair(0.8, 6000)
    found = correlation_departure(x, y, width=1000)
    half = (np.arctanh(found.band.high) - np.arctanh(found.band.low)) / 2
    assert half == pytest.approx(BAND_WIDTH * np.sqrt(1 / 1000 + 1 / 5000), rel=0.1)


def test_leaving_the_band_is_being_k_sigmas_away() -> None:
    for k in (0.5, 1.0, 2.6):
        for seed in range(20):
            found = correlation_departure(*clustered_pair(400, seed=seed), width=60, k=k)
            assert found.is_outside == (abs(found.sigmas) > k)


@pytest.mark.parametrize(("before", "after", "sign"), [(0.9, 0.5, -1), (0.4, 0.9, 1)])
def test_a_change_is_outside_and_has_its_direction(before: float, after: float, sign: int) -> None:
    found = correlation_departure(*parted(1200, 240, before=before, after=after), width=240)
    assert found.is_outside
    assert np.sign(found.sigmas) == sign
    assert found.baseline.value == pytest.approx(before, abs=0.03)


@pytest.mark.parametrize("width", [60, 240])
def test_steady_pairs_with_clustered_volatility_are_seldom_outside(width: int) -> None:
    """One look: nominally 0.9 % outside; a textbook band leaves many times that."""
    runs = 400
    outside = naive = 0
    for x, y in garch_t_pairs(runs, 7 * width, seed=8):
        found = correlation_departure(x, y, width=width)
        outside += found.is_outside
        apart = np.arctanh(found.now.value) - np.arctanh(found.baseline.value)
        naive += abs(apart) > BAND_WIDTH * np.sqrt(1 / width + 1 / (6 * width))
    assert outside / runs < 0.06
    assert naive > 2 * outside


def test_sigmas_of_independent_pairs_are_standard_normal() -> None:
    sigmas = [
        correlation_departure(*normal_pair(0.7, 1400, seed=seed), width=200).sigmas
        for seed in range(300)
    ]
    assert stats.kstest(sigmas, "norm").pvalue > 0.01


@pytest.mark.parametrize("sign", [1, -1])
def test_effectiveness_is_the_squared_correlation(sign: int) -> None:
    x, y = parted(1200, 240, before=0.9, after=0.5)
    rho, removed = (
        correlation_departure(x, sign * y, width=240),
        effectiveness_departure(x, sign * y, width=240),
    )
    assert removed.now.value == pytest.approx(rho.now.value**2)
    assert removed.band.low == pytest.approx(min(rho.band.low**2, rho.band.high**2))
    assert removed.sigmas < -BAND_WIDTH
    assert removed.is_outside


def test_a_band_around_nothing_removed_begins_at_zero() -> None:
    x, y = normal_pair(0.0, 700)
    found = effectiveness_departure(x, y, width=100)
    assert found.band.low == 0
    assert found.baseline.interval.low == 0
    assert 0 < found.band.high < 0.3


def test_the_hedge_ratio_against_robust_least_squares() -> None:
    s, f = clustered_pair(5040, seed=4)
    found = hedge_ratio_departure(s, f, width=720)
    fit = sm.OLS(s[:4320], sm.add_constant(f[:4320])).fit(cov_type="HAC", cov_kwds={"maxlags": 60})
    assert found.baseline.value == pytest.approx(fit.params[1])
    reach = BAND_WIDTH * fit.bse[1] * np.sqrt(4320 / 720 + 1)
    assert found.band.high - found.baseline.value == pytest.approx(reach, rel=0.2)
    assert found.is_outside == (abs(found.sigmas) > BAND_WIDTH)


def test_a_ratio_that_doubled_is_outside() -> None:
    f, e = np.random.default_rng(1).standard_normal((2, 1400))
    ratio = np.where(np.arange(1400) < 1200, 0.5, 1.0)
    found = hedge_ratio_departure(ratio * f + 0.3 * e, f, width=200)
    assert found.is_outside
    assert found.sigmas > BAND_WIDTH


@pytest.mark.parametrize("measured", [mean_correlation, common_share])
def test_a_pair_is_the_smallest_group(measured: Callable[..., Correlation]) -> None:
    x, y = clustered_pair(1400, seed=2)
    group = group_departure(np.column_stack([x, y]), measured, width=200)
    pair = correlation_departure(x, y, width=200)
    assert group.sigmas == pytest.approx(pair.sigmas, rel=1e-6)
    assert group.band.low == pytest.approx(pair.band.low, rel=1e-6)


def test_a_block_bootstrap_agrees_on_the_spread_of_the_difference() -> None:
    x, y = clustered_pair(5040, seed=6)
    found = correlation_departure(x, y, width=720)
    half = (np.arctanh(found.band.high) - np.arctanh(found.band.low)) / 2 / BAND_WIDTH
    rng, block = np.random.default_rng(0), 60
    past = np.column_stack([x[:4320], y[:4320]])

    def drawn(bars: int) -> float:
        starts = rng.integers(0, len(past) - block, bars // block)
        rows = past[(starts[:, None] + np.arange(block)).ravel()]
        return float(np.arctanh(np.corrcoef(rows.T)[0, 1]))

    differences = [drawn(720) - drawn(4320) for _ in range(500)]
    assert half == pytest.approx(np.std(differences), rel=0.2)


@pytest.mark.parametrize("width", [10, 395, 500])
def test_either_part_too_short_is_refused(width: int) -> None:
    x, y = normal_pair(0.5, 400)
    with pytest.raises(ShortHistoryError):
        correlation_departure(x, y, width=width)


@pytest.mark.parametrize("part", [slice(0, 300), slice(300, 400)])
def test_a_part_that_stands_still_has_no_band(part: slice) -> None:
    x, y = normal_pair(0.5, 400)
    x[part] = 0.0
    with pytest.raises(UndefinedError):
        correlation_departure(x, y, width=100)
    with pytest.raises(UndefinedError):
        hedge_ratio_departure(y, x, width=100)


def test_values_that_are_not_finite_are_refused() -> None:
    x, y = normal_pair(0.5, 400)
    x[7] = np.nan
    with pytest.raises(UndefinedError):
        correlation_departure(x, y, width=100)


def test_the_level_of_one_look_is_normals() -> None:
    assert level_of_one_look(2.6) == pytest.approx(stats.norm.cdf(2.6) - stats.norm.cdf(-2.6))
    whole = correlation(*normal_pair(0.5, 400))
    assert departure(whole, whole, k=3).band.level == pytest.approx(0.9973, abs=1e-4)
