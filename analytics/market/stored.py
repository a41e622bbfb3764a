"""Prices that are asked of a venue once and remembered."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from analytics.market.candle_store import (
    BLOCK_BARS,
    KNOWN,
    UNKNOWN,
    Block,
    CandleStore,
    SeriesKey,
    StoredFunding,
)
from analytics.market.candles import Candles, FundingHistory
from analytics.market.markets import Market
from analytics.market.prices import Origin, PriceSource
from analytics.market.series import Series

log = logging.getLogger(__name__)

MILLISECOND = timedelta(milliseconds=1)
OVERLAP_BARS = 3
"""Known bars asked again beside new ones: venues revise their last candles."""
REVISED_BY = 0.005
SETTLED_AFTER_BARS = 2
"""A missing bar younger than this may only be late."""
ASK_AGAIN_AFTER = timedelta(seconds=30)
FUNDING_GRID_MS = 3_600_000
"""Venues pay funding on whole hours."""
SERIES_IN_MEMORY = 512


@dataclass(frozen=True, slots=True, eq=False)
class StoredPrices:
    """A price source in front of another: it asks only for bars that it does not know.

    Questions for the same series wait for each other, so that equal ones share one fetch.
    """

    source: PriceSource
    store: CandleStore
    now: Callable[[], datetime]
    _series: OrderedDict[SeriesKey, Series] = field(default_factory=OrderedDict)
    _locks: dict[object, asyncio.Lock] = field(default_factory=dict)
    _asked: dict[SeriesKey, tuple[int, datetime]] = field(default_factory=dict)

    @property
    def origin(self) -> Origin:
        """That of the source behind."""
        return self.source.origin

    @property
    def venues(self) -> tuple[str, ...]:
        """Those of the source behind."""
        return self.source.venues

    async def markets(self, venue: str) -> Sequence[Market]:
        """Those of the source behind."""
        return await self.source.markets(venue)

    def bars(self, market: Market) -> Sequence[timedelta]:
        """Those of the source behind."""
        return self.source.bars(market)

    async def as_of(self, markets: Sequence[Market], *, bar: timedelta, now: datetime) -> datetime:
        """That of the source behind."""
        return await self.source.as_of(markets, bar=bar, now=now)

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        """Known bars from the store, the others from the source behind."""
        key = SeriesKey.of(market, bar)
        first = -(-_ms(start) // (bar // MILLISECOND))
        stop = _ms(end) // (bar // MILLISECOND)
        async with self._lock(key):
            series = await self._loaded(key, first, stop)
            for run in self._runs_to_ask(key, series, first, stop):
                await self._fetch(market, key, series, run)
            return series.candles(market, first, stop)

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        """Known payments from the store, the others from the source behind."""
        first, last = _ms(start), _ms(end)
        async with self._lock((market.venue, market.symbol)):
            kept = await self.store.funding(market)
            if kept is None:
                kept = await self._new_funding(market, first, last)
            else:
                kept = await self._extended(market, kept, first, last)
        inside = (kept.time >= first) & (kept.time <= last)
        return FundingHistory(market, kept.time[inside], kept.rate[inside])

    def _lock(self, key: object) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())

    async def _loaded(self, key: SeriesKey, first: int, stop: int) -> Series:
        series = self._series.setdefault(key, Series(key.bar))
        self._series.move_to_end(key)
        while len(self._series) > SERIES_IN_MEMORY:
            self._series.popitem(last=False)
        wanted = range(first // BLOCK_BARS, (stop - 1) // BLOCK_BARS + 1)
        unread = [number for number in wanted if number not in series.blocks]
        if unread:
            kept = await self.store.blocks(key, unread[0], unread[-1])
            for number in unread:
                series.blocks[number] = kept.get(number) or Block.empty()
        return series

    def _runs_to_ask(
        self, key: SeriesKey, series: Series, first: int, stop: int
    ) -> list[tuple[int, int]]:
        runs = series.runs(UNKNOWN, first, stop)
        if not runs:
            return []
        asked_to, asked_at = self._asked.get(key, (0, datetime.min.replace(tzinfo=UTC)))
        if self.now() - asked_at < ASK_AGAIN_AFTER:
            # The venue has just said that it does not have the newest bars yet.
            runs = [run for run in runs if run[1] != stop or stop > asked_to]
        return runs

    async def _fetch(
        self, market: Market, key: SeriesKey, series: Series, run: tuple[int, int]
    ) -> None:
        begin, stop = run
        known_before = begin > 0 and series.state(begin - 1) == KNOWN
        begin -= OVERLAP_BARS if known_before else 0
        candles = await self.source.candles(
            market, bar=key.bar, start=_at(begin * key.bar), end=_at(stop * key.bar)
        )
        changed, revised = series.learn(candles, revised_by=REVISED_BY)
        if revised:
            log.warning("%s revised %d closed bars of %s", key.venue, revised, key.symbol)
        now = self.now()
        settled = _ms(now) // (key.bar // MILLISECOND) - SETTLED_AFTER_BARS
        newest = candles.open_time[-1] // (key.bar // MILLISECOND) if len(candles) else begin
        changed |= series.mark_absent(begin, min(stop, max(int(newest) + 1, settled)))
        self._asked[key] = (stop, now)
        await self.store.keep(key, {number: series.blocks[number] for number in changed})

    async def _new_funding(self, market: Market, first: int, last: int) -> StoredFunding:
        found = await self.source.funding(market, start=_from_ms(first), end=_from_ms(last))
        kept = StoredFunding(first, last, found.time, found.rate)
        await self.store.keep_funding(market, kept)
        return kept

    async def _extended(
        self, market: Market, kept: StoredFunding, first: int, last: int
    ) -> StoredFunding:
        parts = [FundingHistory(market, kept.time, kept.rate)]
        low, high = kept.covered_from, kept.covered_to
        if first < low:
            parts.insert(
                0, await self.source.funding(market, start=_from_ms(first), end=_from_ms(low - 1))
            )
            low = first
        if last // FUNDING_GRID_MS > high // FUNDING_GRID_MS:
            parts.append(
                await self.source.funding(market, start=_from_ms(high + 1), end=_from_ms(last))
            )
            high = last
        if len(parts) == 1:
            return kept
        times = np.concatenate([part.time for part in parts])
        rates = np.concatenate([part.rate for part in parts])
        times, order = np.unique(times, return_index=True)
        extended = StoredFunding(low, high, times, rates[order])
        await self.store.keep_funding(market, extended)
        return extended


def _ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def _from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, tz=UTC)


def _at(since_epoch: timedelta) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + since_epoch
