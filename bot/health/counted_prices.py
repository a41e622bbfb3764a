"""A price source that counts what is asked of its venues."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from analytics.errors import HedgeError
from analytics.market.candles import Candles, FundingHistory
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin, PriceSource
from bot.health.metrics import Metrics
from bot.health.venue_diary import VenueDiary

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class CountedPrices:
    """Passes every question on; what comes back is counted by venue and outcome."""

    source: PriceSource
    metrics: Metrics
    diary: VenueDiary

    @property
    def origin(self) -> Origin:
        """That of the source behind."""
        return self.source.origin

    @property
    def venues(self) -> tuple[str, ...]:
        """Those of the source behind."""
        return self.source.venues

    async def markets(self, venue: str) -> Sequence[Market]:
        """Those of the source behind."""
        return await self._counted(venue, self.source.markets(venue))

    async def most_traded(
        self, venue: str, *, kinds: frozenset[Kind], limit: int
    ) -> Sequence[Market]:
        """Those of the source behind."""
        return await self._counted(venue, self.source.most_traded(venue, kinds=kinds, limit=limit))

    def bars(self, market: Market) -> Sequence[timedelta]:
        """Those of the source behind."""
        return self.source.bars(market)

    async def as_of(self, markets: Sequence[Market], *, bar: timedelta, now: datetime) -> datetime:
        """That of the source behind."""
        return await self.source.as_of(markets, bar=bar, now=now)

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        """Those of the source behind."""
        found = await self._counted(
            market.venue, self.source.candles(market, bar=bar, start=start, end=end)
        )
        if len(found):
            close = found.open_time[-1] / 1000 + bar.total_seconds()
            self.metrics.closed(market.venue, close)
            self.diary.closed(market.venue, close)
        return found

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        """That of the source behind."""
        return await self._counted(market.venue, self.source.funding(market, start=start, end=end))

    async def _counted(self, venue: str, asking: Awaitable[T]) -> T:
        try:
            found = await asking
        except HedgeError as error:
            self.metrics.venue_answered(venue, error)
            self.diary.answered(venue, error)
            raise
        self.metrics.venue_answered(venue)
        self.diary.answered(venue)
        return found
