"""An alert of a real process: told once, whatever becomes of the process meanwhile."""

from pathlib import Path

import pytest

from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import Hedgebot
from tests.soak.alerts import soak
from tests.soak.distance import IN_FLIGHT

RULE = "/watch ETH BTC-PERP corr<0.999 30d"


def alarms(telegram: TelegramEmulator, asked: Message) -> list[str]:
    """Messages of the alert in a chat; not what confirms it."""
    texts = [said.text or said.caption or "" for said in telegram.replies(asked.chat)]
    return [text for text in texts if "🔴" in text]


@pytest.mark.slow
async def test_an_alert_that_is_wanted_now_rings_once_across_kills(
    hedgebot: Hedgebot, telegram: TelegramEmulator, database_url: str
) -> None:
    hedgebot.settings["HEDGEBOT_DATABASE_URL"] = database_url
    hedgebot.settings["HEDGEBOT_PRICES"] = "simulated"
    owner = telegram.person("Ada")
    await hedgebot.serve()
    asked = owner.says(RULE)
    confirmed = await hedgebot.reply(asked)
    assert "already below" in (confirmed.text or confirmed.caption or "")
    owner.says(f"{RULE} now")
    for _ in range(2):
        await hedgebot.kill()
        await hedgebot.serve()
    await hedgebot.until(lambda: alarms(telegram, asked))
    await hedgebot.kill()
    await hedgebot.serve()
    end = owner.says("/corr BTC ETH brief")
    await hedgebot.reply(end)
    told = alarms(telegram, asked)
    unmarked = [text for text in told if "repeat" not in text]
    assert len(unmarked) == 1, "the first telling; a second one says that it may be a repeat"
    assert len(told) <= 2


@pytest.mark.slow
async def test_kills_lose_no_alert_double_no_digest_and_mark_each_repeat(
    hedgebot: Hedgebot, telegram: TelegramEmulator, tmp_path: Path
) -> None:
    hedgebot.settings["HEDGEBOT_DATABASE_URL"] = f"sqlite:///{tmp_path / 'hedgebot.sqlite'}"
    outcome = await soak(hedgebot, alerts=24, digests=8, replies=8, kills=3, seed=1)
    assert outcome.is_sound(deaths=3, in_flight=IN_FLIGHT), outcome
    assert len(telegram.calls_of("sendPhoto")) >= 30, "alerts and digests have pictures"
