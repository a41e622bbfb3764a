"""Many markets of one venue over the same stretch of time, each with the gaps that it has."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from analytics.errors import HedgeError, RequestError, SourceError
from analytics.language import later, tr
from analytics.market.anomalies import Mask, idle, in_other_units
from analytics.market.bulk import in_bulk
from analytics.market.candles import Candles, FloatArray, TimeArray
from analytics.market.markets import Market
from analytics.market.prices import Origin, PriceSource
from analytics.market.shortfalls import MAX_MISSING
from analytics.market.span import MILLISECOND, moment
from analytics.market.venues import venue_name
from analytics.market.windows import bars_per_year

AT_ONCE = 3
"""A leg has fifteen seconds, and takes turns with the others."""
PATIENCE = timedelta(seconds=90)
SHOWN_EVERY = 1.0
"""Seconds between two words about progress."""
LEAST_VOLATILITY = 0.03
"""A year; what moves less is money, not a partner."""
VENUE_OPEN = 0.5
"""Share of the markets with a bar below which it is the venue that had none."""

Progress = Callable[[str], Awaitable[None]]


class LeftOut(StrEnum):
    """Why a market is not looked at, to stand behind a number."""

    YOUNG = later("too young")
    PATCHY = later("with gaps")
    STILL = later("hardly moving")
    SILENT = later("without an answer")
    LATE = later("not in time (ask again)")


@dataclass(frozen=True, slots=True, eq=False)
class Universe:
    """Closes on a common grid of bars.

    Attributes
    ----------
    close_time
        Shape (T,), milliseconds since 1970 UTC of each bar's CLOSE, one bar apart but where the
        whole venue had none.
    closes
        Shape (T, N), one column a market; NaN where it has no bar.
    left_out
        Markets that were asked for and are not among the columns.
    """

    markets: tuple[Market, ...]
    bar: timedelta
    close_time: TimeArray
    closes: FloatArray
    left_out: tuple[tuple[Market, LeftOut], ...]
    origin: Origin

    @property
    def log_returns(self) -> FloatArray:
        """Shape (T - 1, N); NaN where one of the two closes is missing."""
        returns: FloatArray = np.diff(np.log(self.closes), axis=0)
        returns[np.diff(self.close_time) != self.bar // MILLISECOND] = np.nan
        return returns

    @property
    def last_close(self) -> datetime:
        """When the newest bar closed."""
        return moment(int(self.close_time[-1]))

    @property
    def note(self) -> str | None:
        """How many markets were left out, and why."""
        if not self.left_out:
            return None
        counts = Counter(reason for _, reason in self.left_out)
        reasons = ", ".join(
            f"{counts[reason]} {tr(reason)}" for reason in LeftOut if counts[reason]
        )
        return tr("Left out: {reasons}.", reasons=reasons)


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """The bars of those markets that gave some, and what became of the others."""

    found: tuple[Candles, ...]
    left_out: tuple[tuple[Market, LeftOut], ...]


async def fetched_legs(
    source: PriceSource,
    markets: Sequence[Market],
    *,
    bar: timedelta,
    start: datetime,
    end: datetime,
    progress: Progress,
    patience: timedelta = PATIENCE,
) -> Legs:
    """Ask for many markets, a few at once; one that fails or is late does not spoil the others.

    Raises
    ------
    SourceError, RequestError
        Not one of them gave prices.

    """
    turn, failures = asyncio.Semaphore(AT_ONCE), dict[Market, HedgeError]()
    shown = _Shown(len(markets), progress)

    async def leg(market: Market) -> Candles | None:
        async with turn:
            try:
                with in_bulk():
                    return await source.candles(market, bar=bar, start=start, end=end)
            except (SourceError, RequestError) as error:
                failures[market] = error
                return None
            finally:
                await shown.one_more(market)

    tasks = {market: asyncio.ensure_future(leg(market)) for market in markets}
    try:
        if tasks:
            await asyncio.wait(tasks.values(), timeout=patience.total_seconds())
    finally:
        late = [task for task in tasks.values() if not task.done()]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    answers = {m: task.result() for m, task in tasks.items() if not task.cancelled()}
    found = tuple(candles for candles in answers.values() if candles is not None)
    if failures and not found:
        raise next(iter(failures.values()))
    silent = [(m, LeftOut.SILENT) for m in markets if m in failures]
    slow = [(m, LeftOut.LATE) for m in markets if m not in answers]
    return Legs(found, (*silent, *slow))


def universe(
    legs: Legs, *, bar: timedelta, start: datetime, end: datetime, origin: Origin
) -> Universe:
    """Lay the legs on the grid; a market that lacks more than a few bars is left out.

    So that a young or patchy market does not shorten the past of all others.
    """
    step = bar // MILLISECOND
    first = -(-int(start.timestamp() * 1000) // step)
    n = max(int(end.timestamp() * 1000) // step - first, 0)
    closes = np.full((len(legs.found), n), np.nan)
    for row, leg in zip(closes, legs.found, strict=True):
        _lay(row, leg, first, step)
    open_bars = _open_bars(~np.isnan(closes))
    reasons = [_reason(row[open_bars], bar) for row in closes]
    kept = [k for k, reason in enumerate(reasons) if reason is None]
    dropped = (
        (leg.market, reason)
        for leg, reason in zip(legs.found, reasons, strict=True)
        if reason is not None
    )
    return Universe(
        markets=tuple(legs.found[k].market for k in kept),
        bar=bar,
        close_time=(first + 1 + np.flatnonzero(open_bars)) * step,
        closes=np.ascontiguousarray(closes[kept][:, open_bars].T),
        left_out=(*dropped, *legs.left_out),
        origin=origin,
    )


@dataclass(slots=True, eq=False)
class _Shown:
    """How many have come, said now and then."""

    n: int
    progress: Progress
    _done: int = 0
    _said_at: float | None = None

    async def one_more(self, market: Market) -> None:
        self._done += 1
        now = asyncio.get_running_loop().time()
        if self._said_at is None:
            self._said_at = now
        if now - self._said_at >= SHOWN_EVERY:
            self._said_at = now
            await self.progress(
                tr(
                    "Asking {venue}… {done} of {n}",
                    venue=venue_name(market.venue),
                    done=self._done,
                    n=self.n,
                )
            )


def _lay(row: FloatArray, leg: Candles, first: int, step: int) -> None:
    """Put the closes of real trades, in today's units, at their places."""
    traded = ~idle(leg)
    traded[traded] = ~in_other_units(leg.close[traded])
    places = leg.open_time[traded] // step - first
    inside = (places >= 0) & (places < len(row))
    row[places[inside]] = leg.close[traded][inside]


def _open_bars(known: Mask) -> Mask:
    """Shape (T,): bars that most markets have which traded before and traded after."""
    begun = np.logical_or.accumulate(known, axis=1)
    not_over = np.logical_or.accumulate(known[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(known.sum(axis=0) >= VENUE_OPEN * (begun & not_over).sum(axis=0))


def _reason(closes: FloatArray, bar: timedelta) -> LeftOut | None:
    known = np.flatnonzero(~np.isnan(closes))
    if len(known) < 2 or len(known) < (1 - MAX_MISSING) * len(closes):  # noqa: PLR2004 - a return
        is_young = len(known) > 0 and known[0] > MAX_MISSING * len(closes)
        return LeftOut.YOUNG if is_young else LeftOut.PATCHY
    volatility = float(np.diff(np.log(closes[known])).std()) * bars_per_year(bar) ** 0.5
    return LeftOut.STILL if volatility < LEAST_VOLATILITY else None
