"""Many digests in one minute, through two real processes; the full size is in ``make soak``."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.store.database import open_database
from tests.emulators.telegram.calls import SENDS
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.throttle import Throttle
from tests.process.several import Fleet, balancing
from tests.process.test_several import on_postgresql
from tests.soak.digests import Run

__all__ = ["on_postgresql"]

ASKERS = 100


@pytest.mark.slow
async def test_digests_of_one_minute_are_computed_uploaded_and_sent_once_within_all_limits(
    telegram: TelegramEmulator, tmp_path: Path, on_postgresql: dict[str, str]
) -> None:
    telegram.throttle = Throttle(chat_burst=1)
    database = await open_database(on_postgresql["HEDGEBOT_DATABASE_URL"])
    async with Fleet(telegram, tmp_path, on_postgresql) as fleet:
        run = Run(telegram, fleet, database)
        await fleet.serve(2)
        await run.prepare(120, 12, a_group=4, lead=timedelta(seconds=3))
        outcome = await run.served()
        await fleet.stop()
    await database.close()
    assert outcome.is_right, str(outcome)


@pytest.mark.slow
async def test_a_hundred_equal_questions_to_two_processes_are_one_computation_a_minute(
    telegram: TelegramEmulator, tmp_path: Path, on_postgresql: dict[str, Any]
) -> None:
    people = [telegram.person(f"Person {number}") for number in range(ASKERS)]
    async with balancing() as balancer, Fleet(telegram, tmp_path, on_postgresql, balancer) as fleet:
        await fleet.serve(2)
        await fleet.until(lambda: telegram.calls_of("setWebhook"))
        begun = datetime.now(UTC)
        for person in people:
            person.says("/corr ETH BTC-PERP 31d")
        answers = lambda: [c for c in telegram.calls_of(*SENDS) if c.effect]  # noqa: E731 - short
        await fleet.until(lambda: len(answers()) == ASKERS, timeout=120)
        minutes = {begun.minute, datetime.now(UTC).minute}
        with psycopg.connect(on_postgresql["HEDGEBOT_DATABASE_URL"]) as connection:
            rows = connection.execute("SELECT content_id FROM computations").fetchall()
            holders = connection.execute("SELECT DISTINCT holder FROM ledger").fetchall()
        await fleet.stop()
    # The minute is part of what is asked.
    assert 1 <= len(rows) <= len(minutes)
    assert len(holders) == 2, "both have answered"
    assert len({call.chat_id for call in answers()}) == ASKERS
    uploads = sum(bool(call.files) for call in answers())
    assert uploads <= len(minutes)
