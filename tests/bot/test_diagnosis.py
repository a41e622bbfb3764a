"""`hedgebot check`, against both emulators."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.diagnosis import Finding, check, findings
from bot.settings import Settings
from bot.store.alerts import SqlAlerts
from bot.store.clock import now_ms
from bot.store.contents import keep_content
from bot.store.database import open_database
from bot.store.executors import Executors
from bot.store.ledger import Ledger
from bot.store.letters import Kind, Letter, post
from bot.store.tables import alerts, contents, outbox
from bot.telegram.sending.client import opened_bot
from handlers import Reply, Room
from tests.bot.standing.stage import subscribed
from tests.bot.store.test_alerts import new
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
    assert "Newer" not in seen
    assert await check(chosen) == 0
    assert "ok    Telegram: serves as @hedge_desk_bot" in capsys.readouterr().out


async def test_a_webhook_is_named(emulator: TelegramEmulator) -> None:
    hook = {"webhook_url": "https://x/hook", "webhook_secret": "s", "listen": "127.0.0.1:0"}
    seen = await found(settings(emulator, **hook))
    assert seen["Telegram"].sentence.endswith("by webhook")


async def test_checking_changes_nothing_at_telegram(emulator: TelegramEmulator) -> None:
    await found(settings(emulator))
    assert {call.method for call in emulator.calls} == {"getMe", "getWebhookInfo"}


async def test_where_inline_pictures_can_be_uploaded_is_found_without_sending_one(
    emulator: TelegramEmulator,
) -> None:
    olga = emulator.person("Olga")
    assert "answers in words" in (await found(settings(emulator)))["Inline"].sentence
    channel, group = emulator.channel("Pictures", [olga]), emulator.group("Desk", [olga])
    for place, kind in ((channel, "channel"), (group, "supergroup"), (olga, "private")):
        finding = (await found(settings(emulator, pictures_chat=place.id)))["Inline"]
        where = f"the {kind} chat of HEDGEBOT_PICTURES_CHAT"
        assert finding == Finding("Inline", f"answers with pictures, uploaded to {where}")
    channel.demote_bot()
    group.mute_bot()
    for place in (channel, group):
        finding = (await found(settings(emulator, pictures_chat=place.id)))["Inline"]
        assert not finding.is_sound
        assert finding.sentence.startswith("the bot may not post in")
    channel.kick_bot()
    for chat_id in (channel.id, -999):
        finding = (await found(settings(emulator, pictures_chat=chat_id)))["Inline"]
        assert not finding.is_sound
        assert "cannot be used" in finding.sentence
    assert not emulator.calls_of("sendMessage", "sendPhoto", "sendChatAction")


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


async def test_what_only_a_newer_version_can_read_is_counted(
    emulator: TelegramEmulator, database_url: str
) -> None:
    chosen = settings(emulator, database_url=database_url)
    database = await open_database(database_url)
    for number, question in enumerate(("/digest ETH BTC risk=high", "/digest ETH BTC")):
        await subscribed(database, chat_id=number + 5, question=question)
    alert = await SqlAlerts(database).add(new())
    async with database.writing() as connection:
        content = await keep_content(database, connection, Reply("Title", "words"))
        letters = [
            Letter(f"digest:{number}", Room(5), 5, content, Kind.DIGEST, now_ms())
            for number in (1, 2)
        ]
        await post(database, connection, letters)
    assert "Newer" in await found(chosen), "one digest"
    async with database.writing() as connection:
        await connection.execute(
            update(outbox).where(outbox.c.key == "digest:1").values(kind="poem")
        )
        mood = update(alerts).where(alerts.c.id == alert.id).values(rule="ETH BTC-PERP mood<3")
        await connection.execute(mood)
    seen = await found(chosen)
    assert seen["Newer"].sentence.startswith("letters 1, digests 1, alerts 1 say ")
    assert not seen["Newer"].is_sound
    async with database.writing() as connection:
        await connection.execute(update(contents).values(reply="{}"))
    await database.close()
    assert (await found(chosen))["Newer"].sentence.startswith("letters 2, ")


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


async def test_machine_and_work_are_described(
    emulator: TelegramEmulator, database_url: str, tmp_path: Path
) -> None:
    more = {"instance": "bot-7", "allowed_chats": "1,2", "operators": "9"}
    seen = await found(settings(emulator, database_url=database_url, **more))
    assert seen["Process"].sentence == "works as bot-7"
    assert seen["Access"].sentence == "2 chats may ask; 1 operator"
    assert seen["Updates"].sentence == "0 updates wait at Telegram"
    assert seen["Work"].sentence == (
        "0 processes serve now; due and not done: inbox 0, outbox 0, digests 0, alerts 0; "
        "0 dead letters"
    )
    if "sqlite" in database_url:
        assert seen["Integrity"].sentence == "every page is sound"
        assert str(tmp_path) in seen["Disk"].sentence
    else:
        assert seen["Clock"].sentence.startswith("the database's clock and ours differ by ")
        assert "Disk" not in seen
    public = await found(settings(emulator, database_url=database_url))
    assert public["Access"].sentence == "everybody may ask; no operators"


@pytest.mark.parametrize("mode", [0o644, 0o600])
async def test_a_file_of_secrets_that_others_can_read_is_found(
    emulator: TelegramEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"HEDGEBOT_TOKEN={emulator.token}\n")
    (tmp_path / ".env").chmod(mode)
    seen = (await found(settings(emulator)))["Secrets"]
    assert seen.is_sound is (mode == 0o600)
    assert ("chmod o-rwx it" in seen.sentence) is (mode != 0o600)


async def test_a_damaged_file_is_found(emulator: TelegramEmulator, tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    url = f"sqlite:///{file}"
    database = await open_database(url)
    await database.close()
    content = bytearray(file.read_bytes())
    content[5 * 4096 : 6 * 4096] = b"\x55" * 4096
    file.write_bytes(content)
    seen = await found(settings(emulator, database_url=url))
    wrong = [finding for finding in seen.values() if not finding.is_sound]
    assert [finding.subject for finding in wrong] in (["Integrity"], ["Database"])
    assert "\n" not in wrong[0].sentence


async def test_a_push_that_fails_is_found(emulator: TelegramEmulator, unused_tcp_port: int) -> None:
    address = f"http://127.0.0.1:{unused_tcp_port}/hook"
    hook = {"webhook_url": address, "webhook_secret": "s", "listen": "127.0.0.1:0"}
    async with opened_bot(settings(emulator)) as bot:
        await bot.initialize()
        await bot.set_webhook(address)
        emulator.person("Ann").says("/start")
        async with asyncio.timeout(20):
            while not (await bot.get_webhook_info()).last_error_message:  # noqa: ASYNC110 - Telegram tells no other way
                await asyncio.sleep(0)
    seen = (await found(settings(emulator, **hook)))["Updates"]
    assert not seen.is_sound
    assert "it could not push" in seen.sentence
    assert seen.sentence.startswith("1 updates wait at Telegram")
