import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.stats.sandwich_covariance import S_hac_simple

from analytics.market.windows import ShortHistoryError
from analytics.statistics.breaks import (
    PerfectCorrelationError,
    break_path,
    break_test,
    cumulative_correlation,
    devolatilised,
    volatility_adjusted_correlation,
)
from analytics.statistics.influence import correlation_influence
from analytics.statistics.samples import FloatArray, UndefinedError
from tests.benchmarks.break_size import STEADY, Design, clustered, independent, rejections

MANY = arrays(np.float64, st.integers(30, 120), elements=st.floats(-1, 1, width=32))


def pair(
    rho: FloatArray, seed: int = 1, make: Design = independent
) -> tuple[FloatArray, FloatArray]:
    x, y = make(rho, 1, seed)
    return x[0], y[0]


@pytest.mark.parametrize("make", [independent, clustered])
@pytest.mark.parametrize("at", [200, 360, 500])
def test_the_date_of_a_break_is_recovered(make: Design, at: int) -> None:
    found = []
    for seed in range(20):
        x, y = pair(np.where(np.arange(720) < at, 0.9, 0.4), seed, make)
        test = break_test(x, y)
        assert test.significant(0.01)
        found.append(test.index)
    assert np.median(found) == pytest.approx(at, abs=15)


def test_the_correlations_before_and_after_are_those_of_the_two_sides() -> None:
    x, y = pair(np.where(np.arange(600) < 400, 0.9, 0.4))
    test = break_test(x, y)
    k = test.index
    assert test.before == pytest.approx(stats.pearsonr(x[:k], y[:k])[0], abs=1e-12)
    assert test.after == pytest.approx(stats.pearsonr(x[k:], y[k:])[0], abs=1e-12)
    assert test.before == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize(("value", "p"), [(1.358, 0.05), (1.628, 0.01), (0.8276, 0.5)])
def test_the_p_value_is_that_of_the_largest_brownian_bridge(value: float, p: float) -> None:
    from scipy import special

    terms = [2 * (-1) ** (k - 1) * math.exp(-2 * k**2 * value**2) for k in range(1, 50)]
    assert sum(terms) == pytest.approx(special.kolmogorov(value), abs=1e-12)
    assert sum(terms) == pytest.approx(p, abs=5e-4)


def test_cumulative_sums_agree_with_a_correlation_of_every_prefix() -> None:
    x, y = pair(np.full(200, 0.6))
    slow = [np.corrcoef(x[:j], y[:j])[0, 1] for j in range(2, 201)]
    assert cumulative_correlation(1e-4 * x + 3, y)[1:] == pytest.approx(slow, abs=1e-9)


def test_the_path_agrees_with_the_formula_written_out() -> None:
    x, y = pair(np.full(250, 0.6), seed=4)
    t, rho = len(x), np.corrcoef(x, y)[0, 1]
    psi = correlation_influence(x, y)
    variance = float(S_hac_simple(psi - psi.mean(), nlags=int(math.log(t))).item()) / t
    j = 100
    partial = np.corrcoef(x[:j], y[:j])[0, 1]
    gap = abs(math.atanh(partial) - math.atanh(rho)) * (1 - rho**2)
    expected = j / math.sqrt(t) * gap / math.sqrt(variance)
    assert break_path(x, y)[j - 1] == pytest.approx(expected, rel=1e-9)
    assert not break_path(x, y)[:24].any()


def test_volatility_is_taken_out_as_by_the_recursion() -> None:
    x, _ = pair(np.full(500, 0.5), seed=2, make=clustered)
    z = (x - x.mean()) / x.std()
    variance, slow = (z[:30] ** 2).mean(), []
    for value in z:
        slow.append(value / math.sqrt(variance))
        variance = 0.94 * variance + 0.06 * value**2
    assert devolatilised(x) == pytest.approx(slow, rel=1e-6)


def test_a_change_of_volatility_alone_is_no_break() -> None:
    found = 0
    for seed in range(40):
        x, y = pair(np.full(720, 0.7), seed)
        storm = np.where(np.arange(720) < 480, 1.0, 4.0)
        found += break_test(x * storm, y * storm).significant(0.05)
    assert found <= 6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("design", "t", "most"),
    [("independent", 90, 0.07), ("clustered", 180, 0.065), ("clustered", 720, 0.06)],
)
def test_a_constant_correlation_is_rarely_called_broken(design: str, t: int, most: float) -> None:
    assert 0.02 < rejections(design, STEADY, t, 1000) < most


def test_a_side_of_a_few_bars_has_no_correlation() -> None:
    x, y = pair(np.where(np.arange(100) < 97, 0.95, -0.95))
    y[97:] = -20 * x[97:]
    test = break_test(x, y)
    assert test.index > 90
    assert test.after is None
    assert test.after_adjusted is None


def test_a_side_that_stands_still_has_no_correlation() -> None:
    x, y = pair(np.full(200, 0.8))
    x[120:], y[120:] = 0.0, np.where(np.arange(80) % 2, 2.0, -2.0)
    test = break_test(x, y)
    if test.index >= 120:
        assert test.after is None


def test_only_the_volatility_of_the_driver_explains_a_rise_that_it_caused() -> None:
    rng = np.random.default_rng(3)
    calm, storm = rng.standard_normal(400_000), 3 * rng.standard_normal(400_000)
    noise = rng.standard_normal((2, 400_000))
    before = np.corrcoef(calm + noise[0], calm)[0, 1]
    after = np.corrcoef(storm + noise[1], storm)[0, 1]
    adjusted = volatility_adjusted_correlation(after, variance_change=storm.var() / calm.var() - 1)
    assert after > before + 0.2
    assert adjusted == pytest.approx(before, abs=0.005)


def test_an_unchanged_volatility_changes_nothing() -> None:
    assert volatility_adjusted_correlation(0.8, variance_change=0.0) == 0.8


@pytest.mark.parametrize("sign", [1, -1])
def test_one_line_is_refused(sign: int) -> None:
    x, _ = pair(np.full(100, 0.5))
    with pytest.raises(PerfectCorrelationError):
        break_test(x, sign * 2 * x + 1)


def test_a_correlation_close_to_one_is_tested_and_stays_finite() -> None:
    x, y = pair(np.full(500, 1 - 1e-7))
    test = break_test(x, y)
    assert math.isfinite(test.statistic)
    assert not test.significant(0.001)


def test_two_markets_that_are_one_line_until_they_part_are_found_out() -> None:
    x, y = pair(np.full(300, 0.2))
    y[:200] = x[:200]
    test = break_test(x, y)
    assert test.p_value < 1e-6
    assert test.index == pytest.approx(200, abs=3)
    assert test.before == pytest.approx(1.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_missing_return_is_refused(bad: float) -> None:
    x, y = pair(np.full(100, 0.5))
    x[50] = bad
    with pytest.raises(UndefinedError):
        break_test(x, y)


def test_too_few_and_constant_returns_are_refused() -> None:
    x, y = pair(np.full(100, 0.5))
    with pytest.raises(ShortHistoryError):
        break_test(x[:29], y[:29])
    with pytest.raises(UndefinedError):
        break_test(np.full(100, 0.1), y)


def test_a_market_that_sleeps_before_it_wakes_is_tested() -> None:
    x, y = pair(np.full(200, 0.7))
    x[:60] = 0.0
    assert math.isfinite(break_test(x, y).statistic)


@given(x=MANY, seed=st.integers(0, 2**16), scale=st.floats(1e-6, 1e6), shift=st.floats(-1, 1))
@settings(max_examples=60, deadline=None)
def test_scale_and_order_of_the_two_do_not_matter(
    x: FloatArray, seed: int, scale: float, shift: float
) -> None:
    y = 0.5 * x + np.random.default_rng(seed).standard_normal(len(x))
    try:
        test = break_test(x, y)
    except UndefinedError:
        return
    assert 0 <= test.p_value <= 1
    assert 1 <= test.index <= len(x)
    other = break_test(scale * y + shift * scale, x)
    assert other.statistic == pytest.approx(test.statistic, rel=1e-4, abs=1e-6)
