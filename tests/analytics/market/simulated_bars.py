"""Markets and bars of the simulated venue at a fixed moment."""

from datetime import UTC, datetime, timedelta

from analytics.market.candles import Candles
from analytics.market.markets import Market
from analytics.market.simulated import SIMULATED, SimulatedPrices

NOW = datetime(2026, 9, 1, 14, 37, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def fresh(*, seed: int = 1, now: datetime = NOW) -> SimulatedPrices:
    return SimulatedPrices(seed=seed, clock=lambda: now)


async def market(prices: SimulatedPrices, symbol: str, venue: str = SIMULATED) -> Market:
    return {found.symbol: found for found in await prices.markets(venue)}[symbol]


async def candles(
    prices: SimulatedPrices,
    symbol: str,
    bar: timedelta,
    start: datetime,
    end: datetime = NOW,
    *,
    venue: str = SIMULATED,
) -> Candles:
    return await prices.candles(await market(prices, symbol, venue), bar=bar, start=start, end=end)
