"""One exchange object of ccxt, opened with our ways and with ears on its answers."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import ccxt.async_support as ccxt

from analytics.market.live.bulk_lane import BulkLane
from analytics.market.live.dialects import Dialect, merged
from analytics.market.live.patience import Patience
from analytics.market.live.translation import Answer, complaint, outage, rows_in
from analytics.market.live.venue_clock import VenueClock
from analytics.market.outages import VenueMalformedError

Exchange: TypeAlias = Any
COMMON: Mapping[str, Any] = {"enableRateLimit": True, "timeout": 10_000}
SUCCESS = range(200, 300)


def opened(
    venue: str,
    dialect: Dialect,
    options: Mapping[str, Any],
    *,
    clock: VenueClock,
    patience: Patience,
) -> Exchange:
    """Make an exchange that connects on its first request, in the event loop of that request."""
    exchange = getattr(ccxt, venue)(merged(COMMON, dialect.config, options))
    exchange.handle_errors = _listening(venue, exchange, dialect, clock=clock, patience=patience)
    exchange.parse_ohlcvs = _unfiltered(exchange)
    exchange.throttle = BulkLane(exchange.throttle, exchange.rateLimit / 1000).throttle
    # ccxt cuts ranges off at the present, which is the venue's and not ours.
    exchange.milliseconds = lambda: int(clock.now.timestamp() * 1000)
    exchange.seconds = lambda: int(clock.now.timestamp())
    return exchange


def stocked(exchange: Exchange, loaded: Exchange) -> Exchange:
    """Give an exchange the markets that another one has loaded."""
    exchange.set_markets_from_exchange(loaded)
    return exchange


async def load_markets(exchange: Exchange, dialect: Dialect) -> Sequence[Mapping[str, Any]]:
    """Every row of the venue's list of markets, in the words of ccxt."""
    if not dialect.listings:
        await exchange.load_markets()
    else:
        found = [row for params in dialect.listings for row in await exchange.fetch_markets(params)]
        exchange.set_markets(found)
    return list(exchange.markets.values())


async def tell_time(exchange: Exchange) -> None:
    """Ask for the time in the cheapest way the venue has; its answer sets the venue's clock."""
    await (exchange.fetch_time() if exchange.has["fetchTime"] else exchange.fetch_markets())


def _listening(
    venue: str, exchange: Exchange, dialect: Dialect, *, clock: VenueClock, patience: Patience
) -> Any:
    """Complete ccxt's look for errors in an answer.

    ccxt calls it with every answer, so here, and only here, an error meets the status and the
    headers of its own answer; ``last_response_headers`` may already be another request's. It also
    takes a page of HTML or half a JSON with status 200 for an answer without rows.
    """
    native = exchange.handle_errors

    def handle_errors(  # noqa: PLR0917 - the signature of ccxt
        code: int,
        reason: str,
        url: str,
        method: str,
        headers: Any,
        body: str,
        response: Any,
        *rest: Any,
    ) -> Any:
        clock.heard(headers)
        answer = Answer(code, headers)
        try:
            skipped = native(code, reason, url, method, headers, body, response, *rest)
        except ccxt.BaseError as error:
            raise outage(venue, error, answer, patience=patience) from error
        if (found := complaint(venue, answer, patience=patience)) is not None:
            raise found
        if code in SUCCESS and not _has_rows(dialect, url, response):
            raise VenueMalformedError(venue)
        return skipped

    return handle_errors


def _has_rows(dialect: Dialect, url: str, response: Any) -> bool:
    if not isinstance(response, dict | list):
        return False
    asked = urlsplit(url).path
    paths = [path for part, path in dialect.answers.items() if part in asked]
    return all(rows_in(response, path) for path in paths)


def _unfiltered(exchange: Exchange) -> Any:
    """Read candles as ccxt does, but without its filter: rows without a time must not vanish."""

    def parse_ohlcvs(rows: Sequence[Any], market: Any = None, *_: Any, **__: Any) -> list[Any]:
        return [exchange.parse_ohlcv(row, market) for row in rows]

    return parse_ohlcvs
