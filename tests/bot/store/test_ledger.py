"""What was sent, is being sent, or may have arrived, on both databases."""

import asyncio

from sqlalchemy import insert, update

from bot.store.clock import MILLISECOND, now_ms
from bot.store.database import Database
from bot.store.executors import Executors
from bot.store.ledger import KEEP_FOR, Entry, Ledger, State
from bot.store.tables import ledger


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
