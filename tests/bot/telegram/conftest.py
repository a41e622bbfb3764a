"""A post office on either database."""

import pytest
from telegram import Bot

from bot.store.database import Database
from tests.bot.telegram.posting import Office
from tests.emulators.telegram.emulator import TelegramEmulator


@pytest.fixture
def office(emulator: TelegramEmulator, bot: Bot, database: Database) -> Office:
    return Office(emulator, bot, database)
