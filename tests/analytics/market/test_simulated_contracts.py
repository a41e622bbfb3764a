"""What the simulated venue's contracts pay and cost beside their coin: futures, perpetuals, funding."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.analytics.market.simulated_bars import DAY, HOUR, NOW, candles, fresh, market


async def test_a_dated_future_meets_its_coin_on_the_day_of_expiry_and_ends() -> None:
    prices = fresh()
    future = await market(prices, "BTC/USDT:USDT-260925")
    later = fresh(now=NOW + 60 * DAY)
    bars = await later.candles(future, bar=HOUR, start=NOW, end=NOW + 60 * DAY)
    spot = await candles(later, "BTC/USDT", HOUR, NOW, NOW + 60 * DAY)
    assert future.expiry == datetime(2026, 9, 25, 8, tzinfo=UTC)
    assert bars.open_time[-1] == (future.expiry - HOUR).timestamp() * 1000
    over = np.log(bars.close / spot.close[: len(bars)])
    expected = 0.06 * np.arange(len(bars))[::-1] / 8760
    assert abs(over - expected).max() < 5 * 6e-4
    assert abs((over - expected).mean()) < 3e-4


async def test_a_perpetual_stands_its_basis_above_the_coin() -> None:
    prices = fresh()
    start = NOW - 2 * 365 * DAY
    perpetual = await market(prices, "BTC/USDT:USDT")
    derived = await candles(prices, "BTC/USDT:USDT", HOUR, start)
    spot = await candles(prices, "BTC/USDT", HOUR, start)
    over = np.log(derived.close / spot.close)
    truth = prices.truth.basis(perpetual)
    assert over.mean() == pytest.approx(truth.mean, abs=0.5e-4)
    assert over.std() == pytest.approx(truth.deviation, rel=0.1)


@pytest.mark.parametrize(
    "symbol", ["BTC/USDT:USDT", "AVAX/USDT:USDT", "ETH/USD:ETH", "1000PEPE/USDT:USDT"]
)
async def test_mean_funding_is_the_true_one_and_follows_the_basis(symbol: str) -> None:
    prices = fresh()
    perpetual = await market(prices, symbol)
    truth = prices.truth.funding(perpetual)
    assert truth is not None
    paid = await prices.funding(perpetual, start=NOW - 3 * 365 * DAY, end=NOW)
    assert (np.diff(paid.time) == truth.interval / timedelta(milliseconds=1)).all()
    assert paid.rate.mean() == pytest.approx(truth.mean, abs=0.12e-4)
    assert paid.rate.std() > 0.3e-4
    spot_symbol = symbol.replace(":USDT", "").replace("USD:ETH", "USDT")
    if spot_symbol.startswith("1000PEPE"):
        return
    spot = await candles(prices, spot_symbol, HOUR, NOW - 300 * DAY)
    derived = await candles(prices, symbol, HOUR, NOW - 300 * DAY)
    recent = paid.time > derived.open_time[0] + 9 * 3_600_000
    ends = np.searchsorted(derived.open_time, paid.time[recent])
    over = np.log(derived.close / spot.close)
    mean_basis = np.array([over[end - 8 : end].mean() for end in ends])
    assert np.corrcoef(mean_basis, paid.rate[recent])[0, 1] > 0.98


async def test_a_stretch_of_funding_is_the_same_however_it_is_asked_for() -> None:
    prices = fresh()
    perpetual = await market(prices, "1000PEPE/USDT:USDT")
    whole = await prices.funding(perpetual, start=NOW - 90 * DAY, end=NOW)
    late = await prices.funding(perpetual, start=NOW - 10 * DAY, end=NOW)
    assert np.array_equal(whole.time[-len(late) :], late.time)
    assert np.array_equal(whole.rate[-len(late) :], late.rate)
    assert len(late) == 60


async def test_spot_and_dated_futures_pay_no_funding() -> None:
    prices = fresh()
    for symbol in ("BTC/USDT", "BTC/USD:BTC-260925"):
        paid = await prices.funding(await market(prices, symbol), start=NOW - DAY, end=NOW)
        assert len(paid) == 0
