"""Candles and funding in the database, on both."""

import logging
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import text

from analytics.market.candle_store import BLOCK_BARS, Block, SeriesKey, StoredFunding
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from bot.store.candles import SqlCandleStore
from bot.store.database import Database
from bot.store.tables import candle_blocks

MARKET = Market(
    venue="binance", symbol="BTC/USDT:USDT", base="BTC", quote="USDT", settle="USDT", kind=Kind.PERP
)

KEY = SeriesKey("binance", "BTC/USDT:USDT", timedelta(hours=1))


def block(seed: int) -> Block:
    noise = np.random.default_rng(seed)
    rows = noise.lognormal(10, 2, (BLOCK_BARS, 5))
    rows[3] = [np.nextafter(1, 2), 1e-12, 1e12, np.pi, 0.0]
    return Block(noise.integers(0, 3, BLOCK_BARS).astype(np.uint8), rows)


async def test_candles_come_back_to_the_last_bit(database: Database) -> None:
    store = SqlCandleStore(database)
    kept = {number: block(abs(number)) for number in (-1, 870, 871, 900)}
    await store.keep(KEY, kept)
    found = await store.blocks(KEY, -1, 871)
    assert sorted(found) == [-1, 870, 871]
    for number, read in found.items():
        np.testing.assert_array_equal(read.state, kept[number].state)
        np.testing.assert_array_equal(read.rows, kept[number].rows)
        assert read.rows.flags.writeable
        assert read.state.flags.writeable


async def test_a_newer_block_takes_the_place_of_an_older_one(database: Database) -> None:
    store = SqlCandleStore(database)
    await store.keep(KEY, {1: block(1), 2: block(2)})
    await store.keep(KEY, {2: block(3), 3: block(4)})
    await store.keep(KEY, {})
    found = await store.blocks(KEY, 0, 9)
    for number, seed in ((1, 1), (2, 3), (3, 4)):
        np.testing.assert_array_equal(found[number].rows, block(seed).rows)


@pytest.mark.parametrize(
    "other",
    [
        SeriesKey("bybit", KEY.symbol, KEY.bar),
        SeriesKey(KEY.venue, "BTC/USDT", KEY.bar),
        SeriesKey(KEY.venue, KEY.symbol, timedelta(minutes=5)),
    ],
)
async def test_series_are_told_apart(database: Database, other: SeriesKey) -> None:
    store = SqlCandleStore(database)
    await store.keep(KEY, {1: block(1)})
    assert await store.blocks(other, 0, 9) == {}


async def test_funding_comes_back(database: Database) -> None:
    store = SqlCandleStore(database)
    assert await store.funding(MARKET) is None
    for n in (0, 3, 1095):
        time = 1_700_000_000_000 + 28_800_000 * np.arange(n, dtype=np.int64)
        rate = np.random.default_rng(n).normal(1e-4, 1e-3, n)
        kept = StoredFunding(covered_from=1, covered_to=2**45, time=time, rate=rate)
        await store.keep_funding(MARKET, kept)
        read = await store.funding(MARKET)
        assert read
        assert (read.covered_from, read.covered_to) == (1, 2**45)
        np.testing.assert_array_equal(read.time, time)
        np.testing.assert_array_equal(read.rate, rate)


async def test_a_store_that_is_out_of_order_costs_no_answer(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    store = SqlCandleStore(database)
    async with database.writing() as connection:
        await connection.execute(text(f"DROP TABLE {candle_blocks.name}"))
        await connection.execute(text("DROP TABLE funding_histories"))
    nothing = StoredFunding(covered_from=0, covered_to=1, time=np.array([]), rate=np.array([]))
    with caplog.at_level(logging.WARNING):
        await store.keep(KEY, {1: block(1)})
        await store.keep_funding(MARKET, nothing)
        assert await store.blocks(KEY, 0, 9) == {}
        assert await store.funding(MARKET) is None
    assert caplog.text.count("candles are not remembered") == 4
