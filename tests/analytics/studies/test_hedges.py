"""A holding and one contract, on pasts that are written down here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from analytics.market.candles import FloatArray
from analytics.market.histories import History
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.market.windows import DAY, HOUR
from analytics.positions.profit import Side
from analytics.positions.refusals import CollateralNeededError
from analytics.studies.hedge_trials import Doubt
from analytics.studies.hedges import HedgeStudy, Terms, hedge_study, needs_margin_price

END = datetime(2026, 3, 1, tzinfo=UTC)

ETH = Market("test", "ETH/USDT", "ETH", "USDT", Kind.SPOT)
BTC = Market("test", "BTC/USDT", "BTC", "USDT", Kind.SPOT)
BTC_PERP = Market(
    "test", "BTC/USDT:USDT", "BTC", "USDT", Kind.PERP, settle="USDT", lot=0.001, minimum=0.001
)
BTC_INV = Market(
    "test",
    "BTC/USD:BTC",
    "BTC",
    "USD",
    Kind.INVERSE,
    settle="BTC",
    contract_size=100.0,
    lot=1.0,
    minimum=1.0,
)


def past(markets: tuple[Market, ...], returns: FloatArray, first: tuple[float, ...]) -> History:
    """A history of thirty days and the days before it, from log returns and first prices."""
    n = len(returns)
    paths = np.vstack([np.zeros(len(markets)), np.cumsum(returns, axis=0)])
    end = int(END.timestamp() * 1000)
    return History(
        markets=markets,
        bar=HOUR,
        window=30 * DAY,
        close_time=end - 3_600_000 * np.arange(n, -1, -1, dtype=np.int64),
        closes=np.array(first) * np.exp(paths),
        missing=0.0,
        as_of=END,
        origin=Origin("test"),
    )


def returns_of(h: float, rest: float, n: int = 2160, *, seed: int = 1) -> FloatArray:
    """Shape (n, 2): the first moves h times the second plus an own part."""
    shocks = np.random.default_rng(seed).standard_normal((n, 2))
    hedge = 0.01 * shocks[:, 1]
    return np.column_stack([h * hedge + 0.01 * rest * shocks[:, 0], hedge])


def cross(h: float = 1.2, rest: float = 0.5, n: int = 2160, *, seed: int = 1) -> History:
    return past((ETH, BTC_PERP), returns_of(h, rest, n, seed=seed), (2_500.0, 60_000.0))


def studied(history: History, coins: float = 40.0, terms: Terms | None = None) -> HedgeStudy:
    return hedge_study(history, coins, terms or Terms(), level=0.95)


def test_the_true_ratio_is_within_its_interval_and_sizes_the_hedge() -> None:
    study = studied(cross(1.2))
    assert 1.2 in study.estimate.interval
    wanted = study.estimate.value * 40 * study.spot / study.price
    assert study.sizing.coins == pytest.approx(wanted, abs=0.0005)
    assert study.sizing.side is Side.SHORT
    assert study.doubt is None


def test_what_was_removed_on_unseen_days_is_close_to_the_truth() -> None:
    study = studied(cross(1.2, 0.5))
    assert study.tested is not None
    truth = 1.2**2 / (1.2**2 + 0.5**2)
    assert study.tested.value == pytest.approx(truth, abs=0.03)
    assert study.tested.n_days == 60
    assert study.test_time.shape == study.tested.unhedged.shape == (60 * 24,)
    assert study.test_time[-1] == int(END.timestamp() * 1000)


def test_the_walk_forward_is_the_plain_loop_in_lots() -> None:
    history = cross()
    study = studied(history)
    assert study.tested is not None
    s, f = history.log_returns.T
    for day, start in enumerate(range(len(s) - 1440, len(s), 24)):
        fit = slice(start - 720, start)
        h = np.cov(s[fit], f[fit])[0, 1] / np.var(f[fit], ddof=1)
        spot, price = history.closes[start]
        lots = round(h * 40 * spot / price / 0.001)
        assert study.tested.ratios[day] == pytest.approx(lots * 0.001 * price / (40 * spot))


def test_a_short_mirrors_a_long() -> None:
    long, short = studied(cross()), studied(cross(), coins=-40.0)
    assert short.sizing.side is Side.LONG
    assert short.sizing.contracts == long.sizing.contracts
    assert long.tested is not None
    assert short.tested is not None
    assert short.tested.value == pytest.approx(long.tested.value)
    np.testing.assert_allclose(short.tested.unhedged, -long.tested.unhedged)
    assert short.worst != long.worst


def test_a_loss_is_one_of_money_not_of_logarithms() -> None:
    history = cross()
    prices = history.closes[:, 0]
    days = [prices[-1 - 24 * k] / prices[-25 - 24 * k] - 1 for k in range(60)]
    assert studied(history).worst[0].unhedged == pytest.approx(min(days), abs=1e-12)
    assert studied(history, coins=-40.0).worst[0].unhedged == pytest.approx(-max(days), abs=1e-12)


def test_nothing_is_foretold_of_a_part_or_of_a_chosen_ratio() -> None:
    history = cross()
    assert studied(history).likely is not None
    assert studied(history, terms=Terms(share=0.5)).likely is None
    assert studied(history, terms=Terms(ratio=3.0)).likely is None


def test_a_negative_ratio_is_hedged_with_the_same_side() -> None:
    study = studied(cross(-1.0))
    assert study.sizing.side is Side.LONG
    assert study.range_coins is not None
    low, high = study.range_coins
    assert 0 < low < study.sizing.coins < high


def test_the_range_is_that_of_the_interval() -> None:
    study = studied(cross())
    assert study.range_coins is not None
    for coins, ratio in zip(
        study.range_coins, (study.estimate.interval.low, study.estimate.interval.high), strict=True
    ):
        assert coins == pytest.approx(ratio * 40 * study.spot / study.price, abs=0.0005)


def test_an_interval_around_zero_is_no_hedge_and_gives_no_range() -> None:
    study = studied(cross(0.01, 1.0), coins=4_000.0)
    assert 0.0 in study.estimate.interval
    assert study.doubt is Doubt.NO_RATIO
    assert study.range_coins is None


def test_a_chosen_ratio_that_adds_variance_is_no_hedge() -> None:
    study = studied(cross(0.1, 1.0), terms=Terms(ratio=1.0))
    assert study.doubt is Doubt.NOTHING_REMOVED
    assert study.range_coins is None
    assert study.tested is not None
    assert study.tested.value < 0


def test_a_weak_hedge_may_be_chance() -> None:
    study = studied(cross(0.08, 1.0, seed=4), coins=4_000.0)
    assert 0.0 not in study.estimate.interval
    assert study.tested is not None
    assert study.tested.value > 0 >= study.tested.interval.low
    assert study.doubt is Doubt.MAY_BE_CHANCE


def test_a_part_is_hedged_in_part() -> None:
    half = studied(cross(), terms=Terms(share=0.5))
    full = studied(cross())
    assert half.sizing.coins == pytest.approx(full.sizing.coins / 2, abs=0.001)
    assert half.tested is not None
    assert full.tested is not None
    assert half.tested.value == pytest.approx(0.75 * full.tested.value, abs=0.03)


def own_inverse() -> History:
    returns = returns_of(1.0, 0.01)
    return past((BTC, BTC_INV), returns, (60_000.0, 60_030.0))


def test_an_inverse_contract_on_the_held_coin_neutralises_in_full() -> None:
    study = studied(own_inverse(), coins=2.5)
    assert study.neutralises
    assert study.sizing.exact_contracts == pytest.approx(2.5 * study.price / 100, rel=1e-12)
    assert study.estimate.value == pytest.approx(1.0, abs=0.01)
    assert study.range_coins is None
    assert study.tested is not None
    assert study.tested.value > 0.999
    chosen = studied(own_inverse(), coins=2.5, terms=Terms(ratio=1.0))
    assert not chosen.neutralises
    assert chosen.sizing.contracts == study.sizing.contracts


def test_log_returns_would_bias_the_ratio_of_an_inverse_contract() -> None:
    returns = np.repeat(0.02 * np.random.default_rng(3).standard_t(4, (2160, 1)), 2, axis=1)
    returns[:, 0] += 1e-6 * np.random.default_rng(4).standard_normal(2160)
    study = studied(past((BTC, BTC_INV), returns, (60_000.0, 60_000.0)), coins=2.5)
    assert study.estimate.value == pytest.approx(1.0, abs=1e-4)


def test_margin_in_another_coin_is_hedged_along() -> None:
    pair = returns_of(1.2, 0.5)
    returns = np.column_stack([pair, pair[:, 1]])
    history = past((ETH, BTC_INV, BTC), returns, (2_500.0, 60_030.0, 60_000.0))
    assert needs_margin_price(ETH, BTC_INV)
    assert not needs_margin_price(BTC, BTC_INV)
    assert not needs_margin_price(ETH, BTC_PERP)
    with pytest.raises(CollateralNeededError):
        studied(history)
    study = studied(history, terms=Terms(collateral=0.5))
    margin_spot = history.closes[-1, 2]
    dollars = study.price * (0.5 + study.estimate.value * 40 * study.spot / margin_spot)
    assert study.sizing.exact_contracts == pytest.approx(dollars / 100, rel=1e-9)
    levered = studied(history, terms=Terms(leverage=3.0))
    bare = study.price * study.estimate.value * 40 * study.spot / margin_spot
    assert levered.sizing.exact_contracts == pytest.approx(1.5 * bare / 100, rel=1e-9)


def test_a_short_past_gives_no_test() -> None:
    study = studied(cross(n=800))
    assert study.tested is None
    assert study.daily_volatility is None
    assert study.worst == ()
    assert study.test_time.shape == (0,)
    assert study.in_sample > 0.8


def test_returns_across_a_gap_are_left_out_of_the_test_too() -> None:
    history = cross()
    kept = np.ones(len(history.close_time), bool)
    kept[1500:1503] = False
    gap = replace(history, close_time=history.close_time[kept], closes=history.closes[kept])
    study = studied(gap)
    assert len(study.held_returns) == 720 - 4
    assert study.tested is not None
    assert len(study.test_time) == len(study.tested.unhedged)
    assert study.test_time[-1] == history.close_time[-1]
    assert timedelta(milliseconds=int(study.test_time[-1] - study.test_time[0])) > 59 * DAY
