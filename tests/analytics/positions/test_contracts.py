from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import RequestError
from analytics.market.markets import Market
from analytics.positions.contracts import (
    cross_inverse_sizing,
    inverse_sizing,
    linear_sizing,
)
from analytics.positions.profit import Side
from analytics.positions.refusals import (
    Holding,
    NothingToHedgeError,
    TooSmallError,
)
from tests.analytics.positions.accounts import inverse_wealth_usd, linear_pnl_usd
from tests.analytics.positions.markets import (
    BTC_FUTURE,
    BTC_INVERSE,
    BTC_PERP,
    BTC_PERP_OF_HUNDREDTHS,
    BTC_SPOT,
)

ETH = Holding(1.0, "ETH")
PRICES = st.floats(1e-4, 1e6)
COINS = st.floats(1e-6, 1e7).flatmap(lambda coins: st.sampled_from([coins, -coins]))
MARKETS = st.sampled_from([BTC_INVERSE, BTC_PERP, BTC_PERP_OF_HUNDREDTHS, BTC_SPOT, BTC_FUTURE])


def test_a_linear_hedge_sells_ratio_times_the_dollar_value() -> None:
    sizing = linear_sizing(Holding(40, "ETH"), BTC_PERP, spot=3000, price=60_000, ratio=1.24)
    assert sizing.side is Side.SHORT
    assert sizing.contracts == 2.48
    assert sizing.coins == pytest.approx(2.48)
    assert sizing.notional_usd == pytest.approx(148_800)
    assert sizing.effective_ratio == pytest.approx(1.24)
    assert sizing.residual_usd == 0


def test_a_contract_of_hundredths_is_counted_in_contracts() -> None:
    sizing = linear_sizing(Holding(40, "ETH"), BTC_PERP_OF_HUNDREDTHS, spot=3000, price=60_000)
    assert sizing.contracts == 200
    assert sizing.coins == pytest.approx(2)


def test_an_inverse_hedge_counts_at_the_price_of_the_contract() -> None:
    sizing = inverse_sizing(Holding(2.5, "BTC"), BTC_INVERSE, price=60_030)
    assert sizing.exact_contracts == 1500.75
    assert sizing.contracts == 1501
    assert sizing.notional_usd == 150_100
    assert sizing.residual_coins == pytest.approx(2.5 - 150_100 / 60_030)
    assert sizing.residual_usd == pytest.approx(-25)
    assert sizing.effective_ratio == pytest.approx(1501 / 1500.75)


def test_part_of_a_holding_is_hedged_by_a_share() -> None:
    sizing = inverse_sizing(Holding(2.5, "BTC"), BTC_INVERSE, price=60_000, share=0.8)
    assert sizing.contracts == 1200
    assert sizing.effective_ratio == pytest.approx(0.8)
    assert sizing.residual_usd == 0


@pytest.mark.parametrize("price", [20_000.0, 60_000.0, 150_000.0])
def test_a_neutralised_holding_is_worth_the_same_at_any_price(price: float) -> None:
    sizing = inverse_sizing(Holding(2, "BTC"), BTC_INVERSE, price=60_000)
    wealth = inverse_wealth_usd(
        sizing.contracts, contract_size=100, coins=2, entry=60_000, price=price, spot=price
    )
    assert wealth == pytest.approx(120_000, abs=1e-6)


def test_only_the_exit_basis_moves_a_neutralised_holding() -> None:
    spot = np.array([20_000.0, 60_000.0, 150_000.0])
    basis = 0.01
    wealth = inverse_wealth_usd(
        1200, contract_size=100, coins=2, entry=60_000, price=spot * (1 + basis), spot=spot
    )
    assert wealth == pytest.approx(np.full(3, 120_000 / (1 + basis)))


@pytest.mark.parametrize(
    ("coins", "ratio", "side"),
    [(1, 1, Side.SHORT), (-1, 1, Side.LONG), (1, -1, Side.LONG), (-1, -1, Side.SHORT)],
)
def test_the_side_is_against_what_is_held(coins: float, ratio: float, side: Side) -> None:
    sizing = linear_sizing(Holding(coins, "BTC"), BTC_PERP, spot=60_000, price=60_000, ratio=ratio)
    assert sizing.side is side
    assert sizing.contracts == 1
    assert sizing.effective_ratio == pytest.approx(ratio)


def test_a_linear_hedge_earns_what_the_holding_loses() -> None:
    sizing = linear_sizing(Holding(-3, "BTC"), BTC_PERP, spot=60_000, price=60_000)
    gain = linear_pnl_usd(
        sizing.contracts, contract_size=1, entry=60_000, price=70_000.0, side=sizing.side
    )
    assert gain == pytest.approx(3 * 10_000)


def test_the_refusal_says_how_much_would_do() -> None:
    with pytest.raises(TooSmallError) as refused:
        inverse_sizing(Holding(0.0005, "BTC"), BTC_INVERSE, price=60_000)
    assert refused.value.sentence == (
        "0.0005 BTC is $30; one contract is $100. Nothing to hedge. Smallest: 0.0017 BTC."
    )
    assert refused.value.smallest_coins == 0.0017


def test_coins_that_dollars_buy_are_shown_in_few_digits() -> None:
    with pytest.raises(TooSmallError) as refused:
        inverse_sizing(Holding(1 / 79_655.0, "BTC"), BTC_INVERSE, price=79_655)
    assert refused.value.sentence.startswith("0.0000125541 BTC is $1; one contract")


def test_the_refusal_names_the_smallest_order_where_that_is_no_single_contract() -> None:
    with pytest.raises(TooSmallError) as refused:
        linear_sizing(Holding(0.05, "ETH"), BTC_PERP_OF_HUNDREDTHS, spot=3000, price=60_000)
    assert refused.value.sentence == (
        "0.05 ETH is $150; the smallest order is $180. Nothing to hedge. Smallest: 0.06 ETH."
    )


def test_a_short_holding_of_dust_is_refused_in_the_same_words() -> None:
    with pytest.raises(TooSmallError, match=r"^0\.0005 BTC is \$30; one contract"):
        inverse_sizing(Holding(-0.0005, "BTC"), BTC_INVERSE, price=60_000)


def test_dust_that_its_own_collateral_cancels_promises_no_smallest() -> None:
    with pytest.raises(TooSmallError) as refused:
        cross_inverse_sizing(
            Holding(-1, "ETH"),
            BTC_INVERSE,
            spot=3000,
            margin_spot=60_000,
            price=60_000,
            ratio=1,
            collateral=0.0505,
        )
    assert refused.value.smallest_coins is None
    assert "Smallest" not in refused.value.sentence


def test_a_ratio_next_to_nothing_promises_no_smallest() -> None:
    with pytest.raises(TooSmallError) as refused:
        inverse_sizing(Holding(1.0, "BTC"), BTC_INVERSE, price=1.0, share=2.3e-313)
    assert refused.value.smallest_coins is None


@pytest.mark.parametrize(("coins", "ratio"), [(0.0, 1.0), (1.0, 0.0)])
def test_nothing_is_not_hedged(coins: float, ratio: float) -> None:
    with pytest.raises(NothingToHedgeError):
        linear_sizing(Holding(coins, "ETH"), BTC_PERP, spot=3000, price=60_000, ratio=ratio)


@pytest.mark.parametrize(
    ("coins", "price"), [(float("nan"), 1.0), (float("inf"), 1.0), (1.0, 0.0), (1.0, -5.0)]
)
def test_numbers_that_cannot_be_are_our_own_mistake(coins: float, price: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        inverse_sizing(Holding(coins, "BTC"), BTC_INVERSE, price=price)


@pytest.mark.parametrize("n", range(1, 60))
def test_tenths_add_up_without_binary_dust(n: int) -> None:
    sizing = linear_sizing(Holding(sum([0.1] * n), "BTC"), BTC_PERP, spot=1000, price=1000)
    assert Decimal(str(sizing.contracts)) == Decimal(n) / 10


@given(coins=COINS, spot=PRICES, price=PRICES, ratio=st.floats(-3, 3), market=MARKETS)
def test_the_order_is_whole_nearest_and_tradable(
    coins: float, spot: float, price: float, ratio: float, market: Market
) -> None:
    try:
        sizing = linear_sizing(Holding(coins, "X"), market, spot=spot, price=price, ratio=ratio)
    except RequestError:
        return
    lot = Decimal(str(market.lot))
    if sizing.contracts < 1e12:
        assert Decimal(str(sizing.contracts)) % lot == 0
    assert sizing.contracts >= market.minimum
    assert abs(sizing.exact_contracts - sizing.contracts) <= market.lot / 2 * (1 + 1e-9) + (
        1e-12 * sizing.contracts
    )
    assert (sizing.side is Side.SHORT) == (coins * ratio > 0)


@given(coins=COINS, price=PRICES, market=st.sampled_from([BTC_INVERSE, BTC_FUTURE]))
def test_the_promised_smallest_holding_is_accepted(
    coins: float, price: float, market: Market
) -> None:
    smallest = smallest_instead(coins, price, market)
    if smallest is not None:
        assert smallest > abs(coins)
        assert inverse_sizing(Holding(smallest, "BTC"), market, price=price).contracts == 1


def smallest_instead(coins: float, price: float, market: Market) -> float | None:
    try:
        inverse_sizing(Holding(coins, "BTC"), market, price=price)
    except TooSmallError as refused:
        return refused.smallest_coins
    return None


def test_the_count_at_the_last_real_bar_is_coins_times_price_over_face(market_data: Path) -> None:
    bars = pd.read_parquet(
        market_data / "e1_2024_inverse_1h" / "binance_swap-inverse_BTC-USD_BTC_1h.parquet"
    )
    last = float(bars["close"].iloc[-1])
    sizing = inverse_sizing(Holding(2.5, "BTC"), BTC_INVERSE, price=last)
    assert sizing.exact_contracts == pytest.approx(2.5 * last / 100, rel=1e-12)
    assert sizing.contracts == round(2.5 * last / 100) == 1542
