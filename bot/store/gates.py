"""When messages may leave, agreed between all processes and kept over restarts.

A limit is a row of ``gates`` with the time at which its steady rate admits the next message
(generic cell rate algorithm, ITU-T I.371).
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import SERVER_NOW_US, database_now_ms
from bot.store.database import Database
from bot.store.tables import gates

SILENCE = "silence"
MICROSECONDS = 1_000_000
GATES_LOCK = 0x4741544553  # "GATES": PostgreSQL's advisory lock around a reservation
TURN = text(f"SELECT pg_advisory_xact_lock({GATES_LOCK})")
TURN_UNSYNCED = text(
    f"SELECT set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock({GATES_LOCK})"
)
"""Nobody waits for the disk while others wait for their moment. A server that breaks down forgets
what the last half second reserved, and is away for longer than that."""
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
    """A moment that is now taken, on the monotonic clock of this process.

    The shared clock was read while this process waited for its answer: the moment lies between
    ``known_from`` and ``at``. ``changes`` are the rows that it changed, before and after.
    """

    at: float
    known_from: float
    changes: Mapping[str, tuple[int | None, int]] = field(default_factory=dict)

    def before(self, name: str, due: int) -> int | None:
        """How a row stood without this moment; as it stands where others came after it."""
        was, became = self.changes.get(name, (due, due))
        return was if due == became else due


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
        self,
        common: Limit,
        own: Sequence[Limit],
        *,
        ahead: float = math.inf,
        instead_of: Reserved | None = None,
    ) -> Reserved | Crowded | ChatFull:
        """Take the earliest moment that all limits allow, in one transaction, or nothing at all.

        ``common`` is everybody's limit; where its queue is longer than ``ahead`` seconds nothing
        is taken. Nor is it for a chat whose ``own`` limits open later than that: the moment would
        be lost to all others. A moment that has passed unused may be given back for another:
        ``instead_of``.
        """
        async with self.database.writing() as connection:
            await self._take_turns(connection, forgetful=True)
            before = self.monotonic()
            now, due = await self._state(connection, [limit.name for limit in (common, *own)])
            after = self.monotonic()
            if instead_of is not None:
                due = _without(due, instead_of)
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
        wait = (slot - now) / MICROSECONDS
        changes = {limit.name: (due.get(limit.name), passed[limit.name]) for limit in own}
        return Reserved(at=after + wait, known_from=before + wait, changes=changes)

    async def silence(self, seconds: float) -> None:
        """Let nothing pass for so long; a shorter silence ends no longer one."""
        async with self.database.writing() as connection:
            await self._take_turns(connection)
            now, due = await self._state(connection, [])
            known = due.get(SILENCE, now)
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

    async def _state(
        self, connection: AsyncConnection, names: Sequence[str]
    ) -> tuple[int, dict[str, int]]:
        """The time and the rows, without those that only a clock that was set back has made."""
        ours = {SILENCE, *names}
        if self.now_us is None and not self.database.turn:
            # The clock in the same answer: each question costs a way to the server and back.
            clock = select(SERVER_NOW_US.label("now_us")).subquery()
            both = clock.outerjoin(gates, gates.c.name.in_(ours))
            question = select(gates.c.name, gates.c.due_us, clock.c.now_us).select_from(both)
            found = (await connection.execute(question)).all()
            now = int(found[0].now_us)
            due = {row.name: row.due_us for row in found if row.name is not None}
        else:
            now = await self._now(connection)
            plain = select(gates.c.name, gates.c.due_us).where(gates.c.name.in_(ours))
            rows = await connection.execute(plain)
            due = {row.name: row.due_us for row in rows}
        return now, {
            name: at
            for name, at in due.items()
            if at - now <= (LONGEST_SILENCE_US if name == SILENCE else LONGEST_QUEUE_US)
        }

    async def _take_turns(self, connection: AsyncConnection, *, forgetful: bool = False) -> None:
        # Rows that do not exist yet cannot be locked. SQLite's writers are serial anyway.
        if not self.database.turn:
            await connection.execute(TURN_UNSYNCED if forgetful else TURN)

    async def _keep(self, connection: AsyncConnection, due: Mapping[str, int]) -> None:
        rows = [{"name": name, "due_us": at} for name, at in due.items()]
        insert = self.database.insert(gates)
        # The rows beside the statement: as part of it they would be compiled anew each time.
        await connection.execute(
            insert.on_conflict_do_update(
                index_elements=["name"], set_={"due_us": insert.excluded.due_us}
            ),
            rows,
        )


def _without(due: Mapping[str, int], unused: Reserved) -> dict[str, int]:
    """The rows as they would be without a moment, as far as nobody came after it."""
    stood = {name: unused.before(name, at) for name, at in due.items()}
    return {name: at for name, at in stood.items() if at is not None}


def _opens(limit: Limit, due: Mapping[str, int], now: int) -> int:
    if limit.name not in due:
        return now
    return due[limit.name] - (limit.rate.burst - 1) * limit.rate.interval_us
