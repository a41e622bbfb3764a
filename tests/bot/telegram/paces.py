"""Pacing on a clock of the test's own."""

import asyncio
import math
from collections.abc import Awaitable, Callable

from bot.store.database import Database
from bot.store.gates import MICROSECONDS, Gates
from bot.telegram.sending.pacing import Pacing


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
