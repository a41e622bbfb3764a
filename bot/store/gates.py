"""When messages may leave, agreed between all processes and kept over restarts.

A limit is a row of ``gates`` with the time at which its steady rate admits the next message
(generic cell rate algorithm, ITU-T I.371).
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import database_now_ms
from bot.store.database import Database
from bot.store.tables import gates

SILENCE = "silence"
MICROSECONDS = 1_000_000
GATES_LOCK = 0x4741544553  # "GATES": PostgreSQL's advisory lock around a reservation
LONGEST_QUEUE_US = 600 * MICROSECONDS
LONGEST_SILENCE_US = 86_400 * MICROSECONDS
FORGET_AFTER_US = 3600 * MICROSECONDS


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` messages at once, then one every ``interval`` seconds."""

    interval: float
    burst: int = 1

    @property
    def interval_us(self) -> int:
        """The interval as the rows count it."""
        return round(self.interval * MICROSECONDS)


@dataclass(frozen=True, slots=True)
class Limit:
    """A rate under its name."""

    name: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Reserved:
    """A moment that is now taken, on the monotonic clock of this process."""

    at: float


@dataclass(frozen=True, slots=True)
class Crowded:
    """Nothing was taken: too many are before us; ask again after ``wait`` seconds."""

    wait: float


@dataclass(frozen=True, slots=True)
class ChatFull:
    """Nothing was taken: the chat itself admits no message before ``wait`` seconds."""

    wait: float


@dataclass(frozen=True, slots=True, eq=False)
class Gates:
    """The rows of all limits; processes that share a database share them.

    ``monotonic`` is this process's clock, in seconds; ``now_us`` replaces the shared one.
    """

    database: Database
    monotonic: Callable[[], float] = time.monotonic
    now_us: Callable[[], int] | None = None

    async def reserve(
        self, common: Limit, own: Sequence[Limit], *, ahead: float = math.inf
    ) -> Reserved | Crowded | ChatFull:
        """Take the earliest moment that all limits allow, in one transaction, or nothing at all.

        ``common`` is everybody's limit; where its queue is longer than ``ahead`` seconds nothing
        is taken. Nor is it for a chat whose ``own`` limits open later than that: the moment would
        be lost to all others.
        """
        async with self.database.writing() as connection:
            await self._take_turns(connection)
            here, now = self.monotonic(), await self._now(connection)
            due = await _due(connection, [limit.name for limit in (common, *own)], now)
            first = max(now, due.get(SILENCE, now), _opens(common, due, now))
            if first - now > ahead * MICROSECONDS:
                return Crowded((first - now) / MICROSECONDS - ahead)
            slot = max(first, *(_opens(limit, due, now) for limit in own))
            if slot - first > common.rate.interval_us:
                return ChatFull((slot - first) / MICROSECONDS)
            passed = {
                limit.name: max(due.get(limit.name, slot), slot) + limit.rate.interval_us
                for limit in (common, *own)
            }
            await self._keep(connection, passed)
        return Reserved(here + (slot - now) / MICROSECONDS)

    async def silence(self, seconds: float) -> None:
        """Let nothing pass for so long; a shorter silence ends no longer one."""
        async with self.database.writing() as connection:
            await self._take_turns(connection)
            now = await self._now(connection)
            known = (await _due(connection, [], now)).get(SILENCE, now)
            until = max(known, now + round(seconds * MICROSECONDS))
            await self._keep(connection, {SILENCE: until})

    async def silent_for(self) -> float:
        """Seconds of silence that are left; 0 where there is none."""
        async with self.database.reading() as connection:
            question = select(gates.c.due_us).where(gates.c.name == SILENCE)
            until = (await connection.execute(question)).scalar()
            if until is None:
                return 0.0
            left = until - await self._now(connection)
        return left / MICROSECONDS if 0 < left <= LONGEST_SILENCE_US else 0.0

    async def prune(self) -> None:
        """Forget limits that have long been open."""
        async with self.database.writing() as connection:
            now = await self._now(connection)
            await connection.execute(delete(gates).where(gates.c.due_us < now - FORGET_AFTER_US))

    async def _now(self, connection: AsyncConnection) -> int:
        if self.now_us is not None:
            return self.now_us()
        return 1000 * await database_now_ms(connection)

    async def _take_turns(self, connection: AsyncConnection) -> None:
        # Rows that do not exist yet cannot be locked. SQLite's writers are serial anyway.
        if not self.database.turn:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({GATES_LOCK})"))

    async def _keep(self, connection: AsyncConnection, due: Mapping[str, int]) -> None:
        rows = [{"name": name, "due_us": at} for name, at in due.items()]
        insert = self.database.insert(gates).values(rows)
        await connection.execute(
            insert.on_conflict_do_update(
                index_elements=["name"], set_={"due_us": insert.excluded.due_us}
            )
        )


async def _due(connection: AsyncConnection, names: Sequence[str], now: int) -> dict[str, int]:
    """The rows, without those that only a clock that was set back can have made."""
    question = select(gates.c.name, gates.c.due_us).where(gates.c.name.in_([SILENCE, *names]))
    rows = await connection.execute(question)
    return {
        name: due
        for name, due in rows
        if due - now <= (LONGEST_SILENCE_US if name == SILENCE else LONGEST_QUEUE_US)
    }


def _opens(limit: Limit, due: Mapping[str, int], now: int) -> int:
    if limit.name not in due:
        return now
    return due[limit.name] - (limit.rate.burst - 1) * limit.rate.interval_us
