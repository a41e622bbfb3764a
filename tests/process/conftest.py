"""A whole hedgebot between the emulators."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import Hedgebot


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramEmulator]:
    """Telegram, which insists at the end that every request kept to the published schema."""
    async with TelegramEmulator() as served:
        yield served
        assert [str(violation) for violation in served.violations] == []


@pytest.fixture
async def hedgebot(telegram: TelegramEmulator, tmp_path: Path) -> AsyncIterator[Hedgebot]:
    """Serve simulated prices from SQLite by long polling."""
    async with Hedgebot(telegram, tmp_path) as installed:
        yield installed
