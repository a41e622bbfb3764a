"""Does what only one process may do at a time."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.store.database import DatabaseError
from bot.store.executors import DEAD_AFTER
from bot.store.leases import Lease

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
SURE_FOR_S = DEAD_AFTER.total_seconds()
"""Who could not prolong the lease for so long may have been taken for dead, and replaced."""


@dataclass(frozen=True, slots=True, eq=False)
class Leased:
    """A task that runs while the lease is ours; when it is lost, or may be, it stops at once.

    Who was only busy finds it still its own, and goes on.

    ``look_every`` is how often the lease is asked for or prolonged; ``monotonic`` is in seconds.
    """

    lease: Lease
    task: Callable[[], Awaitable[None]]
    look_every: float = LOOK_EVERY_S
    monotonic: Callable[[], float] = time.monotonic

    async def run(self) -> None:
        """Work whenever nobody else does, until cancelled; then leave it to others."""
        try:
            while True:
                asked = self.monotonic()
                if await self.lease.take():
                    log.info("%s is this process's task now", self.lease.name)
                    await self._work(until=asked + SURE_FOR_S)
                else:
                    await asyncio.sleep(self.look_every)
        finally:
            with suppress(DatabaseError):
                await self.lease.release()

    async def _work(self, *, until: float) -> None:
        """Work while the lease is prolonged in time; the clock starts before each request."""
        working = asyncio.ensure_future(self.task())
        try:
            while not working.done() and self.monotonic() < until:
                await asyncio.wait([working], timeout=self.look_every)
                asked = self.monotonic()
                is_ours = await self._prolonged(within=until - asked)
                if is_ours is False:
                    log.warning("%s is another process's task now", self.lease.name)
                    break
                if is_ours:
                    until = asked + SURE_FOR_S
        finally:
            working.cancel()
            await asyncio.wait([working])
        if not working.cancelled():
            working.result()

    async def _prolonged(self, *, within: float) -> bool | None:
        """Whether the lease is still ours; None where the database does not say."""
        try:
            async with asyncio.timeout(max(within, 0)):
                return await self.lease.take()
        except (DatabaseError, TimeoutError) as error:
            log.warning("%s could not be prolonged: %r", self.lease.name, error)
            return None
