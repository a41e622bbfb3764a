"""Letters that wait, and what they tell of has changed meanwhile."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import database_now_ms
from bot.store.letters import Kind
from bot.store.tables import outbox

UNSENT = (outbox.c.holder.is_(None), outbox.c.buried_ms.is_(None))


async def release(connection: AsyncConnection, chat_id: int | None = None) -> None:
    """Let all alerts, or those of a chat, be due now; whoever still wants quiet puts them off."""
    now = await database_now_ms(connection)
    waits = (outbox.c.kind == Kind.ALERT, outbox.c.due_ms > now)
    theirs = () if chat_id is None else (outbox.c.chat_id == chat_id,)
    await connection.execute(update(outbox).where(*UNSENT, *waits, *theirs).values(due_ms=now))
