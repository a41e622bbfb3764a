"""Where prices come from, venue by venue."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from analytics.errors import HedgeError
from analytics.market.venues import venue_name
from bot.app import opened_prices, utc_now
from bot.diagnosis.finding import Finding
from bot.settings import ConfigurationError, Settings

TOLERATED_SKEW = timedelta(seconds=2)


async def price_findings(settings: Settings) -> AsyncIterator[Finding]:
    """Ask each venue for its markets and, where it tells, its time."""
    try:
        async with opened_prices(settings, None) as source:
            answers = await asyncio.gather(*(_venue(source, v) for v in source.venues))
    except (ConfigurationError, HedgeError, OSError, ValueError) as error:
        yield Finding("Prices", str(error), is_sound=False)
        return
    for finding in answers:
        yield finding


async def _venue(source, venue: str) -> Finding:  # type: ignore[no-untyped-def]  # noqa: ANN001
    name = venue_name(venue)
    try:
        markets = await source.markets(venue)
        skew = await source.check(venue) if hasattr(source, "check") else timedelta(0)
    except HedgeError as error:
        return Finding(name, str(error), is_sound=False)
    clock = f", clocks differ by {skew}" if abs(skew) > TOLERATED_SKEW else ""
    return Finding(name, f"{len(markets)} markets at {utc_now():%H:%M} UTC{clock}")
