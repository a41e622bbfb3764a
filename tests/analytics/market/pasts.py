"""Pasts of bench markets, and bars that are spoilt on their way."""

from datetime import datetime, timedelta

import pytest

from analytics.errors import RequestError
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories, History
from analytics.market.markets import Market
from analytics.market.windows import Window
from handlers._grammar.instruments import instrument_of
from tests.analytics.market.bench_source import (
    DAY,
    NOW,
    BenchSource,
    inverse,
    perp,
    spot,
)

MONTH = Window(30 * DAY)
SHELVES = {
    "binance": (spot("BTC"), perp("BTC"), spot("ETH"), perp("ETH"), perp("1000PEPE")),
    "bybit": (spot("BTC", "bybit"), perp("ETH", "bybit"), inverse("SOL", "bybit")),
    "okx": (spot("BTC", "okx"), spot("ETH", "okx"), perp("ETH", "okx")),
}


def source(*extra: Market, **settings: object) -> BenchSource:
    shelves = {v: (*m, *(e for e in extra if e.venue == v)) for v, m in SHELVES.items()}
    return BenchSource(shelves, **settings)


async def past(
    names: str,
    behind: BenchSource | None = None,
    *,
    window: Window = MONTH,
    context: timedelta = timedelta(0),
    now: datetime = NOW,
) -> History:
    behind = behind or source()
    asked = Histories(Catalog(behind, grace=timedelta(seconds=0.02)), behind)
    instruments = [instrument_of(name) for name in names.split()]
    return await asked.history(instruments, window, now=now, context=context)


async def refusal(names: str, behind: BenchSource, window: Window = MONTH) -> RequestError:
    with pytest.raises(RequestError) as caught:
        await past(names, behind, window=window)
    return caught.value


def where(found: History) -> list[str]:
    return [f"{market.venue} {market.symbol}" for market in found.markets]
