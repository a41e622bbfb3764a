"""The newest closes at which several markets really traded in the same bar."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import reduce

import numpy as np

from analytics.language import tr
from analytics.market.anomalies import idle
from analytics.market.candles import Candles
from analytics.market.histories import History
from analytics.market.latest import NoPriceError
from analytics.market.markets import Market
from analytics.market.outages import VenueMalformedError
from analytics.market.prices import PriceSource
from analytics.market.span import MILLISECOND, moment
from analytics.market.together import together
from analytics.market.windows import HOUR, MINUTE

PACES = (5 * MINUTE, 15 * MINUTE, HOUR)
"""Bars to look at: short ones first, longer ones for what trades rarely."""
BARS_ASKED = 12
FRESH_BARS = 2
WILD = 0.2
"""A market whose newest price alone is this far from those around it is not believed."""


async def traded(source: PriceSource, markets: Sequence[Market], *, now: datetime) -> History:
    """The last bar in which all of the markets traded, as a history of one row.

    Unlike ``latest`` it takes no bar that a venue filled with an old price, so that two markets
    differ because they do, and never falls back to another venue. Its ``bar`` is the shortest one
    whose newest trade is at most two bars old; the longest one where none is.

    Raises
    ------
    SourceError
        A venue fails, or there is no such bar, or one price alone is wild.

    """
    found = None
    for bar in _paces(source, markets):
        found = await _at(source, markets, bar, now=now) or found
        if found is not None and found.as_of - found.last_close <= FRESH_BARS * bar:
            return found
    if found is None:
        raise NoPriceError(markets)
    return found


async def _at(
    source: PriceSource, markets: Sequence[Market], bar: timedelta, *, now: datetime
) -> History | None:
    present = await source.as_of(markets, bar=bar, now=now)
    stop = _floored(present, bar)
    legs = await together(
        source.candles(market, bar=bar, start=stop - BARS_ASKED * bar, end=stop)
        for market in markets
    )
    legs = [leg.taken(~idle(leg)) for leg in legs]
    common = reduce(np.intersect1d, (leg.open_time for leg in legs))
    if not len(common):
        return None
    last = int(common[-1])
    doubted = _doubted(legs, last)
    if doubted is not None:
        raise VenueMalformedError(
            doubted.venue, tr("a likely price of {name}", name=doubted.short_name)
        )
    return History(
        markets=tuple(markets),
        bar=bar,
        window=bar,
        close_time=np.array([last + bar // MILLISECOND]),
        closes=np.array([[float(leg.close[leg.open_time == last][0]) for leg in legs]]),
        missing=0.0,
        as_of=stop,
        origin=source.origin,
    )


def _doubted(legs: Sequence[Candles], time: int) -> Market | None:
    """The market whose close left the typical one of the bars around it while the others' did not.

    A crash moves all of them.
    """
    moves = [
        float(np.log(leg.close[leg.open_time == time][0] / np.median(leg.close))) for leg in legs
    ]
    if max(moves) - min(moves) <= WILD:
        return None
    return legs[int(np.argmax(np.abs(moves)))].market


def _paces(source: PriceSource, markets: Sequence[Market]) -> Iterator[timedelta]:
    common = sorted(set.intersection(*(set(source.bars(market)) for market in markets)))
    fitting = (next((bar for bar in common if bar >= least), None) for least in PACES)
    yield from dict.fromkeys(bar for bar in fitting if bar is not None)


def _floored(when: datetime, bar: timedelta) -> datetime:
    ms = int(when.timestamp() * 1000)
    return moment(ms - ms % (bar // MILLISECOND))
