"""Coin-margined contracts on another coin: the margin is a position of its own."""

import numpy as np
import pytest

from analytics.positions.contracts import (
    cross_inverse_sizing,
)
from analytics.positions.profit import Side
from analytics.positions.refusals import (
    CollateralNeededError,
    Holding,
    LeverageError,
)
from tests.analytics.positions.markets import (
    BTC_INVERSE,
)
from tests.analytics.positions.test_contracts import ETH


def cross_hedge_variance(theta: np.ndarray, collateral: float) -> np.ndarray:
    """Variance of the dollar wealth of 1 ETH hedged by ``theta`` dollars of BTC-INV."""
    rng = np.random.default_rng(2)
    btc, own = rng.standard_normal((2, 100_000)) * 0.01
    btc -= btc.mean()
    own -= own.mean() + btc * (own @ btc) / (btc @ btc)
    eth_price, btc_price = 3000 * (1 + 1.2 * btc + own), 60_000 * (1 + btc)
    coins = collateral + theta[:, np.newaxis] * (1 / 60_000 - 1 / btc_price)
    return (eth_price + coins * btc_price).var(axis=1)


def test_a_cross_hedge_sells_its_own_collateral_too() -> None:
    grid = np.arange(3000.0, 6000.0, 100.0)
    best = grid[np.argmin(cross_hedge_variance(-grid, 0.02))]
    sizing = cross_inverse_sizing(
        ETH,
        BTC_INVERSE,
        spot=3000,
        margin_spot=60_000,
        price=60_000,
        ratio=1.2,
        collateral=0.02,
    )
    assert best == 4800
    assert sizing.notional_usd == 4800
    assert sizing.effective_ratio == pytest.approx(1.2)
    assert sizing.collateral_coins == pytest.approx(0.02)
    naive, right = cross_hedge_variance(np.array([-3600.0, -4800.0]), 0.02)
    assert naive > right * 1.05


def test_a_leverage_alone_gives_collateral_and_size_together() -> None:
    sizing = cross_inverse_sizing(
        ETH, BTC_INVERSE, spot=3000, margin_spot=60_000, price=60_000, ratio=1.2, leverage=4
    )
    assert sizing.notional_usd == 4800
    assert sizing.collateral_coins == pytest.approx(4800 / (4 * 60_000))


@pytest.mark.parametrize("leverage", [0.5, 1.0, 3.0])
def test_a_long_cross_hedge_needs_less_because_its_margin_helps(leverage: float) -> None:
    sizing = cross_inverse_sizing(
        Holding(-100, "ETH"),
        BTC_INVERSE,
        spot=3000,
        margin_spot=60_000,
        price=60_600,
        ratio=1.2,
        leverage=leverage,
    )
    assert sizing.side is Side.LONG
    assert sizing.collateral_coins is not None
    coins_long = sizing.collateral_coins + sizing.notional_usd / 60_600
    assert coins_long * 60_000 == pytest.approx(1.2 * 100 * 3000, rel=1e-3)


def test_collateral_goes_before_leverage() -> None:
    sizing = cross_inverse_sizing(
        ETH,
        BTC_INVERSE,
        spot=3000,
        margin_spot=60_000,
        price=60_000,
        ratio=1.2,
        collateral=0.02,
        leverage=50,
    )
    assert sizing.notional_usd == 4800


@pytest.mark.parametrize("leverage", [1.0, 0.5, 0.0])
def test_a_short_cross_hedge_without_leverage_is_refused(leverage: float) -> None:
    with pytest.raises(LeverageError, match="above 1"):
        cross_inverse_sizing(
            ETH,
            BTC_INVERSE,
            spot=3000,
            margin_spot=60_000,
            price=60_000,
            ratio=1.2,
            leverage=leverage,
        )


def test_a_cross_hedge_without_a_word_on_margin_asks_for_it() -> None:
    with pytest.raises(CollateralNeededError, match=r"coll=0\.5BTC or lev=3"):
        cross_inverse_sizing(
            ETH, BTC_INVERSE, spot=3000, margin_spot=60_000, price=60_000, ratio=1.2
        )


@pytest.mark.parametrize("leverage", [0.0, -2.0])
def test_a_long_cross_hedge_needs_some_leverage(leverage: float) -> None:
    with pytest.raises(LeverageError):
        cross_inverse_sizing(
            Holding(-1, "ETH"),
            BTC_INVERSE,
            spot=3000,
            margin_spot=60_000,
            price=60_000,
            ratio=1.2,
            leverage=leverage,
        )


@pytest.mark.parametrize("collateral", [-0.1, float("nan"), float("inf")])
def test_impossible_collateral_is_our_own_mistake(collateral: float) -> None:
    with pytest.raises(ValueError, match="collateral"):
        cross_inverse_sizing(
            ETH,
            BTC_INVERSE,
            spot=3000,
            margin_spot=60_000,
            price=60_000,
            ratio=1.2,
            collateral=collateral,
        )
