"""Says that this process is alive, and looks after those that no longer say so."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.store.database import DatabaseError
from bot.store.executors import BEAT_EVERY, DEAD_AFTER, Executors, Freed

log = logging.getLogger(__name__)

TIDY_EVERY_S = 60.0


def never() -> bool:
    """Nothing hangs."""
    return False


@dataclass(slots=True, eq=False)
class Heartbeat:
    """Beats by the database's clock.

    Only who has been beating regularly for ``DEAD_AFTER`` declares others dead: when a database
    comes back, or a machine wakes up, everybody has been silent. ``monotonic`` is in seconds.
    While the process ``hangs`` its heart stands still.
    """

    executors: Executors
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    hangs: Callable[[], bool] = never
    _last: float = float("-inf")
    _regular_since: float = float("-inf")
    _tidied: float = float("-inf")
    _is_still: bool = False

    async def run(self) -> None:
        """Beat until cancelled, whatever the database does.

        Raises
        ------
        ReplacedError
            Another process was started under the same name.

        """
        while True:
            try:
                await self.turn()
            except DatabaseError as error:
                log.warning("the heart skips a beat: %s", error)
            await self.sleep(BEAT_EVERY.total_seconds())

    async def turn(self) -> None:
        """Beat once; look after the others if our own beats were regular."""
        was_still, self._is_still = self._is_still, self.hangs()
        if self._is_still:
            if not was_still:
                log.error("nothing moves in this process any more; its heart stands still")
            return
        await self.executors.beat()
        now = self.monotonic()
        if now - self._last > 2 * BEAT_EVERY.total_seconds():
            self._regular_since = now
        self._last = now
        if now - self._regular_since < DEAD_AFTER.total_seconds():
            return
        report(await self.executors.rescue())
        if now - self._tidied >= TIDY_EVERY_S:
            self._tidied = now
            report(await self.executors.tidy())


def report(freed: Freed) -> None:
    """Write down who died, and which messages nobody can know of."""
    for name in freed.dead:
        log.warning("process %s is dead; its work is free", name)
    for key in freed.doubtful:
        log.warning("%s may not have arrived", key)
