"""Updates that were received and are not yet answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update

from bot.store.clock import ms_before_now, now_ms
from bot.store.database import Database
from bot.store.tables import inbox

KEEP_IDS_FOR = timedelta(days=3)
"""Telegram repeats an unacknowledged update for a day."""


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """One update as Telegram sent it.

    ``lane`` is the chat whose order it belongs to; ``payload`` is its JSON; ``attempts`` counts
    how often its handling began.
    """

    update_id: int
    lane: int
    payload: str
    attempts: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Inbox:
    """A durable queue: what ``store`` has returned from survives any crash."""

    database: Database

    async def store(self, updates: Sequence[StoredUpdate]) -> list[StoredUpdate]:
        """Write updates down; return those that were not known yet."""
        if not updates:
            return []
        rows = [
            {
                "update_id": item.update_id,
                "lane": item.lane,
                "payload": item.payload,
                "received_ms": now_ms(),
            }
            for item in {item.update_id: item for item in updates}.values()
        ]
        async with self.database.writing() as connection:
            insert = self.database.insert(inbox).values(rows)
            # The count of inserted rows is not to be trusted on every driver; RETURNING is.
            answer = await connection.execute(
                insert.on_conflict_do_nothing().returning(inbox.c.update_id)
            )
            new = set(answer.scalars())
        return [item for item in updates if item.update_id in new]

    async def waiting(self) -> list[StoredUpdate]:
        """All unanswered updates in the order in which people sent them."""
        question = (
            select(inbox.c.update_id, inbox.c.lane, inbox.c.payload, inbox.c.attempts)
            .where(inbox.c.finished_ms.is_(None))
            .order_by(inbox.c.update_id)
        )
        async with self.database.reading() as connection:
            return [StoredUpdate(*row) for row in await connection.execute(question)]

    async def begin(self, update_id: int) -> None:
        """Count an attempt, so that an update that kills the process is not tried for ever."""
        async with self.database.writing() as connection:
            await connection.execute(
                update(inbox)
                .where(inbox.c.update_id == update_id)
                .values(attempts=inbox.c.attempts + 1)
            )

    async def finish(self, update_id: int) -> None:
        """Note that nothing remains to be done, and forget what was said."""
        async with self.database.writing() as connection:
            await connection.execute(
                update(inbox)
                .where(inbox.c.update_id == update_id)
                .values(finished_ms=now_ms(), payload="")
            )

    async def prune(self) -> None:
        """Forget the ids of updates that Telegram cannot repeat any more."""
        before = ms_before_now(KEEP_IDS_FOR)
        async with self.database.writing() as connection:
            await connection.execute(delete(inbox).where(inbox.c.finished_ms < before))
