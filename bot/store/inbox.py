"""Updates that were received and are not yet answered.

All unfinished updates of a chat have the same holder, or none: so a chat keeps its order whichever
process Telegram tells of the next one. Whoever stores or takes waits for its turn.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import SOLE, Database
from bot.store.tables import inbox

KEEP_IDS_FOR = timedelta(days=3)
"""Telegram repeats an unacknowledged update for a day."""
CHATS_AT_ONCE = 200
"""Free chats that one process takes; the others are for its equals, or for later."""
STORE_LOCK = 0x494E424F58  # "INBOX": PostgreSQL's advisory lock around giving chats to processes
UNFINISHED = inbox.c.finished_ms.is_(None)
FREE = UNFINISHED & inbox.c.holder.is_(None)
UPDATES = (
    select(inbox.c.update_id, inbox.c.lane, inbox.c.payload, inbox.c.attempts)
    .where(UNFINISHED)
    .order_by(inbox.c.update_id)
)


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """One update as Telegram sent it.

    ``lane`` is the chat whose order it belongs to; ``payload`` is its JSON; ``attempts`` counts
    how often its handling began. ``is_fleeting`` where it is worthless after seconds: the inbox never
    sees it.
    """

    update_id: int
    lane: int
    payload: str
    attempts: int = 0
    is_fleeting: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Inbox:
    """A durable queue: what ``store`` has returned from survives any crash."""

    database: Database
    holder: str = SOLE

    async def store(self, updates: Sequence[StoredUpdate]) -> list[StoredUpdate]:
        """Write updates down; return those that were not known yet and are ours to handle.

        The others belong to chats that another process is busy with; it finds them by ``held``.
        """
        if not updates:
            return []
        async with self.database.writing() as connection:
            await self._turn(connection)
            busy = await self._busy(connection, {item.lane for item in updates})
            now = self.database.clock.now_ms()
            rows = [
                {
                    "update_id": item.update_id,
                    "lane": item.lane,
                    "payload": item.payload,
                    "received_ms": now,
                    "holder": busy.get(item.lane, self.holder),
                }
                for item in {item.update_id: item for item in updates}.values()
            ]
            insert = self.database.insert(inbox).values(rows)
            # The count of inserted rows is not to be trusted on every driver; RETURNING is.
            answer = await connection.execute(
                insert.on_conflict_do_nothing().returning(inbox.c.update_id, inbox.c.holder)
            )
            ours = {number for number, holder in answer if holder == self.holder}
        return [item for item in updates if item.update_id in ours]

    async def take(self) -> bool:
        """Take what nobody handles, chat by chat, the longest waiting first; False if nothing."""
        longest_waiting = (
            select(inbox.c.lane)
            .where(FREE)
            .group_by(inbox.c.lane)
            .order_by(func.min(inbox.c.update_id))
            .limit(CHATS_AT_ONCE)
        )
        if not await self._any_free():
            return False
        async with self.database.writing() as connection:
            await self._turn(connection)
            taken = await connection.execute(
                update(inbox)
                .where(FREE, inbox.c.lane.in_(longest_waiting))
                .values(holder=self.holder)
                .returning(inbox.c.update_id)
            )
            return taken.first() is not None

    async def held(self) -> list[StoredUpdate]:
        """Our unanswered updates in the order in which people sent them."""
        return await self._updates(inbox.c.holder == self.holder)

    async def waiting(self) -> list[StoredUpdate]:
        """All unanswered updates, whoever handles them."""
        return await self._updates()

    async def begin(self, update_id: int) -> bool:
        """Count an attempt, so that an update that kills the process is not tried for ever.

        False where there is nothing to do: it is finished, or was given to another process when
        this one was taken for dead.
        """
        async with self.database.writing() as connection:
            begun = await connection.execute(
                update(inbox)
                .where(inbox.c.update_id == update_id, *self._ours)
                .values(attempts=inbox.c.attempts + 1)
                .returning(inbox.c.update_id)
            )
            return begun.scalar() is not None

    async def finish(self, update_id: int) -> None:
        """Note that nothing remains to be done, and forget what was said and where."""
        await self.strike_off([update_id])

    async def strike_off(self, update_ids: Sequence[int]) -> None:
        """``finish`` several at once."""
        async with self.database.writing() as connection:
            await connection.execute(
                update(inbox)
                .where(inbox.c.update_id.in_(update_ids), *self._ours)
                .values(finished_ms=self.database.clock.now_ms(), payload="", lane=0, holder=None)
            )

    async def prune(self) -> None:
        """Forget the ids of updates that Telegram cannot repeat any more."""
        before = self.database.clock.ms_before_now(KEEP_IDS_FOR)
        async with self.database.writing() as connection:
            await connection.execute(delete(inbox).where(inbox.c.finished_ms < before))

    @property
    def _ours(self) -> tuple[ColumnElement[bool], ...]:
        return (UNFINISHED, inbox.c.holder == self.holder)

    async def _updates(self, *conditions: ColumnElement[bool]) -> list[StoredUpdate]:
        async with self.database.reading() as connection:
            rows = await connection.execute(UPDATES.where(*conditions))
            return [StoredUpdate(*row) for row in rows]

    async def _any_free(self) -> bool:
        async with self.database.reading() as connection:
            found = await connection.execute(select(inbox.c.update_id).where(FREE).limit(1))
            return found.first() is not None

    async def _turn(self, connection: AsyncConnection) -> None:
        """Keep two processes from giving one chat to each of them; SQLite's writers queue anyway."""
        if connection.dialect.name == "postgresql":
            await connection.execute(select(func.pg_advisory_xact_lock(STORE_LOCK)))

    async def _busy(
        self, connection: AsyncConnection, lanes: Collection[int]
    ) -> dict[int, str | None]:
        """Who handles these chats now; None where their updates wait to be taken."""
        rows = await connection.execute(
            select(inbox.c.lane, func.max(inbox.c.holder).label("holder"))
            .where(UNFINISHED, inbox.c.lane.in_(lanes))
            .group_by(inbox.c.lane)
        )
        return {row.lane: row.holder for row in rows}
