import dataclasses
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.market.candles import Candles, FundingHistory
from analytics.market.markets import Market
from analytics.positions.carry import (
    LEAD,
    FloatArray,
    NoFundingError,
    annualised_basis,
    funding_carry,
    net_carry,
)
from analytics.positions.profit import Side
from analytics.statistics.estimate import Estimate, Interval
from tests.analytics.positions.markets import BTC_PERP

START = datetime(2024, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def history(hours: npt.ArrayLike, rate: npt.ArrayLike, market: Market = BTC_PERP) -> FundingHistory:
    """Payments at so many hours after START."""
    time = int(START.timestamp() * 1000) + np.asarray(hours, dtype=np.int64) * 3_600_000
    return FundingHistory(market, time, np.broadcast_to(np.asarray(rate, float), time.shape).copy())


def candles(market: Market, close: FloatArray, *, start: datetime = START) -> Candles:
    time = int(start.timestamp() * 1000) + np.arange(len(close)) * 3_600_000
    return Candles(market, HOUR, time, close - 1, close + 2, close - 2, close, np.ones(len(close)))


@pytest.mark.parametrize("every", [1, 4, 8])
def test_the_rate_of_a_year_does_not_depend_on_how_often_it_is_paid(every: int) -> None:
    stamps = np.arange(-every, 720 + 1, every)
    carry = funding_carry(history(stamps, 0.0001 * every / 8), start=START)
    assert carry.apr is not None
    assert carry.apr.value == pytest.approx(0.0001 * 3 * 365)
    assert carry.n_payments == 720 // every
    assert carry.hours == 720
    assert carry.payment_every == timedelta(hours=every)
    assert carry.missing == timedelta(0)


def test_the_stamp_before_the_window_starts_the_clock() -> None:
    stamps = np.arange(-5, 720, 8)
    carry = funding_carry(history(stamps, 0.0001), start=START)
    assert carry.n_payments == (stamps > 0).sum()
    assert carry.hours == 8 * carry.n_payments
    assert carry.apr is not None
    naive = 0.0001 * len(stamps) * 8760 / (stamps[-1] - stamps[0])
    assert naive > carry.apr.value * 1.005


def test_without_a_stamp_before_the_window_the_first_payment_only_starts_the_clock() -> None:
    carry = funding_carry(history(np.arange(3, 300, 8), 0.0001), start=START)
    assert carry.n_payments == len(np.arange(3, 300, 8)) - 1
    assert carry.apr is not None
    assert carry.apr.value == pytest.approx(0.0001 * 1095)


def test_a_change_from_eight_hours_to_one_keeps_the_rate_of_a_year() -> None:
    stamps = np.concatenate([np.arange(-8, 240, 8), np.arange(240, 481, 1)])
    gaps = np.diff(stamps, prepend=-16)
    carry = funding_carry(history(stamps, 0.1 * gaps / 8760), start=START)
    assert carry.apr is not None
    assert carry.apr.value == pytest.approx(0.1)
    assert carry.apr.interval.high - carry.apr.interval.low < 1e-9
    assert carry.payment_every == HOUR
    assert carry.missing == timedelta(0)


def test_lost_records_count_neither_as_payments_nor_as_time() -> None:
    stamps = np.delete(np.arange(-8, 721, 8), [40, 41, 42])
    carry = funding_carry(history(stamps, 0.0001), start=START)
    assert carry.apr is not None
    assert carry.apr.value == pytest.approx(0.0001 * 1095)
    assert carry.missing == timedelta(hours=32)
    assert carry.hours == 720 - 32


def test_few_payments_give_no_rate_of_a_year_but_the_last_one() -> None:
    carry = funding_carry(history(np.arange(-8, 73, 8), [0.0001] * 10 + [-0.0003]), start=START)
    assert carry.n_payments == 9
    assert carry.apr is None
    assert carry.received_by(Side.LONG) is None
    assert carry.last_rate == -0.0003
    assert carry.last_time == START + timedelta(hours=72)


@pytest.mark.parametrize("hours", [[], [-8], [-16, -8], [5]])
def test_a_window_without_a_payment_is_refused(hours: list[int]) -> None:
    with pytest.raises(NoFundingError, match="BTC-PERP paid no funding"):
        funding_carry(history(hours, 0.0001), start=START)


def test_the_long_pays_what_the_short_receives() -> None:
    rate = 1e-4 * np.random.default_rng(0).standard_normal(100)
    carry = funding_carry(history(np.arange(0, 800, 8), rate), start=START)
    assert carry.apr is not None
    long = carry.received_by(Side.LONG)
    assert long is not None
    assert long.value == -carry.apr.value
    assert long.interval.low == -carry.apr.interval.high
    assert carry.received_by(Side.SHORT) == carry.apr


@pytest.mark.parametrize("t", [90, 270])
def test_the_interval_holds_the_true_mean_although_funding_lingers(t: int) -> None:
    rng = np.random.default_rng(1)
    held = []
    for _ in range(500):
        rate, state = np.empty(t + 1), rng.standard_normal()
        for k in range(t + 1):
            state = 0.7 * state + math.sqrt(1 - 0.49) * rng.standard_normal()
            rate[k] = 1e-4 * (1 + state)
        carry = funding_carry(history(8 * np.arange(t + 1), rate), start=START)
        assert carry.apr is not None
        held.append(0.0001 * 1095 in carry.apr.interval)
    assert 0.88 <= np.mean(held) <= 0.98


def test_the_interval_agrees_with_the_regression_on_a_constant() -> None:
    import statsmodels.api as sm

    rate = 1e-4 * np.random.default_rng(2).standard_normal(2000)
    carry = funding_carry(history(8 * np.arange(-1, 1999), rate), start=START)
    assert carry.apr is not None
    fit = sm.OLS(rate[2:] * 1095, np.ones(1998)).fit(cov_type="HAC", cov_kwds={"maxlags": 7})
    assert carry.apr.value == pytest.approx(fit.params[0])
    half = (carry.apr.interval.high - carry.apr.interval.low) / 2
    assert half == pytest.approx(1.96 * fit.bse[0], rel=0.25)


@given(offset=st.integers(0, 7), every=st.sampled_from([1, 2, 4, 8]))
def test_any_phase_of_the_clock_gives_the_same_rate(offset: int, every: int) -> None:
    stamps = np.arange(-24 + offset, 480, every)
    carry = funding_carry(history(stamps, 0.2 * every / 8760), start=START)
    assert carry.apr is not None
    assert carry.apr.value == pytest.approx(0.2)


def test_the_basis_of_a_dated_future_is_a_simple_rate_of_a_year() -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    basis = annualised_basis(spot=60_000, price=61_200, now=now, expiry=now + timedelta(days=73))
    assert basis == pytest.approx(0.02 * 5)


def test_an_expired_future_has_no_basis() -> None:
    with pytest.raises(ValueError, match="expired"):
        annualised_basis(spot=1, price=1, now=START, expiry=START)


def test_fees_are_spread_over_the_time_held() -> None:
    gross = Estimate(0.10, Interval(0.05, 0.15))
    net = net_carry(gross, taker_fee=0.0005, held=timedelta(days=73), turnover=0.4)
    fees = 0.0005 * 2.4 * 5
    assert net.value == pytest.approx(0.10 - fees)
    assert net.interval.low == pytest.approx(0.05 - fees)
    assert net.interval.high == pytest.approx(0.15 - fees)
    with pytest.raises(ValueError, match="positive"):
        net_carry(gross, taker_fee=0.0005, held=timedelta(0))


@pytest.mark.parametrize("days", [7, 30, 90])
def test_the_real_rate_of_a_window_agrees_with_pandas(market_data: Path, days: int) -> None:
    table = pd.read_parquet(
        market_data / "e1_2024_funding_8h" / "binance_funding_BTC-USDT_USDT.parquet"
    )
    time = table["timestamp"].astype("datetime64[ms, UTC]").astype("int64").to_numpy()
    end = table["timestamp"].iloc[-1]
    start = (end - pd.Timedelta(days=days)).to_pydatetime()
    fetched = table["timestamp"] >= start - LEAD
    carry = funding_carry(
        FundingHistory(BTC_PERP, time[fetched], table["funding_rate"].to_numpy()[fetched]),
        start=start,
    )
    inside = table[table["timestamp"] > start]
    expected = inside["funding_rate"].mean() * 3 * 365
    assert len(inside) == carry.n_payments == days * 3
    assert carry.apr is not None
    assert carry.apr.value == pytest.approx(expected, rel=1e-12)
    assert carry.apr.value in carry.apr.interval
    assert dataclasses.replace(carry, apr=None).apr is None
