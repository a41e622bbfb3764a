"""Keeps what may have ended the process from being blamed on others, or others on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field

from bot.store.outbox import SUSPECT_AFTER

PATIENCE_S = 10.0


@dataclass(slots=True, eq=False)
class Quarantine:
    """One for all kinds of work of a process: what is suspect is worked on alone.

    Whatever is under way when a process ends is one attempt nearer to being given up. So a suspect
    waits until everything else has ended, and everything else waits for it. Neither waits for longer
    than ``patience`` seconds: then blame is less exact, but nothing stands still.
    """

    patience: float = PATIENCE_S
    _under_way: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _is_open: asyncio.Event = field(default_factory=asyncio.Event)
    _is_empty: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._is_open.set()
        self._is_empty.set()

    def admitted(self, attempts: int) -> AbstractAsyncContextManager[None]:
        """Wait until work may begin that was begun so often without an end."""
        return self.alone() if attempts >= SUSPECT_AFTER else self.among_others()

    @asynccontextmanager
    async def among_others(self) -> AsyncIterator[None]:
        """Work beside others, not beside a suspect."""
        await self._is_open.wait()
        self._came()
        try:
            yield
        finally:
            self._left()

    def joined_by(self, task: asyncio.Task[None]) -> None:
        """Let a task that is begun ``among_others`` be under way until it ends."""
        self._came()
        task.add_done_callback(lambda _: self._left())

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Work while nothing else is under way; suspects take turns."""
        async with self._turn:
            self._is_open.clear()
            loop = asyncio.get_running_loop()
            opening = loop.call_later(2 * self.patience, self._is_open.set)
            try:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.patience):
                        await self._is_empty.wait()
                yield
            finally:
                opening.cancel()
                self._is_open.set()

    def _came(self) -> None:
        self._under_way += 1
        self._is_empty.clear()

    def _left(self) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._is_empty.set()
