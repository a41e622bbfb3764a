"""Prices of real venues, now."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any, TypeVar

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.candles import Candles, FundingHistory
from analytics.market.instruments import Kind
from analytics.market.live.dialects import DIALECTS
from analytics.market.live.pages import MILLISECOND, candle_rows, funding_payments
from analytics.market.live.patience import Patience
from analytics.market.live.rows import candles_of, funding_of
from analytics.market.live.venue import Venue
from analytics.market.markets import Market
from analytics.market.outages import MarketGoneError
from analytics.market.prices import Origin
from analytics.market.venues import venue_name
from analytics.market.windows import BadWindowError, spelled

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
UNITS = {"m": MINUTE, "h": 60 * MINUTE, "d": DAY}
JUST_LISTED = timedelta(minutes=10)
"""A list of markets this young is not asked again for a market that it lacks."""

T = TypeVar("T")


class UnsupportedBarError(BadWindowError):
    """The venue has no bars of that length."""

    def __init__(self, venue: str, bar: timedelta, bars: Sequence[timedelta]) -> None:
        near = sorted(bars, key=lambda other: abs(log(other / bar)))[:2]
        super().__init__(
            tr(
                "{venue} has no {length} bars; it has {names}.",
                venue=venue_name(venue),
                length=spelled(bar),
                names=", ".join(spelled(other) for other in bars),
            ),
            corrections=tuple(
                Correction(tr("{length} bars", length=spelled(other)), spelled(other), spelled(bar))
                for other in near
            ),
        )
        self.bar = bar
        self.bars = tuple(bars)


class LivePrices:
    """The venues' public REST interfaces behind the port for prices.

    ``options`` are constructor options of ccxt by venue, laid over ours. Belongs to the event loop
    of its first question; ``close`` it there.
    """

    def __init__(
        self,
        *,
        venues: tuple[str, ...],
        options: Mapping[str, Mapping[str, Any]],
        clock: Callable[[], datetime],
        patience: Patience | None = None,
    ) -> None:
        unknown = [venue for venue in (*venues, *options) if venue not in DIALECTS]
        if unknown:
            message = tr(
                "no venue is called {unknown}; there are {names}",
                unknown=f"{unknown[0]!r}",
                names=", ".join(sorted(DIALECTS)),
            )
            raise ValueError(message)
        self._clock = clock
        self._venues = {
            venue: Venue(venue, options.get(venue, {}), clock, patience or Patience())
            for venue in venues
        }

    @property
    def origin(self) -> Origin:
        """The venues' names; live prices need no warning."""
        return Origin(", ".join(venue_name(venue) for venue in self._venues))

    @property
    def venues(self) -> tuple[str, ...]:
        """As they were given."""
        return tuple(self._venues)

    def rests_until(self, venue: str) -> datetime | None:
        """Until when a venue is left alone after failures; None where it may be asked."""
        return self._venues[venue].breaker.rests_until

    async def markets(self, venue: str) -> Sequence[Market]:
        """All spot markets, perpetuals and dated futures of a venue, inactive ones included."""
        asked = self._venues[venue]
        async with asked.in_time():
            return await asked.markets()

    async def most_traded(
        self, venue: str, *, kinds: frozenset[Kind], limit: int
    ) -> Sequence[Market]:
        """By the turnover of the last day; in the order of the venue's list where it tells none."""
        asked = self._venues[venue]
        async with asked.in_time():
            ranked = await asked.most_traded(kinds)
        return ranked[:limit]

    def bars(self, market: Market) -> Sequence[timedelta]:
        """From a minute to a day, ascending: longer ones open on calendars of their own."""
        return sorted(_timeframes(self._venues[market.venue]))

    async def as_of(
        self,
        markets: Sequence[Market],  # noqa: ARG002 - the port's signature
        *,
        bar: timedelta,  # noqa: ARG002 - the port's signature
        now: datetime,
    ) -> datetime:
        """Return ``now``: the prices are live."""
        return now

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        """The closed bars of [start, end] that the venue has, by the venue's own clock.

        Raises
        ------
        UnsupportedBarError
            The venue has no such bars.
        MarketGoneError
            It no longer lists the market.
        SourceError
            It failed; the class says how.
        """
        venue = self._venues[market.venue]
        step = bar // MILLISECOND
        first = -(-max(_ms(start), _ms(market.listed or EPOCH) - step + 1) // step) * step

        def stop() -> int:
            return min(_ms(end), _ms(venue.time.now))

        async def fetched() -> Candles:
            await venue.markets()
            timeframe = _timeframes(venue).get(bar)
            if timeframe is None:
                raise UnsupportedBarError(market.venue, bar, self.bars(market))
            rows = await candle_rows(
                venue.answer,
                venue.dialect,
                market,
                bar=bar,
                timeframe=timeframe,
                first=first,
                last=lambda: stop() // step * step - step,
            )
            return candles_of(market, rows, bar=bar, first=first, stop=stop())

        async with venue.in_time():
            return await _despite_an_old_list(venue, market, fetched)

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        """Payments of a perpetual with ``start <= time <= end``; none for other markets."""
        venue = self._venues[market.venue]
        pages = venue.dialect.funding
        first, last = _ms(start), min(_ms(end), _ms(venue.time.now))
        if pages is None or market.kind not in {Kind.PERP, Kind.INVERSE}:
            return funding_of(market, [], first=first, last=last)

        async def fetched() -> FundingHistory:
            payments = await funding_payments(venue.answer, pages, market, first=first, last=last)
            return funding_of(market, payments, first=first, last=last)

        async with venue.in_time():
            return await _despite_an_old_list(venue, market, fetched)

    async def check(self, venue: str) -> timedelta:
        """Ask a venue for the time: how far its clock is ahead of ours. Raises what keeps us out."""
        asked = self._venues[venue]
        async with asked.in_time():
            return await asked.measured_skew()

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(venue.close() for venue in self._venues.values()))


async def _despite_an_old_list(
    venue: Venue, market: Market, fetched: Callable[[], Awaitable[T]]
) -> T:
    """Once more with a new list where a market is missing: it may be newer than ours."""
    try:
        return await fetched()
    except MarketGoneError as error:
        if venue.listed_within(JUST_LISTED):
            raise MarketGoneError(market.venue, market.symbol) from error
    await venue.reload()
    try:
        return await fetched()
    except MarketGoneError as error:
        raise MarketGoneError(market.venue, market.symbol) from error


def _timeframes(venue: Venue) -> dict[timedelta, str]:
    """How ccxt spells the bars that divide a day, and so open on multiples of themselves."""
    lengths = {_length(name): name for name in venue.timeframes()}
    return {bar: name for bar, name in lengths.items() if bar and DAY % bar == timedelta(0)}


def _length(timeframe: str) -> timedelta | None:
    unit = UNITS.get(timeframe[-1])
    return None if unit is None else int(timeframe[:-1]) * unit


def _ms(when: datetime) -> int:
    return (when - EPOCH) // MILLISECOND
