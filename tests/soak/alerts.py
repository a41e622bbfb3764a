"""Kills hedgebot again and again while alerts fire, digests are due and people ask.

    python -m tests.soak.alerts --alerts 1000 --kills 20 --seed 1

Counts at Telegram. No alert may be missing; one may come twice if it was on its way when the process
was killed, and must say so. No digest and no reply may come twice, and one may be missing only if
it was on its way, and is then listed as doubtful.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from bot.store.database import open_database
from tests.command_line import AN_EMPTY_DATABASE, THE_SEED, command_line
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import Hedgebot
from tests.soak.crowd import Crowd, Outcome, finished
from tests.soak.distance import IN_FLIGHT, LATENCY_S, move_away

STARTING = 0.25
"""Share of the kills that strike while the process is starting."""
START_S = 2.0
PATIENCE_S = 900.0
SLOWEST_A_SECOND = 3


async def soak(
    hedgebot: Hedgebot, *, alerts: int, digests: int, replies: int, kills: int, seed: int
) -> Outcome:
    """Make everything due at once, kill the process at seeded instants, let the last one finish."""
    chance, crowd = random.Random(seed), Crowd(hedgebot.telegram)
    move_away(hedgebot.telegram)
    database = await open_database(hedgebot.settings["HEDGEBOT_DATABASE_URL"])
    try:
        await crowd.subscribe(database, alerts=alerts, digests=digests)
        crowd.ask(replies, chance)
        total = alerts + digests + replies
        moments = sorted(chance.sample(range(1, int(0.9 * total)), kills))
        for moment in moments:
            await _killed(hedgebot, crowd, moment, chance)
        await hedgebot.serve(timeout=PATIENCE_S)
        seconds = PATIENCE_S + total / SLOWEST_A_SECOND
        await finished(crowd, database, lambda: hedgebot.is_running, seconds)
        await hedgebot.stop()
        return await crowd.outcome(database)
    finally:
        await database.close()


async def _killed(hedgebot: Hedgebot, crowd: Crowd, moment: int, chance: random.Random) -> None:
    """Kill while it starts, or some instant after so many messages have arrived."""
    if chance.random() < STARTING:
        await hedgebot.start()
        await asyncio.sleep(chance.uniform(0, START_S))
    else:
        await hedgebot.serve(timeout=PATIENCE_S)
        await hedgebot.until(lambda: crowd.arrived() >= moment, timeout=PATIENCE_S)
        await asyncio.sleep(chance.uniform(0, 2 * LATENCY_S))
    await hedgebot.kill()


async def _main(chosen: argparse.Namespace) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = chosen.database or f"sqlite:///{folder / 'hedgebot.sqlite'}"
        async with (
            TelegramEmulator() as telegram,
            Hedgebot(telegram, folder, {"HEDGEBOT_DATABASE_URL": url}) as hedgebot,
        ):
            outcome = await soak(
                hedgebot,
                alerts=chosen.alerts,
                digests=chosen.alerts // 5,
                replies=chosen.alerts // 10,
                kills=chosen.kills,
                seed=chosen.seed,
            )
    seconds = time.monotonic() - began
    print(f"seed {chosen.seed}: {chosen.kills} kills, {outcome}, {seconds:.0f} s", flush=True)
    return outcome.is_sound(deaths=chosen.kills, in_flight=IN_FLIGHT)


if __name__ == "__main__":
    parser = command_line(__spec__, __doc__)
    parser.add_argument("--alerts", type=int, default=1000, help="each to fire once")
    parser.add_argument("--kills", type=int, default=20, help="at random instants")
    parser.add_argument("--seed", type=int, default=1, help=THE_SEED)
    parser.add_argument("--database", help=AN_EMPTY_DATABASE)
    sys.exit(0 if asyncio.run(_main(parser.parse_args())) else 1)
