"""Long histories in pages: as few requests as the venue's pages allow, none twice."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import numpy as np

from analytics.market.candles import FloatArray
from analytics.market.live.dialects import Dialect, FundingPages
from analytics.market.live.rows import Payment, payments_of, sound_rows
from analytics.market.markets import Market

MILLISECOND = timedelta(milliseconds=1)
T = TypeVar("T")
Question = Callable[[Any], Awaitable[T]]


class Ask(Protocol):
    """Puts a question to the exchange object of a venue, with patience."""

    async def __call__(self, question: Question[T], /) -> T:
        """The answer."""


async def candle_rows(
    ask: Ask,
    dialect: Dialect,
    market: Market,
    *,
    bar: timedelta,
    timeframe: str,
    first: int,
    last: Callable[[], int],
) -> FloatArray:
    """Rows of the bars that open in [first, last], and perhaps a few more; shape (n, 6).

    ``last`` is asked again before every page: the venue's clock is learnt from its answers.
    """
    step = bar // MILLISECOND
    page = _page(dialect, market, bar)
    if dialect.newest_only:
        first = max(first, last() - (page - 1) * step)
    found = [np.empty((0, 6))]
    while first <= last():
        limit = min(page, (last() - first) // step + 1)
        until = first + limit * step - 1 if dialect.closing else None
        rows = await ask(_candles(market, bar, timeframe, since=first, limit=limit, until=until))
        found.append(rows)
        first = max(first + limit * step, _newest(rows, last()) + step)
    return np.concatenate(found)


async def funding_payments(
    ask: Ask, pages: FundingPages, market: Market, *, first: int, last: int
) -> list[Payment]:
    """Payments in [first, last], and perhaps a few more, in no order."""
    found: list[Payment] = []
    while first <= last:
        until = last if pages.span is None else min(last, first + pages.span // MILLISECOND)
        rows = await ask(_payments(pages, market, first, until))
        found += rows
        if len(rows) < pages.size:
            if until == last:
                break
            first = until + 1
        elif pages.backward:
            last = min(row.time for row in rows) - 1
        else:
            first = max(first, *(row.time for row in rows)) + 1
    return found


def _page(dialect: Dialect, market: Market, bar: timedelta) -> int:
    if market.inverse and dialect.widest_inverse is not None:
        return min(dialect.page, dialect.widest_inverse // bar)
    return dialect.page


def _candles(
    market: Market, bar: timedelta, timeframe: str, *, since: int, limit: int, until: int | None
) -> Question[FloatArray]:
    async def question(exchange: Any) -> FloatArray:
        params = {} if until is None else {"until": until}
        rows = await exchange.fetch_ohlcv(market.symbol, timeframe, since, limit, params)
        return sound_rows(market.venue, rows, bar)

    return question


def _payments(
    pages: FundingPages, market: Market, since: int, until: int
) -> Question[list[Payment]]:
    async def question(exchange: Any) -> list[Payment]:
        params = {pages.until: until + pages.beyond} if pages.until else {}
        limit = pages.size if pages.limited else None
        rows = await exchange.fetch_funding_rate_history(market.symbol, since, limit, params)
        return payments_of(market.venue, rows, told_in=pages.told_in)

    return question


def _newest(rows: FloatArray, last: int) -> int:
    """The newest opening that can be true; a torn time must not end the paging."""
    times = rows[:, 0][rows[:, 0] <= last]
    return int(times.max()) if len(times) else 0
