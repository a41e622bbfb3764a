"""What pauses and resumes when the bot is blocked, removed, silenced or let in again."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, select
from telegram import Bot

from bot.store.chats import CHAT_CLOSED, TOPIC_CLOSED, close_reason, close_topic
from bot.store.database import Database
from bot.store.tables import digests, outbox
from handlers import Room
from tests.bot.telegram.desk import Desk, desk
from tests.emulators.telegram.emulator import TelegramEmulator


@pytest.fixture
async def at(emulator: TelegramEmulator, bot: Bot, sqlite: Database) -> AsyncIterator[Desk]:
    async with desk(emulator, bot, sqlite) as served:
        yield served


async def subscribe(at: Desk, chat_id: int, *, thread: int | None = None) -> None:
    async with at.ledger.database.writing() as connection:
        await connection.execute(
            insert(digests).values(
                chat_id=chat_id,
                thread_id=thread,
                owner_id=7,
                number=1,
                question="BTC ETH",
                minute=480,
                zone="UTC",
                due_ms=1,
                occasion="x",
                created_ms=1,
            )
        )


async def paused(at: Desk) -> str | None:
    async with at.ledger.database.reading() as connection:
        return (await connection.execute(select(digests.c.paused_why))).scalar()


async def test_who_blocks_is_left_alone_and_who_unblocks_is_served_again(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    await subscribe(at, ann.id)
    ann.blocks()
    await at.idle()
    assert await paused(at) == CHAT_CLOSED
    assert await close_reason(at.ledger.database, ann.id)
    ann.unblocks()
    await at.idle()
    assert await paused(at) is None
    assert at.telegram.calls_of("sendMessage") == []


async def test_whoever_writes_again_is_served_again(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    await subscribe(at, ann.id)
    ann.blocks()
    await at.idle()
    ann.chat.members.clear()
    ann.says("/help")
    await at.idle()
    assert await paused(at) is None


async def test_a_group_that_removes_the_bot_is_left_alone_until_it_is_back(at: Desk) -> None:
    group = at.telegram.group("Desk", [at.telegram.person("Ann")])
    await subscribe(at, group.id)
    for leaves in (group.kick_bot, group.remove_bot):
        leaves()
        await at.idle()
        assert await paused(at) == CHAT_CLOSED
        group.add_bot()
        await at.idle()
        assert await paused(at) is None


async def test_a_silenced_bot_tells_who_asked_and_goes_on_when_it_may(at: Desk) -> None:
    group = at.telegram.group("Desk", [at.telegram.person("Ann")])
    await subscribe(at, group.id)
    group.mute_bot()
    await at.idle()
    assert await paused(at) == CHAT_CLOSED
    async with at.ledger.database.reading() as connection:
        assert (await connection.execute(select(outbox.c.chat_id))).scalar() == 7
    group.promote_bot()
    await at.idle()
    assert await paused(at) is None


async def test_a_topic_goes_on_when_it_is_opened_again(at: Desk) -> None:
    forum = at.telegram.group("Desk", [at.telegram.person("Ann")], forum=True, bot="administrator")
    thread = forum.topic("Pairs")
    await subscribe(at, forum.id, thread=thread)
    forum.close_topic(thread)
    await close_topic(at.ledger.database, Room(forum.id, thread))
    assert await paused(at) == TOPIC_CLOSED
    forum.reopen_topic(thread)
    await at.idle()
    assert await paused(at) is None
