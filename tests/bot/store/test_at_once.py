"""Two that change one row at once: the later one sees what the earlier one did."""

import asyncio
from datetime import timedelta

from sqlalchemy import select, update

from bot.store.clock import ms_of, now_ms
from bot.store.contents import keep_content
from bot.store.database import Database
from bot.store.digest_recovery import recover_digests
from bot.store.gathering import Gathering
from bot.store.letters import Kind, Letter, post
from bot.store.outbox import Outbox
from bot.store.tables import digests, outbox
from handlers import Reply, Room
from tests.bot.standing.stage import DUE, row, subscribed

MEANWHILE_S = 0.3


async def test_a_letter_that_somebody_is_just_taking_joins_no_other(database: Database) -> None:
    async with database.writing() as connection:
        content = await keep_content(database, connection, Reply("Fired", ""))
        keys = [f"alert:{n}:1:1:fired" for n in range(5)]
        letters = [Letter(key, Room(5), 5, content, Kind.ALERT, now_ms()) for key in keys]
        await post(database, connection, letters)
    (first,) = await Outbox(database, "one").claim(1)
    async with database.writing() as connection:
        taken = update(outbox).where(outbox.c.key == keys[-1])
        await connection.execute(taken.values(holder="two"))
        gathering = asyncio.create_task(Gathering(database).gather(first))
        await asyncio.wait([gathering], timeout=MEANWHILE_S)
    assert await asyncio.wait_for(gathering, 20), "the other four are one message"
    async with database.reading() as connection:
        left = list((await connection.execute(select(outbox.c.key))).scalars())
    assert keys[-1] in left, "it is on its way alone"
    assert len(left) == 2


async def test_a_digest_that_is_moved_while_the_clock_is_set_right_stays_where_it_was_put(
    database: Database,
) -> None:
    made = await subscribed(database, due=DUE + timedelta(days=3))
    evening = ms_of(DUE + timedelta(hours=12))
    async with database.writing() as connection:
        move = update(digests).where(digests.c.id == made)
        await connection.execute(move.values(minute=1200, due_ms=evening))
        recovering = asyncio.create_task(recover_digests(database, DUE - timedelta(hours=1)))
        await asyncio.wait([recovering], timeout=MEANWHILE_S)
    await asyncio.wait_for(recovering, 20)
    assert (await row(database, made)).due_ms == evening
