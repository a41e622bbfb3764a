import asyncio

import pytest
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict

from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.test_telegram_sending import keyboard


def texts(updates: tuple[Update, ...]) -> list[str]:
    return [update.message.text for update in updates]


async def test_updates_wait_until_the_offset_acknowledges_them(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    ann = emulator.person("Ann", language="de")
    said = [ann.says(text) for text in ("/start", "two", "three")]
    first = await bot.get_updates()
    assert texts(first) == texts(await bot.get_updates()) == ["/start", "two", "three"]
    assert first[0].message.from_user.language_code == "de"
    assert [update.update_id for update in first] == [message.update_id for message in said]
    assert first[0].message.entities[0].type == "bot_command"
    assert texts(await bot.get_updates(offset=said[1].update_id, limit=1)) == ["two"]
    assert emulator.queue_size == 2
    assert texts(await bot.get_updates(offset=-1)) == ["three"]
    assert emulator.queue_size == 1


async def test_a_long_poll_ends_when_somebody_speaks(emulator: TelegramEmulator, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await emulator.until(lambda: emulator.calls_of("getUpdates"))
    emulator.person("Ann").says("hello")
    assert texts(await poll) == ["hello"]


async def test_a_second_poller_ends_the_first(emulator: TelegramEmulator, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await emulator.until(lambda: emulator.calls_of("getUpdates"))
    async with client(emulator) as other:
        second = asyncio.create_task(other.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        emulator.person("Ann").says("hello")
        assert texts(await second) == ["hello"]


async def test_only_the_wanted_kinds_are_queued(emulator: TelegramEmulator, bot: Bot) -> None:
    ann, bob = emulator.person("Ann"), emulator.person("Bob")
    group = emulator.group("Desk", [ann], bot="administrator")
    assert group.join(bob) is None
    await bot.get_updates(allowed_updates=["chat_member"])
    update_id = group.promote(bob)
    assert ann.says("not wanted").update_id is None
    [update] = await bot.get_updates()
    assert update.update_id == update_id
    assert update.chat_member.new_chat_member.status == "administrator"


async def test_an_edit_and_a_block_are_updates(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    ann.edits(ann.says("/corr BTC"), "/corr BTC ETH")
    ann.blocks()
    ann.unblocks()
    _, edited, blocked, unblocked = await bot.get_updates()
    assert edited.edited_message.text == "/corr BTC ETH"
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member.new_chat_member.status == "member"


async def test_a_pressed_button_is_answered_once(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    await bot.send_message(ann.id, "0.8", reply_markup=keyboard())
    [message] = emulator.messages(ann)
    pressed = ann.presses(message, "90d")
    [update] = await bot.get_updates()
    assert update.callback_query.data == "w:90d"
    assert update.callback_query.message.message_id == message.id
    await update.callback_query.answer("working", show_alert=True)
    assert pressed.answer == {"text": "working", "show_alert": True}
    with pytest.raises(BadRequest, match="Query is too old"):
        await update.callback_query.answer()
    with pytest.raises(ValueError, match="no button '30d'"):
        ann.presses(message, "30d")


async def test_queries_and_messages_expire() -> None:
    now = [1_700_000_000.0]
    async with TelegramEmulator(clock=lambda: now[0]) as emulator, client(emulator) as bot:
        ann = emulator.person("Ann")
        await bot.send_message(ann.id, "0.8", reply_markup=keyboard())
        first = ann.presses(emulator.messages(ann)[0], "90d")
        await bot.get_updates(offset=first.update_id + 1)
        ann.presses(emulator.messages(ann)[0], "90d")
        ann.says("hello")
        now[0] += 151
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(first.id)
        assert texts(await bot.get_updates()) == ["hello"]
        now[0] += 86_400
        assert await bot.get_updates() == ()


async def test_an_inline_question_gets_results(emulator: TelegramEmulator, bot: Bot) -> None:
    from telegram import InlineQueryResultArticle, InputTextMessageContent

    asked = emulator.person("Ann").asks_inline("BTC ETH")
    [update] = await bot.get_updates()
    content = InputTextMessageContent("<b>0.8</b>", "HTML")
    answer = InlineQueryResultArticle("1", "BTC and ETH", content, description="0.8")
    await update.inline_query.answer([answer], cache_time=60, is_personal=True)
    assert asked.results[0]["title"] == "BTC and ETH"
    with pytest.raises(BadRequest, match="Query is too old"):
        await update.inline_query.answer([])


async def test_a_bot_that_dies_finds_its_updates_again(emulator: TelegramEmulator) -> None:
    ann = emulator.person("Ann")
    async with client(emulator) as bot:
        ann.says("before")
        assert texts(await bot.get_updates()) == ["before"]
    ann.says("meanwhile")
    async with client(emulator) as bot:
        assert texts(await bot.get_updates()) == ["before", "meanwhile"]


async def test_a_poll_whose_bot_was_killed_takes_nothing(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    host, port = emulator.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /bot{emulator.token}/getupdates?timeout=30 HTTP/1.1\r\n".encode())
    writer.write(b"Host: x\r\n\r\n")
    await emulator.until(lambda: emulator.calls_of("getUpdates"))
    writer.transport.abort()
    emulator.person("Ann").says("hello")
    await emulator.until(lambda: emulator.calls[0].ok is not None)
    assert emulator.queue_size == 1
    assert texts(await bot.get_updates()) == ["hello"]
