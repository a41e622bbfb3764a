"""Which processes are alive, and what becomes of the work of those that are not.

Whoever works on a row writes its name into ``holder``. So no row needs a deadline of its own: a
process that stops beating is declared dead once, by one survivor, and all it held is free again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import MILLISECOND, database_now_ms, now_ms
from bot.store.database import Database
from bot.store.ledger import State
from bot.store.tables import alerts, computations, digests, executors, inbox, ledger, outbox
from bot.store.turns import take

BEAT_EVERY = timedelta(seconds=2)
DEAD_AFTER = timedelta(seconds=6)
HELD = (inbox, digests, alerts, outbox, computations)
"""Tables whose rows somebody works on."""
BEGUN_BY_CLAIM = (digests, alerts, outbox)
"""Those in which a claim is an attempt."""


class ReplacedError(Exception):
    """Another process has begun to work under our name."""


@dataclass(frozen=True, slots=True)
class Freed:
    """What a rescue found: processes declared dead, and messages that were on their way."""

    dead: Sequence[str] = ()
    doubtful: Sequence[str] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Executors:
    """One process among those that share the database.

    ``started_ms`` tells it from another of the same name.
    """

    database: Database
    name: str
    started_ms: int = field(default_factory=now_ms)

    async def register(self) -> Freed:
        """Begin to work; what an earlier process of this name held is free at once."""
        async with self.database.writing() as connection:
            await connection.execute(delete(executors).where(executors.c.name == self.name))
            doubtful = await self._freed(connection)
            await connection.execute(
                self.database.insert(executors)
                .values(await self._row(connection))
                # Two of one name that start at once: the later one stays.
                .on_conflict_do_update(
                    index_elements=["name"], set_={"started_ms": self.started_ms}
                )
            )
        return Freed(doubtful=doubtful)

    async def beat(self) -> None:
        """Say that this process is alive; one that was declared dead too early is back.

        Raises
        ------
        ReplacedError
            Another process was started under the same name.

        """
        async with self.database.writing() as connection:
            row = await self._row(connection)
            answer = await connection.execute(
                self.database.insert(executors)
                .values(row)
                .on_conflict_do_update(
                    index_elements=["name"],
                    set_={"beat_ms": row["beat_ms"]},
                    where=executors.c.started_ms == self.started_ms,
                )
                .returning(executors.c.name)
            )
            if answer.scalar() is None:
                raise ReplacedError(f"another process has begun to work as {self.name}")

    async def rescue(self) -> Freed:
        """Declare the silent dead and free what they held; of several survivors one succeeds."""
        async with self.database.writing() as connection:
            silent_since = await database_now_ms(connection) - DEAD_AFTER // MILLISECOND
            answer = await connection.execute(
                delete(executors)
                .where(executors.c.beat_ms < silent_since, executors.c.name != self.name)
                .returning(executors.c.name)
            )
            dead = answer.scalars().all()
            return Freed(dead, await self._freed(connection)) if dead else Freed()

    async def tidy(self) -> Freed:
        """Free what is held by nobody who is alive.

        A process that was declared dead may have taken work before it noticed, and then died.
        """
        async with self.database.writing() as connection:
            return Freed(doubtful=await self._freed(connection))

    async def leave(self) -> None:
        """Stop working; what is left is for others at once."""
        async with self.database.writing() as connection:
            gone = await connection.execute(
                delete(executors)
                .where(executors.c.name == self.name, executors.c.started_ms == self.started_ms)
                .returning(executors.c.name)
            )
            if gone.scalar() is not None:
                await _given_back(connection, self.name)
                await self._freed(connection)

    async def _freed(self, connection: AsyncConnection) -> Sequence[str]:
        return await _freed_orphans(connection, self.database.clock.now_ms())

    async def _row(self, connection: AsyncConnection) -> dict[str, object]:
        now = await database_now_ms(connection)
        return {"name": self.name, "beat_ms": now, "started_ms": self.started_ms}


async def _given_back(connection: AsyncConnection, name: str) -> None:
    """Free what was claimed and cut off by an orderly end, which is no sign of what ends processes."""
    for table in BEGUN_BY_CLAIM:
        ours = table.c.holder == name
        await take(connection, table, ours)
        await connection.execute(
            update(table).where(ours).values(holder=None, attempts=table.c.attempts - 1)
        )


async def _freed_orphans(connection: AsyncConnection, now: int) -> Sequence[str]:
    """Free all that no living process holds; the keys of messages that are now in doubt."""
    for table in HELD:
        orphaned = and_(table.c.holder.is_not(None), _held_by_nobody(table))
        await take(connection, table, orphaned)
        await connection.execute(update(table).where(orphaned).values(holder=None))
    # Intents without a name were left by a version that knew no names.
    lost = or_(ledger.c.holder.is_(None), _held_by_nobody(ledger))
    doubted = await connection.execute(
        update(ledger)
        .where(ledger.c.state == State.INTENT, lost)
        .values(state=State.IN_DOUBT, note="the process ended", changed_ms=now)
        .returning(ledger.c.key)
    )
    return [str(key) for key in doubted.scalars()]


def _held_by_nobody(table: Table) -> ColumnElement[bool]:
    return table.c.holder.not_in(select(executors.c.name))
