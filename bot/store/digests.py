"""Daily digests in the database, as the chats that keep them see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.language import later, tr
from bot.store.clock import datetime_of, ms_of
from bot.store.database import Database
from bot.store.numbering import next_number
from bot.store.tables import digests
from bot.store.turns import take
from bot.store.waiting import withdraw
from handlers import Room
from handlers._daily.digest import MOST_DIGESTS, Digest, NewDigest, TooManyDigestsError
from handlers._daily.schedule import DailyTime

FULL = later("{most} digests is the limit of a chat. Turn one off: /daily")


@dataclass(frozen=True, slots=True, eq=False)
class SqlDigests:
    """One row a digest; its number is taken from the chat's own count."""

    database: Database

    async def of_chat(self, chat_id: int) -> Sequence[Digest]:
        """All digests of a chat by number, paused ones too."""
        question = _all().where(digests.c.chat_id == chat_id).order_by(digests.c.number)
        async with self.database.reading() as connection:
            return [_digest(row) for row in await connection.execute(question)]

    async def add(self, new: NewDigest) -> Digest:
        """Keep a digest; on a known occasion, the digest that was made on it.

        Raises
        ------
        TooManyDigestsError
            The chat has ``MOST_DIGESTS`` already.

        """
        async with self.database.writing() as connection:
            # Taking the number first makes two requests of one chat wait for each other.
            number = await next_number(self.database, connection, new.room.chat_id)
            known = await connection.execute(_all().where(digests.c.occasion == new.occasion))
            row = known.one_or_none()
            if row is None:
                await _refuse_more(connection, new.room.chat_id)
                row = await self._inserted(connection, new, number)
        return _digest(row)

    async def reword(self, digest_id: int, question: str) -> Digest | None:
        """Let a digest ask something else from now on."""
        return await self._changed(digest_id, {"question": question})

    async def move(self, digest_id: int, at: DailyTime, due: datetime) -> Digest | None:
        """Let a digest come at another time from ``due`` on."""
        values = {"minute": at.minute, "zone": at.zone, "due_ms": ms_of(due)}
        return await self._changed(digest_id, values)

    async def resume(self, digest_id: int, due: datetime, last: date) -> Digest | None:
        """Let a paused digest come again; what it missed before ``due`` is settled."""
        values = {"due_ms": ms_of(due), "last_date": last.isoformat()}
        return await self._changed(digest_id, values | {"paused_why": None, "attempts": 0})

    async def delete(self, digest_ids: Sequence[int]) -> None:
        """Forget digests and what waits of them; their numbers are not given again."""
        forget = delete(digests).where(digests.c.id.in_(digest_ids))
        async with self.database.writing() as connection:
            await take(connection, digests, digests.c.id.in_(digest_ids))
            gone = await connection.execute(forget.returning(digests.c.id, digests.c.chat_id))
            await withdraw(connection, "digest", {row.id: row.chat_id for row in gone})

    async def _changed(self, digest_id: int, values: Mapping[str, object]) -> Digest | None:
        change = update(digests).where(digests.c.id == digest_id).values(**values)
        async with self.database.writing() as connection:
            await connection.execute(change)
            found = await connection.execute(_all().where(digests.c.id == digest_id))
            row = found.one_or_none()
        return _digest(row) if row else None

    async def _inserted(self, connection: AsyncConnection, new: NewDigest, number: int) -> Row[Any]:
        insert = self.database.insert(digests).values(
            chat_id=new.room.chat_id,
            thread_id=new.room.thread_id,
            owner_id=new.owner_id,
            number=number,
            question=new.question,
            minute=new.at.minute,
            zone=new.at.zone,
            due_ms=ms_of(new.due),
            occasion=new.occasion,
            created_ms=self.database.clock.now_ms(),
        )
        return (await connection.execute(insert.returning(*_all().selected_columns))).one()


async def _refuse_more(connection: AsyncConnection, chat_id: int) -> None:
    count = select(func.count()).select_from(digests).where(digests.c.chat_id == chat_id)
    if (await connection.execute(count)).scalar_one() >= MOST_DIGESTS:
        raise TooManyDigestsError(tr(FULL, most=MOST_DIGESTS))


def _all() -> Select[Any]:
    return select(
        digests.c.id,
        digests.c.number,
        digests.c.owner_id,
        digests.c.chat_id,
        digests.c.thread_id,
        digests.c.question,
        digests.c.minute,
        digests.c.zone,
        digests.c.due_ms,
        digests.c.last_date,
        digests.c.paused_why,
    )


def _digest(row: Row[Any]) -> Digest:
    return Digest(
        id=row.id,
        number=row.number,
        owner_id=row.owner_id,
        room=Room(row.chat_id, row.thread_id),
        question=row.question,
        at=DailyTime(row.minute, row.zone),
        due=datetime_of(row.due_ms),
        last=date.fromisoformat(row.last_date) if row.last_date else None,
        paused_why=row.paused_why,
    )
