"""Updates in the inbox, on both databases."""

import asyncio

import pytest
from sqlalchemy import select, update

from bot.store.clock import MILLISECOND, now_ms
from bot.store.database import Database, open_database
from bot.store.inbox import KEEP_IDS_FOR, Inbox, StoredUpdate
from bot.store.tables import inbox


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
