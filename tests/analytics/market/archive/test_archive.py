"""An archive written by the test: which file answers, and what is refused."""

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from analytics.errors import RequestError, SourceError
from analytics.market.archive import ArchivePrices
from analytics.market.archive.resampling import longer_bars
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from tests.analytics.market.archive.folder import (
    DAY,
    HOUR,
    LATER,
    NEW_YEAR,
    Folder,
    bars,
    closes,
    only,
)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
async def test_candles_are_what_the_file_says(folder: Folder, suffix: str) -> None:
    table = bars(5)
    folder.add(table, suffix=suffix)
    archive = folder.opened()
    found = await archive.candles(await only(archive), bar=HOUR, start=NEW_YEAR, end=LATER)
    for name in ("open", "high", "low", "close", "volume"):
        assert np.array_equal(getattr(found, name), table[name])
    expected = [int((NEW_YEAR + n * HOUR).timestamp() * 1000) for n in range(5)]
    assert found.open_time.tolist() == expected


async def test_timestamps_may_be_milliseconds(folder: Folder) -> None:
    table = bars(3)
    table["timestamp"] = [int((NEW_YEAR + n * HOUR).timestamp() * 1000) for n in range(3)]
    folder.add(table)
    assert await closes(folder.opened(), HOUR) == [100, 101, 102]


async def test_a_manifest_may_be_a_bare_list(folder: Folder) -> None:
    folder.add(bars(3))
    (folder.path / "manifest.json").write_text(json.dumps(folder.entries))
    assert await closes(ArchivePrices(folder.path), HOUR) == [100, 101, 102]


async def test_only_bars_inside_the_stretch_are_given(folder: Folder) -> None:
    folder.add(bars(10))
    found = await closes(folder.opened(), HOUR, NEW_YEAR + HOUR / 2, NEW_YEAR + 4 * HOUR + HOUR / 2)
    assert found == [101, 102, 103]


async def test_invalid_and_repeated_rows_are_dropped(folder: Folder) -> None:
    table = bars(5)
    table.loc[1, "close"] = np.nan
    table.loc[2, "timestamp"] = table.loc[3, "timestamp"]
    folder.add(pd.concat([table.iloc[::-1], table.iloc[[4]].assign(close=104.25)]))
    assert await closes(folder.opened(), HOUR) == [100, 102, 104.25]


async def test_longer_bars_are_joined_from_whole_groups_only(folder: Folder) -> None:
    table = bars(27, start=NEW_YEAR + 2 * HOUR).drop(index=8)
    folder.add(table)
    archive = folder.opened()
    found = await archive.candles(await only(archive), bar=4 * HOUR, start=NEW_YEAR, end=LATER)
    hours = [(time / 1000 - NEW_YEAR.timestamp()) / 3600 for time in found.open_time]
    assert hours == [4, 12, 16, 20, 24], "0: began at 2, 8: hour 10 is missing, 28: ended"
    assert found.open.tolist() == [101.5, 109.5, 113.5, 117.5, 121.5]
    assert found.close.tolist() == [105, 113, 117, 121, 125]
    assert found.high.tolist() == [106, 114, 118, 122, 126]
    assert found.low.tolist() == [101, 109, 113, 117, 121]
    assert found.volume.tolist() == [40] * 5


async def test_joining_agrees_with_pandas(folder: Folder) -> None:
    rng = np.random.default_rng(5)
    table = bars(500)
    table["close"] = 100 * np.exp(rng.normal(0, 0.01, 500).cumsum())
    table["open"] = table["close"].shift(1, fill_value=100.0)
    table["high"] = table[["open", "close"]].max(axis=1) + rng.random(500)
    table["low"] = table[["open", "close"]].min(axis=1) - rng.random(500)
    folder.add(table.drop(index=[77, 78, 300]), suffix="parquet")
    archive = folder.opened()
    for hours in (2, 4, 8, 24):
        groups = table.drop(index=[77, 78, 300]).set_index("timestamp").resample(f"{hours}h")
        how = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
        expected = groups.agg(how)[groups["close"].count() == hours]
        found = await archive.candles(
            await only(archive), bar=hours * HOUR, start=NEW_YEAR, end=LATER
        )
        for name in how:
            np.testing.assert_allclose(getattr(found, name), expected[name], rtol=1e-15)


async def test_the_file_whose_interval_is_the_bar_is_preferred(folder: Folder) -> None:
    folder.add(bars(48), interval="1h")
    folder.add(bars(3, hours=8, price=500), interval="8h")
    archive = folder.opened()
    assert (await closes(archive, 8 * HOUR))[0] == 500
    assert (await closes(archive, HOUR))[0] == 100
    assert (await closes(archive, 4 * HOUR))[0] == 103
    assert await closes(archive, DAY) == [502], "8h is the longest interval that divides a day"


async def test_of_equal_intervals_the_file_that_ends_last_is_used(folder: Folder) -> None:
    folder.add(bars(30))
    folder.add(bars(20, start=NEW_YEAR + 20 * HOUR, price=500))
    assert (await closes(folder.opened(), HOUR))[-1] == 519


async def test_the_bars_on_offer_are_multiples_of_what_is_there(folder: Folder) -> None:
    folder.add(bars(30, hours=8), interval="0 days 08:00:00")
    archive = folder.opened()
    assert archive.bars(await only(archive)) == [8 * HOUR, DAY]
    with pytest.raises(RequestError, match="BTC/USDT in bars of 8h, 1d, not 1h"):
        await closes(archive, HOUR)


async def test_the_present_is_the_close_of_the_market_that_ends_first(folder: Folder) -> None:
    folder.add(bars(48))
    folder.add(bars(30), symbol="ETH/USDT")
    archive = folder.opened()
    both = await archive.markets("binance")
    assert await archive.as_of(both, bar=HOUR, now=LATER) == NEW_YEAR + 30 * HOUR
    assert await archive.as_of(both[:1], bar=HOUR, now=LATER) == NEW_YEAR + 48 * HOUR
    assert await archive.as_of(both, bar=8 * HOUR, now=LATER) == NEW_YEAR + 24 * HOUR
    early = NEW_YEAR + 5 * HOUR
    assert await archive.as_of(both, bar=HOUR, now=early) == early


async def test_no_whole_bar_is_no_present(folder: Folder) -> None:
    folder.add(bars(20))
    archive = folder.opened()
    with pytest.raises(SourceError, match="no whole 1d bar of BTC/USDT"):
        await archive.as_of([await only(archive)], bar=DAY, now=LATER)


@pytest.mark.parametrize(
    ("symbol", "market_type", "kind", "contract_size"),
    [
        ("BTC/USDT", "spot", Kind.SPOT, 1),
        ("BTC/USDT:USDT", "swap-linear", Kind.PERP, 1),
        ("BTC/USD:BTC", "swap-inverse", Kind.INVERSE, 100),
        ("ETH/USD:ETH", "swap-inverse", Kind.INVERSE, 10),
        ("BTC/USDT:USDT-240628", "future-linear", Kind.FUTURE, 1),
        ("BTC/USD:BTC-240628", "future-inverse", Kind.FUTURE, 100),
    ],
)
async def test_a_symbol_says_what_is_traded(
    folder: Folder, symbol: str, market_type: str, kind: Kind, contract_size: float
) -> None:
    folder.add(bars(3), symbol=symbol, market_type=market_type)
    found = await only(folder.opened())
    assert (found.kind, found.contract_size) == (kind, contract_size)
    assert found.base == symbol[:3]
    assert found.inverse == market_type.endswith("inverse")
    if kind is Kind.FUTURE:
        assert found.expiry == datetime(2024, 6, 28, 8, tzinfo=UTC)


async def test_an_unknown_venue_has_plain_contracts_and_an_unknown_fee(folder: Folder) -> None:
    folder.add(bars(3), symbol="BTC/USD:BTC", market_type="swap-inverse", venue="elsewhere")
    found = await only(folder.opened(), "elsewhere")
    assert (found.contract_size, found.taker_fee, found.maintenance_rate) == (1, None, None)


async def test_an_archive_says_that_it_is_one(folder: Folder) -> None:
    folder.add(bars(3), venue="okx")
    folder.add(bars(3), venue="binance")
    archive = folder.opened()
    assert archive.venues == ("okx", "binance")
    assert archive.origin.warning == "Archived prices"
    with pytest.raises(SourceError, match="nothing of kraken"):
        await archive.markets("kraken")
    foreign = Market("okx", "ETH/USDT", "ETH", "USDT", Kind.SPOT)
    with pytest.raises(SourceError, match="no candles of ETH/USDT on okx"):
        await archive.candles(foreign, bar=HOUR, start=NEW_YEAR, end=LATER)


def test_joining_one_to_one_changes_nothing() -> None:
    rows = np.array([[0.0, 1, 1, 1, 1, 1]])
    assert longer_bars(rows, interval=HOUR, bar=HOUR) is rows
    nothing = np.empty((0, 6))
    assert len(longer_bars(nothing, interval=HOUR, bar=DAY)) == 0
