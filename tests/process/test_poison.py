"""What ends the process each time; the full size is ``python -m tests.soak.poison``."""

from pathlib import Path

import pytest

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.venues.emulator import VenueEmulator
from tests.process.running import Hedgebot
from tests.soak.poison import soak


@pytest.mark.slow
async def test_what_ends_the_process_is_set_aside_alone_and_comes_back_once_it_is_cured(
    telegram: TelegramEmulator, tmp_path: Path
) -> None:
    settings = {"HEDGEBOT_DATABASE_URL": f"sqlite:///{tmp_path / 'hedgebot.sqlite'}"}
    async with VenueEmulator() as venues, Hedgebot(telegram, tmp_path, settings) as hedgebot:
        result = await soak(hedgebot, venues, others=8, seed=1)
    assert result.is_sound, result
