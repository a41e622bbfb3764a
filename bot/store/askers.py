"""Who asked for what in a chat."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import alerts, digests


async def askers_in(connection: AsyncConnection, chat_id: int) -> dict[int, list[str]]:
    """The open digests and alerts of each person there; an anonymous admin is none."""
    found: dict[int, list[str]] = {}
    for owner, question in (
        (digests.c.owner_id, digests.c.question),
        (alerts.c.owner_id, alerts.c.rule),
    ):
        table = owner.table
        standing = select(owner, question).where(table.c.chat_id == chat_id, owner > 0)
        open_ones = standing.where(table.c.paused_why.is_(None)).order_by(table.c.id)
        for person, words in await connection.execute(open_ones):
            found.setdefault(person, []).append(words)
    return found
