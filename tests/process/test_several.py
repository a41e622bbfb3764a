"""Several processes on one PostgreSQL: nothing is lost, nothing is doubled, whoever dies."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.several import Fleet, balancing
from tests.soak import machines, restarts
from tests.soak.kill import Tally

POLLS = "polling is this process's task now"


@pytest.fixture
def on_postgresql(postgresql_server: Any) -> dict[str, str]:
    """Settings of processes that share a new database."""
    name = f"several_{os.urandom(6).hex()}"
    postgresql_server.psql(f"CREATE DATABASE {name};")
    return {"HEDGEBOT_DATABASE_URL": postgresql_server.get_uri(database=name)}


@pytest.mark.slow
async def test_permanent_kills_lose_and_double_nothing_and_the_dead_are_found_in_time(
    telegram: TelegramEmulator, tmp_path: Path, on_postgresql: dict[str, str]
) -> None:
    url = on_postgresql["HEDGEBOT_DATABASE_URL"]
    async with balancing() as balancer, Fleet(telegram, tmp_path, on_postgresql, balancer) as fleet:
        result = await machines.soak(fleet, url, jobs=60, kills=2, processes=3, seed=1)
        assert result.is_sound, result
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
    url = on_postgresql["HEDGEBOT_DATABASE_URL"]
    async with balancing() as balancer, Fleet(telegram, tmp_path, on_postgresql, balancer) as fleet:
        outcome = await restarts.soak(
            fleet, postgresql_server, url, jobs=40, restarts=2, processes=2, seed=1
        )
    assert outcome.is_sound(deaths=0, in_flight=0), outcome
