"""A post office on either database, and a desk that answers."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.store.database import Database
from tests.bot.telegram.desk import Desk, desk
from tests.bot.telegram.posting import Office
from tests.emulators.telegram.emulator import TelegramEmulator


@pytest.fixture
def office(emulator: TelegramEmulator, bot: Bot, database: Database) -> Office:
    return Office(emulator, bot, database)


@pytest.fixture
async def at(emulator: TelegramEmulator, bot: Bot, sqlite: Database) -> AsyncIterator[Desk]:
    async with desk(emulator, bot, sqlite) as opened:
        yield opened
