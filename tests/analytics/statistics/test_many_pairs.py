"""Every pair at once: the same numbers as one by one, and no more false discoveries than said."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.market.windows import ShortHistoryError
from analytics.statistics.correlation import correlation
from analytics.statistics.discovery import discovered
from analytics.statistics.many_pairs import correlations_with, many_correlations
from analytics.statistics.samples import UndefinedError


def returns(n: int = 12, t: int = 500, *, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    factor = random.standard_t(5, (t, 1))
    loading = np.linspace(-0.8, 0.9, n)
    return 0.01 * (loading * factor + random.standard_t(5, (t, n)))


def with_holes(whole: np.ndarray, share: float, *, seed: int = 2) -> np.ndarray:
    holed = whole.copy()
    holed[np.random.default_rng(seed).random(whole.shape) < share] = np.nan
    return holed


def test_pairs_without_gaps_are_those_of_the_single_correlation() -> None:
    sample = returns()
    found = many_correlations(sample, level=0.9)
    assert len(found) == 66
    for k in range(len(found)):
        one = correlation(sample[:, found.first[k]], sample[:, found.second[k]], level=0.9)
        assert found.value[k] == pytest.approx(one.value, abs=1e-12)
        assert found.low[k] == pytest.approx(one.interval.low, abs=1e-6)
        assert found.high[k] == pytest.approx(one.interval.high, abs=1e-6)
        assert found.n_common[k] == one.n_observations


def test_values_over_gaps_are_those_of_pandas() -> None:
    sample = with_holes(returns(), 0.03)
    found = many_correlations(sample)
    matrix = pd.DataFrame(sample).corr().to_numpy()
    assert found.value == pytest.approx(matrix[found.first, found.second], abs=1e-12)


def test_intervals_over_gaps_are_nearly_those_of_the_common_bars() -> None:
    whole = returns(t=2000)
    sample = with_holes(whole, 0.02)
    found = many_correlations(sample)
    for k in (0, 17, 40, 65):
        x, y = sample[:, found.first[k]], sample[:, found.second[k]]
        known = ~np.isnan(x + y)
        one = correlation(x[known], y[known])
        width = one.interval.high - one.interval.low
        assert found.high[k] - found.low[k] == pytest.approx(width, rel=0.12)


def test_one_against_many_is_the_first_row_of_all() -> None:
    sample = with_holes(returns(), 0.02)
    every, one = many_correlations(sample), correlations_with(sample[:, 0], sample[:, 1:])
    assert one.value == pytest.approx(every.value[:11], abs=1e-12)
    assert one.low == pytest.approx(every.low[:11], abs=1e-6)


def test_p_and_interval_tell_the_same_but_on_the_edge() -> None:
    found = many_correlations(returns(), level=0.9)
    low, negative = found.p_negative < 0.05, found.high < 0
    assert negative.any()
    assert np.all(np.abs(found.high[low != negative]) < 0.05)


def test_five_in_a_hundred_p_values_of_noise_are_below_five_per_cent() -> None:
    random = np.random.default_rng(9)
    p = np.concatenate(
        [many_correlations(clustered_noise(random, 360, 12)).p_negative for _ in range(60)]
    )
    assert 0.03 < np.mean(p < 0.05) < 0.06


def test_scale_and_order_of_columns_do_not_matter() -> None:
    sample = returns(n=5)
    found = many_correlations(sample)
    turned = many_correlations(sample[:, ::-1] * np.array([1e6, 1e-6, 3, 1, 40]))
    assert np.sort(found.value) == pytest.approx(np.sort(turned.value), abs=1e-12)
    assert np.sort(found.low) == pytest.approx(np.sort(turned.low), abs=1e-6)


def test_one_series_twice_is_one_and_no_failure() -> None:
    sample = returns(n=3)
    found = many_correlations(np.column_stack((sample, sample[:, 0])))
    assert found.value[2] == pytest.approx(1.0)
    assert found.p_negative[2] > 0.999
    assert np.isfinite(found.low).all()


def test_too_little_and_too_still_are_refused() -> None:
    with pytest.raises(ShortHistoryError):
        many_correlations(returns(t=20))
    still = returns(n=3)
    still[:, 1] = 0.5
    with pytest.raises(UndefinedError):
        many_correlations(still)
    apart = returns(n=2, t=100)
    apart[:50, 0], apart[40:, 1] = np.nan, np.nan
    with pytest.raises(ShortHistoryError):
        many_correlations(apart)


@pytest.mark.parametrize("seed", range(5))
def test_discoveries_are_those_of_scipy(seed: int) -> None:
    random = np.random.default_rng(seed)
    p = np.concatenate((random.random(200), random.random(20) ** 6))
    expected = stats.false_discovery_control(p, method="bh") <= 0.05
    assert np.array_equal(discovered(p), expected)
    assert not discovered(np.array([0.2, 0.9])).any()
    assert len(discovered(np.empty(0))) == 0


def clustered_noise(random: np.random.Generator, t: int, n: int) -> np.ndarray:
    """Unrelated series whose volatility clusters in common, with heavy tails."""
    variance, h = np.empty(t), 1.0
    for at, shock in enumerate(random.standard_normal(t)):
        variance[at] = h
        h = 0.05 + (0.10 * shock**2 + 0.85) * h
    tails = np.sqrt(3 / random.chisquare(5, (t, 1)))
    return 0.01 * np.sqrt(variance)[:, None] * tails * random.standard_normal((t, n))


def test_unrelated_noise_yields_hardly_any_scan_with_a_discovery() -> None:
    """Nothing is negative here, so any discovery is false: at most 5 % of scans, plus chance."""
    random = np.random.default_rng(7)
    scans = 200
    false = sum(
        bool(discovered(many_correlations(clustered_noise(random, 720, 20)).p_negative).any())
        for _ in range(scans)
    )
    assert false <= stats.binom.ppf(0.999, scans, 0.05)


def test_plain_intervals_would_find_what_is_not_there() -> None:
    random = np.random.default_rng(7)
    scans, false = 100, 0
    for _ in range(scans):
        sample = clustered_noise(random, 720, 20)
        r = np.corrcoef(sample.T)[np.triu_indices(20, 1)]
        p = stats.norm.cdf(np.arctanh(r) * np.sqrt(717))
        false += bool(discovered(p).any())
    assert false > 0.3 * scans
