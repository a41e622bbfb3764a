"""How many may be between taking a moment and sending; fewer where they come too late for it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

WIDEST = 16
"""Enough for 25 a second where the database takes half a second."""


@dataclass(slots=True, eq=False)
class Narrows:
    """A passage whose width follows what the machine can do.

    On a machine that is too busy, many who hurry side by side all miss their moment, and nothing
    is sent; one after the other they make it. So each miss halves the width, and each success adds
    a little.
    """

    widest: int = WIDEST
    width: float = WIDEST
    _inside: int = 0
    _waiting: deque[asyncio.Future[None]] = field(default_factory=deque)

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[None]:
        """Wait for room, in turn, and take it for as long as the block lasts."""
        await self._room()
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._wake()

    def missed(self) -> None:
        """Note that somebody came too late."""
        self.width = max(self.width / 2, 1.0)

    def made(self) -> None:
        """Note that somebody came in time."""
        self.width = min(self.width + 1 / self.width, float(self.widest))
        self._wake()

    async def _room(self) -> None:
        while self._inside >= int(self.width):
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if not turn.cancelled():
                    # It was called just now, and leaves: the next one may go.
                    self._wake()
                raise

    def _wake(self) -> None:
        if self._inside >= int(self.width):
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
