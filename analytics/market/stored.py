"""Prices that are asked of a venue once and remembered."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

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
from analytics.market.instruments import Kind
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
ABSENCE_BELIEVED = timedelta(days=1)
"""A venue that had no such bar is asked again later: its answer may have been torn."""
FUNDING_GRID_MS = 3_600_000
"""Venues pay funding on whole hours."""
PAID_WITHIN_MS = 60_000
"""A payment younger than this may not be published yet."""
BLOCKS_IN_MEMORY = 4096
"""About 90 MB."""


@dataclass(slots=True, eq=False)
class Remembered:
    """A series, and what was asked in vain.

    Attributes
    ----------
    awaited, asked_at
        Places that the venue did not have yet when it was last asked, and when that was.
    believed_since
        When this process began to believe the absences in the series.
    """

    series: Series
    believed_since: datetime
    awaited: range = range(0)
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StoredPrices:
    """A price source in front of another: it asks only for bars that it does not know.

    Questions for the same series wait for each other, so that equal ones share one fetch.
    """

    source: PriceSource
    store: CandleStore
    now: Callable[[], datetime]
    _memory: OrderedDict[SeriesKey, Remembered] = field(default_factory=OrderedDict)
    _locks: WeakValueDictionary[object, asyncio.Lock] = field(default_factory=WeakValueDictionary)

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

    async def most_traded(
        self, venue: str, *, kinds: frozenset[Kind], limit: int
    ) -> Sequence[Market]:
        """Those of the source behind."""
        return await self.source.most_traded(venue, kinds=kinds, limit=limit)

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
            known = await self._remembered(key, first, stop)
            for run in self._runs_to_ask(known, first, stop):
                await self._fetch(market, key, known, run)
            return known.series.candles(market, first, stop)

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        """Known payments from the store, the others from the source behind."""
        first, last = _ms(start), min(_ms(end), _ms(self.now()))
        async with self._lock((market.venue, market.symbol)):
            kept = await self.store.funding(market)
            if kept is None:
                kept = await self._new_funding(market, first, last)
            else:
                kept = await self._extended(market, kept, first, last)
        inside = (kept.time >= first) & (kept.time <= last)
        return FundingHistory(market, kept.time[inside], kept.rate[inside])

    def _lock(self, key: object) -> asyncio.Lock:
        """One lock a series, for as long as anybody holds it or waits for it."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock

    async def _remembered(self, key: SeriesKey, first: int, stop: int) -> Remembered:
        known = self._memory.setdefault(key, Remembered(Series(key.bar), self.now()))
        self._memory.move_to_end(key)
        wanted = range(first // BLOCK_BARS, -(-stop // BLOCK_BARS))
        unread = [number for number in wanted if number not in known.series.blocks]
        if unread:
            kept = await self.store.blocks(key, unread[0], unread[-1])
            for number in unread:
                known.series.blocks[number] = kept.get(number) or Block.empty()
            self._forget_longest_unused()
        if self.now() - known.believed_since > ABSENCE_BELIEVED:
            known.series.forget_absences()
            known.believed_since = self.now()
        return known

    def _forget_longest_unused(self) -> None:
        n_blocks = sum(len(known.series.blocks) for known in self._memory.values())
        while n_blocks > BLOCKS_IN_MEMORY and len(self._memory) > 1:
            _, forgotten = self._memory.popitem(last=False)
            n_blocks -= len(forgotten.series.blocks)

    def _runs_to_ask(self, known: Remembered, first: int, stop: int) -> list[tuple[int, int]]:
        runs = known.series.runs(UNKNOWN, first, stop)
        if known.asked_at is not None and self.now() - known.asked_at < ASK_AGAIN_AFTER:
            awaited = known.awaited
            runs = [run for run in runs if run[0] < awaited.start or run[1] > awaited.stop]
        return runs

    async def _fetch(
        self, market: Market, key: SeriesKey, known: Remembered, run: tuple[int, int]
    ) -> None:
        series, (begin, stop) = known.series, run
        known_before = begin > 0 and series.state(begin - 1) == KNOWN
        begin -= OVERLAP_BARS if known_before else 0
        candles = await self.source.candles(
            market, bar=key.bar, start=_at(begin * key.bar), end=_at(stop * key.bar)
        )
        changed, revised = series.learn(candles, revised_by=REVISED_BY)
        if revised:
            log.warning("%s revised %d closed bars of %s", key.venue, revised, key.symbol)
        changed |= series.mark_absent(begin, self._absent_until(series, candles, run))
        awaited = series.runs(UNKNOWN, begin, stop)
        if awaited:
            known.awaited, known.asked_at = range(awaited[0][0], stop), self.now()
        await self.store.keep(key, {number: series.blocks[number] for number in changed})

    def _absent_until(self, series: Series, candles: Candles, run: tuple[int, int]) -> int:
        """Up to which place of a run a missing bar will not come any more.

        An empty answer is believed where it ends at a known bar, as before a listing; elsewhere
        it may be a venue's bad moment.
        """
        begin, stop = run
        if not len(candles):
            return stop if series.state(stop) == KNOWN else begin
        bar_ms = series.bar // MILLISECOND
        newest = int(candles.open_time[-1]) // bar_ms
        settled = _ms(self.now()) // bar_ms - SETTLED_AFTER_BARS
        return min(stop, max(newest + 1, settled))

    async def _new_funding(self, market: Market, first: int, last: int) -> StoredFunding:
        found = await self.source.funding(market, start=_from_ms(first), end=_from_ms(last))
        kept = StoredFunding(first, self._published(found, last), found.time, found.rate)
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
            newer = await self.source.funding(market, start=_from_ms(high + 1), end=_from_ms(last))
            parts.append(newer)
            high = self._published(newer, last)
        if len(parts) == 1:
            return kept
        times = np.concatenate([part.time for part in parts])
        rates = np.concatenate([part.rate for part in parts])
        times, order = np.unique(times, return_index=True)
        extended = StoredFunding(low, high, times, rates[order])
        await self.store.keep_funding(market, extended)
        return extended

    def _published(self, found: FundingHistory, last: int) -> int:
        """The moment up to which every payment is among the found ones."""
        hour = last - last % FUNDING_GRID_MS
        is_young = _ms(self.now()) - hour < PAID_WITHIN_MS
        return hour - 1 if is_young and hour not in found.time else last


def _ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def _from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, tz=UTC)


def _at(since_epoch: timedelta) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + since_epoch
