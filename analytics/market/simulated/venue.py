"""The simulated venues behind the port of all price sources."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from analytics.errors import RequestError, SourceError
from analytics.language import tr
from analytics.market.candles import Candles, FundingHistory
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.market.simulated.bars import Bars, Quoted, joined
from analytics.market.simulated.contracts import (
    FUNDING_PER_BASIS,
    MIRROR,
    SIMULATED,
    basis_of,
    coin_of,
    funding_of,
)
from analytics.market.simulated.listing import OPENED, listed_markets
from analytics.market.simulated.paths import BLOCK_HOURS, BLOCK_MS, HOUR_MS, Paths
from analytics.market.simulated.truth import Truth
from analytics.market.windows import spelled

FloatArray = npt.NDArray[np.float64]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BARS = (
    *(n * MINUTE for n in (1, 3, 5, 15, 30)),
    *(n * HOUR for n in (1, 2, 4, 6, 8, 12, 24)),
)
DEFAULT_SEED = 1


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class SimulatedPrices:
    """Prices that depend on the seed and the time alone, with known truth.

    ``clock`` decides what has happened yet: which bars are closed, which futures are listed and
    when the young coin began.
    """

    def __init__(
        self, *, seed: int = DEFAULT_SEED, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._clock = clock
        self._bars = Bars(Paths(seed))

    @property
    def truth(self) -> Truth:
        """What a perfect statistic would find."""
        return Truth()

    @property
    def origin(self) -> Origin:
        """Where these prices come from."""
        return Origin("simulated venue", warning=tr("Simulated prices"), invented=True)

    @property
    def venues(self) -> tuple[str, ...]:
        """The leader and its follower."""
        return (SIMULATED, MIRROR)

    async def markets(self, venue: str) -> Sequence[Market]:
        """All markets of a venue."""
        if venue not in self.venues:
            sentence = tr("There is no simulated venue called {venue}.", venue=venue)
            raise SourceError(sentence, venue=venue)
        return listed_markets(venue, now=self._clock())

    async def most_traded(
        self, venue: str, *, kinds: frozenset[Kind], limit: int
    ) -> Sequence[Market]:
        """Return the markets by what their coins turn over a day."""
        listed = [market for market in await self.markets(venue) if market.kind in kinds]
        listed.sort(key=lambda market: -_quoted(market).coin.turnover_usd)
        return listed[:limit]

    def bars(self, market: Market) -> Sequence[timedelta]:  # noqa: ARG002 - all have the same
        """The bar lengths on offer, ascending."""
        return BARS

    async def as_of(self, markets: Sequence[Market], *, bar: timedelta, now: datetime) -> datetime:  # noqa: ARG002 - the venue never lags
        """Return ``now``: the venue is always open."""
        return now

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        """The closed bars that open at or after ``start`` and close at or before ``end``."""
        quoted = _quoted(market)
        if bar not in BARS:
            sentence = tr("The simulated venue has no {length} bars.", length=spelled(bar))
            raise RequestError(sentence)
        return await asyncio.to_thread(self._candles, quoted, bar, start, end)

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        """The funding payments with ``start <= time <= end``; empty for markets without any."""
        quoted = _quoted(market)
        return await asyncio.to_thread(self._funding, quoted, start, end)

    def _candles(self, quoted: Quoted, bar: timedelta, start: datetime, end: datetime) -> Candles:
        market = quoted.market
        step = _ms(bar)
        first = -(-_since_1970(max(start, market.listed or OPENED, OPENED)) // step)
        stop = _since_1970(min(end, self._clock(), market.expiry or end)) // step
        rows = self._rows(quoted, step, first, max(stop, first))
        return Candles(
            market,
            bar,
            step * np.arange(first, max(stop, first), dtype=np.int64),
            *(np.ascontiguousarray(column) for column in rows.T),
        )

    def _rows(self, quoted: Quoted, step: int, first: int, stop: int) -> FloatArray:
        """Bars number ``first`` to ``stop`` since 1970, shape (n, 5)."""
        if stop == first:
            return np.empty((0, 5))
        hourly = step % HOUR_MS == 0
        made, unit = (self._bars.hours, HOUR_MS) if hourly else (self._bars.minutes, _ms(MINUTE))
        blocks = range(first * step // BLOCK_MS, (stop * step - 1) // BLOCK_MS + 1)
        rows = [joined(made(quoted, block), step // unit) for block in blocks]
        skipped = first - blocks[0] * BLOCK_MS // step
        return np.concatenate(rows)[skipped : skipped + stop - first]

    def _funding(self, quoted: Quoted, start: datetime, end: datetime) -> FundingHistory:
        market = quoted.market
        funding = funding_of(market)
        if funding is None:
            return FundingHistory(market, np.empty(0, np.int64), np.empty(0))
        step = _ms(funding.interval)
        # The payment at a stamp looks back on one interval, which must have been traded.
        first = -(-_since_1970(max(start, (market.listed or OPENED) + funding.interval)) // step)
        last = _since_1970(min(end, self._clock())) // step
        times = step * np.arange(first, max(last + 1, first), dtype=np.int64)
        premium = self._mean_basis(quoted, times, step // HOUR_MS) - basis_of(market).mean
        rates = np.round(funding.mean + FUNDING_PER_BASIS * premium, 8)
        return FundingHistory(market, times, rates)

    def _mean_basis(self, quoted: Quoted, times: npt.NDArray[np.int64], hours: int) -> FloatArray:
        """Mean of the basis over the hours that end at each time."""
        if len(times) == 0:
            return np.empty(0)
        blocks = range(int(times[0] - 1) // BLOCK_MS, int(times[-1] - 1) // BLOCK_MS + 1)
        ends = np.concatenate([self._bars.basis(quoted, block)[1:] for block in blocks])
        per_payment = ends.reshape(-1, hours).mean(axis=1)
        number = times // (hours * HOUR_MS) - blocks[0] * BLOCK_HOURS // hours - 1
        return np.asarray(per_payment[number])


def _quoted(market: Market) -> Quoted:
    coin = coin_of(market)
    if market.venue not in (SIMULATED, MIRROR) or coin is None:
        sentence = tr("The simulated venue does not trade {symbol}.", symbol=market.symbol)
        raise SourceError(sentence, venue=market.venue)
    return Quoted(market, coin)


def _ms(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


def _since_1970(moment: datetime) -> int:
    return _ms(moment - datetime(1970, 1, 1, tzinfo=UTC))
