"""Who leads: shares with known truth, orderings by hand, and when no leader may be named."""

import numpy as np
import pytest

from analytics.statistics.price_discovery import (
    Doubt,
    PriceDiscovery,
    component_shares,
    information_bounds,
    leadership_shares,
    price_discovery,
)
from analytics.statistics.samples import UndefinedError
from tests.analytics.statistics.pulled_prices import pulled_prices

PULL, RHO = np.array((-0.1, 0.3)), 0.2
SHOCKS = np.array(((1, RHO), (RHO, 1)))


def test_known_shares_are_recovered() -> None:
    found = price_discovery(pulled_prices(20_000))
    assert found.shares is not None
    low, high = information_bounds(PULL, SHOCKS)
    assert found.shares.component.value == pytest.approx(0.75, abs=0.03)
    assert 0.75 in found.shares.component.interval
    assert found.shares.low == pytest.approx(float(low), abs=0.03)
    assert found.shares.high == pytest.approx(float(high), abs=0.03)
    assert float(low + high) / 2 in found.shares.midpoint.interval
    assert found.residual_correlation.value == pytest.approx(RHO, abs=0.03)
    assert RHO in found.residual_correlation.interval
    assert found.leader == 0
    for pull, truth in zip(found.pulls, PULL, strict=True):
        assert truth in pull.interval


@pytest.mark.parametrize("rho", [-0.6, -0.1, 0.0, 0.3, 0.97])
def test_the_bounds_are_those_of_both_cholesky_orderings(rho: float) -> None:
    shocks = np.array(((2.0, rho * np.sqrt(6)), (rho * np.sqrt(6), 3.0)))
    weights = np.array((PULL[1], -PULL[0]))
    total = weights @ shocks @ weights
    first = (weights @ np.linalg.cholesky(shocks))[0] ** 2 / total
    turned = np.linalg.cholesky(shocks[::-1, ::-1])
    last = (weights[::-1] @ turned)[1] ** 2 / total
    assert information_bounds(PULL, shocks) == pytest.approx(sorted((first, last)))


def test_the_shares_of_both_markets_add_up_to_one() -> None:
    prices = pulled_prices(2000)
    one, other = price_discovery(prices), price_discovery(prices[:, ::-1])
    assert one.shares is not None
    assert other.shares is not None
    assert one.shares.component.value + other.shares.component.value == pytest.approx(1)
    assert one.shares.component.interval.low + other.shares.component.interval.high == (
        pytest.approx(1)
    )
    assert one.shares.low + other.shares.high == pytest.approx(1)
    assert (one.leader, other.leader) == (0, 1)
    assert one.lead_lag.lag == -other.lead_lag.lag


def test_leadership_is_the_closed_form_of_its_authors() -> None:
    component, information = 0.7, 0.8
    odds = abs((information / (1 - information)) * ((1 - component) / component))
    expected = odds / (odds + 1 / odds)
    assert float(leadership_shares(np.array(component), np.array(information))) == (
        pytest.approx(expected)
    )


def test_the_component_share_is_the_other_ones_pull() -> None:
    assert float(component_shares(np.array((0.0, 0.4)))) == 1
    assert float(component_shares(np.array((-0.2, 0.2)))) == 0.5


def test_the_same_prices_sampled_coarsely_name_no_leader() -> None:
    fine = pulled_prices(30_000, pull=(0.0, 0.4), rho=0.0)
    sharp, blurred = price_discovery(fine[-1500:]), price_discovery(fine[::20])
    assert (sharp.leader, blurred.leader) == (0, None)
    assert sharp.shares is not None
    assert sharp.shares.low > 0.98
    assert blurred.shares is not None
    assert Doubt.COARSE in blurred.doubts
    assert blurred.shares.high - blurred.shares.low > 0.6
    assert blurred.residual_correlation.value > 0.8
    assert blurred.shares.leadership is None


def test_equals_have_no_leader() -> None:
    led = [
        price_discovery(pulled_prices(600, pull=(-0.2, 0.2), seed=seed)).leader
        for seed in range(40)
    ]
    assert sum(leader is not None for leader in led) <= 6


def test_prices_that_are_not_pulled_together_have_no_shares() -> None:
    alone = [price_discovery(pulled_prices(1000, pull=(0.0, 0.0), seed=seed)) for seed in range(20)]
    without = [found for found in alone if found.doubts == (Doubt.NO_PULL,)]
    assert len(without) >= 18
    assert all(found.shares is None and found.leader is None for found in without)


def test_a_market_that_mostly_stands_still_is_told() -> None:
    prices = pulled_prices(3000, pull=(0.0, 0.4), rho=0.0)
    held = np.arange(3000) // 4 * 4
    prices[:, 1] = prices[held, 1]
    found = price_discovery(prices)
    assert found.standing == pytest.approx((0.0, 0.75), abs=0.001)
    assert Doubt.STALE in found.doubts
    assert found.leader is None


def test_the_same_prices_give_the_same_numbers() -> None:
    prices = pulled_prices(800)
    assert repr(price_discovery(prices).shares) == repr(price_discovery(prices).shares)


def test_a_level_between_two_kinds_of_dollars_changes_nothing() -> None:
    one, other = (price_discovery(pulled_prices(800, level=level)) for level in (0.0, -0.004))
    assert one.shares is not None
    assert other.shares is not None
    assert one.shares.component.value == pytest.approx(other.shares.component.value, rel=1e-6)
    assert one.shares.midpoint.value == pytest.approx(other.shares.midpoint.value, rel=1e-6)


def test_more_confidence_needs_a_wider_interval() -> None:
    prices = pulled_prices(800)
    widths = []
    for level in (0.9, 0.95, 0.99):
        shares = price_discovery(prices, level=level).shares
        assert shares is not None
        interval = shares.component.interval
        assert interval.level == level
        widths.append(interval.high - interval.low)
    assert widths == sorted(widths)


@pytest.mark.parametrize("column", [0, 1])
def test_a_price_that_never_moves_is_refused(column: int) -> None:
    prices = pulled_prices(300)
    prices[:, column] = 10
    with pytest.raises(UndefinedError, match="never moves"):
        price_discovery(prices)


def test_one_price_under_two_names_is_refused() -> None:
    prices = pulled_prices(300)
    with pytest.raises(UndefinedError, match="never differ"):
        price_discovery(np.column_stack((prices[:, 0], prices[:, 0] + 0.01)))


@pytest.mark.slow
def test_the_interval_of_the_component_share_holds_the_truth_as_often_as_it_says() -> None:
    found = [price_discovery(_busy(720, seed)) for seed in range(300)]
    assert _held(found, 0.75) >= 0.89
    assert not any(one.leader == 1 for one in found)


def _held(found: list[PriceDiscovery], truth: float) -> float:
    shares = [one.shares for one in found if one.shares is not None]
    return sum(truth in share.component.interval for share in shares) / len(shares)


def _busy(n: int, seed: int) -> np.ndarray:
    """Pulled prices whose volatility changes every hour, as that of the simulated venue."""
    random = np.random.default_rng(seed)
    prices, path = np.zeros(2), np.empty((n, 2))
    variance = tempo = 1.0
    for t in range(n):
        if t % 60 == 0:
            mixing, shock = 3 / random.chisquare(5), random.standard_normal()
            tempo = np.sqrt(variance * mixing)
            variance = 0.05 + (0.1 * mixing * shock**2 + 0.85) * variance
        shocks = np.linalg.cholesky(SHOCKS) @ random.standard_normal(2)
        prices = prices + PULL * (prices[0] - prices[1]) + 1e-4 * tempo * shocks
        path[t] = prices
    return path
