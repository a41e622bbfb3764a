"""Machines die for good, one after another, while others do their work on one PostgreSQL.

    python -m tests.soak.machines --jobs 1000 --kills 10 --processes 3 --seed 1

Half of the jobs are alerts, a quarter digests, a quarter questions. For each process that is killed,
never to come back under its name, one of another name is started. Measured is how long the dead
one's work stays its own.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.executors import DEAD_AFTER, HELD
from bot.store.tables import executors
from tests.command_line import THE_SEED, command_line
from tests.process.several import Fleet
from tests.soak.crowd import Outcome, finished
from tests.soak.distance import IN_FLIGHT, LATENCY_S
from tests.soak.grounds import PATIENCE_S, own_grounds, rush

RESCUED_WITHIN_S = 3 * DEAD_AFTER.total_seconds()


@dataclass(frozen=True, slots=True)
class Rescue:
    """How much a dead process held, and how long it took until others had it."""

    held: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What became of everybody, and how the dead were found."""

    outcome: Outcome
    rescues: Sequence[Rescue]

    @property
    def is_sound(self) -> bool:
        """Nothing lost, and nobody's work left lying about."""
        in_time = all(rescue.seconds <= RESCUED_WITHIN_S for rescue in self.rescues)
        return in_time and self.outcome.is_sound(deaths=len(self.rescues), in_flight=IN_FLIGHT)

    def __str__(self) -> str:
        held = sum(rescue.held for rescue in self.rescues)
        slowest = max((rescue.seconds for rescue in self.rescues), default=0.0)
        return (
            f"{len(self.rescues)} kills, {self.outcome}; the dead held {held} rows, "
            f"the last of which was free after {slowest:.1f} s at most"
        )


async def soak(
    fleet: Fleet, url: str, *, jobs: int, kills: int, processes: int, seed: int
) -> Result:
    """Make everything due at once, and kill one process after another."""
    async with rush(fleet, url, jobs=jobs, processes=processes, seed=seed) as busy:
        crowd, database, chance = busy.crowd, busy.database, busy.chance
        rescues: list[asyncio.Task[Rescue]] = []
        for moment in sorted(chance.sample(range(1, int(0.9 * jobs)), kills)):
            await fleet.until(lambda moment=moment: crowd.arrived() >= moment, timeout=PATIENCE_S)
            await asyncio.sleep(chance.uniform(0, 2 * LATENCY_S))
            victim = chance.choice([one for one in fleet.members if one.is_running])
            await victim.kill()
            name = victim.settings["HEDGEBOT_INSTANCE"]
            rescues.append(asyncio.create_task(_rescued(database, name)))
            await fleet.start()
        living = [one for one in fleet.members if one.is_running]
        # One that is asked to end while it still loads ends at once, and not with status 0.
        await fleet.until(
            lambda: all("serving as" in one.log for one in living), timeout=PATIENCE_S
        )
        await finished(crowd, database, lambda: all(one.is_running for one in living), PATIENCE_S)
        found = await asyncio.gather(*rescues)
        await fleet.stop()
        return Result(await crowd.outcome(database), found)


async def _rescued(database: Database, name: str) -> Rescue:
    """Wait until nothing belongs to a dead process any more."""
    died, most = time.monotonic(), 0
    async with asyncio.timeout(PATIENCE_S):
        while True:
            held = await _held(database, name)
            if held is None:
                return Rescue(most, time.monotonic() - died)
            most = max(most, held)
            await asyncio.sleep(0.1)


async def _held(database: Database, name: str) -> int | None:
    """How many rows belong to a process; None where it is not known any more and has none."""
    async with database.reading() as connection:
        held = 0
        for table in HELD:
            own = select(func.count()).select_from(table).where(table.c.holder == name)
            held += int((await connection.execute(own)).scalar_one())
        known = select(executors.c.name).where(executors.c.name == name)
        is_known = (await connection.execute(known)).first() is not None
    return held if held or is_known else None


async def _main(chosen: argparse.Namespace) -> bool:
    began = time.monotonic()
    async with own_grounds() as grounds:
        result = await soak(
            grounds.fleet,
            grounds.server.url,
            jobs=chosen.jobs,
            kills=chosen.kills,
            processes=chosen.processes,
            seed=chosen.seed,
        )
    seconds = time.monotonic() - began
    print(
        f"seed {chosen.seed}: {chosen.processes} processes, {result}, {seconds:.0f} s", flush=True
    )
    return result.is_sound


if __name__ == "__main__":
    parser = command_line(__spec__, __doc__)
    parser.add_argument("--jobs", type=int, default=1000, help="alerts, digests and questions")
    parser.add_argument("--kills", type=int, default=10, help="at random instants")
    parser.add_argument("--processes", type=int, default=3, help="on one PostgreSQL")
    parser.add_argument("--seed", type=int, default=1, help=THE_SEED)
    sys.exit(0 if asyncio.run(_main(parser.parse_args())) else 1)
