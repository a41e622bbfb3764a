"""Receiving by long polling, whatever Telegram sends."""

from typing import Any

import pytest

from bot.store.database import Database
from tests.bot.telegram.desk import desk
from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator


@pytest.mark.parametrize(
    "strange",
    [
        {"message_id": 1, "chat": {"id": 5, "type": "private"}, "date": "soon"},
        {"message_id": 1, "chat": {"id": 2**70, "type": "private"}, "date": 1},
        {"message_id": 1, "chat": "a room", "date": 1},
        ["a message?"],
        {},
    ],
    ids=["no time", "a chat that fits no column", "no chat", "no message", "nothing"],
)
async def test_an_update_that_cannot_be_read_holds_up_nobody(
    sqlite: Database, strange: Any
) -> None:
    # Without the emulator's fixture, which insists that such updates are never sent.
    async with TelegramEmulator() as telegram, client(telegram) as bot:
        ann, bob = telegram.person("Ann"), telegram.person("Bob")
        asked = [ann.says("/help")]
        telegram.world.updates.add("message", strange, ann.id, 60.0)
        asked.append(bob.says("/help"))
        async with desk(telegram, bot, sqlite) as at:
            for one in asked:
                await telegram.reply(one)
            await at.idle()
            assert len(telegram.calls_of("getUpdates")) >= 2, "still listening"
            last = ann.says("/help")
            await telegram.reply(last)
        assert [len(telegram.replies(who)) for who in (ann, bob)] == [2, 1]
