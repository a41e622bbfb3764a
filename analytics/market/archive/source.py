"""An archive behind the port of all price sources."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analytics.errors import RequestError, SourceError
from analytics.language import tr
from analytics.market.archive.files import Payments, read_bars, read_payments
from analytics.market.archive.manifest import CandleFile, FundingFile, read_manifest
from analytics.market.archive.resampling import longer_bars
from analytics.market.candles import Candles, FundingHistory
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.market.windows import DAY, HOUR, MINUTE, spelled

FloatArray = npt.NDArray[np.float64]

LENGTHS = (
    *(n * MINUTE for n in (1, 3, 5, 15, 30)),
    *(n * HOUR for n in (1, 2, 4, 6, 8, 12)),
    DAY,
)
"""The bar lengths that venues give."""

_FILES_KEPT = 256


class ArchivePrices:
    """Candles and funding from a folder with a ``manifest.json``.

    Where a market has several files, those of the longest interval that divides the asked bar are
    looked at, and of these the one that ends last is used. A file is read when first needed.

    Raises
    ------
    SourceError
        When the manifest is missing or malformed, or a file of it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._name = folder.name
        self._manifest = read_manifest(folder)
        self._bars_in = lru_cache(maxsize=_FILES_KEPT)(read_bars)
        self._payments_in = lru_cache(maxsize=_FILES_KEPT)(read_payments)
        self._rows = lru_cache(maxsize=_FILES_KEPT)(self._made_rows)

    @property
    def origin(self) -> Origin:
        """Where these prices come from."""
        return Origin(f"archive {self._name}", warning=tr("Archived prices"))

    @property
    def venues(self) -> tuple[str, ...]:
        """The venues of the manifest, in its order."""
        return tuple(dict.fromkeys(file.market.venue for file in self._manifest.candles))

    async def markets(self, venue: str) -> Sequence[Market]:
        """All markets of a venue of which there are candles."""
        if venue not in self.venues:
            sentence = tr("The price archive has nothing of {venue}.", venue=venue)
            raise SourceError(sentence, venue=venue)
        markets = (file.market for file in self._manifest.candles)
        return tuple(dict.fromkeys(market for market in markets if market.venue == venue))

    async def most_traded(
        self, venue: str, *, kinds: frozenset[Kind], limit: int
    ) -> Sequence[Market]:
        """Return the markets by the value of their volume over the last week of their files."""
        listed = [market for market in await self.markets(venue) if market.kind in kinds]
        values = [await asyncio.to_thread(self._daily_value, market) for market in listed]
        order = sorted(range(len(listed)), key=lambda k: -values[k])
        return [listed[k] for k in order[:limit]]

    def bars(self, market: Market) -> Sequence[timedelta]:
        """The bar lengths that the interval of some file divides, ascending."""
        intervals = {file.interval for file in self._candle_files(market)}
        return [bar for bar in sorted({*LENGTHS, *intervals}) if _dividing(intervals, bar)]

    async def as_of(self, markets: Sequence[Market], *, bar: timedelta, now: datetime) -> datetime:
        """The close of the last bar of the market that ends first; never after ``now``."""
        closes = [await asyncio.to_thread(self._last_close, market, bar) for market in markets]
        return min(now, *closes)

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        """The bars that open at or after ``start`` and close at or before ``end``."""
        rows = await asyncio.to_thread(self._rows, market, bar)
        chosen = rows[(rows[:, 0] >= _ms(start)) & (rows[:, 0] <= _ms(end - bar))]
        prices = (np.ascontiguousarray(column) for column in chosen[:, 1:].T)
        return Candles(market, bar, chosen[:, 0].astype(np.int64), *prices)

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        """The funding payments with ``start <= time <= end``; empty for markets without any.

        Of several files the one with most payments in that stretch is used, of equals the one that
        ends last.
        """
        files = self._funding_files(market)
        read = [await asyncio.to_thread(self._payments_in, file) for file in files]
        return max(
            (_stretch(market, payments, start, end) for payments in read),
            key=lambda found: (len(found), found.time[-1:].tolist()),
            default=FundingHistory(market, np.empty(0, np.int64), np.empty(0)),
        )

    def _daily_value(self, market: Market) -> float:
        """Mean turnover a day: venues count coins, of coin-margined markets contracts."""
        rows = self._rows(market, self.bars(market)[-1])
        week = rows[rows[:, 0] >= rows[-1:, 0] - 7 * DAY / timedelta(milliseconds=1)]
        if not len(week):
            return 0.0
        each = market.contract_size if market.inverse else week[:, 4]
        return float(np.sum(week[:, 5] * each)) / 7

    def _last_close(self, market: Market, bar: timedelta) -> datetime:
        rows = self._rows(market, bar)
        if len(rows) == 0:
            sentence = tr(
                "The price archive has no whole {length} bar of {symbol}.",
                length=spelled(bar),
                symbol=market.symbol,
            )
            raise SourceError(sentence, venue=market.venue)
        return datetime.fromtimestamp(rows[-1, 0] / 1000, UTC) + bar

    def _made_rows(self, market: Market, bar: timedelta) -> FloatArray:
        """All bars of a market in one length, shape (n, 6)."""
        files = self._candle_files(market)
        intervals = _dividing({file.interval for file in files}, bar)
        if not intervals:
            lengths = ", ".join(spelled(length) for length in self.bars(market))
            sentence = tr(
                "The archive has {symbol} in bars of {lengths}, not {length}.",
                symbol=market.symbol,
                lengths=lengths,
                length=spelled(bar),
            )
            raise RequestError(sentence)
        read = [self._bars_in(file) for file in files if file.interval == max(intervals)]
        latest = max(read, key=lambda rows: float(rows[-1, 0]))
        return longer_bars(latest, interval=max(intervals), bar=bar)

    def _candle_files(self, market: Market) -> tuple[CandleFile, ...]:
        """Find the files of a market; there is at least one, else ``SourceError``."""
        files = tuple(file for file in self._manifest.candles if _same(file.market, market))
        if not files:
            sentence = tr(
                "The price archive has no candles of {symbol} on {venue}.",
                symbol=market.symbol,
                venue=market.venue,
            )
            raise SourceError(sentence, venue=market.venue)
        return files

    def _funding_files(self, market: Market) -> tuple[FundingFile, ...]:
        return tuple(file for file in self._manifest.funding if _same(file.market, market))


def _same(one: Market, other: Market) -> bool:
    return (one.venue, one.symbol) == (other.venue, other.symbol)


def _dividing(intervals: set[timedelta], bar: timedelta) -> list[timedelta]:
    return [interval for interval in intervals if not bar % interval]


def _stretch(market: Market, paid: Payments, start: datetime, end: datetime) -> FundingHistory:
    inside = (paid.time >= _ms(start)) & (paid.time <= _ms(end))
    return FundingHistory(market, paid.time[inside], paid.rate[inside])


def _ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
