"""Keeps the order within a chat while chats are served side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class Lanes(Generic[Item]):
    """Runs ``handle`` on the items of a lane one after another, lanes in parallel."""

    handle: Callable[[Item], Awaitable[None]]
    parallel: int = 24
    _queues: dict[int, deque[Item]] = field(default_factory=dict)
    _in_progress: dict[int, Item] = field(default_factory=dict)
    _workers: set[asyncio.Task[None]] = field(default_factory=set)
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.parallel)

    @property
    def items(self) -> list[Item]:
        """Everything that waits or is in progress."""
        return [*self._in_progress.values(), *chain.from_iterable(self._queues.values())]

    def put(self, lane: int, item: Item) -> None:
        """Append an item to its lane."""
        if lane in self._queues:
            self._queues[lane].append(item)
            return
        self._queues[lane] = deque([item])
        worker = asyncio.create_task(self._serve(lane))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def drain(self, *, within: float) -> None:
        """Let items in progress end, and start no others; after ``within`` seconds give up."""
        for queue in self._queues.values():
            queue.clear()
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=within)
            for worker in late:
                worker.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _serve(self, lane: int) -> None:
        queue = self._queues[lane]
        try:
            while queue:
                # A place is taken for one item only, so that no busy chat keeps others waiting.
                async with self._places:
                    if queue:
                        item = self._in_progress[lane] = queue.popleft()
                        await self.handle(item)
                        del self._in_progress[lane]
        finally:
            self._in_progress.pop(lane, None)
            del self._queues[lane]
