"""The workers: those that wait for work, those at work, and how each one ended."""

import asyncio
import os
import re
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.computing.limits import Limits
from bot.computing.nursery import Nursery
from bot.computing.wire import HEADER, Outcome, unpacked

Found = TypeVar("Found")
PARTS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True, eq=False)
class Worker:
    """A process that does one piece of work at a time."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def done(self, job: bytes) -> Outcome:
        """What comes of a job; raises ``EOFError`` or ``ConnectionError`` where the worker ends."""
        self.writer.write(job)
        await self.writer.drain()
        (length,) = HEADER.unpack(await self.reader.readexactly(HEADER.size))
        outcome: Outcome = unpacked(await self.reader.readexactly(length))
        return outcome


@dataclass(slots=True, eq=False)
class Staff:
    """At most ``keeps_waiting`` workers are kept when there is nothing to do."""

    limits: Limits
    keeps_waiting: int
    loads: bool = True
    _nursery: Nursery = field(init=False)
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="nursery")
    )
    _waiting: list[Worker] = field(default_factory=list)
    _busy: set[Worker] = field(default_factory=set)
    _endings: set["asyncio.Future[int]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._nursery = Nursery(self.limits, self.loads)

    async def take(self) -> Worker:
        """A worker with nothing to do."""
        while self._waiting:
            worker = self._waiting.pop()
            self._busy.add(worker)
            if not worker.reader.at_eof():
                return worker
            # It ended while it had nothing to do: no piece of work is to blame.
            self.end(worker)
        worker = await self._new()
        self._busy.add(worker)
        return worker

    def give_back(self, worker: Worker, *, is_spent: bool) -> None:
        """Keep a worker for the next piece of work, unless it is spent or one too many."""
        if is_spent or len(self._waiting) >= self.keeps_waiting:
            self.end(worker)
            return
        self._busy.discard(worker)
        self._waiting.append(worker)

    def end(self, worker: Worker) -> "asyncio.Future[int]":
        """End a worker at once; the result is its exit status, or minus the number of a signal."""
        self._busy.discard(worker)
        worker.writer.close()
        # Nobody else bears its number before the nursery is asked how it ended.
        with suppress(ProcessLookupError):
            os.kill(worker.number, signal.SIGKILL)
        ending = asyncio.ensure_future(self._asked(partial(self._nursery.ending, worker.number)))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        return ending

    @property
    def memory(self) -> int:
        """Bytes that the nursery and all workers have in memory; what they share counts once."""
        return sum(map(_memory, (*self.numbers, *self._nursery.numbers)))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The processes of all workers."""
        return tuple(worker.number for worker in (*self._waiting, *self._busy))

    async def close(self) -> None:
        """End everybody."""
        everybody = (*self._waiting, *self._busy)
        self._waiting.clear()
        for worker in everybody:
            self.end(worker)
        if not everybody:
            # It may just be starting, and is not worth waiting for.
            self._nursery.end()
        await asyncio.gather(*self._endings)
        await self._asked(self._nursery.close)
        self._thread.shutdown()

    async def _new(self) -> Worker:
        ours, theirs = socket.socketpair()
        asking = self._asked(partial(_forked, self._nursery, theirs))
        try:
            number = await asking
        except BaseException:
            # Nobody at the other end: a worker that is born nevertheless ends at once.
            ours.close()
            raise
        ours.setblocking(False)  # noqa: FBT003
        return Worker(number, *await asyncio.open_connection(sock=ours))

    async def _asked(self, what: Callable[[], Found]) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self._thread, what)


def _forked(nursery: Nursery, theirs: socket.socket) -> int:
    with theirs:
        return nursery.forked(theirs)


def _memory(number: int) -> int:
    """Its own pages, and its part of those that it shares."""
    with suppress(OSError):
        found = PARTS.search(Path(f"/proc/{number}/smaps_rollup").read_text())
        return 1024 * int(found[1]) if found else 0
    return 0
