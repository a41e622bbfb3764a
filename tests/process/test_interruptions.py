"""Whatever ends the process, or keeps it from working, costs no question its one answer."""

import asyncio
import sqlite3
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from bot.store.copies import refuse_unsound
from bot.store.database import BUSY_TIMEOUT_S, open_database
from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.venues.emulator import VenueEmulator
from tests.emulators.venues.faults import Hang
from tests.process.running import Hedgebot, live_settings
from tests.soak.crowd import Crowd, finished
from tests.soak.kill import Tally, soak

TERM_WITHIN_S = 10.0


def once(*asked: Message) -> Counter[tuple[int, int]]:
    """Each of these questions answered one time."""
    return Counter((said.chat.id, said.id) for said in asked)


@pytest.mark.slow
async def test_kills_lose_nothing_and_repeat_nothing(hedgebot: Hedgebot, database_url: str) -> None:
    hedgebot.settings["HEDGEBOT_DATABASE_URL"] = database_url
    updates, kills = (150, 4) if database_url.startswith("sqlite") else (75, 2)
    outcome = await soak(hedgebot, updates=updates, kills=kills, seed=7)
    assert outcome.is_sound, outcome


async def test_sigterm_under_load_ends_soon_and_leaves_nothing_in_doubt(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    people = [telegram.person(f"Person {number}") for number in range(30)]
    asked = [who.says(f"/corr BTC ETH {30 + day}d") for day, who in enumerate(people)]
    tally = Tally(telegram)
    await hedgebot.serve()
    await hedgebot.until(lambda: len(tally.answers()) >= 3)
    assert await hedgebot.stop() <= TERM_WITHIN_S
    assert 3 <= len(tally.answers()) < 30
    assert "In doubt" not in await hedgebot.check()
    await hedgebot.serve()
    await hedgebot.until(lambda: len(tally.answers()) == 30)
    await hedgebot.stop()
    assert tally.answers() == once(*asked)


@pytest.mark.slow
async def test_sigterm_while_letters_go_out_leaves_nothing_in_doubt_and_no_letter_unsent(
    hedgebot: Hedgebot, telegram: TelegramEmulator, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'hedgebot.sqlite'}"
    hedgebot.settings["HEDGEBOT_DATABASE_URL"] = url
    crowd, database = Crowd(telegram), await open_database(url)
    await crowd.subscribe(database, alerts=30, digests=20)
    telegram.fault("sendPhoto", times=None, delay=0.2, answer_delay=0.2)
    await hedgebot.serve(timeout=300)
    await hedgebot.until(lambda: crowd.arrived() >= 10, timeout=300)
    assert await hedgebot.stop() <= TERM_WITHIN_S
    assert 10 <= crowd.arrived() < 50
    assert "In doubt" not in await hedgebot.check()
    await hedgebot.serve(timeout=300)
    await finished(crowd, database, lambda: hedgebot.is_running, 300)
    await hedgebot.stop()
    outcome = await crowd.outcome(database)
    await database.close()
    assert outcome.is_sound(deaths=0, in_flight=0), outcome


async def test_sigterm_in_the_middle_of_the_start_is_obeyed(hedgebot: Hedgebot) -> None:
    # Housekeeping writes to the database just then, which must not close under its hands.
    for _ in range(2):
        await hedgebot.serve()
        assert await hedgebot.stop() <= TERM_WITHIN_S


@pytest.mark.slow
async def test_a_crash_between_receiving_and_answering_delays_the_answer(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    async with VenueEmulator() as venues:
        hedgebot.settings |= live_settings(venues, "binance")
        hanging = venues.faults.add(Hang(), path="klines")
        await hedgebot.serve()
        asked = telegram.person("Ann").says("/corr BTC ETH 30d")
        await hedgebot.until(lambda: telegram.queue_size == 0)
        await venues.wait(lambda: hanging.hits > 0)
        await hedgebot.kill()
        hanging.clear()
        tally = Tally(telegram)
        assert not tally.answers()
        await hedgebot.serve()
        answer = await hedgebot.reply(asked)
        assert answer.photo
        await hedgebot.stop()
        assert tally.answers() == once(asked)
        assert "In doubt" not in await hedgebot.check()


@pytest.mark.slow
@pytest.mark.parametrize("arrives", [True, False], ids=["accepted", "never seen"])
async def test_a_crash_while_sending_leaves_one_message_in_doubt(
    hedgebot: Hedgebot, telegram: TelegramEmulator, *, arrives: bool
) -> None:
    ann, bob = telegram.person("Ann"), telegram.person("Bob")
    trouble = {"answer_delay": 60.0} if arrives else {"delay": 60.0, "drop": "before"}
    telegram.fault("sendMessage", **trouble)
    await hedgebot.serve()
    doubtful = ann.says("/start")
    await hedgebot.until(lambda: telegram.calls_of("sendMessage"))
    await hedgebot.kill()
    asked = bob.says("/start")
    await hedgebot.serve()
    await hedgebot.reply(asked)
    printed = await hedgebot.check()
    assert f"In doubt: 1 messages may not have arrived: reply:{doubtful.update_id}:0" in printed
    await hedgebot.stop()
    assert Tally(telegram).answers() == once(asked, *([doubtful] if arrives else []))


async def test_a_second_process_with_the_same_token_is_waited_out(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    async with client(telegram) as other:
        await hedgebot.serve()
        await other.get_updates(timeout=0)
        await hedgebot.until(lambda: telegram.calls_of("getUpdates", ok=False))
    asked = telegram.person("Ann").says("/start")
    await hedgebot.reply(asked)
    assert "another process reads this bot's updates" in hedgebot.log


@pytest.mark.slow
async def test_telegram_may_come_up_after_us_and_be_gone_for_a_while(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    troubles = [
        telegram.fault("getMe", code=502, description="Bad Gateway"),
        telegram.fault("setMyCommands", code=502, description="Bad Gateway"),
        telegram.fault("deleteWebhook", code=502, description="Bad Gateway"),
        telegram.fault("getUpdates", drop="before"),
        telegram.fault("sendMessage", code=502, description="Bad Gateway", times=2),
    ]
    await hedgebot.start()
    asked = telegram.person("Ann").says("/start")
    await hedgebot.reply(asked)
    await hedgebot.stop()
    assert all(trouble.hits for trouble in troubles)
    assert Tally(telegram).answers() == once(asked)


async def test_sigterm_while_telegram_is_away_ends_at_once(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    telegram.fault("getMe", code=502, description="Bad Gateway", times=None)
    await hedgebot.start()
    await hedgebot.until(lambda: telegram.calls_of("getMe", ok=False))
    assert await hedgebot.stop() <= TERM_WITHIN_S / 2


async def test_a_refused_token_ends_the_process_with_a_sentence(hedgebot: Hedgebot) -> None:
    hedgebot.settings["HEDGEBOT_TOKEN"] = "999999:stolen"
    await hedgebot.start()
    assert await hedgebot.ended() == 2
    assert "Telegram does not accept HEDGEBOT_TOKEN." in hedgebot.log
    assert "stolen" not in hedgebot.log
    assert "Traceback" not in hedgebot.log


async def test_a_locked_sqlite_file_only_delays(
    hedgebot: Hedgebot, telegram: TelegramEmulator, tmp_path: Path
) -> None:
    await hedgebot.serve()
    holder = sqlite3.connect(tmp_path / "hedgebot.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    asked = telegram.person("Ann").says("/start")
    await telegram.wait(lambda call: call.method == "getUpdates" and bool(call.result))
    assert telegram.queue_size == 1, "acknowledged before it is stored"
    holder.execute("ROLLBACK")
    holder.close()
    await hedgebot.reply(asked)
    await hedgebot.until(lambda: telegram.queue_size == 0)
    await hedgebot.stop()
    assert Tally(telegram).answers() == once(asked)


@pytest.mark.slow
async def test_a_file_that_is_locked_for_longer_than_one_waits_is_said_and_waited_out(
    hedgebot: Hedgebot, telegram: TelegramEmulator, tmp_path: Path
) -> None:
    await hedgebot.serve()
    file = tmp_path / "hedgebot.sqlite"
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    asked = telegram.person("Ann").says("/start")
    async with asyncio.timeout(4 * BUSY_TIMEOUT_S):
        while "database is locked" not in hedgebot.log:  # noqa: ASYNC110 - a log rings no bell
            await asyncio.sleep(0.2)
    assert telegram.queue_size == 1, "acknowledged before it is stored"
    holder.execute("ROLLBACK")
    holder.close()
    await hedgebot.reply(asked)
    await hedgebot.stop()
    refuse_unsound(file)
    assert Tally(telegram).answers() == once(asked)


@pytest.mark.slow
async def test_postgresql_may_drop_every_connection(
    hedgebot: Hedgebot, telegram: TelegramEmulator, database_url: str
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has no server that could go")
    hedgebot.settings["HEDGEBOT_DATABASE_URL"] = database_url
    ann = telegram.person("Ann")
    await hedgebot.serve()
    first = ann.says("/start")
    await hedgebot.reply(first)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    second = ann.says("/help")
    await hedgebot.reply(second)
    await hedgebot.stop()
    assert Tally(telegram).answers() == once(first, second)
