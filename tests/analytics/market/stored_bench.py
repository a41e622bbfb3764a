"""Prices that are kept, of a bench venue and with a clock of the test."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from analytics.market.candle_store import CandleStore
from analytics.market.candles import Candles
from analytics.market.markets import Market
from analytics.market.stored import StoredPrices
from tests.analytics.market.bench_source import DAY, HOUR, NOW, BenchSource, perp, spot
from tests.analytics.market.memory_store import MemoryStore

BTC, ETH = spot("BTC"), perp("ETH", listed=NOW - 20 * DAY)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Bench:
    """Stored prices in front of a source, on one clock."""

    clock: Clock = field(default_factory=Clock)
    store: CandleStore = field(default_factory=MemoryStore)

    def __post_init__(self) -> None:
        shelves = {"binance": (BTC, ETH), "bybit": (spot("BTC", "bybit"),)}
        self.source = BenchSource(shelves, clock=self.clock)
        self.restart()

    def restart(self) -> None:
        """Another process on the same store."""
        self.prices = StoredPrices(self.source, self.store, now=self.clock)

    async def ask(
        self, market: Market = BTC, *, back: timedelta = DAY, to: timedelta = timedelta(0)
    ) -> Candles:
        end = self.clock.now - to
        return await self.prices.candles(market, bar=HOUR, start=end - back, end=end)


def same(one: Candles, other: Candles) -> bool:
    columns = ("open_time", "open", "high", "low", "close", "volume")
    return all(np.array_equal(getattr(one, c), getattr(other, c)) for c in columns)
