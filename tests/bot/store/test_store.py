"""Inbox, ledger, buttons and candles, each on both databases."""

import asyncio
import logging
import re
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import insert, select, text, update

from analytics.market.candle_store import BLOCK_BARS, Block, SeriesKey, StoredFunding
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from bot.store.buttons import LIFETIME, Buttons, StoredButton
from bot.store.candles import SqlCandleStore
from bot.store.chats import move_chat
from bot.store.clock import now_ms
from bot.store.database import Database, open_database
from bot.store.executors import Executors
from bot.store.inbox import KEEP_IDS_FOR, Inbox, StoredUpdate
from bot.store.ledger import KEEP_FOR, Entry, Ledger, State
from bot.store.memory import RETENTION
from bot.store.tables import buttons, candle_blocks, inbox, ledger

MILLISECOND = timedelta(milliseconds=1)


def updates(*ids: int) -> list[StoredUpdate]:
    return [StoredUpdate(number, number % 3, f'{{"update_id": {number}}}') for number in ids]


async def test_the_inbox_keeps_order_and_survives_closing(database_url: str) -> None:
    first = await open_database(database_url)
    await Inbox(first).store(updates(5, 3, 4))
    await Inbox(first).store(updates(9, 1))
    await first.close()
    second = await open_database(database_url)
    waiting = await Inbox(second).waiting()
    assert [item.update_id for item in waiting] == [1, 3, 4, 5, 9]
    assert waiting[1] == StoredUpdate(3, 0, '{"update_id": 3}', attempts=0)
    await second.close()


async def test_a_repeated_update_is_new_only_once(database: Database) -> None:
    box = Inbox(database)
    assert await box.store(updates(1, 2)) == updates(1, 2)
    assert await box.store(updates(2, 3)) == updates(3)
    await box.finish(2)
    assert await box.store(updates(2)) == [], "an answered one may come again too"
    assert await box.store([]) == []


async def test_only_one_of_many_receivers_gets_an_update(database: Database) -> None:
    box = Inbox(database)
    got = await asyncio.gather(*(box.store(updates(*range(20))) for _ in range(5)))
    assert sorted(item.update_id for part in got for item in part) == list(range(20))


async def test_a_finished_update_leaves_its_id_and_not_its_words(database: Database) -> None:
    box = Inbox(database)
    await box.store([StoredUpdate(1, 1, '{"text": "/corr SECRET"}')])
    await box.begin(1)
    await box.begin(1)
    assert (await box.waiting())[0].attempts == 2
    await box.finish(1)
    assert await box.waiting() == []
    async with database.reading() as connection:
        row = (await connection.execute(select(inbox))).one()
    assert (row.payload, row.update_id) == ("", 1)


async def test_old_ids_are_forgotten_and_waiting_updates_never(database: Database) -> None:
    box = Inbox(database)
    await box.store(updates(1, 2, 3))
    await box.finish(1)
    await box.finish(2)
    old = now_ms() - KEEP_IDS_FOR // MILLISECOND - 1
    async with database.writing() as connection:
        await connection.execute(update(inbox).values(received_ms=old))
        await connection.execute(
            update(inbox).where(inbox.c.update_id == 1).values(finished_ms=old)
        )
    await box.prune()
    async with database.reading() as connection:
        assert set((await connection.execute(select(inbox.c.update_id))).scalars()) == {2, 3}


@pytest.mark.parametrize("payload", ['{"text": "\\u0000 \\ud800"}', '{"text": "Ω 🟢 \'; --"}'])
async def test_any_words_fit_into_the_inbox(database: Database, payload: str) -> None:
    await Inbox(database).store([StoredUpdate(2**40, -(2**52), payload)])
    assert await Inbox(database).waiting() == [StoredUpdate(2**40, -(2**52), payload)]


async def test_a_message_is_claimed_once(database: Database) -> None:
    book = Ledger(database)
    claims = await asyncio.gather(*(book.intend("reply:1:0", chat_id=-7) for _ in range(8)))
    assert sorted(claims) == [False] * 7 + [True]
    assert await book.entry("reply:1:0") == Entry("reply:1:0", -7, State.INTENT)
    assert await book.entry("reply:2:0") is None


async def test_a_message_goes_from_intent_to_one_end(database: Database) -> None:
    book = Ledger(database)
    for key in ("sent", "doubt", "failed", "withdrawn", "left"):
        await book.intend(key, chat_id=1)
    await book.confirm("sent", message_id=12)
    await book.doubt("doubt", note="cut")
    await book.fail("failed", note="blocked")
    await book.withdraw("withdrawn")
    assert await book.entry("sent") == Entry("sent", 1, State.SENT, 12)
    assert await book.entry("doubt") == Entry("doubt", 1, State.IN_DOUBT, None, "cut")
    assert await book.entry("failed") == Entry("failed", 1, State.FAILED, None, "blocked")
    assert await book.entry("withdrawn") is None
    for key in ("sent", "doubt", "failed", "left"):
        assert not await book.intend(key, chat_id=1)
    assert await book.intend("withdrawn", chat_id=1)


async def test_what_was_sent_cannot_be_withdrawn(database: Database) -> None:
    book = Ledger(database)
    await book.intend("k", chat_id=1)
    await book.confirm("k", message_id=5)
    await book.withdraw("k")
    assert await book.entry("k") == Entry("k", 1, State.SENT, 5)


async def test_a_crash_leaves_doubts_and_lists_them_oldest_first(database: Database) -> None:
    book = Ledger(database)
    for number in (3, 1, 2):
        async with database.writing() as connection:
            await connection.execute(
                insert(ledger).values(
                    key=f"reply:{number}:0",
                    chat_id=number,
                    state=State.INTENT,
                    created_ms=number,
                    changed_ms=number,
                )
            )
    await book.intend("fine", chat_id=9)
    await book.confirm("fine", message_id=1)
    freed = await Executors(database, "next").register()
    assert set(freed.doubtful) == {"reply:1:0", "reply:2:0", "reply:3:0"}
    doubts = await book.in_doubt()
    assert [(entry.key, entry.note) for entry in doubts] == [
        (f"reply:{number}:0", "the process ended") for number in (1, 2, 3)
    ]
    assert (await Executors(database, "next").register()).doubtful == []


async def test_the_ledger_forgets_what_cannot_come_again(database: Database) -> None:
    book = Ledger(database)
    await book.intend("old", chat_id=1)
    await book.intend("new", chat_id=1)
    async with database.writing() as connection:
        await connection.execute(
            update(ledger)
            .where(ledger.c.key == "old")
            .values(changed_ms=now_ms() - KEEP_FOR // MILLISECOND - 1)
        )
    await book.prune()
    assert await book.entry("old") is None
    assert await book.entry("new")


async def test_a_button_stands_for_its_question(database: Database) -> None:
    shelf = Buttons(database)
    stored = [StoredButton(-5, 7, "/corr BTC ETH 7d"), StoredButton(-5, 7, "/hedge $10k 🟢")]
    tokens = await shelf.tokens(stored)
    assert [await shelf.button(token) for token in tokens] == stored
    assert await shelf.tokens([]) == []


async def test_tokens_cannot_be_guessed_and_fit_telegram(database: Database) -> None:
    shelf = Buttons(database)
    same = StoredButton(1, 1, "/help")
    tokens = await shelf.tokens([same] * 500)
    assert len(set(tokens)) == 500
    assert all(re.fullmatch(r"[\w-]{16}", token) for token in tokens), "96 random bits"
    near = [tokens[0][:-1], tokens[0] + "A", tokens[0].swapcase(), "", "' OR 1=1 --", "%", "🟢"]
    assert [await shelf.button(token) for token in near] == [None] * len(near)


async def test_a_button_expires(database: Database) -> None:
    shelf = Buttons(database)
    old, new = await shelf.tokens([StoredButton(1, 1, "/help")] * 2)
    async with database.writing() as connection:
        expired = update(buttons).where(buttons.c.token == old)
        row = (await connection.execute(select(buttons.c.expires_ms))).scalars().first()
        assert abs(row - now_ms() - LIFETIME // MILLISECOND) < 60_000
        await connection.execute(expired.values(expires_ms=now_ms()))
    assert await shelf.button(old) is None
    known = await shelf.known(old)
    assert known
    assert (known.is_expired, known.stored.question) == (True, "/help")
    await shelf.prune()
    assert await shelf.known(old), "for a while it still says what to send again"
    async with database.writing() as connection:
        # Made as long ago as people are told that a button is kept.
        made = now_ms() - RETENTION.buttons // MILLISECOND
        await connection.execute(expired.values(expires_ms=made + LIFETIME // MILLISECOND))
    await shelf.prune()
    assert await shelf.button(new)
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM buttons"))).scalar() == 1


async def test_a_group_takes_its_buttons_and_messages_along(database: Database) -> None:
    shelf, book = Buttons(database), Ledger(database)
    stored = [StoredButton(-5, 7, "/a"), StoredButton(-5, -5, "/b"), StoredButton(-6, 7, "/c")]
    tokens = await shelf.tokens(stored)
    await book.intend("k", chat_id=-5)
    await move_chat(database, -5, -1005)
    assert [await shelf.button(token) for token in tokens] == [
        StoredButton(-1005, 7, "/a"),
        StoredButton(-1005, -1005, "/b"),
        StoredButton(-6, 7, "/c"),
    ]
    entry = await book.entry("k")
    assert entry
    assert entry.chat_id == -1005


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
