"""`hedgebot check`, against both emulators."""

from pathlib import Path
from typing import Any

import pytest

from bot.diagnosis import Finding, check, findings
from bot.settings import Settings
from bot.store.database import open_database
from bot.store.executors import Executors
from bot.store.ledger import Ledger
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.venues.emulator import VenueEmulator
from tests.emulators.venues.faults import html


def settings(emulator: TelegramEmulator, **more: Any) -> Settings:
    usual = {"telegram_url": emulator.url, "token": emulator.token, "prices": "simulated"}
    return Settings(**(usual | more))


async def found(chosen: Settings) -> dict[str, Finding]:
    return {finding.subject: finding async for finding in findings(chosen)}


async def test_a_sound_configuration_is_called_so(
    emulator: TelegramEmulator, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = settings(emulator, database_url=database_url)
    seen = await found(chosen)
    assert all(finding.is_sound for finding in seen.values())
    assert seen["Telegram"].sentence == "serves as @hedge_desk_bot by long polling"
    assert seen["Database"].sentence.endswith("answers, schema is current")
    assert "In doubt" not in seen
    assert await check(chosen) == 0
    assert "ok    Telegram: serves as @hedge_desk_bot" in capsys.readouterr().out


async def test_a_webhook_is_named(emulator: TelegramEmulator) -> None:
    hook = {"webhook_url": "https://x/hook", "webhook_secret": "s", "listen": "127.0.0.1:0"}
    seen = await found(settings(emulator, **hook))
    assert seen["Telegram"].sentence.endswith("by webhook")


async def test_checking_changes_nothing_at_telegram(emulator: TelegramEmulator) -> None:
    await found(settings(emulator))
    assert {call.method for call in emulator.calls} == {"getMe"}


async def test_a_wrong_token_is_found_and_not_shown(
    emulator: TelegramEmulator, capsys: pytest.CaptureFixture[str]
) -> None:
    token = "123456:AAWrongWrongWrong"
    chosen = settings(emulator, token=token)
    assert (await found(chosen))["Telegram"] == Finding(
        "Telegram", "does not accept HEDGEBOT_TOKEN", is_sound=False
    )
    assert await check(chosen) == 2
    shown = capsys.readouterr()
    assert "WRONG Telegram" in shown.out
    assert "WrongWrong" not in shown.out + shown.err


async def test_a_missing_token_and_an_absent_server_are_found(
    emulator: TelegramEmulator, unused_tcp_port: int
) -> None:
    missing = await found(settings(emulator, token=None))
    assert "@BotFather" in missing["Telegram"].sentence
    away = settings(emulator, telegram_url=f"http://127.0.0.1:{unused_tcp_port}")
    finding = (await found(away))["Telegram"]
    assert not finding.is_sound
    assert "ConnectError" in finding.sentence


@pytest.mark.parametrize(
    "url", ["postgresql://u:hunter22@127.0.0.1:1/d", "mysql://u:hunter22@h/d", "sqlite:////no/x"]
)
async def test_an_unreachable_database_is_found(emulator: TelegramEmulator, url: str) -> None:
    finding = (await found(settings(emulator, database_url=url)))["Database"]
    assert not finding.is_sound
    assert finding.sentence.startswith("HEDGEBOT_DATABASE_URL: ")
    assert "hunter22" not in finding.sentence
    assert len(finding.sentence.splitlines()) == 1


async def test_messages_in_doubt_are_listed(emulator: TelegramEmulator, database_url: str) -> None:
    database = await open_database(database_url)
    for number in (1, 2):
        await Ledger(database).intend(f"reply:{number}:0", chat_id=number)
    # The next process finds them without a living owner.
    await Executors(database, "hedgebot").register()
    await database.close()
    doubt = (await found(settings(emulator, database_url=database_url)))["In doubt"]
    assert doubt.is_sound, "a doubt is no fault of the configuration"
    assert doubt.sentence == "2 messages may not have arrived: reply:1:0, reply:2:0"


async def test_venues_are_looked_at_one_by_one(emulator: TelegramEmulator) -> None:
    async with VenueEmulator(size=12) as venues:
        venues.faults.add(html(403), venue="okx")
        live = {"prices": "live", "venues": ("kraken", "okx"), "ccxt_options": venues.ccxt_options}
        seen = await found(settings(emulator, **live))
    assert seen["Kraken"].is_sound
    assert "markets at" in seen["Kraken"].sentence
    assert not seen["OKX"].is_sound
    assert seen["OKX"].sentence


async def test_an_archive_that_is_not_there_is_found(
    emulator: TelegramEmulator, tmp_path: Path
) -> None:
    seen = await found(settings(emulator, prices=f"archive:{tmp_path / 'absent'}"))
    assert [finding.subject for finding in seen.values() if not finding.is_sound] == ["Prices"]
    assert "absent" in seen["Prices"].sentence
