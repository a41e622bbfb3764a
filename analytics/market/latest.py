"""The newest prices of some markets, for as few bars as that takes."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce

import numpy as np

from analytics.errors import SourceError
from analytics.language import tr
from analytics.language.lists import all_of
from analytics.market.histories import Histories, History
from analytics.market.instruments import Instrument
from analytics.market.markets import Market
from analytics.market.outages import MarketGoneError
from analytics.market.plans import Failures, chosen_markets, missed_venues, substitution
from analytics.market.prices import PriceSource
from analytics.market.span import MILLISECOND, moment
from analytics.market.together import together
from analytics.market.venues import venue_name
from analytics.market.windows import DAY, HOUR, MINUTE, spelled

BARS_ASKED = 5
"""A market may trade rarely, and a venue give its newest bar late."""
COARSER = (MINUTE, HOUR, DAY)
"""The next bar to try is at least so long where the finer ones are empty."""
FRESH = timedelta(minutes=10)
"""Prices younger than this are called new even where a finer bar is missing."""


class NoPriceError(SourceError):
    """The markets have no bar in common that is young enough to be a price."""

    def __init__(self, markets: Sequence[Market]) -> None:
        names = all_of(market.short_name for market in markets)
        venue = markets[0].venue
        super().__init__(
            tr("{venue} has no recent price of {names}.", venue=venue_name(venue), names=names),
            venue=venue,
        )


async def latest(
    histories: Histories,
    instruments: Sequence[Instrument],
    *,
    now: datetime,
    end: datetime | None = None,
) -> History:
    """The last common closed bar, at the finest bars that have one, as a history of one row.

    Asks five bars of each market; again, in longer bars, only where those are empty.

    Raises
    ------
    RequestError
        Unknown instrument.
    SourceError
        No venue has a price for one of the instruments.

    """
    listings = await together(histories.catalog.listing(i) for i in instruments)
    failed: Failures = {error.venue: error for leg in listings for error in leg.outages}
    source = histories.source
    while plan := chosen_markets([leg.markets for leg in listings], avoid=failed):
        try:
            found = await _newest(source, plan, now=now, end=end)
        except (SourceError, MarketGoneError) as error:
            failed[error.venue] = error
        else:
            missed = missed_venues(instruments, plan, failed, order=source.venues)
            return replace(found, notes=(*substitution(missed, plan), *found.notes))
    raise next(iter(failed.values()))


async def _newest(
    source: PriceSource, markets: tuple[Market, ...], *, now: datetime, end: datetime | None
) -> History:
    for bar in _bars(source, markets):
        present = await source.as_of(markets, bar=bar, now=now)
        stop = _floored(min(end or present, present), bar)
        start = stop - BARS_ASKED * bar
        legs = await together(
            source.candles(market, bar=bar, start=start, end=stop) for market in markets
        )
        common = reduce(np.intersect1d, (leg.open_time for leg in legs))
        if len(common):
            last = common[-1]
            closes = [float(leg.close[leg.open_time == last][0]) for leg in legs]
            closed = moment(int(last)) + bar
            lag = stop - closed
            return History(
                markets=markets,
                bar=bar,
                window=bar,
                close_time=np.array([int(last) + bar // MILLISECOND]),
                closes=np.array([closes]),
                missing=0.0,
                as_of=stop,
                origin=source.origin,
                notes=(tr("Last candle is {length} old.", length=spelled(lag)),)
                if lag > FRESH
                else (),
            )
    raise NoPriceError(markets)


def _bars(source: PriceSource, markets: tuple[Market, ...]) -> Iterator[timedelta]:
    """The finest bar that all markets have, then ever longer ones."""
    common = sorted(set.intersection(*(set(source.bars(market)) for market in markets)))
    fitting = (next((bar for bar in common if bar >= least), None) for least in COARSER)
    yield from dict.fromkeys(bar for bar in fitting if bar is not None)


def _floored(when: datetime, bar: timedelta) -> datetime:
    ms = int(when.timestamp() * 1000)
    return moment(ms - ms % (bar // MILLISECOND))
