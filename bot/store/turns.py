"""The order in which transactions take rows, so that two of them never wait for each other.

Tables in the order of ``bot.store.turns.TABLES``, and the rows of each by key: whoever changes several
takes them first. Words (``contents``) come last.
"""

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import alerts, chats, digests, ledger, outbox

TABLES = (chats, digests, alerts, ledger, outbox)


async def take(connection: AsyncConnection, table: Table, *which: ColumnElement[bool]) -> None:
    """Wait for the rows that are to be changed, one after another; SQLite's writers queue anyway."""
    if connection.dialect.name != "postgresql":
        return
    keys = table.primary_key.columns
    rows = select(*keys).where(*which).order_by(*keys).with_for_update().subquery()
    await connection.execute(select(func.count()).select_from(rows))
