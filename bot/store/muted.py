"""Which chats have alerts that say nothing for a while."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select

from bot.store.clock import datetime_of, ms_of
from bot.store.database import Database
from bot.store.tables import alerts, chats
from handlers._daily.remarks import Muted

AT_ONCE = 500


async def muted_alerts(
    database: Database, chat_ids: Collection[int], now: datetime
) -> Mapping[int, Muted]:
    """How many alerts of each chat are muted, and until when the chat mutes them."""
    muted_chats = (
        select(chats.c.chat_id, chats.c.muted_until_ms, func.count())
        .join(alerts, alerts.c.chat_id == chats.c.chat_id)
        .where(chats.c.muted_until_ms > ms_of(now), alerts.c.paused_why.is_(None))
        .group_by(chats.c.chat_id, chats.c.muted_until_ms)
    )
    wanted, found = list(chat_ids), {}
    async with database.reading() as connection:
        for start in range(0, len(wanted), AT_ONCE):
            some = chats.c.chat_id.in_(wanted[start : start + AT_ONCE])
            for chat_id, until, count in await connection.execute(muted_chats.where(some)):
                found[chat_id] = Muted(count, datetime_of(until))
    return found
