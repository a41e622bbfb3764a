"""The common past of several markets: one fetch a leg, common closed bars, no filled gaps."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import product

import numpy as np
import numpy.typing as npt

from analytics.errors import Correction, RequestError, SourceError
from analytics.market.candles import Candles, FloatArray, FundingHistory, TimeArray
from analytics.market.catalog import Catalog
from analytics.market.instruments import Instrument
from analytics.market.markets import Market
from analytics.market.prices import Origin, PriceSource
from analytics.market.venues import venue_name
from analytics.market.windows import (
    LONGEST,
    MIN_BARS,
    BadWindowError,
    ShortHistoryError,
    Window,
    spelled,
)

MAX_MISSING = 0.05
STALE_AFTER_BARS = 2
MILLISECOND = timedelta(milliseconds=1)


class PatchyHistoryError(RequestError):
    """Too many bars are missing for an honest statement."""


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
            Unknown instrument, unsuitable bar, too short or too patchy a past.
        SourceError
            No venue answers for one of the instruments.

        """
        listings = await asyncio.gather(*(self.catalog.listing(i) for i in instruments))
        failed = {e.venue: e for listing in listings for e in listing.outages}
        notes: list[str] = []
        for plan in _plans([listing.markets for listing in listings]):
            if failed.keys() & {market.venue for market in plan}:
                continue
            try:
                found = await self._common(plan, window, now=now, context=context)
            except SourceError as error:
                failed[error.venue] = error
            else:
                notes += [_substitution(error, found) for error in failed.values()]
                return replace(found, notes=(*notes, *found.notes))
        raise next(iter(failed.values()))

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        """The funding payments of a market between two moments."""
        return await self.source.funding(market, start=start, end=end)

    async def _common(
        self, markets: tuple[Market, ...], window: Window, *, now: datetime, context: timedelta
    ) -> History:
        bar, notes = self._bar(markets, window)
        present = await self.source.as_of(markets, bar=bar, now=now)
        end = _floored(min(window.end or present, present), bar)
        length = min(window.length, LONGEST)
        start = end - min(length + context, LONGEST) - bar
        legs = await asyncio.gather(
            *(self.source.candles(market, bar=bar, start=start, end=end) for market in markets)
        )
        return _aligned(
            markets, legs, bar=bar, length=length, end=end, origin=self.source.origin, notes=notes
        )

    def _bar(self, markets: tuple[Market, ...], window: Window) -> tuple[timedelta, list[str]]:
        common = sorted(set.intersection(*(set(self.source.bars(market)) for market in markets)))
        if window.chosen_bar in common:
            return window.chosen_bar, []
        coarser = [bar for bar in common if bar > window.chosen_bar]
        if window.bar is None and coarser and window.length // coarser[0] >= MIN_BARS:
            return coarser[0], [f"Finer bars than {spelled(coarser[0])} are not to be had here."]
        names = " and ".join(dict.fromkeys(venue_name(market.venue) for market in markets))
        raise BadWindowError(
            f"{names} has no {spelled(window.chosen_bar)} bars for this; it has "
            f"{', '.join(spelled(bar) for bar in common) or 'none in common'}.",
            corrections=tuple(
                Correction(f"{spelled(bar)} bars", f"bar={spelled(bar)}", "") for bar in coarser[:1]
            ),
        )


def moment(milliseconds: int) -> datetime:
    """The aware UTC time of a number of milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def _plans(candidates: Sequence[tuple[Market, ...]]) -> list[tuple[Market, ...]]:
    """Ways to choose one market a leg: all on one venue first, since prices differ by venue."""
    ways = list(product(*candidates))
    return sorted(ways, key=lambda plan: len({market.venue for market in plan}) > 1)


def _floored(when: datetime, bar: timedelta) -> datetime:
    ms = int(when.timestamp() * 1000)
    return moment(ms - ms % (bar // MILLISECOND))


def _aligned(
    markets: tuple[Market, ...],
    legs: Sequence[Candles],
    *,
    bar: timedelta,
    length: timedelta,
    end: datetime,
    origin: Origin,
    notes: list[str],
) -> History:
    times = reduce(np.intersect1d, (leg.open_time for leg in legs))
    columns = [leg.close[np.isin(leg.open_time, times, assume_unique=True)] for leg in legs]
    bar_ms, end_ms = bar // MILLISECOND, int(end.timestamp() * 1000)
    close_time = times + bar_ms
    _refuse_short(close_time, bar=bar, length=length, end_ms=end_ms)
    window_start = end_ms - length // MILLISECOND
    youngest = max(range(len(legs)), key=lambda k: int(legs[k].open_time[0]))
    began = int(legs[youngest].open_time[0]) + bar_ms
    if began > window_start:
        notes = [*notes, _young(markets[youngest], began, end_ms, length)]
    last = int(close_time[-1])
    expected = (last - max(window_start, began)) // bar_ms + 1
    missing = 1 - int((close_time >= max(window_start, began)).sum()) / expected
    lag = (end_ms - last) // bar_ms
    if lag >= STALE_AFTER_BARS:
        notes = [*notes, f"Last candle is {spelled(lag * bar)} old."]
    if missing > MAX_MISSING:
        raise PatchyHistoryError(
            f"{missing:.0%} of the bars are missing; above {MAX_MISSING:.0%} I don't judge."
        )
    return History(
        markets=markets,
        bar=bar,
        window=length,
        close_time=close_time,
        closes=np.column_stack(columns),
        missing=missing,
        as_of=end,
        origin=origin,
        notes=tuple(notes),
    )


def _refuse_short(close_time: TimeArray, *, bar: timedelta, length: timedelta, end_ms: int) -> None:
    n = int((close_time > end_ms - length // MILLISECOND).sum())
    if n < MIN_BARS:
        finer = Correction("5m bars", "5m", "") if bar > timedelta(minutes=5) else None
        raise ShortHistoryError(n, corrections=(finer,) if finer else ())


def _young(market: Market, began_ms: int, end_ms: int, length: timedelta) -> str:
    days = max(1, round((end_ms - began_ms) * MILLISECOND / timedelta(days=1)))
    return f"{market.short_name} began {days} days ago here. Used {days}d, not {spelled(length)}. Rough."


def _substitution(error: SourceError, found: History) -> str:
    used = " and ".join(dict.fromkeys(venue_name(market.venue) for market in found.markets))
    return f"{error.sentence} Used {used}; prices differ by a few bp."
