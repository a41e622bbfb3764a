"""Work that goes on for as long as the process lives."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import asynccontextmanager

from bot.settings import ConfigurationError
from bot.store.database import DatabaseError
from bot.store.executors import ReplacedError

log = logging.getLogger(__name__)

Loop = Callable[[], Awaitable[None]]
"""Runs until it is cancelled; then it finishes what it has begun, and ends."""

DATABASE_RETRY_S = 2.0
MISTAKE_RETRY_S = 10.0
ENDS_IT_ALL = (ConfigurationError, ReplacedError)


def started(loops: Mapping[str, Loop]) -> list[asyncio.Task[None]]:
    """Start every loop, to be started again whenever it breaks."""
    return [asyncio.create_task(_lasting(name, loop), name=name) for name, loop in loops.items()]


@asynccontextmanager
async def meanwhile(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Do something that nothing waits for; it ends with the block at the latest."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def ended(tasks: Collection[asyncio.Task[None]], *, within: float) -> None:
    """Have loops finish what they have begun; after ``within`` seconds break it off."""
    for _ in range(2):
        running = [task for task in tasks if not task.done()]
        if not running:
            return
        for task in running:
            task.cancel()
        await asyncio.wait(running, timeout=within)


async def _lasting(name: str, loop: Loop) -> None:
    while True:
        try:
            await loop()
        except ENDS_IT_ALL:
            raise
        except DatabaseError as error:
            log.warning("%s waits for the database: %s", name, error)
            await asyncio.sleep(DATABASE_RETRY_S)
        except Exception:
            log.exception("%s broke and begins anew", name)
            await asyncio.sleep(MISTAKE_RETRY_S)
        else:
            return
