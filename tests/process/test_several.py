"""Several processes on one PostgreSQL: nothing is lost, nothing is doubled, whoever dies."""

import asyncio
import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.several import Fleet, balancing
from tests.soak.kill import DOUBTFUL, Tally

POLLS = "polling is this process's task now"
QUESTIONS = ("/start", "/help", "/help corr", "/corr BTC ETH 7d nochart brief")


@pytest.fixture
def on_postgresql(postgresql_server: Any) -> dict[str, str]:
    """Settings of processes that share a new database."""
    name = f"several_{os.urandom(6).hex()}"
    postgresql_server.psql(f"CREATE DATABASE {name};")
    return {"HEDGEBOT_DATABASE_URL": postgresql_server.get_uri(database=name)}


@pytest.mark.slow
async def test_three_workers_and_three_permanent_kills_lose_and_double_nothing(
    telegram: TelegramEmulator, tmp_path: Path, on_postgresql: dict[str, str]
) -> None:
    people = [telegram.person(f"Person {number}") for number in range(30)]
    tally = Tally(telegram)
    for method in ("sendMessage", "sendPhoto"):
        telegram.fault(method, times=None, delay=0.02, answer_delay=0.02)
    async with balancing() as balancer, Fleet(telegram, tmp_path, on_postgresql, balancer) as fleet:
        await fleet.serve(3)
        await fleet.until(lambda: telegram.calls_of("setWebhook"))
        asked = []
        for wave in range(4):
            asked += [who.says(QUESTIONS[(wave + n) % 4]) for n, who in enumerate(people)]
            answered = len(asked) - 20
            await fleet.until(lambda answered=answered: tally.answers().total() >= answered)
            if wave < 3:
                await fleet.members[wave].kill()
                await fleet.start()
        keys = {(said.chat.id, said.id): said.update_id for said in asked}

        def doubtful() -> set[int]:
            with psycopg.connect(on_postgresql["HEDGEBOT_DATABASE_URL"]) as connection:
                rows = connection.execute("SELECT key FROM ledger WHERE state = 'in doubt'")
                return {int(n) for (key,) in rows for n in DOUBTFUL.findall(key)}

        def is_complete() -> bool:
            certain = {key for key, update in keys.items() if update not in doubtful()}
            return certain <= tally.answers().keys()

        await fleet.until(is_complete)
        in_doubt = doubtful()
        await fleet.stop()
        assert doubtful() == in_doubt, "those that end by themselves leave no doubt"
        assert max(tally.answers().values()) == 1
        assert len(in_doubt) <= 3 * 24
        assert any("is dead; its work is free" in member.log for member in fleet.members)


@pytest.mark.slow
async def test_one_process_polls_and_another_takes_over(
    telegram: TelegramEmulator, tmp_path: Path, on_postgresql: dict[str, str]
) -> None:
    ann, tally = telegram.person("Ann"), Tally(telegram)
    async with Fleet(telegram, tmp_path, on_postgresql) as fleet:
        await fleet.serve(2)
        first = await fleet.until(lambda: [m for m in fleet.members if POLLS in m.log])
        assert len(first) == 1
        asked = [ann.says("/start")]
        await fleet.until(lambda: tally.answers().total() == 1)
        await first[0].kill()
        asked.append(ann.says("/help"))
        [second] = [m for m in fleet.members if m.is_running]
        await fleet.until(lambda: tally.answers().total() == 2, timeout=15)
        assert POLLS in second.log
        assert not telegram.calls_of("getUpdates", ok=False), "two never polled at once"
        # A clean end hands the task over at once.
        third = await fleet.start()
        await fleet.until(lambda: "serving as" in third.log)
        await second.stop()
        asked.append(ann.says("/start"))
        await fleet.until(lambda: tally.answers().total() == 3, timeout=5)
        await fleet.stop()
    assert tally.answers() == {(said.chat.id, said.id): 1 for said in asked}


@pytest.mark.slow
async def test_a_second_process_of_the_same_name_ends_the_first(
    telegram: TelegramEmulator, tmp_path: Path, on_postgresql: dict[str, str]
) -> None:
    async with Fleet(telegram, tmp_path, on_postgresql) as fleet:
        await fleet.serve(1)
        second = await fleet.start()
        await second.kill()
        second.settings["HEDGEBOT_INSTANCE"] = "process-0"
        await second.start()
        assert await fleet.members[0].ended() == 2
        assert "HEDGEBOT_INSTANCE must differ" in fleet.members[0].log
        assert second.is_running


@pytest.mark.slow
async def test_postgresql_may_end_in_the_middle_again_and_again(
    telegram: TelegramEmulator,
    tmp_path: Path,
    on_postgresql: dict[str, str],
    postgresql_server: Any,
) -> None:
    people = [telegram.person(f"Person {number}") for number in range(25)]
    tally, asked = Tally(telegram), []
    async with Fleet(telegram, tmp_path, on_postgresql) as fleet:
        await fleet.serve(2)
        for wave in range(3):
            asked += [who.says(QUESTIONS[(wave + n) % 4]) for n, who in enumerate(people)]
            begun = len(asked) - 20
            await fleet.until(lambda begun=begun: tally.answers().total() >= begun)
            await asyncio.to_thread(restart_at_once, postgresql_server)
        await fleet.until(lambda: len(tally.answers()) == len(asked))
        assert "In doubt" not in await fleet.members[0].check()
        assert all(member.is_running for member in fleet.members)
        assert max(await fleet.stop()) <= 10
    assert tally.answers() == {(said.chat.id, said.id): 1 for said in asked}


def restart_at_once(server: Any) -> None:
    """End every connection without a word, as a crash does, and start again."""
    restart = ("-w", "-D", str(server.pgdata), "-m", "immediate", "-l", str(server.log), "restart")
    command = (str(server.bin_path / "pg_ctl"), *restart)
    # What it starts would keep a pipe of ours open for ever.
    subprocess.run(command, check=True, user=server.system_user, stdout=subprocess.DEVNULL)
    server.ensure_postgres_running()
