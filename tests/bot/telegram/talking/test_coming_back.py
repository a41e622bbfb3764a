"""What pauses and resumes when the bot is blocked, removed, silenced or let in again."""

import pytest
from sqlalchemy import insert, select
from telegram import Bot

from bot.store.chats import CHAT_CLOSED, TOPIC_CLOSED, close_reason, close_topic
from bot.store.database import Database
from bot.store.tables import digests, outbox
from bot.telegram.talking.arrivals import PRIVATE_BOT
from handlers import Room
from tests.bot.telegram.desk import Desk, desk
from tests.emulators.telegram.emulator import TelegramEmulator


async def test_who_adds_the_bot_is_shown_what_to_ask_and_owns_the_buttons(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    group = at.telegram.group("Desk", [ann, bob], bot=None)
    group.add_bot(bob)
    await at.idle()
    [welcome] = at.telegram.replies(group)
    assert welcome.words.startswith("Hedgebot tells how closely two markets move")
    assert len(welcome.words) < 300
    foreign = ann.presses(welcome, "What else?")
    await at.idle()
    assert foreign.answer
    assert foreign.answer["text"].startswith("Only the person who asked")
    bob.presses(welcome, "What else?")
    await at.telegram.until(lambda: welcome.words == "Answer to /help")


async def test_rights_that_change_are_no_reason_to_greet_again(at: Desk) -> None:
    group = at.telegram.group("Desk", [at.telegram.person("Ann")])
    group.promote_bot()
    group.demote_bot()
    group.mute_bot()
    group.demote_bot()
    at.telegram.channel("News", [at.telegram.person("Bob")], bot_admin=False).add_bot(admin=True)
    await at.idle()
    assert at.telegram.replies(group) == []
    assert at.telegram.calls_of("sendMessage") == []


async def test_a_group_that_moves_is_not_greeted_and_stays_allowed(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann = emulator.person("Ann")
    group = emulator.group("Desk", [ann], type="group")
    async with desk(emulator, bot, sqlite, allowed_chats=frozenset({group.id})) as at:
        moved = group.migrate()
        await at.idle()
        moved.kick_bot()
        moved.add_bot()
        await at.idle()
        assert emulator.replies(moved) == []
        assert (await emulator.reply(ann.says("/help", chat=moved))).words == "Answer to /help"
        assert emulator.calls_of("leaveChat") == []


@pytest.mark.parametrize("how", ["added", "asked"])
async def test_a_group_that_may_not_ask_is_told_once_and_left(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database, how: str
) -> None:
    ann = emulator.person("Ann")
    group = emulator.group("Desk", [ann], bot=None if how == "added" else "member")
    async with desk(emulator, bot, sqlite, allowed_chats=frozenset({ann.id})) as at:
        if how == "added":
            group.add_bot(ann)
        else:
            ann.says("/help@hedge_desk_bot", chat=group)
        await at.idle()
        [told] = emulator.replies(group)
        assert told.words == PRIVATE_BOT
        assert not group.chat.member(emulator.world.bot).present
        assert len(emulator.calls_of("leaveChat", chat=group)) == 1
        assert at.kitchen.computed == []


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
    [told] = at.telegram.replies(ann)
    assert told.words == "I may write here again.\nWhat goes on: daily digests: 1."


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
