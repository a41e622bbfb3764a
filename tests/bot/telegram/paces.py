"""Pacing on a clock of the test's own."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.store.database import Database
from bot.store.gates import MICROSECONDS, Gates
from bot.telegram.sending.pacing import Pacing


@dataclass
class Clock:
    """Time that passes only where somebody sleeps or the test says so."""

    now: float = 1_000_000.0
    slept: list[float] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += max(seconds, 1e-6)
        await asyncio.sleep(0)

    def gates(self, database: Database) -> Gates:
        return Gates(database, self.time, lambda: round(self.now * MICROSECONDS))


def paced_by(
    database: Database, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
) -> Pacing:
    gates = Gates(database, clock, lambda: round(clock() * MICROSECONDS))
    return Pacing(gates, sleep)


def unpaced(database: Database) -> Pacing:
    """Time runs so fast here that nothing ever waits for its turn."""
    loop = asyncio.get_running_loop()
    gates = Gates(database, lambda: loop.time() * 1e4, lambda: round(loop.time() * 1e10))
    return Pacing(gates, slack=math.inf)
