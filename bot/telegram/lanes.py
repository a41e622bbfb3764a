"""Keeps the order of each asker while all others are served side by side."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Generic, TypeVar

Item = TypeVar("Item")

PARALLEL = 24


@dataclass(slots=True, eq=False)
class Places:
    """So many are served at once; whoever has to wait for something else steps aside."""

    parallel: int = PARALLEL
    _free: asyncio.Semaphore = field(init=False)
    _aside: set[asyncio.Task[object]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.parallel)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a place and hold it."""
        async with self._free:
            yield

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """Leave the place to others meanwhile."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - coroutines run in tasks
        self._aside.add(task)
        self._free.release()
        try:
            yield
        finally:
            self._aside.discard(task)
            await self._free.acquire()

    def give_up(self) -> None:
        """Cancel those who stand aside: nothing of theirs is under way."""
        for task in self._aside:
            task.cancel()


@dataclass(slots=True)
class Lanes(Generic[Item]):
    """Runs ``handle`` on the items of a lane one after another, lanes in parallel."""

    handle: Callable[[Item], Awaitable[None]]
    places: Places = field(default_factory=Places)
    _queues: dict[Hashable, deque[Item]] = field(default_factory=dict)
    _in_progress: dict[Hashable, Item] = field(default_factory=dict)
    _workers: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def items(self) -> list[Item]:
        """Everything that waits or is in progress."""
        return [*self._in_progress.values(), *chain.from_iterable(self._queues.values())]

    def waiting(self, lane: Hashable) -> int:
        """How many items of a lane have not begun."""
        return len(self._queues.get(lane, ()))

    def put(self, lane: Hashable, item: Item) -> None:
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
        self.places.give_up()
        if self._workers:
            _, late = await asyncio.wait(self._workers, timeout=within)
            for worker in late:
                worker.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _serve(self, lane: Hashable) -> None:
        queue = self._queues[lane]
        try:
            while queue:
                # A place is taken for one item only, so that no busy lane keeps others waiting.
                async with self.places.taken():
                    if queue:
                        item = self._in_progress[lane] = queue.popleft()
                        await self.handle(item)
                        del self._in_progress[lane]
        finally:
            self._in_progress.pop(lane, None)
            del self._queues[lane]
