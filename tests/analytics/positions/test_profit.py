from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.positions.profit import (
    FloatArray,
    Side,
    inverse_hedge_returns,
    inverse_pnl_coins,
    inverse_wealth_usd,
    linear_pnl_usd,
)


def walk(t: int, seed: int = 0) -> FloatArray:
    steps = 0.01 * np.random.default_rng(seed).standard_normal(t)
    return 60_000 * np.exp(np.cumsum(steps))


@pytest.mark.parametrize("side", list(Side))
def test_profit_settled_bar_by_bar_adds_up_to_the_profit_of_the_whole(side: Side) -> None:
    path = walk(500)
    coins = sum(
        inverse_pnl_coins(7, contract_size=100, entry=a, price=b, side=side)
        for a, b in pairwise(path)
    )
    dollars = sum(
        linear_pnl_usd(7, contract_size=0.01, entry=a, price=b, side=side)
        for a, b in pairwise(path)
    )
    first, last = float(path[0]), float(path[-1])
    assert coins == pytest.approx(
        inverse_pnl_coins(7, contract_size=100, entry=first, price=last, side=side)
    )
    assert dollars == pytest.approx(
        linear_pnl_usd(7, contract_size=0.01, entry=first, price=last, side=side)
    )


def test_the_inverse_short_is_convex_in_coins() -> None:
    entry, step, face = 60_000.0, 30.0, 150_000.0
    low, mid, high = (
        inverse_pnl_coins(1500, contract_size=100, entry=entry, price=entry + d)
        for d in (-step, 0.0, step)
    )
    assert mid == 0
    assert (high - low) / (2 * step) == pytest.approx(-face / entry**2, rel=1e-5)
    assert (high - 2 * mid + low) / step**2 == pytest.approx(2 * face / entry**3, rel=1e-5)


def test_wealth_is_linear_in_the_price_with_the_residual_coins_as_its_slope() -> None:
    spot = np.array([30_000.0, 60_000.0, 90_000.0])
    wealth = inverse_wealth_usd(
        900, contract_size=100, coins=2, entry=60_000, price=spot, spot=spot
    )
    assert np.diff(wealth) == pytest.approx(np.full(2, (2 - 90_000 / 60_000) * 30_000))


def test_the_sides_are_mirror_images() -> None:
    short = inverse_pnl_coins(3, contract_size=100, entry=50_000, price=40_000.0)
    long = inverse_pnl_coins(3, contract_size=100, entry=50_000, price=40_000.0, side=Side.LONG)
    assert short == -long < 0 or short == -long > 0
    assert long < 0


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
