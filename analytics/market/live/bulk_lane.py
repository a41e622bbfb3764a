"""Spaces the requests of long lists, so that a venue's allowance is never used up by them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from analytics.market.bulk import is_bulk

SHARE = 0.8
"""Of the venue's allowance; a question about two markets finds the rest free at any time.

Without this a burst uses up a minute's allowance, every leg behind it misses its deadline in the
queue, and the venue is taken to be down.
"""

Throttle: TypeAlias = Callable[[Any], Awaitable[Any]]


@dataclass(slots=True, eq=False)
class BulkLane:
    """Lets requests through one after the other, each as much later as the one before cost.

    ``pause`` is the seconds that a cost of 1 takes at the venue's allowance.
    """

    native: Throttle
    pause: float
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _free_at: float = 0.0

    async def throttle(self, cost: float | None = None) -> None:
        """Wait for a turn where the request is one of many, then as ccxt does."""
        if is_bulk():
            now = asyncio.get_running_loop().time()
            turn = max(now, self._free_at)
            self._free_at = turn + (1.0 if cost is None else cost) * self.pause / SHARE
            if turn > now:
                await self.sleep(turn - now)
        await self.native(cost)
