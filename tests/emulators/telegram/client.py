"""python-telegram-bot pointed at the emulator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot
from telegram.request import HTTPXRequest

from tests.emulators.telegram.emulator import TelegramEmulator


@asynccontextmanager
async def client(emulator: TelegramEmulator, **options: Any) -> AsyncIterator[Bot]:
    """Give a `telegram.Bot` over real HTTP; options go to both of its requests."""
    bot = Bot(
        emulator.token,
        base_url=f"{emulator.url}/bot",
        base_file_url=f"{emulator.url}/file/bot",
        request=HTTPXRequest(**options),
        get_updates_request=HTTPXRequest(**options),
    )
    async with bot:
        yield bot
