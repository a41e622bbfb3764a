"""A post office on either database, a way out, and a desk that answers."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.store.database import Database
from bot.store.ledger import Ledger
from bot.telegram.sending.delivery import Delivery
from tests.bot.telegram.desk import Desk, desk
from tests.bot.telegram.paces import Clock, paced_by
from tests.bot.telegram.posting.office import Office
from tests.bot.telegram.sending.way_out import Post
from tests.emulators.telegram.emulator import TelegramEmulator


@pytest.fixture
def office(emulator: TelegramEmulator, bot: Bot, database: Database) -> Office:
    return Office(emulator, bot, database)


@pytest.fixture
async def at(emulator: TelegramEmulator, bot: Bot, sqlite: Database) -> AsyncIterator[Desk]:
    async with desk(emulator, bot, sqlite) as opened:
        yield opened


@pytest.fixture
async def post(emulator: TelegramEmulator, bot: Bot, sqlite: Database) -> Post:
    clock = Clock()
    ledger = Ledger(sqlite)
    return Post(
        emulator,
        Delivery(bot, ledger, paced_by(sqlite, clock.time, clock.sleep), retry_sleep=clock.sleep),
        ledger,
        clock,
    )
