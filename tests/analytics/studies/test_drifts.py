"""A held hedge against its target: linear, coin-margined on its own coin and on another one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from analytics.market.histories import History
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.positions.drift import ResizeRule
from analytics.positions.refusals import CollateralNeededError
from analytics.statistics.effectiveness import effectiveness
from analytics.studies.drifts import DriftStudy, NoTargetError, Position, drift_study
from tests.analytics.positions.markets import BTC_INVERSE, BTC_PERP, BTC_SPOT

ETH_SPOT = replace(BTC_SPOT, symbol="ETH/USDT", base="ETH")
RULE = ResizeRule(bars=720, cost=0.0006)
HOUR = timedelta(hours=1)


def history(
    markets: tuple[Market, ...], *, n: int = 721, rho: float = 0.8, last: float | None = None
) -> History:
    """ETH moves with BTC; contracts stand a little above their coin. ``last`` scales BTC's end."""
    rng = np.random.default_rng(5)
    shocks = rng.standard_normal((n, 2)) * 0.006
    btc = 60_000 * np.exp(np.cumsum(shocks[:, 0]))
    eth = 3_000 * np.exp(np.cumsum(1.2 * (rho * shocks[:, 0] + (1 - rho**2) ** 0.5 * shocks[:, 1])))
    if last is not None:
        btc *= np.linspace(1, last / btc[-1], n)
    basis = np.exp(2e-4 * rng.standard_normal(n))
    columns = {"BTC": btc, "ETH": eth}
    closes = np.column_stack([columns[m.base] * (basis if m.is_contract else 1.0) for m in markets])
    end = datetime(2026, 3, 1, tzinfo=UTC)
    first = int(end.timestamp() * 1000) - (n - 1) * 3_600_000
    return History(
        markets=markets,
        bar=HOUR,
        window=(n - 1) * HOUR,
        close_time=first + 3_600_000 * np.arange(n),
        closes=closes,
        missing=0.0,
        as_of=end,
        origin=Origin("made up"),
    )


def studied(past: History, position: Position) -> DriftStudy:
    return drift_study(past, position, RULE, level=0.95)


def test_a_linear_hedge_is_off_by_its_dollars_over_those_it_should_have() -> None:
    past = history((ETH_SPOT, BTC_PERP))
    eth, btc = past.closes[-1]
    study = studied(past, Position(coins=40, contracts=-1.2))
    assert study.ratio == pytest.approx(1.2 * btc / (40 * eth), rel=1e-12)
    assert study.share.value == pytest.approx(study.ratio / study.estimate.value - 1, rel=1e-12)
    low, high = study.share.interval.low, study.share.interval.high
    assert low < study.share.value < high
    s, f = past.log_returns.T
    assert study.sample.effectiveness(study.ratio) == pytest.approx(
        effectiveness(s, f, study.ratio), abs=1e-12
    )


def test_the_order_leads_to_whole_lots_of_the_target_ratio() -> None:
    past = history((ETH_SPOT, BTC_PERP))
    study = studied(past, Position(coins=40, contracts=-1.2))
    after = studied(past, Position(coins=40, contracts=-1.2 + study.order_contracts))
    assert after.order_contracts == pytest.approx(0, abs=1e-12)
    assert after.ratio == pytest.approx(study.sample.target, rel=1e-9)
    assert not after.judgement.resize
    eth, btc = past.closes[-1]
    wanted = study.estimate.value * 40 * eth / btc
    assert study.target.contracts == pytest.approx(wanted, abs=0.0005)


def test_the_printed_band_and_the_verdict_agree_on_both_sides_of_each_edge() -> None:
    past = history((ETH_SPOT, BTC_PERP))
    low, high = studied(past, Position(coins=40, contracts=-1.2)).band_coins
    for short, resize in (
        (low - 0.01, True),
        (low + 0.01, False),
        (high - 0.01, False),
        (high + 0.01, True),
    ):
        judged = studied(past, Position(coins=40, contracts=-short))
        assert judged.judgement.resize is resize
        assert judged.band_coins == pytest.approx((low, high), rel=1e-9)


def test_a_short_holding_is_judged_as_its_mirror_image() -> None:
    past = history((ETH_SPOT, BTC_PERP))
    long, short = (
        studied(past, Position(coins=sign * 40, contracts=-sign * 1.2)) for sign in (1, -1)
    )
    assert short.ratio == pytest.approx(long.ratio)
    assert short.judgement.loss == pytest.approx(long.judgement.loss)
    assert short.order_contracts == pytest.approx(-long.order_contracts)


@pytest.mark.parametrize("last", [20_000, 60_000, 150_000])
def test_a_price_move_alone_is_no_drift_of_a_coin_margined_hedge(last: float) -> None:
    past = history((BTC_SPOT, BTC_INVERSE), last=last)
    study = studied(past, Position(coins=2.5, contracts=-1501, entry=60_030))
    assert study.share.value == pytest.approx(1501 * 100 / (2.5 * 60_030) - 1, abs=1e-12)
    assert np.ptp(study.path) == pytest.approx(0)
    assert abs(study.order_contracts) <= 1
    assert not study.judgement.resize


@pytest.mark.parametrize("last", [20_000, 150_000])
def test_todays_equity_and_the_coins_at_entry_call_for_the_same_order(last: float) -> None:
    past = history((BTC_SPOT, BTC_INVERSE), last=last)
    price = past.closes[-1, 1]
    at_entry = studied(past, Position(coins=2.5, contracts=-1200, entry=60_030))
    equity = 2.5 + 120_000 * (1 / price - 1 / 60_030)
    today = studied(past, Position(coins=equity, contracts=-1200))
    assert today.order_contracts == pytest.approx(at_entry.order_contracts)
    missing_coins = 2.5 - 120_000 / 60_030
    assert -at_entry.order_contracts * 100 / price == pytest.approx(missing_coins, abs=60 / price)


def test_added_coins_are_drift() -> None:
    past = history((BTC_SPOT, BTC_INVERSE))
    study = studied(past, Position(coins=3.0, contracts=-1501, entry=60_030))
    assert study.share.value == pytest.approx(1501 * 100 / (3 * 60_030) - 1, abs=1e-12)
    assert study.judgement.resize
    assert study.order_contracts < 0


def test_the_coins_that_margin_a_contract_on_another_coin_are_hedged_first() -> None:
    past = history((ETH_SPOT, BTC_INVERSE, BTC_SPOT))
    eth, inverse, btc = past.closes[-1]
    study = studied(past, Position(coins=40, contracts=-1500, collateral=0.5))
    exposed = (150_000 / inverse - 0.5) * btc
    assert study.ratio == pytest.approx(exposed / (40 * eth), rel=1e-12)
    wanted = inverse * (0.5 + study.estimate.value * 40 * eth / btc) / 100
    assert study.target.contracts == round(wanted)
    with pytest.raises(CollateralNeededError):
        studied(past, Position(coins=40, contracts=-1500))


def test_the_path_ends_at_todays_share_and_keeps_the_contracts() -> None:
    past = history((ETH_SPOT, BTC_PERP))
    study = studied(past, Position(coins=40, contracts=-1.2))
    assert study.path[-1] == pytest.approx(study.share.value)
    first = 1.2 * past.closes[0, 1] / (40 * past.closes[0, 0])
    assert study.path[0] == pytest.approx(first / study.estimate.value - 1)


def test_without_a_ratio_there_is_nothing_to_be_off() -> None:
    with pytest.raises(NoTargetError):
        studied(history((ETH_SPOT, BTC_PERP), n=60, rho=0.0), Position(coins=40, contracts=-1))
