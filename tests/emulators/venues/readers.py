"""Real ccxt exchanges that read the emulated venues."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import ccxt.async_support

from tests.emulators.venues.catalogue import VENUES
from tests.emulators.venues.emulator import VenueEmulator


@asynccontextmanager
async def ccxt_exchanges(
    venues: VenueEmulator, names: Iterable[str] = VENUES, **options: Any
) -> AsyncIterator[dict[str, Any]]:
    """Exchanges by venue, without ccxt's own throttle, closed together at the end."""
    quick = {"enableRateLimit": False} | options
    exchanges = {
        name: getattr(ccxt.async_support, name)(venues.ccxt_options[name] | quick) for name in names
    }
    try:
        yield exchanges
    finally:
        await asyncio.gather(*(exchange.close() for exchange in exchanges.values()))
