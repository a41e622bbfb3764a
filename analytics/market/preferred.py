"""A price source whose venues are asked in the order that one asker prefers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.market.candles import Candles, FundingHistory
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin, PriceSource


@dataclass(frozen=True, slots=True, eq=False)
class PreferringPrices:
    """Everything of the source behind, ``first`` before its other venues where it has that one."""

    source: PriceSource
    first: str

    @property
    def origin(self) -> Origin:
        """That of the source behind."""
        return self.source.origin

    @property
    def venues(self) -> tuple[str, ...]:
        """Those of the source behind, the preferred one first."""
        return tuple(sorted(self.source.venues, key=lambda venue: venue != self.first))

    async def markets(self, venue: str) -> Sequence[Market]:
        """Those of the source behind."""
        return await self.source.markets(venue)

    async def most_traded(
        self, venue: str, *, kinds: frozenset[Kind], limit: int
    ) -> Sequence[Market]:
        """Those of the source behind."""
        return await self.source.most_traded(venue, kinds=kinds, limit=limit)

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
        return await self.source.candles(market, bar=bar, start=start, end=end)

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        """That of the source behind."""
        return await self.source.funding(market, start=start, end=end)
