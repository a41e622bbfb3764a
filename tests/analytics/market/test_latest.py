"""The newest prices, for as few bars as that takes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics.errors import SourceError
from analytics.market.archive import ArchivePrices
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories
from analytics.market.instruments import Instrument, Kind
from analytics.market.latest import latest
from analytics.market.simulated import SimulatedPrices
from tests.analytics.market.counting import NOW, Counting

BTC, PERP = Instrument("BTC"), Instrument("BTC", Kind.PERP)


def histories(source: object) -> Histories:
    return Histories(Catalog(source), source)


async def test_it_is_the_close_of_the_last_common_minute() -> None:
    source = SimulatedPrices(clock=lambda: NOW)
    found = await latest(histories(source), (BTC, PERP), now=NOW)
    assert found.bar == timedelta(minutes=1)
    assert found.last_close == NOW
    assert found.closes.shape == (1, 2)
    for market, close in zip(found.markets, found.closes[0], strict=True):
        bars = await source.candles(market, bar=found.bar, start=NOW - 3 * found.bar, end=NOW)
        assert bars.close[-1] == close
    assert found.notes == ()


async def test_it_asks_each_market_once_for_five_bars() -> None:
    source = Counting()
    await latest(histories(source), (BTC, PERP), now=NOW)
    assert source.bars_asked == [5, 5]


async def test_it_takes_longer_bars_where_the_fine_ones_are_empty_and_says_how_old() -> None:
    source = Counting(empty="BTC/USDT:USDT")
    found = await latest(histories(source), (BTC, PERP), now=NOW)
    assert found.bar == timedelta(days=1)
    assert found.last_close == datetime(2026, 11, 4, tzinfo=UTC)
    assert source.bars_asked == [5] * 6


async def test_it_ends_where_it_is_told_to() -> None:
    end = datetime(2026, 10, 1, 12, tzinfo=UTC)
    found = await latest(histories(Counting()), (BTC,), now=NOW, end=end)
    assert found.last_close == end


async def test_before_there_were_prices_it_says_so() -> None:
    end = datetime(2019, 1, 1, tzinfo=UTC)
    with pytest.raises(SourceError, match="no recent price of BTC"):
        await latest(histories(Counting()), (BTC,), now=NOW, end=end)


async def test_an_archive_gives_its_last_bar(market_data: Path) -> None:
    found = await latest(
        histories(ArchivePrices(market_data)), (Instrument("BTC", Kind.INVERSE),), now=NOW
    )
    assert found.bar == timedelta(hours=1)
    assert found.last_close == datetime(2024, 8, 9, tzinfo=UTC)
