"""The Telegram emulator with a bot at its other end."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.schema import answer_violations


@pytest.fixture
async def emulator() -> AsyncIterator[TelegramEmulator]:
    """Serve, and at the end insist that both sides kept to the published schema."""
    async with TelegramEmulator() as served:
        yield served
        assert [str(violation) for violation in served.violations] == []
    answered = [call for call in served.calls if call.ok]
    wrong = [item for call in answered for item in answer_violations(call.method, call.result)]
    assert [str(violation) for violation in wrong] == []


@pytest.fixture
async def bot(emulator: TelegramEmulator) -> AsyncIterator[Bot]:
    async with client(emulator) as connected:
        yield connected
