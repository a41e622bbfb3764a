"""Mean pairwise correlation and absorption ratio against other ways to get them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.market.windows import ShortHistoryError
from analytics.statistics.correlation import correlation
from analytics.statistics.lockstep import (
    absorption_ratio,
    common_share,
    mean_correlation,
    rolling_common_share,
    rolling_mean_correlation,
)
from analytics.statistics.rolling import stability_band
from analytics.statistics.samples import FloatArray, UndefinedError


def one_factor(rho: float, bars: int, markets: int, seed: int = 1) -> FloatArray:
    """Returns with the same correlation ``rho`` in every pair."""
    random = np.random.default_rng(seed)
    shared = random.standard_normal((bars, 1))
    own = random.standard_normal((bars, markets))
    return 0.01 * (np.sqrt(rho) * shared + np.sqrt(1 - rho) * own)


def upper(matrix: FloatArray) -> FloatArray:
    return matrix[np.triu_indices(len(matrix), 1)]


def test_the_mean_agrees_with_pandas() -> None:
    returns = one_factor(0.5, 300, 5)
    expected = upper(pd.DataFrame(returns).corr().to_numpy()).mean()
    assert mean_correlation(returns).value == pytest.approx(expected, abs=1e-12)


def test_two_markets_have_the_interval_of_their_correlation() -> None:
    returns = one_factor(0.6, 400, 2)
    pair, mean = correlation(*returns.T), mean_correlation(returns)
    assert mean.value == pytest.approx(pair.value, abs=1e-12)
    assert mean.sigma_z == pytest.approx(pair.sigma_z, rel=1e-9)
    assert mean.interval.low == pytest.approx(pair.interval.low, abs=1e-9)
    share = common_share(returns)
    assert share.value == pytest.approx(abs(pair.value), abs=1e-12)
    assert share.sigma_z == pytest.approx(pair.sigma_z, rel=1e-6)


def test_the_absorption_ratio_agrees_with_a_singular_value_decomposition() -> None:
    returns = one_factor(0.4, 250, 6)
    z = stats.zscore(returns)
    expected = np.linalg.svd(z, compute_uv=False)[0] ** 2 / z.size
    found = absorption_ratio(common_share(returns).value, n=6)
    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("measure", [mean_correlation, common_share])
def test_the_spread_over_samples_is_that_of_the_interval(measure) -> None:  # noqa: ANN001
    found = [measure(one_factor(0.5, 400, 4, seed)) for seed in range(400)]
    z = np.arctanh([one.value for one in found])
    expected = np.mean([one.sigma_z for one in found]) / np.sqrt(400)
    assert z.std() == pytest.approx(expected, rel=0.12)
    held = np.mean([0.5 in one.interval for one in found])
    assert 0.91 <= held <= 0.98


def test_a_rolling_value_is_that_of_its_bars() -> None:
    returns = one_factor(0.5, 200, 4)
    mean = rolling_mean_correlation(returns, 60)
    assert len(mean) == 141
    assert mean[70] == pytest.approx(mean_correlation(returns[70:130]).value, abs=1e-9)
    shares = rolling_common_share(returns, 60, ends=[59, 129, 199])
    assert shares[1] == pytest.approx(common_share(returns[70:130]).value, abs=1e-12)


def test_a_market_that_stands_still_leaves_a_gap() -> None:
    returns = one_factor(0.5, 200, 3)
    returns[50:120, 1] = 0.0
    assert np.isnan(rolling_mean_correlation(returns, 60)[55])
    assert np.isnan(rolling_common_share(returns, 60, ends=[115])[0])
    assert np.isfinite(rolling_common_share(returns, 60, ends=[190])[0])


def test_the_order_and_the_scale_of_markets_do_not_matter() -> None:
    returns = one_factor(0.5, 200, 4)
    other = returns[:, ::-1] * (1, 5, 0.1, 3)
    assert mean_correlation(other).value == pytest.approx(mean_correlation(returns).value)
    assert common_share(other).sigma_z == pytest.approx(common_share(returns).sigma_z)


def test_what_has_no_value_is_refused() -> None:
    returns = one_factor(0.5, 200, 3)
    with pytest.raises(UndefinedError, match="move as one"):
        mean_correlation(np.repeat(returns[:, :1], 3, axis=1))
    with pytest.raises(ShortHistoryError):
        mean_correlation(returns[:29])
    with pytest.raises(ValueError, match="two markets or more"):
        common_share(returns[:, :1])


def test_the_band_of_a_group_seldom_cries_wolf_and_sees_lockstep() -> None:
    def outside(seed: int, rho_now: float) -> bool:
        past, now = one_factor(0.5, 900, 4, seed), one_factor(rho_now, 180, 4, seed + 10_000)
        band = stability_band(mean_correlation(past), width=180)
        return mean_correlation(now).value not in band

    assert np.mean([outside(seed, 0.5) for seed in range(300)]) <= 0.03
    assert np.mean([outside(seed, 0.75) for seed in range(100)]) >= 0.95
