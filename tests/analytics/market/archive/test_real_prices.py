"""The archive on real candles of 2024, where they are at hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.market.archive import ArchivePrices
from analytics.market.markets import Market

FOLDER = Path(__file__).parents[5] / "shared" / "market-data"
pytestmark = pytest.mark.skipif(
    not (FOLDER / "manifest.json").is_file(),
    reason="needs the archive of real candles at ../shared/market-data",
)

LATER = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2023, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def archive() -> ArchivePrices:
    return ArchivePrices(FOLDER)


async def market(archive: ArchivePrices, symbol: str, venue: str = "binance") -> Market:
    return {found.symbol: found for found in await archive.markets(venue)}[symbol]


async def test_hourly_candles_equal_the_file(archive: ArchivePrices) -> None:
    found = await archive.candles(
        await market(archive, "BTC/USDT"), bar=HOUR, start=START, end=LATER
    )
    table = pd.read_parquet(FOLDER / "e1_2024_spot_1h/binance_spot_BTC-USDT_1h.parquet")
    assert len(found) == len(table) == 5976
    for name in ("open", "high", "low", "close", "volume"):
        assert np.array_equal(getattr(found, name), table[name].to_numpy(np.float64))


async def test_joined_days_close_where_the_venue_says(archive: ArchivePrices) -> None:
    sol = await market(archive, "SOL/USDT")
    crash = datetime(2024, 8, 5, tzinfo=UTC)
    daily = await archive.candles(sol, bar=DAY, start=crash, end=crash + DAY)
    table = pd.read_parquet(FOLDER / "e1_2024_spot_1h/binance_spot_SOL-USDT_1h.parquet")
    day = table[(table["timestamp"] >= crash) & (table["timestamp"] < crash + DAY)]
    assert daily.close.tolist() == [float(day["close"].iloc[-1])]
    assert daily.low.tolist() == [float(day["low"].min())]
    btc = await market(archive, "BTC/USDT")
    last = await archive.candles(btc, bar=HOUR, start=crash + 23 * HOUR, end=crash + DAY)
    assert last.close[0] == pytest.approx(54018.81, abs=0.01)


async def test_every_market_of_the_archive_can_be_read(archive: ArchivePrices) -> None:
    n_markets = 0
    for venue in archive.venues:
        for listed in await archive.markets(venue):
            bar = archive.bars(listed)[0]
            end = await archive.as_of([listed], bar=bar, now=LATER)
            found = await archive.candles(listed, bar=bar, start=START, end=end)
            assert len(found) > 1600, listed.symbol
            n_markets += 1
    assert archive.venues == ("binance", "bybit", "okx")
    assert n_markets == 28 + 12


async def test_the_coin_margined_file_ends_early_and_has_holes(archive: ArchivePrices) -> None:
    inverse = await market(archive, "BTC/USD:BTC")
    linear = await market(archive, "BTC/USDT:USDT")
    assert await archive.as_of([inverse, linear], bar=HOUR, now=LATER) == datetime(
        2024, 8, 9, tzinfo=UTC
    )
    assert await archive.as_of([linear], bar=HOUR, now=LATER) == datetime(2024, 9, 6, tzinfo=UTC)
    hourly = await archive.candles(inverse, bar=HOUR, start=START, end=LATER)
    span = (hourly.open_time[-1] - hourly.open_time[0]) // 3_600_000 + 1
    assert span - len(hourly) == 72
    four = await archive.candles(inverse, bar=4 * HOUR, start=START, end=LATER)
    assert len(four) == (span - 72) // 4


async def test_funding_uses_the_file_that_covers_the_question(archive: ArchivePrices) -> None:
    perpetual = await market(archive, "BTC/USDT:USDT")
    august = datetime(2024, 8, 9, tzinfo=UTC)
    recent = await archive.funding(perpetual, start=august - 30 * DAY, end=august)
    assert len(recent) == 91
    early = await archive.funding(perpetual, start=START, end=START + 30 * DAY)
    assert len(early) == 91
