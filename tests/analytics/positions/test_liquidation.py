import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.market.markets import Market
from analytics.positions.liquidation import (
    OUT_OF_REACH,
    ThinMarginError,
    leveraged_liquidation,
    liquidation,
)
from analytics.positions.profit import Side
from tests.analytics.positions.accounts import inverse_pnl_coins, linear_pnl_usd
from tests.analytics.positions.markets import BTC_INVERSE, BTC_PERP

RATE = 0.005
ENTRY = 60_000.0
STEP = 1e-4


def simulated_multiple(market: Market, leverage: float, side: Side) -> float | None:
    """Walk the price away from the entry until the margin account no longer holds."""
    contracts = 100.0
    notional = contracts * market.contract_size
    margin = notional / ENTRY / leverage if market.inverse else notional * ENTRY / leverage
    moves = np.arange(1, 300_000) * STEP
    multiples = 1 + moves if side is Side.SHORT else (1 - moves)[moves < 1]
    price = ENTRY * multiples
    pnl = inverse_pnl_coins if market.inverse else linear_pnl_usd
    profit = pnl(contracts, contract_size=market.contract_size, entry=ENTRY, price=price, side=side)
    required = RATE * (notional / price if market.inverse else notional * price)
    broken = np.flatnonzero(margin + profit <= required)
    return float(multiples[broken[0]]) if len(broken) else None


@pytest.mark.parametrize("market", [BTC_INVERSE, BTC_PERP])
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("leverage", [0.5, 1.0, 1.5, 2.0, 3.0, 10.0, 50.0, 150.0])
def test_the_price_is_where_a_simulated_account_breaks(
    market: Market, side: Side, leverage: float
) -> None:
    found = leveraged_liquidation(
        market, entry=ENTRY, leverage=leverage, maintenance_rate=RATE, side=side
    )
    expected = simulated_multiple(market, leverage, side)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert found.price / ENTRY == pytest.approx(expected, abs=1.01 * STEP)
        assert found.move == pytest.approx(found.price / ENTRY - 1)


@pytest.mark.parametrize(("market", "move"), [(BTC_INVERSE, 0.99), (BTC_PERP, 0.4925)])
def test_a_double_leverage_stands_a_doubling_or_a_half(market: Market, move: float) -> None:
    found = leveraged_liquidation(market, entry=ENTRY, leverage=2, maintenance_rate=RATE)
    assert found is not None
    assert found.move == pytest.approx(move, abs=0.0001)


def test_half_a_coin_posted_stands_a_quarter() -> None:
    found = liquidation(
        BTC_INVERSE, contracts=1501, entry=60_030, collateral=0.5, maintenance_rate=RATE
    )
    assert found is not None
    assert round(found.price, -2) == 74_700
    assert found.move == pytest.approx(0.24, abs=0.005)
    assert found.price == pytest.approx(150_100 * (1 - RATE) / (150_100 / 60_030 - 0.5))


@pytest.mark.parametrize("posted", [2.5, 150_100 / 60_030, 3.0])
def test_a_fully_posted_inverse_short_is_never_liquidated(posted: float) -> None:
    assert (
        liquidation(
            BTC_INVERSE, contracts=1501, entry=60_030, collateral=posted, maintenance_rate=RATE
        )
        is None
    )


@pytest.mark.parametrize("market", [BTC_INVERSE, BTC_PERP])
@pytest.mark.parametrize("side", list(Side))
def test_collateral_and_the_leverage_it_makes_agree(market: Market, side: Side) -> None:
    contracts = 30.0
    notional = contracts * market.contract_size
    margin = notional / ENTRY / 4 if market.inverse else notional * ENTRY / 4
    posted = liquidation(
        market,
        contracts=contracts,
        entry=ENTRY,
        collateral=margin,
        maintenance_rate=RATE,
        side=side,
    )
    geared = leveraged_liquidation(
        market, entry=ENTRY, leverage=4, maintenance_rate=RATE, side=side
    )
    assert posted is not None
    assert geared is not None
    assert posted.price == pytest.approx(geared.price)


def test_an_unlevered_linear_long_is_never_liquidated_but_its_short_is() -> None:
    assert (
        leveraged_liquidation(
            BTC_PERP, entry=ENTRY, leverage=1, maintenance_rate=RATE, side=Side.LONG
        )
        is None
    )
    short = leveraged_liquidation(BTC_PERP, entry=ENTRY, leverage=1, maintenance_rate=RATE)
    assert short is not None
    assert short.move == pytest.approx(2 / 1.005 - 1)


@pytest.mark.parametrize("leverage", [200.0, 500.0])
def test_a_margin_below_maintenance_is_refused(leverage: float) -> None:
    with pytest.raises(ThinMarginError, match="below 200"):
        leveraged_liquidation(BTC_PERP, entry=ENTRY, leverage=leverage, maintenance_rate=RATE)


def test_no_margin_at_all_is_refused_in_words() -> None:
    with pytest.raises(ThinMarginError, match="Without any margin"):
        liquidation(BTC_PERP, contracts=1, entry=ENTRY, collateral=0, maintenance_rate=RATE)
    with pytest.raises(ThinMarginError):
        liquidation(BTC_PERP, contracts=1, entry=ENTRY, collateral=0, maintenance_rate=0)


@pytest.mark.parametrize(
    ("entry", "leverage", "rate"),
    [(-1.0, 2.0, RATE), (float("nan"), 2.0, RATE), (1.0, 0.0, RATE), (1.0, 2.0, 1.0)],
)
def test_numbers_that_cannot_be_are_our_own_mistake(
    entry: float, leverage: float, rate: float
) -> None:
    with pytest.raises(ValueError, match=r"positive"):
        leveraged_liquidation(BTC_PERP, entry=entry, leverage=leverage, maintenance_rate=rate)


@given(
    leverage=st.floats(0.01, 190),
    rate=st.floats(0, 0.005),
    side=st.sampled_from(list(Side)),
    market=st.sampled_from([BTC_INVERSE, BTC_PERP]),
)
def test_liquidation_lies_against_the_position_and_nearer_with_more_leverage(
    leverage: float, rate: float, side: Side, market: Market
) -> None:
    near = leveraged_liquidation(
        market, entry=ENTRY, leverage=leverage * 1.05, maintenance_rate=rate, side=side
    )
    far = leveraged_liquidation(
        market, entry=ENTRY, leverage=leverage, maintenance_rate=rate, side=side
    )
    if far is None:
        return
    assert near is not None
    assert 0 < far.price <= OUT_OF_REACH * ENTRY
    assert far.move * side.sign < 0
    assert abs(near.move) <= abs(far.move)
