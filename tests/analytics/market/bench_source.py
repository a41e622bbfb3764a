"""A price source on the workbench: what it lists and what its bars hold is up to the test."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from analytics.errors import HedgeError, SourceError
from analytics.market.candles import Candles, FundingHistory
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.outages import VenueDownError
from analytics.market.prices import Origin

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BARS = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 240, 1440))

Change = Callable[[Candles], Candles]


def spot(base: str, venue: str = "binance", quote: str = "USDT", **rest: object) -> Market:
    return Market(venue, f"{base}/{quote}", base, quote, Kind.SPOT, **rest)


def perp(base: str, venue: str = "binance", quote: str = "USDT", **rest: object) -> Market:
    return Market(venue, f"{base}/{quote}:{quote}", base, quote, Kind.PERP, settle=quote, **rest)


def inverse(base: str, venue: str = "binance", **rest: object) -> Market:
    return Market(venue, f"{base}/USD:{base}", base, "USD", Kind.INVERSE, settle=base, **rest)


def dated(base: str, expiry: datetime, venue: str = "binance", quote: str = "USDT") -> Market:
    settle = base if quote == "USD" else quote
    symbol = f"{base}/{quote}:{settle}-{expiry:%y%m%d}"
    return Market(venue, symbol, base, quote, Kind.FUTURE, settle=settle, expiry=expiry)


def prices(market: Market, places: np.ndarray, bar: timedelta) -> np.ndarray:
    """A price that depends on the market and the time alone, whatever else was asked."""
    seed = sum(map(ord, market.venue + market.symbol))
    hours = places * (bar / HOUR)
    waves = sum(np.sin(hours * 2.399963 / k + seed * k) / k for k in range(1, 8))
    return 100 * np.exp(0.01 * waves)


@dataclass(eq=False)
class BenchSource:
    """Lists ``shelves``; a market's bars are changed by ``changes`` on their way.

    A venue in ``down`` fails, one in ``slow`` answers when its event is set.
    """

    shelves: Mapping[str, Sequence[Market]]
    clock: Callable[[], datetime] = lambda: NOW
    changes: dict[str, Change] = field(default_factory=dict)
    down: dict[str, HedgeError] = field(default_factory=dict)
    slow: dict[str, asyncio.Event] = field(default_factory=dict)
    lengths: dict[str, Sequence[timedelta]] = field(default_factory=dict)
    asked: list[tuple[str, int, int]] = field(default_factory=list)
    lists_asked: list[str] = field(default_factory=list)
    funding_asked: list[tuple[int, int]] = field(default_factory=list)
    publishes_late: timedelta = timedelta(0)

    @property
    def origin(self) -> Origin:
        return Origin("bench")

    @property
    def venues(self) -> tuple[str, ...]:
        return tuple(self.shelves)

    async def markets(self, venue: str) -> Sequence[Market]:
        self.lists_asked.append(venue)
        if f"{venue} list" in self.slow:
            await self.slow[f"{venue} list"].wait()
        if f"{venue} list" in self.down:
            raise self.down[f"{venue} list"]
        return self.shelves[venue]

    def bars(self, market: Market) -> Sequence[timedelta]:
        return self.lengths.get(market.venue, BARS)

    async def as_of(self, markets: Sequence[Market], *, bar: timedelta, now: datetime) -> datetime:
        del markets, bar
        return now

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        step = bar // timedelta(milliseconds=1)
        listed = int((market.listed or datetime(2020, 1, 1, tzinfo=UTC)).timestamp() * 1000)
        published = self.clock() - self.publishes_late
        first = -(-max(int(start.timestamp() * 1000), listed) // step)
        stop = int(min(end, published).timestamp() * 1000) // step
        self.asked.append((market.symbol, -(-int(start.timestamp() * 1000) // step), stop))
        await asyncio.sleep(0)
        if market.venue in self.slow:
            await self.slow[market.venue].wait()
        if market.venue in self.down:
            raise self.down[market.venue]
        places = np.arange(first, max(first, stop))
        close = prices(market, places, bar)
        found = Candles(
            market,
            bar,
            places * step,
            close * 0.999,
            close * 1.001,
            close * 0.998,
            close,
            np.full(len(places), 7.0),
        )
        return self.changes.get(market.symbol, lambda candles: candles)(found)

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        first, last = (int(when.timestamp() * 1000) for when in (start, end))
        self.funding_asked.append((first, last))
        await asyncio.sleep(0)
        stop = min(last, int((self.clock() - self.publishes_late).timestamp() * 1000))
        every = 8 * 3_600_000
        times = np.arange(-(-first // every), stop // every + 1, dtype=np.int64) * every
        return FundingHistory(market, times, 1e-4 + 1e-5 * np.sin(times / 1e8))


def down(venue: str) -> SourceError:
    return VenueDownError(venue, "is down (502)")
