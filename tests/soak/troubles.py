"""Alerts, digests and answers on a bad way to Telegram.

    python -m tests.soak.troubles floods --jobs 80 --seed 1

``floods``: a fifth of all messages is refused with 429 and 1 to 30 s of silence. ``lost``: the
answers to a tenth of them never arrive. ``unreachable``: for a tenth of the time nobody listens.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.store.database import open_database
from tests.command_line import THE_SEED, command_line
from tests.emulators.telegram.calls import SENDS, Call
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import Hedgebot
from tests.soak.crowd import Crowd, Outcome, finished
from tests.soak.wire import failing_wire

FLOODED, LOST, UNREACHABLE = 0.2, 0.1, 0.1
SILENCES_S = (1, 3, 8, 15, 30)
PATIENCE_S = 1800.0
TOO_MANY = 429
UNDER_WAY_S = 0.3
"""A machine under load takes so long to read a refusal and to tell all its senders."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What came while Telegram wanted to hear nothing.

    ``under_way`` are messages that arrived so soon that they must have been on their way already;
    ``broken`` are those that came later.
    """

    under_way: int
    broken: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of everybody, and of Telegram's wish for silence."""

    outcome: Outcome
    struck: int
    silences: Sequence[Silence] = ()

    @property
    def is_sound(self) -> bool:
        """Nothing lost; doubts and repeats only where an answer got lost; silence kept."""
        is_kept = all(silence.broken <= 1 for silence in self.silences)
        return is_kept and self.outcome.is_sound(deaths=self.struck, in_flight=1)


def floods(hedgebot: Hedgebot, chance: random.Random, *, longest: float = 30) -> None:
    """Refuse a fifth of all messages."""
    silences = [seconds for seconds in SILENCES_S if seconds <= longest]
    for seconds in silences:
        hedgebot.telegram.fault(
            when=_some(FLOODED / len(silences), chance),
            times=None,
            code=429,
            description=f"Too Many Requests: retry after {seconds}",
            parameters={"retry_after": seconds},
        )


def lost(hedgebot: Hedgebot, chance: random.Random) -> None:
    """Cut the connection after a tenth of all messages has been accepted."""
    hedgebot.telegram.fault(when=_some(LOST, chance), times=None, drop="after")


@asynccontextmanager
async def unreachable(hedgebot: Hedgebot, seed: int) -> AsyncIterator[None]:
    """Let nobody listen for a tenth of the time."""
    async with failing_wire(hedgebot.telegram.url, share=UNREACHABLE, seed=seed) as wire:
        hedgebot.settings["HEDGEBOT_TELEGRAM_URL"] = wire.url
        yield
        await hedgebot.kill()


async def soak(hedgebot: Hedgebot, *, jobs: int, seed: int) -> Result:
    """Make everything due at once and let one process finish it."""
    chance, crowd = random.Random(seed), Crowd(hedgebot.telegram)
    database = await open_database(hedgebot.settings["HEDGEBOT_DATABASE_URL"])
    try:
        await crowd.subscribe(database, alerts=jobs // 2, digests=jobs // 4)
        crowd.ask(jobs // 4, chance)
        await hedgebot.start()
        await finished(crowd, database, lambda: hedgebot.is_running, PATIENCE_S)
        await hedgebot.stop()
        outcome = await crowd.outcome(database)
    finally:
        await database.close()
    calls = hedgebot.telegram.calls
    cut = sum("drop" in call.fault for call in calls)
    return Result(outcome, cut, silences(calls))


def silences(calls: Sequence[Call]) -> list[Silence]:
    """What came while each refusal's silence lasted."""
    sent = [call.monotonic for call in calls if call.method in SENDS]
    found = []
    for call in calls:
        if call.code == TOO_MANY:
            lasts = float(call.description.rpartition(" ")[2])
            after = [moment - call.monotonic for moment in sent if moment > call.monotonic]
            soon = sum(wait <= UNDER_WAY_S for wait in after)
            found.append(Silence(soon, sum(wait < lasts for wait in after) - soon))
    return found


def _some(share: float, chance: random.Random) -> Callable[[Call], bool]:
    return lambda call: call.method in SENDS and chance.random() < share


async def _main(chosen: argparse.Namespace) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = {"HEDGEBOT_DATABASE_URL": f"sqlite:///{folder / 'hedgebot.sqlite'}"}
        async with (
            TelegramEmulator() as telegram,
            Hedgebot(telegram, folder, settings) as hedgebot,
        ):
            chance = random.Random(chosen.seed)
            match chosen.trouble:
                case "floods":
                    floods(hedgebot, chance)
                    result = await soak(hedgebot, jobs=chosen.jobs, seed=chosen.seed)
                case "lost":
                    lost(hedgebot, chance)
                    result = await soak(hedgebot, jobs=chosen.jobs, seed=chosen.seed)
                case _:
                    async with unreachable(hedgebot, chosen.seed):
                        result = await soak(hedgebot, jobs=chosen.jobs, seed=chosen.seed)
    flooded = ""
    if result.silences:
        flooded = (
            f"{len(result.silences)} silences, in each at most "
            f"{max(one.under_way for one in result.silences)} messages that were on their way and "
            f"{max(one.broken for one in result.silences)} others, "
        )
    cut = f"{result.struck} answers lost, " * bool(result.struck)
    seconds = time.monotonic() - began
    print(
        f"seed {chosen.seed}: {chosen.trouble}, {flooded}{cut}{result.outcome}, {seconds:.0f} s",
        flush=True,
    )
    return result.is_sound


if __name__ == "__main__":
    parser = command_line(__spec__, __doc__)
    parser.add_argument("trouble", choices=["floods", "lost", "unreachable"], help="as above")
    parser.add_argument("--jobs", type=int, default=80, help="alerts, digests and questions")
    parser.add_argument("--seed", type=int, default=1, help=THE_SEED)
    sys.exit(0 if asyncio.run(_main(parser.parse_args())) else 1)
