"""Prices that are kept in a database, by two processes and by one that fails."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from analytics.market.candle_store import BLOCK_BARS
from analytics.market.stored import StoredPrices
from bot.store.candles import SqlCandleStore
from bot.store.database import Database, open_database
from bot.store.tables import candle_blocks, funding_histories
from tests.analytics.market.bench_source import DAY, HOUR, NOW
from tests.analytics.market.memory_store import MemoryStore
from tests.analytics.market.stored_bench import BTC, ETH, MINUTE, Bench, same


class ForgetfulStore(MemoryStore):
    """Dies before it writes."""

    async def keep(self, *_: object) -> None:
        raise asyncio.CancelledError


async def test_an_end_between_fetching_and_keeping_costs_only_the_request() -> None:
    bench = Bench(store=ForgetfulStore())
    with pytest.raises(asyncio.CancelledError):
        await bench.ask()
    bench.store = MemoryStore()
    bench.restart()
    assert len(await bench.ask()) == 24
    assert len(bench.source.asked) == 2


@pytest.fixture
async def same_database(database: Database, database_url: str) -> AsyncIterator[Database]:
    """What another process sees of it."""
    assert database.engine is not None
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def test_the_same_on_a_database_and_from_two_processes(
    database: Database, same_database: Database
) -> None:
    bench = Bench(store=SqlCandleStore(database))
    other = StoredPrices(bench.source, SqlCandleStore(same_database), now=bench.clock)
    start, end = NOW - 60 * DAY, NOW
    mine = await bench.prices.candles(BTC, bar=HOUR, start=start, end=end)
    theirs = await other.candles(BTC, bar=HOUR, start=start, end=end)
    assert same(mine, theirs)
    assert len(bench.source.asked) == 1
    bench.clock.now += 2 * HOUR
    both = [
        await prices.candles(BTC, bar=HOUR, start=start, end=bench.clock.now)
        for prices in (bench.prices, other)
    ]
    own = await bench.source.candles(BTC, bar=HOUR, start=start, end=bench.clock.now)
    assert same(both[0], own)
    assert same(both[1], own)
    bench.clock.now += 5 * MINUTE
    paid = [
        await prices.funding(ETH, start=start, end=bench.clock.now)
        for prices in (bench.prices, other)
    ]
    assert paid[0].time.tolist() == paid[1].time.tolist()
    assert paid[0].rate.tolist() == paid[1].rate.tolist()
    assert len(bench.source.funding_asked) == 1


async def test_a_store_that_fails_does_not_spoil_the_answer(database: Database) -> None:
    bench = Bench(store=SqlCandleStore(database))
    async with database.writing() as connection:
        for table in ("candle_blocks", "funding_histories"):
            await connection.exec_driver_sql(f"DROP TABLE {table}")
    assert len(await bench.ask()) == 24
    assert len(await bench.ask()) == 24
    assert len(bench.source.asked) == 1
    assert len(await bench.prices.funding(ETH, start=NOW - DAY, end=NOW)) == 3


async def test_torn_bytes_in_the_store_cost_only_a_request(database: Database) -> None:
    bench = Bench(store=SqlCandleStore(database))
    bench.clock.now += 5 * MINUTE
    whole = await bench.ask()
    await bench.prices.funding(ETH, start=NOW - DAY, end=NOW)
    async with database.writing() as connection:
        await connection.execute(update(candle_blocks).values(bars=b"torn"))
        await connection.execute(update(funding_histories).values(payments=b"torn"))
    bench.restart()
    assert same(await bench.ask(), whole)
    assert len(await bench.prices.funding(ETH, start=NOW - DAY, end=NOW)) == 3
    bench.restart()
    assert same(await bench.ask(), whole)
    assert (len(bench.source.asked), len(bench.source.funding_asked)) == (2, 2)


def test_a_block_is_three_weeks_of_hours() -> None:
    assert timedelta(weeks=3) <= BLOCK_BARS * HOUR < timedelta(weeks=4)
