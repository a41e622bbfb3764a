"""Which legs of a hedge are worth having: twins, idle ones and crumbs are left out with their reason."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.positions.refusals import (
    TooSmallBasketError,
)
from analytics.studies.baskets import Basket
from analytics.studies.choices import Reason, chosen_legs
from tests.analytics.studies.baskets import inverse, past, perp, shocks, spot, studied, two_legs


def test_twins_idle_legs_and_crumbs_are_left_out_with_their_reason() -> None:
    eth, btc, own, idle = shocks(4, seed=6).T
    sol = 0.7 * eth + 0.5 * btc + 0.3 * own
    twin = eth + 0.01 * shocks(1, seed=7)[:, 0]
    markets = (spot("SOL"), perp("ETH"), inverse("ETH"), perp("BTC", lot=1.0), perp("XRP"))
    returns = np.column_stack((sol, eth, twin, btc, idle))
    history = past(markets, returns, (150.0, 2_500.0, 2_500.0, 60_000.0, 0.5))
    with_margin = replace(
        history,
        markets=(*markets, spot("ETH")),
        closes=np.column_stack((history.closes, history.closes[:, 1])),
    )
    choice = chosen_legs(Basket(with_margin, (40.0,), 4, leverage=3.0), level=0.95)
    assert [leg.symbol for leg in choice.basket.legs] == ["ETH/USDT:USDT"]
    reasons = {one.market.symbol: one for one in choice.left_out}
    assert reasons["ETH/USD:ETH"].reason is Reason.TWIN
    assert reasons["ETH/USD:ETH"].like == markets[1]
    assert reasons["ETH/USD:ETH"].number == pytest.approx(0.9999, abs=2e-4)
    assert reasons["XRP/USDT:USDT"].reason is Reason.ADDS_NOTHING
    assert (reasons["XRP/USDT:USDT"].number or 0) < 0.02
    assert reasons["BTC/USDT:USDT"].reason in (Reason.BELOW_A_LOT, Reason.ADDS_NOTHING)


def test_a_leg_that_adds_more_than_two_points_stays() -> None:
    choice = chosen_legs(two_legs(), level=0.95)
    assert choice.left_out == ()
    assert choice.basket.n_legs == 2
    alone = choice.basket.with_legs([0]).tested(level=0.95)
    both = choice.basket.tested(level=0.95)
    assert both.value - alone.value > 0.02


def test_a_short_past_chooses_nothing_and_tests_nothing() -> None:
    basket = two_legs()
    cut = replace(
        basket.history,
        close_time=basket.history.close_time[-800:],
        closes=basket.history.closes[-800:],
    )
    study = studied(Basket(cut, (400.0,), 2))
    assert len(study.legs) == 2
    assert study.tested is None
    assert study.tail is None
    assert study.worst == ()
    assert study.test_time.shape == (0,)
    assert study.upkeep.resizing is None


def test_crumbs_are_refused_with_what_would_be_enough() -> None:
    basket = replace(two_legs(), coins=(0.0001,))
    with pytest.raises(TooSmallBasketError) as refusal:
        studied(basket)
    enough = 0.0001 * refusal.value.growth * 1.1
    assert any(leg.contracts for leg in studied(replace(basket, coins=(enough,))).legs)
