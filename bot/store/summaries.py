"""Messages of several alerts that wait, of which one has nothing to say any more."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.contents import keep_content
from bot.store.database import Database
from bot.store.letters import page_keys
from bot.store.replies import UnreadableReplyError, reply_of
from bot.store.tables import contents, ledger, outbox
from bot.store.turns import take
from handlers._watch.summary import without

SUMMARY = "alerts:"
"""What their names begin with."""


@dataclass(frozen=True, slots=True, eq=False)
class Summaries:
    """The messages of several alerts of one chat, in the caller's transaction."""

    database: Database
    connection: AsyncConnection

    async def leave_out(self, chat_id: int, subscription: str) -> bool:
        """Let those that wait be silent about one alert; False where none spoke of it.

        One of which a part may have arrived stays as it is; whoever holds one that has changed claims
        it anew.
        """
        where = (
            outbox.c.chat_id == chat_id,
            outbox.c.key.startswith(SUMMARY),
            outbox.c.buried_ms.is_(None),
        )
        await take(self.connection, outbox, *where)
        question = (
            select(outbox.c.key, outbox.c.subscription, contents.c.reply)
            .join(contents, contents.c.id == outbox.c.content_id)
            .where(*where)
            .order_by(outbox.c.key)
        )
        found = (await self.connection.execute(question)).all()
        theirs = [row for row in found if subscription in (row.subscription or "").split()]
        return any([await self._left_out(row, subscription) for row in theirs])

    async def _left_out(self, row: Row[*tuple[Any, ...]], subscription: str) -> bool:
        begun = select(exists().where(ledger.c.key.in_(page_keys(row.key))))
        if (await self.connection.execute(begun)).scalar_one():
            return False
        try:
            before = reply_of(row.reply, None)
        except UnreadableReplyError:
            # A newer version wrote it: it stays as it is.
            return False
        after = without(before, f"{subscription}:")
        if after is before:
            return False
        this = outbox.c.key == row.key
        if after is None:
            await self.connection.execute(delete(outbox).where(this))
            return True
        others = [one for one in row.subscription.split() if one != subscription]
        content = await keep_content(self.database, self.connection, after)
        told = update(outbox).where(this)
        await self.connection.execute(
            told.values(content_id=content, subscription=" ".join(others))
        )
        return True
