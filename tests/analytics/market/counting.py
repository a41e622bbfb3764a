"""A simulated venue that remembers how many bars it was asked for."""

from datetime import UTC, datetime, timedelta

from analytics.market.candles import Candles, FundingHistory
from analytics.market.markets import Market
from analytics.market.simulated import SimulatedPrices

NOW = datetime(2026, 11, 4, 14, 20, tzinfo=UTC)


class Counting:
    """Counts candle questions; of a market named in ``empty`` it has no bars below a day."""

    def __init__(self, *, empty: str = "") -> None:
        self._source = SimulatedPrices(clock=lambda: NOW)
        self._empty = empty
        self.bars_asked: list[int] = []
        self.origin, self.venues = self._source.origin, self._source.venues
        self.markets, self.bars = self._source.markets, self._source.bars
        self.as_of = self._source.as_of

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        self.bars_asked.append((end - start) // bar)
        found = await self._source.candles(market, bar=bar, start=start, end=end)
        missing = market.symbol == self._empty and bar < timedelta(days=1)
        return found.taken(slice(0, 0)) if missing else found

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        return await self._source.funding(market, start=start, end=end)
