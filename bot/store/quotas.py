"""How much may be asked, agreed between all processes and kept over restarts.

The rows are those of ``gates``: a time that each question pushes ahead by what it costs. A row says
nothing about questions that wait, so that none is charged twice however often a process ends.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import database_now_ms
from bot.store.database import Database
from bot.store.gates import MICROSECONDS, Limit
from bot.store.tables import gates

QUOTAS_LOCK = 0x51554F5441  # "QUOTA": PostgreSQL's advisory lock around a payment


@dataclass(frozen=True, slots=True, eq=False)
class Quotas:
    """Takes the price of a question from several limits at once; ``now_us`` replaces the clock."""

    database: Database
    now_us: Callable[[], int] | None = None

    async def take(self, cost: int, limits: Sequence[Limit]) -> float:
        """Pay, or say after how many seconds that can be tried again; 0 where it is paid.

        What costs more than a limit ever allows at once costs all of it.
        """
        async with self.database.writing() as connection:
            if not self.database.turn:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({QUOTAS_LOCK})"))
            now = await self._now(connection)
            due = await _due(connection, limits)
            paid, wait = {}, 0
            for limit in limits:
                allowed = limit.rate.burst * limit.rate.interval_us
                price = min(cost * limit.rate.interval_us, allowed)
                # A clock that was set back must shut nobody out.
                since = min(max(due.get(limit.name, now), now), now + allowed)
                paid[limit.name] = since + price
                wait = max(wait, since + price - now - allowed)
            if wait > 0:
                return wait / MICROSECONDS
            rows = [{"name": name, "due_us": at} for name, at in paid.items()]
            insert = self.database.insert(gates).values(rows)
            await connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["name"], set_={"due_us": insert.excluded.due_us}
                )
            )
            return 0.0

    async def _now(self, connection: AsyncConnection) -> int:
        if self.now_us is not None:
            return self.now_us()
        return 1000 * await database_now_ms(connection)


async def _due(connection: AsyncConnection, limits: Sequence[Limit]) -> dict[str, int]:
    names = [limit.name for limit in limits]
    rows = await connection.execute(
        select(gates.c.name, gates.c.due_us).where(gates.c.name.in_(names))
    )
    return {row.name: row.due_us for row in rows}
