"""Lets the heart beat in a thread of its own, for as long as the main loop shows signs of life."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot.living.heartbeat import Heartbeat
from bot.store.executors import Executors

SIGN_EVERY_S = 1.0
HANGS_AFTER_S = 20.0


@dataclass(slots=True, eq=False)
class Apart:
    """A heart that neither a busy loop nor a busy pool of connections delays.

    It stands still when the loop that runs this has shown no sign of life for ``hangs_after``
    seconds: who hangs for good must be found dead.
    """

    executors: Executors
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    hangs_after: float = HANGS_AFTER_S
    _sign: float = field(default_factory=time.monotonic)
    _is_ending: bool = False
    _beating: tuple[asyncio.AbstractEventLoop, asyncio.Task[None]] | None = None

    async def run(self) -> None:
        """Beat until cancelled.

        Raises
        ------
        ReplacedError
            Another process was started under the same name.

        """
        self._is_ending, self._beating = False, None
        thread = ThreadPoolExecutor(1, thread_name_prefix="heart")
        beating = asyncio.get_running_loop().run_in_executor(thread, self._live)
        try:
            while not beating.done():
                self._sign = time.monotonic()
                await asyncio.wait([beating], timeout=SIGN_EVERY_S)
            beating.result()
        finally:
            self._end()
            await asyncio.wait([beating])
            thread.shutdown(wait=False)

    def _live(self) -> None:
        try:
            asyncio.run(self._beat())
        except asyncio.CancelledError:
            if not self._is_ending:
                raise

    async def _beat(self) -> None:
        heart = asyncio.create_task(self._heart())
        self._beating = asyncio.get_running_loop(), heart
        if not self._is_ending:
            await heart

    async def _heart(self) -> None:
        database = self.executors.database.apart()
        executors = replace(self.executors, database=database)
        try:
            await Heartbeat(executors, sleep=self.sleep, hangs=self._hangs).run()
        finally:
            await database.close()

    def _hangs(self) -> bool:
        return time.monotonic() - self._sign > self.hangs_after

    def _end(self) -> None:
        self._is_ending = True
        if self._beating is not None:
            loop, task = self._beating
            # It may have ended by itself just now.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(task.cancel)
