"""Prices of one moment at which all markets really traded."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics.errors import SourceError
from analytics.market.candles import Candles
from analytics.market.latest import NoPriceError
from analytics.market.outages import VenueDownError, VenueMalformedError
from analytics.market.traded import traded
from tests.analytics.market.bench_source import NOW, BenchSource, Change, down, perp, spot

MINUTE = timedelta(minutes=1)
BTC, ABROAD = spot("BTC"), spot("BTC", venue="bybit")
SHELVES = {"binance": (BTC,), "bybit": (ABROAD,)}


def untraded(last: int) -> Change:
    """The newest ``last`` bars filled with the price before them, as some venues do."""

    def change(candles: Candles) -> Candles:
        n = len(candles)
        filled = np.arange(n) >= n - last
        at = max(0, n - last - 1)
        price = np.where(filled, candles.close[at], candles.close)
        volume = np.where(filled, 0.0, candles.volume)
        return replace(candles, open=price, high=price, low=price, close=price, volume=volume)

    return change


def spiked(factor: float) -> Change:
    def change(candles: Candles) -> Candles:
        close = candles.close.copy()
        close[-1] *= factor
        return replace(candles, close=close)

    return change


async def test_it_is_the_close_of_the_newest_five_minutes() -> None:
    source = BenchSource(SHELVES)
    found = await traded(source, (BTC, ABROAD), now=NOW)
    assert found.bar == 5 * MINUTE
    assert found.last_close == NOW
    assert found.closes.shape == (1, 2)


async def test_a_price_that_the_venue_repeated_is_none() -> None:
    source = BenchSource(SHELVES, changes={"BTC/USDT": untraded(1)})
    found = await traded(source, (BTC, ABROAD), now=NOW)
    assert found.last_close == NOW - 5 * MINUTE


async def test_what_trades_rarely_is_looked_at_in_longer_bars() -> None:
    source = BenchSource(SHELVES, changes={"BTC/USDT": untraded(5)})
    source.lengths = {"binance": (15 * MINUTE, 60 * MINUTE), "bybit": (15 * MINUTE,)}
    found = await traded(source, (BTC, ABROAD), now=NOW)
    assert found.bar == 15 * MINUTE
    assert found.as_of - found.last_close == 75 * MINUTE


async def test_a_market_that_does_not_trade_has_no_price() -> None:
    with pytest.raises(NoPriceError):
        await traded(BenchSource(SHELVES, changes={"BTC/USDT": untraded(99)}), (BTC,), now=NOW)


@pytest.mark.parametrize("factor", [10.0, 0.1, 1.3])
async def test_one_wild_price_is_not_believed(factor: float) -> None:
    other = perp("BTC")
    source = BenchSource({"binance": (BTC, other)}, changes={other.symbol: spiked(factor)})
    with pytest.raises(VenueMalformedError, match="BTC-PERP"):
        await traded(source, (BTC, other), now=NOW)


async def test_a_crash_that_all_share_is_believed() -> None:
    other = perp("BTC")
    crash = {market.symbol: spiked(0.6) for market in (BTC, other)}
    source = BenchSource({"binance": (BTC, other)}, changes=crash)
    assert (await traded(source, (BTC, other), now=NOW)).last_close == NOW


async def test_a_venue_that_fails_has_no_stand_in() -> None:
    source = BenchSource(SHELVES, down={"binance": down("binance")})
    with pytest.raises(VenueDownError):
        await traded(source, (BTC, ABROAD), now=NOW)
    assert issubclass(VenueDownError, SourceError)
