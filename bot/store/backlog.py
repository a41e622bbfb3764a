"""How much waits, was given up or is in doubt: counts only, of nobody in particular."""

from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Table, func, select

from bot.store.clock import MILLISECOND, database_now_ms
from bot.store.database import Database
from bot.store.executors import DEAD_AFTER
from bot.store.gates import SILENCE
from bot.store.ledger import State
from bot.store.tables import alerts, digests, executors, gates, inbox, ledger, outbox


@dataclass(frozen=True, slots=True)
class Queue:
    """Rows of one kind that somebody has to work on."""

    name: str
    waiting: int
    oldest_s: float
    dead: int = 0


@dataclass(frozen=True, slots=True)
class Backlog:
    """The state of the work at one moment. ``subscriptions`` are (kind, state, count)."""

    queues: tuple[Queue, ...]
    in_doubt: int
    executors_alive: int
    pause_s: float
    subscriptions: tuple[tuple[str, str, int], ...]


async def backlog(database: Database) -> Backlog:
    """Count; raises ``DatabaseError`` where the database does not answer."""
    async with database.reading() as connection:
        now = await database_now_ms(connection)

        async def number(what: ColumnElement[int], *where: ColumnElement[bool]) -> int:
            return int((await connection.execute(select(what).where(*where))).scalar() or 0)

        async def queue(
            table: Table, since: Column[int], *open_: ColumnElement[bool], dead: int = 0
        ) -> Queue:
            due = (*open_, since <= now)
            waiting = await number(func.count(), *due)
            oldest = await number(func.min(since), *due) if waiting else now
            return Queue(table.name, waiting, (now - oldest) / 1000, dead)

        async def standing(table: Table) -> tuple[tuple[str, str, int], ...]:
            paused = await number(func.count(), table.c.paused_why.is_not(None))
            running = await number(func.count(), table.c.paused_why.is_(None))
            return ((table.name, "running", running), (table.name, "paused", paused))

        buried = await number(func.count(), outbox.c.buried_ms.is_not(None))
        shut_until_us = await number(func.max(gates.c.due_us), gates.c.name == SILENCE)
        return Backlog(
            queues=(
                await queue(inbox, inbox.c.received_ms, inbox.c.finished_ms.is_(None)),
                await queue(outbox, outbox.c.due_ms, outbox.c.buried_ms.is_(None), dead=buried),
                await queue(digests, digests.c.due_ms, digests.c.paused_why.is_(None)),
                await queue(alerts, alerts.c.check_ms, alerts.c.paused_why.is_(None)),
            ),
            in_doubt=await number(func.count(), ledger.c.state == State.IN_DOUBT),
            executors_alive=await number(
                func.count(), executors.c.beat_ms >= now - DEAD_AFTER // MILLISECOND
            ),
            pause_s=max(0.0, shut_until_us / 1e6 - now / 1000),
            subscriptions=(*await standing(digests), *await standing(alerts)),
        )
