from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.positions.profit import FloatArray, inverse_hedge_returns


def walk(t: int, seed: int = 0) -> FloatArray:
    steps = 0.01 * np.random.default_rng(seed).standard_normal(t)
    return 60_000 * np.exp(np.cumsum(steps))


def ratio_of(spot: FloatArray, hedge: FloatArray) -> float:
    moves = spot[1:] / spot[:-1] - 1
    covariance = np.cov(moves, hedge)
    return float(covariance[0, 1] / covariance[1, 1])


def test_a_perfect_inverse_hedge_has_ratio_one_in_simple_returns() -> None:
    spot = walk(5000)
    assert ratio_of(spot, inverse_hedge_returns(spot, spot)) == pytest.approx(1.0, abs=1e-12)


def test_a_constant_basis_scales_the_ratio_by_the_price_of_the_contract() -> None:
    spot = walk(5000)
    returns = inverse_hedge_returns(spot, 1.02 * spot)
    assert ratio_of(spot, returns) == pytest.approx(1.02, abs=1e-12)


def test_the_ratio_minimises_the_variance_of_the_dollar_result() -> None:
    rng = np.random.default_rng(4)
    spot = walk(3000)
    futures = spot * (1 + 0.002 * rng.standard_normal(3000))
    returns = inverse_hedge_returns(spot, futures)
    ratio = ratio_of(spot, returns)
    moves = spot[1:] / spot[:-1] - 1
    grid = ratio + np.linspace(-0.1, 0.1, 201)
    variance = [(moves - h * returns).var() for h in grid]
    assert grid[int(np.argmin(variance))] == pytest.approx(ratio, abs=1e-9)


def test_real_inverse_bars_have_a_ratio_close_to_one(market_data: Path) -> None:
    def closes(name: str) -> pd.Series:
        return pd.read_parquet(market_data / name).set_index("timestamp")["close"].astype(float)

    both = pd.concat(
        [
            closes("e1_2024_spot_1h/binance_spot_BTC-USDT_1h.parquet"),
            closes("e1_2024_inverse_1h/binance_swap-inverse_BTC-USD_BTC_1h.parquet"),
        ],
        axis=1,
        join="inner",
    ).iloc[-721:]
    spot, futures = both.to_numpy().T
    assert ratio_of(spot, inverse_hedge_returns(spot, futures)) == pytest.approx(1, abs=0.01)
