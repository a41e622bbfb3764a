"""Real hourly candles: what is known about them, and independent computations of the same."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.statistics.correlation import correlation
from analytics.statistics.hedge_ratio import hedge_ratio
from analytics.statistics.out_of_sample import out_of_sample_effectiveness
from analytics.statistics.rolling import rolling_correlation
from tests.analytics.statistics.pairs import Pair
from tests.analytics.statistics.second_methods import (
    correlation_interval,
    effectiveness_interval,
    hedge_ratio_interval,
)

FOLDER = Path(__file__).parents[4] / "shared" / "market-data"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="needs the real candles in ../shared/market-data"
)


def closes(folder: str, name: str) -> pd.Series:
    (file,) = (f for f in (FOLDER / folder).glob("*.parquet") if f.stem.startswith(name))
    return pd.read_parquet(file).set_index("timestamp")["close"].astype(float)


def returns_of(one: pd.Series, other: pd.Series) -> Pair:
    common = pd.concat([one, other], axis=1, join="inner").to_numpy()
    x, y = np.diff(np.log(common), axis=0).T
    return x, y


@pytest.fixture(scope="module")
def bitcoin() -> Pair:
    return returns_of(
        closes("e1_2024_spot_1h", "binance_spot_BTC-USDT"),
        closes("e1_2024_linear_1h", "binance_swap-linear_BTC-USDT"),
    )


@pytest.fixture(scope="module")
def ether_on_bitcoin() -> Pair:
    return returns_of(
        closes("e1_2024_spot_1h", "binance_spot_ETH-USDT"),
        closes("e1_2024_linear_1h", "binance_swap-linear_BTC-USDT"),
    )


def test_bitcoin_and_its_perpetual_are_nearly_one(bitcoin: Pair) -> None:
    found = correlation(*bitcoin)
    assert found.value >= 0.999
    assert 0.999 <= found.interval.low < found.value < found.interval.high < 1


def test_the_perpetual_hedges_bitcoin_out_of_sample_above_99_percent(bitcoin: Pair) -> None:
    found = out_of_sample_effectiveness(*bitcoin, fit_bars=720, bars_per_day=24)
    assert found.value > 0.99
    assert found.interval.low > 0.99
    np.testing.assert_allclose(found.ratios, 1, atol=0.01)


def test_the_inverse_perpetual_neutralises_bitcoin_at_a_ratio_of_one() -> None:
    spot = closes("e1_2024_spot_1h", "binance_spot_BTC-USDT")
    inverse = closes("e1_2024_inverse_1h", "binance_swap-inverse_BTC-USD_BTC")
    common = pd.concat([spot, inverse], axis=1, join="inner").to_numpy()
    held = np.diff(common[:, 0]) / common[:-1, 0]
    gained = common[1:, 0] * -np.diff(1 / common[:, 1])
    assert hedge_ratio(held, gained).value == pytest.approx(1, abs=0.01)
    tested = out_of_sample_effectiveness(held, gained, fit_bars=720, bars_per_day=24, fixed_ratio=1)
    assert tested.value > 0.99


@pytest.mark.parametrize("bars", [720, 2160, 5000])
def test_ether_on_bitcoin_agrees_with_scipy_and_statsmodels(
    ether_on_bitcoin: Pair, bars: int
) -> None:
    s, f = (series[-bars:] for series in ether_on_bitcoin)
    found, ratio = correlation(s, f), hedge_ratio(s, f)
    low, high, _ = correlation_interval(s, f)
    assert found.value == pytest.approx(stats.pearsonr(s, f).statistic, abs=1e-9)
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=1e-6)
    fit, low, high = hedge_ratio_interval(s, f)
    assert ratio.value == pytest.approx(fit.params[1], abs=1e-9)
    assert ratio.r_squared == pytest.approx(fit.rsquared, abs=1e-9)
    assert (ratio.interval.low, ratio.interval.high) == pytest.approx((low, high), abs=1e-6)


def test_ether_hedged_with_bitcoin_out_of_sample_agrees_with_a_plain_loop(
    ether_on_bitcoin: Pair,
) -> None:
    s, f = ether_on_bitcoin
    found = out_of_sample_effectiveness(s, f, fit_bars=720, bars_per_day=24)
    bars: list[float] = []
    for start in range(len(s) - 1440, len(s), 24):
        h = stats.linregress(f[start - 720 : start], s[start - 720 : start]).slope
        bars.extend(s[start : start + 24] - h * f[start : start + 24])
    hedged = np.array(bars)
    assert found.value == pytest.approx(1 - hedged.var() / s[-1440:].var(), abs=1e-9)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        effectiveness_interval(s[-1440:], hedged), abs=1e-6
    )


def test_the_rolling_correlation_agrees_with_pandas(ether_on_bitcoin: Pair) -> None:
    s, f = ether_on_bitcoin
    expected = pd.Series(s).rolling(720).corr(pd.Series(f)).to_numpy()[719:]
    np.testing.assert_allclose(rolling_correlation(s, f, 720), expected, atol=1e-9)
