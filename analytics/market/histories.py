"""The common past of several markets: one fetch a leg, common closed bars, no filled gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from analytics.errors import RequestError, SourceError
from analytics.language import tr
from analytics.language.lists import all_of
from analytics.market.alignment import aligned
from analytics.market.candles import FloatArray, FundingHistory, TimeArray
from analytics.market.catalog import Catalog
from analytics.market.instruments import Instrument
from analytics.market.markets import Market
from analytics.market.outages import MarketGoneError, outage_of
from analytics.market.plans import (
    Failures,
    bundled,
    chosen_markets,
    missed_venues,
    substitution,
)
from analytics.market.prices import Origin, PriceSource
from analytics.market.shortfalls import (
    EndedMarketError,
    NoPricesError,
    NoSuchBarsError,
    until,
)
from analytics.market.span import MILLISECOND, Span, day, in_bars, last_close, moment
from analytics.market.together import together
from analytics.market.venues import venue_name
from analytics.market.windows import DAY, LONGEST, MIN_BARS, BadWindowError, Window, spelled


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Closes of several markets on their common bars.

    Attributes
    ----------
    close_time
        Shape (T,), milliseconds since 1970 UTC of each bar's CLOSE, ascending.
    closes
        Shape (T, N), one column a market.
    missing
        Fraction of the window's bars that at least one market lacks.
    notes
        Sentences that the reply owes the asker: substitutions, young listings, stale prices.
    """

    markets: tuple[Market, ...]
    bar: timedelta
    window: timedelta
    close_time: TimeArray
    closes: FloatArray
    missing: float
    as_of: datetime
    origin: Origin
    notes: tuple[str, ...] = ()

    @property
    def consecutive(self) -> npt.NDArray[np.bool_]:
        """Shape (T-1,): whether a bar directly follows the one before.

        A return across a gap spans several bars; among one-bar returns it would be an outlier.
        """
        steps = np.diff(self.close_time)
        return np.asarray(steps == self.bar // MILLISECOND)

    @property
    def log_returns(self) -> FloatArray:
        """Shape (n, N): log returns of consecutive bars only."""
        steps: FloatArray = np.diff(np.log(self.closes), axis=0)
        return steps[self.consecutive]

    @property
    def return_time(self) -> TimeArray:
        """Shape (n,): close time of the later bar of each return."""
        return self.close_time[1:][self.consecutive]

    @property
    def in_window(self) -> "History":
        """Only the asked window: as many returns as it has bars, and the close before them."""
        start = int(self.close_time[-1]) - self.window // MILLISECOND
        kept = self.close_time >= start
        return replace(self, close_time=self.close_time[kept], closes=self.closes[kept])

    @property
    def last_close(self) -> datetime:
        """When the newest common bar closed."""
        return moment(int(self.close_time[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Fetches common pasts, from the next venue where the first one fails."""

    catalog: Catalog
    source: PriceSource

    def preferring(self, *, venue: str | None, quote: str | None) -> "Histories":
        """The same for somebody who likes a venue or a quote better than the others."""
        catalog = self.catalog.preferring(venue=venue, quote=quote)
        return replace(self, catalog=catalog, source=catalog.source)

    async def history(
        self,
        instruments: Sequence[Instrument],
        window: Window,
        *,
        now: datetime,
        context: timedelta = timedelta(0),
    ) -> History:
        """Return the window, and up to ``context`` before it where there is as much.

        Raises
        ------
        RequestError
            Unknown instrument, unsuitable bar, too short, too patchy or too still a past.
        SourceError
            No venue answers for one of the instruments.

        """
        listings = await together(self.catalog.listing(i) for i in instruments)
        failed: Failures = {e.venue: e for listing in listings for e in listing.outages}
        while plan := chosen_markets([listing.markets for listing in listings], avoid=failed):
            try:
                found = await self._common(plan, window, now=now, context=context)
            except (SourceError, MarketGoneError) as error:
                failed[error.venue] = error
            else:
                missed = missed_venues(instruments, plan, failed, order=self.source.venues)
                notes = (*substitution(missed, plan), *bundled(instruments, plan), *found.notes)
                return replace(found, notes=notes)
        gone = [error for error in failed.values() if isinstance(error, MarketGoneError)]
        if gone:
            raise gone[0]
        raise outage_of([error for error in failed.values() if isinstance(error, SourceError)])

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        """The funding payments of a market between two moments."""
        return await self.source.funding(market, start=start, end=end)

    async def _common(
        self, markets: tuple[Market, ...], window: Window, *, now: datetime, context: timedelta
    ) -> History:
        bars = self._bars(markets)
        bar, notes = _bar(markets, window, bars)
        present = await self.source.as_of(markets, bar=bar, now=now)
        end = _floored(min(window.end or present, present), bar)
        if window.end is not None and window.end - present >= bar:
            notes.append(
                tr("No prices until {day} yet: these are the newest.", day=day(window.end))
            )
        span = Span(bar, min(window.length, LONGEST), end, bars, window.bar is not None)
        start = end - min(span.length + context, LONGEST) - bar
        legs = await together(
            self.source.candles(market, bar=bar, start=start, end=end) for market in markets
        )
        for leg in legs:
            if not len(leg):
                raise await self._absent(leg.market, span)
        common = aligned(legs, span)
        return History(
            markets=markets,
            bar=bar,
            window=span.length,
            close_time=common.close_time,
            closes=common.closes,
            missing=common.missing,
            as_of=end,
            origin=self.source.origin,
            notes=(*notes, *common.notes),
        )

    async def _absent(self, market: Market, span: Span) -> RequestError:
        """Why a market has no bar at all: it ended long ago, had not begun, or has others."""
        bar, end = span.bar, span.end
        days = await self.source.candles(market, bar=DAY, start=end - LONGEST, end=end)
        if not len(days):
            return NoPricesError(market, span)
        last_day = last_close(days) - DAY
        last = await self.source.candles(market, bar=bar, start=last_day, end=last_day + 2 * DAY)
        if not len(last) and end - last_close(days) < DAY:
            return NoSuchBarsError(market, span)
        ended = last_close(last if len(last) else days)
        return EndedMarketError(market, ended, corrections=(until(ended),))

    def _bars(self, markets: tuple[Market, ...]) -> tuple[timedelta, ...]:
        """The bars that all the markets have, shortest first."""
        return tuple(
            sorted(set.intersection(*(set(self.source.bars(market)) for market in markets)))
        )


def _bar(
    markets: tuple[Market, ...], window: Window, common: tuple[timedelta, ...]
) -> tuple[timedelta, list[str]]:
    if window.chosen_bar in common:
        return window.chosen_bar, []
    enough = [bar for bar in common if window.length // bar >= MIN_BARS]
    coarser = [bar for bar in enough if bar > window.chosen_bar]
    if window.bar is None and coarser:
        return coarser[0], [
            tr("Finer bars than {length} are not to be had here.", length=spelled(coarser[0]))
        ]
    names = all_of(dict.fromkeys(venue_name(market.venue) for market in markets))
    raise BadWindowError(
        tr(
            "{names} has no {length} bars for this; it has {value}.",
            names=names,
            length=spelled(window.chosen_bar),
            value=", ".join(spelled(bar) for bar in common) or tr("none in common"),
        ),
        corrections=tuple(
            in_bars(bar, instead_of=window.bar) for bar in (coarser or enough[-1:])[:1]
        ),
    )


def _floored(when: datetime, bar: timedelta) -> datetime:
    ms = int(when.timestamp() * 1000)
    return moment(ms - ms % (bar // MILLISECOND))
