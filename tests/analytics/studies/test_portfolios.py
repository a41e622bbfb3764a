"""Several holdings and several legs, on pasts that are written down here."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import statsmodels.api as sm

from analytics.market.windows import DAY
from analytics.positions.drift import ResizeRule
from analytics.positions.profit import Side
from analytics.positions.refusals import (
    CollateralNeededError,
    LeverageError,
)
from analytics.statistics.estimate import Interval
from analytics.studies.baskets import Basket
from analytics.studies.choices import chosen_legs
from analytics.studies.hedges import Terms, hedge_study
from analytics.studies.portfolios import portfolio_study
from analytics.studies.upkeep import resized
from tests.analytics.studies.baskets import (
    RULE,
    inverse,
    past,
    perp,
    shocks,
    spot,
    studied,
    two_legs,
)


def test_the_true_ratios_are_found_and_sized() -> None:
    study = studied(two_legs())
    assert study.left_out == ()
    for leg, truth, price in zip(study.legs, (0.7, 0.5), (2_500.0, 60_000.0), strict=True):
        assert truth in leg.estimate.interval
        exact = leg.estimate.value * 400 * 150 / price
        assert leg.exact_contracts == pytest.approx(exact, rel=1e-9)
        assert abs(leg.contracts - exact) < 0.001
        assert leg.side is Side.SHORT
        assert leg.notional_usd == pytest.approx(leg.contracts * price)
        assert leg.ratio == pytest.approx(leg.notional_usd / 60_000)


def test_what_was_removed_is_close_to_the_truth() -> None:
    study = studied(two_legs())
    assert study.tested is not None
    moved = (0.7 * 0.6 + 0.5) ** 2 + (0.7 * 0.8) ** 2
    truth = moved / (moved + 0.3**2)
    assert truth in study.tested.interval
    assert study.tested.value == pytest.approx(truth, abs=0.02)
    assert study.in_sample == pytest.approx(truth, abs=0.02)
    s, f = study.basket.held_returns[-720:], study.basket.leg_returns[-720:]
    assert study.in_sample <= sm.OLS(s, sm.add_constant(f)).fit().rsquared


def test_the_walk_forward_is_the_plain_loop_over_days() -> None:
    basket = two_legs()
    study = studied(basket)
    assert study.tested is not None
    returns, closes = basket.history.log_returns, basket.history.closes
    for day, start in enumerate(range(len(returns) - 1440, len(returns), 24)):
        fit = returns[start - 720 : start]
        wanted = sm.OLS(fit[:, 0], sm.add_constant(fit[:, 1:])).fit().params[1:]
        value = 400 * closes[start, 0]
        lot = 0.001 * closes[start, 1:] / value
        np.testing.assert_allclose(study.tested.ratios[day], wanted, atol=2 * lot.max() + 0.02)
        lots = study.tested.ratios[day] / lot
        np.testing.assert_allclose(lots, np.round(lots), atol=1e-6)


def test_one_holding_and_one_leg_are_the_plain_hedge() -> None:
    basket = two_legs().with_legs([0])
    several = studied(basket)
    one = hedge_study(basket.history, 400.0, Terms(), level=0.95, rule=RULE)
    (leg,) = several.legs
    assert leg.contracts == one.sizing.contracts
    assert leg.estimate.value == pytest.approx(one.estimate.value, rel=1e-12)
    assert leg.estimate.interval.low == pytest.approx(one.estimate.interval.low, rel=1e-9)
    assert several.tested is not None
    assert one.tested is not None
    assert several.tested.value == pytest.approx(one.tested.value, rel=1e-9)
    assert several.in_sample == pytest.approx(one.in_sample, rel=1e-9)
    assert [day.day for day in several.worst] == [day.day for day in one.worst]
    assert [day.hedged for day in several.worst] == pytest.approx([d.hedged for d in one.worst])
    assert several.tail is not None
    assert one.tail is not None
    assert several.tail.value == pytest.approx(one.tail.value)
    assert one.upkeep is not None
    assert several.upkeep.opening == pytest.approx(one.upkeep.opening, rel=1e-9)
    assert several.upkeep.resizing == pytest.approx(one.upkeep.resizing, rel=1e-6)
    assert several.upkeep.bands[0].low == pytest.approx(one.upkeep.bands[0].low, rel=1e-9)


def test_a_short_basket_is_hedged_with_longs_of_the_same_size() -> None:
    long, short = studied(two_legs()), studied(replace(two_legs(), coins=(-400.0,)))
    assert [leg.side for leg in short.legs] == [Side.LONG, Side.LONG]
    assert [leg.contracts for leg in short.legs] == [leg.contracts for leg in long.legs]
    assert short.tested is not None
    assert long.tested is not None
    assert short.tested.value == pytest.approx(long.tested.value)
    np.testing.assert_allclose(short.tested.unhedged, -long.tested.unhedged)
    assert short.worst != long.worst


def test_a_basket_is_the_weighted_sum_of_its_holdings() -> None:
    """10 BTC and −40 ETH: $600k held, $100k owed."""
    eth, btc = shocks(2).T
    markets = (spot("BTC"), spot("ETH"), perp("BTC"), perp("ETH"))
    history = past(
        markets, np.column_stack((btc, eth, btc, eth)), (60_000.0, 2_500.0, 60_000.0, 2_500.0)
    )
    study = studied(Basket(history, (10.0, -40.0), 2))
    assert study.value_usd == pytest.approx(700_000)
    np.testing.assert_allclose(study.held_returns, ((6 * btc - eth) / 7)[-720:])
    bitcoin, ether = study.legs
    assert (bitcoin.side, ether.side) == (Side.SHORT, Side.LONG)
    assert bitcoin.contracts == pytest.approx(10.0, abs=0.002)
    assert ether.contracts == pytest.approx(40.0, abs=0.01)
    assert study.tested is not None
    assert study.tested.value > 0.9999


def test_coins_are_neutralised_with_their_own_coin_margined_contracts() -> None:
    """Each needs Q·F/K contracts, whatever the other does."""
    eth, btc = shocks(2, seed=3).T
    rest = 1e-5 * np.random.default_rng(4).standard_normal((2160, 2))
    markets = (spot("BTC"), spot("ETH"), inverse("BTC"), inverse("ETH", face=10.0))
    returns = np.column_stack((btc, eth, btc + rest[:, 0], eth + rest[:, 1]))
    history = past(markets, returns, (60_000.0, 2_500.0, 60_060.0, 2_502.0))
    bitcoin, ether = studied(Basket(history, (10.0, 40.0), 2)).legs
    assert bitcoin.contracts == pytest.approx(10 * 60_060 / 100, rel=1e-3)
    assert ether.contracts == pytest.approx(40 * 2_502 / 10, rel=2e-3)
    assert bitcoin.margin_coins is None


def test_margin_in_a_coin_that_is_not_held_is_hedged_along() -> None:
    """θ = F (M + h V / B) with M = θ / (L F): a grid finds the same least variance."""
    sol, btc, own = shocks(3, seed=5).T
    held = sol + btc + 0.2 * own
    markets = (spot("ETH"), perp("SOL"), inverse("BTC"), spot("BTC"))
    history = past(
        markets, np.column_stack((held, sol, btc, btc)), (2_500.0, 150.0, 60_000.0, 60_000.0)
    )
    with pytest.raises(CollateralNeededError):
        studied(Basket(history, (40.0,), 2))
    with pytest.raises(LeverageError):
        studied(Basket(history, (40.0,), 2, leverage=1.0))
    basket = Basket(history, (40.0,), 2, leverage=3.0)
    solana, bitcoin = studied(basket).legs
    bare = bitcoin.estimate.value * 40 * 2_500
    assert bitcoin.notional_usd == pytest.approx(1.5 * bare, abs=100)
    assert bitcoin.margin_coins == pytest.approx(bitcoin.coins / 3)
    assert solana.notional_usd == pytest.approx(solana.estimate.value * 100_000, abs=1)
    closes = history.closes[-721:]
    margin = bitcoin.margin_coins or 0.0

    def risk(contracts: float) -> float:
        btc_price = closes[:, 3]
        earned = contracts * 100 * (1 / closes[1:, 2] - 1 / closes[:-1, 2]) * btc_price[1:]
        collateral = margin * np.diff(btc_price) * (60_000 / btc_price[:-1])
        moved = 40 * 2_500 * (closes[1:, 0] / closes[:-1, 0] - 1)
        hedged = solana.notional_usd * (closes[1:, 1] / closes[:-1, 1] - 1)
        return float(np.var(moved + collateral + earned - hedged))

    grid = np.arange(800, 2_400, 5.0)
    assert grid[np.argmin([risk(n) for n in grid])] == pytest.approx(bitcoin.contracts, rel=0.02)


def test_a_part_is_hedged_in_part() -> None:
    whole, half = studied(two_legs()), studied(replace(two_legs(), share=0.5))
    for leg, other in zip(half.legs, whole.legs, strict=True):
        assert leg.contracts == pytest.approx(other.contracts / 2, abs=0.002)
        assert leg.band_coins[1] == pytest.approx(other.band_coins[1] / 2, rel=0.02)
    assert half.tested is not None
    assert whole.tested is not None
    assert half.tested.value == pytest.approx(0.75 * whole.tested.value, abs=0.03)
    assert half.upkeep.opening == pytest.approx(whole.upkeep.opening / 2, rel=0.01)


def test_the_band_of_a_leg_holds_its_size_and_grows_with_the_cost() -> None:
    study = studied(two_legs())
    for leg in study.legs:
        low, high = leg.band_coins
        assert low < leg.coins < high
    choice = chosen_legs(two_legs(), level=0.95)
    dear = portfolio_study(
        choice.basket, (), ResizeRule(bars=720, cost=0.05), horizon=30 * DAY, level=0.95
    )
    assert dear.legs[0].band_coins[1] > study.legs[0].band_coins[1]
    assert dear.upkeep.opening == pytest.approx(0.05 * sum(leg.ratio for leg in dear.legs))


def test_the_worst_days_are_money_of_todays_weights() -> None:
    basket = two_legs()
    study = studied(basket)
    closes = basket.history.closes[-1441:]
    days = closes[24::24] / closes[:-1:24] - 1
    worst = int(np.argmin(days[:, 0]))
    assert study.tested is not None
    first = study.worst[0]
    assert (first.day, first.unhedged) == (worst, pytest.approx(days[worst, 0], rel=1e-9))
    hedged = days[worst, 0] - days[worst, 1:] @ study.tested.ratios[worst]
    assert first.hedged == pytest.approx(hedged, rel=1e-9)


def test_a_holding_time_is_summed_in_the_fit_and_in_the_test() -> None:
    basket = replace(two_legs(), hold=24)
    study = studied(basket)
    assert study.ratios.hold == 24
    assert study.tested is not None
    u, e = (
        np.convolve(x, np.ones(24), "valid") for x in (study.tested.unhedged, study.tested.hedged)
    )
    assert study.tested.value == pytest.approx(1 - np.var(e) / np.var(u), rel=1e-9)
    assert study.likely is None


def test_returns_across_a_gap_are_left_out() -> None:
    history = two_legs().history
    kept = np.ones(len(history.close_time), bool)
    kept[1500:1503] = False
    gap = replace(history, close_time=history.close_time[kept], closes=history.closes[kept])
    study = studied(Basket(gap, (400.0,), 2))
    assert len(study.held_returns) == 720 - 4
    assert study.tested is not None
    assert len(study.test_time) == len(study.tested.unhedged)
    span = timedelta(milliseconds=int(study.test_time[-1] - study.test_time[0]))
    assert span > 59 * DAY


def test_a_hedge_is_resized_only_outside_its_band() -> None:
    wanted, still = np.array([1.0, 1.02, 1.2, 1.2]), np.ones(4)
    band = Interval(-0.1, 0.1, 0.95)
    assert resized(wanted, still, band=band) == pytest.approx(0.2)
    assert resized(wanted, np.array([1.0, 1.0, 0.9, 1.0]), band=band) == pytest.approx(0.2 + 0.12)
    assert resized(wanted, still, band=Interval(-1, 1, 0.95)) == 0
