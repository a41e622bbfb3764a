"""Counts of what goes on, in one chat and in all."""

from collections.abc import Mapping, Sequence

from sqlalchemy import JSON, ColumnElement, Table, Text, case, cast, func, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import MILLISECOND, database_now_ms
from bot.store.database import Database
from bot.store.executors import DEAD_AFTER
from bot.store.personal import OWNERS, personal_tables
from bot.store.tables import alerts, digests, executors, outbox
from handlers._health import ChatHealth, Standing

PAUSED = "Paused"


async def chat_health(database: Database, chat_id: int) -> ChatHealth:
    """What is agreed with a chat, and what waits to be sent to it."""
    waiting = (
        select(func.count())
        .select_from(outbox)
        .where(outbox.c.chat_id == chat_id, outbox.c.buried_ms.is_(None))
    )
    async with database.reading() as connection:
        return ChatHealth(
            digests=await _standing(connection, digests, chat_id),
            alerts=await _standing(connection, alerts, chat_id),
            on_the_way=int((await connection.execute(waiting)).scalar_one()),
        )


async def alert_phases(database: Database) -> Mapping[str, int]:
    """How many alerts there are in each state; a paused one counts as that alone."""
    async with database.reading() as connection:
        phase = case((alerts.c.paused_why.is_not(None), PAUSED), else_=_phase(connection))
        counted = select(phase, func.count()).group_by(phase)
        return {str(state): n for state, n in await connection.execute(counted)}


async def chats_known(database: Database) -> int:
    """How many chats anything is kept of."""
    ids = union(*(select(t.c.chat_id) for t in personal_tables() if OWNERS[0] in t.c)).subquery()
    async with database.reading() as connection:
        return int((await connection.execute(select(func.count()).select_from(ids))).scalar_one())


async def executors_alive(database: Database) -> Sequence[str]:
    """The names of the processes that serve now."""
    async with database.reading() as connection:
        since = await database_now_ms(connection) - DEAD_AFTER // MILLISECOND
        alive = select(executors.c.name).where(executors.c.beat_ms >= since)
        return (await connection.execute(alive.order_by(executors.c.name))).scalars().all()


async def _standing(connection: AsyncConnection, table: Table, chat_id: int) -> Standing:
    question = select(
        func.count().filter(table.c.paused_why.is_(None)),
        func.count().filter(table.c.paused_why.is_not(None)),
    ).where(table.c.chat_id == chat_id)
    running, paused = (await connection.execute(question)).one()
    return Standing(running, paused)


def _phase(connection: AsyncConnection) -> ColumnElement[str]:
    """The phase within a state, which is kept as JSON."""
    phase: ColumnElement[str] = func.json_extract(alerts.c.state, "$.phase", type_=Text)
    if connection.dialect.name == "postgresql":
        phase = cast(alerts.c.state, JSON)["phase"].as_string()
    return phase
