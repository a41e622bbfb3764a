"""Live prices in front of the emulated venues, on one clock that a test moves by hand."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from analytics.market.instruments import Kind
from analytics.market.live import LivePrices, Patience
from analytics.market.live.dialects import merged
from analytics.market.markets import Market
from tests.emulators.venues.emulator import VenueEmulator

NOW = datetime(2026, 3, 10, 12, 34, 56, 789000, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUICK: Mapping[str, Any] = {"enableRateLimit": False, "timeout_on_exit": 0}


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is moved; what sleeps on it is written down."""

    now: datetime = NOW
    naps: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Setting:
    """The emulated venues, the prices asked of them, and the clock of both."""

    venues: VenueEmulator
    prices: LivePrices
    clock: Clock

    async def market(self, venue: str, symbol: str) -> Market:
        found = {market.symbol: market for market in await self.prices.markets(venue)}
        return found[symbol]

    async def btc(self, venue: str, kind: Kind, *, inverse: bool | None = None) -> Market:
        """An active BTC market of a kind, quoted in some dollar."""
        return next(
            market
            for market in await self.prices.markets(venue)
            if market.base == "BTC"
            and market.kind is kind
            and market.active
            and market.quote.startswith("USD")
            and inverse in {None, market.inverse}
        )


@asynccontextmanager
async def live(
    *names: str,
    at: datetime = NOW,
    patience: Patience | None = None,
    size: int = 30,
    options: Mapping[str, Any] = QUICK,
) -> AsyncIterator[Setting]:
    """Yield a setting; its close() runs under warnings as errors like everything else."""
    clock = Clock(at)
    waiting = replace(patience or Patience(), sleep=clock.sleep, jitter=lambda: 0.5)
    async with VenueEmulator(clock=clock, size=size) as venues:
        moved = venues.ccxt_options
        prices = LivePrices(
            venues=names,
            options={name: merged(moved[name], options) for name in names},
            clock=clock,
            patience=waiting,
        )
        try:
            yield Setting(venues, prices, clock)
        finally:
            await prices.close()
