"""Chats that move, close, open again, and what waits meanwhile.

Every table with a ``chat_id`` or ``owner_id`` takes part in a move: the list comes from the
metadata, so that no table that is added later can be forgotten.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.language import later
from bot.store.anew import begin_anew
from bot.store.clock import database_now_ms, datetime_of, ms_of
from bot.store.database import Database
from bot.store.digest_recovery import forgive_missed
from bot.store.letters import Kind
from bot.store.tables import alerts, book, chats, digests, metadata, moves, outbox
from bot.store.turns import TABLES, take
from bot.store.unheard import untell
from handlers import Room

CHAT_CLOSED = later("this chat was closed to me")
TOPIC_CLOSED = later("its topic is closed")
SUBSCRIPTIONS = (digests, alerts)


@dataclass(frozen=True, slots=True)
class Resumed:
    """What goes on in a chat that is open again."""

    digests: int = 0
    alerts: int = 0


async def move_chat(database: Database, old: int, new: int) -> None:
    """Rewrite a chat's id in all tables, in one transaction."""
    async with database.writing() as connection:
        for table in TABLES:
            await take(connection, table, table.c.chat_id.in_((old, new)))
        await _merge_agreements(connection, old, new)
        await _merge_books(connection, old, new)
        for table in metadata.tables.values():
            # Whoever asked anonymously asked as the group: its id stands for a person too.
            for column in (table.c.get("chat_id"), table.c.get("owner_id")):
                if column is not None:
                    await _rewrite(connection, table, column, old, new)
        move = database.insert(moves).values(chat_id=new, was=old)
        await connection.execute(move.on_conflict_do_nothing())


async def former_id(database: Database, chat_id: int) -> int | None:
    """The id of a supergroup when it was a group; None where it never was one that we knew."""
    question = select(moves.c.was).where(moves.c.chat_id == chat_id)
    async with database.reading() as connection:
        return (await connection.execute(question)).scalar()


async def close_reason(database: Database, chat_id: int) -> str | None:
    """Why nothing can be written in a chat; None where it can."""
    question = select(chats.c.closed_why).where(chats.c.chat_id == chat_id)
    async with database.reading() as connection:
        return (await connection.execute(question)).scalar()


async def close_chat(
    database: Database, connection: AsyncConnection, chat_id: int, why: str
) -> bool:
    """Pause everything in a chat and drop its letters; True where it had been open until now.

    Alerts that were to be told in them are told when the chat is open again, if they still fire.
    """
    closed = {"closed_why": why, "closed_ms": database.clock.now_ms()}
    insert = database.insert(chats).values(chat_id=chat_id, **closed)
    changed = await connection.execute(
        insert.on_conflict_do_update(
            index_elements=["chat_id"],
            set_=closed,
            where=chats.c.closed_why.is_(None),
        ).returning(chats.c.chat_id)
    )
    is_new = changed.scalar() is not None
    await _take_all(connection, chat_id)
    for table in SUBSCRIPTIONS:
        await connection.execute(
            update(table)
            .where(table.c.chat_id == chat_id, table.c.paused_why.is_(None))
            .values(paused_why=CHAT_CLOSED)
        )
    dropped = await connection.execute(
        delete(outbox)
        .where(outbox.c.chat_id == chat_id, outbox.c.buried_ms.is_(None))
        .returning(outbox.c.kind, outbox.c.subscription)
    )
    unheard = [row.subscription for row in dropped if row.kind == Kind.ALERT]
    await untell(connection, unheard, asleep=CHAT_CLOSED)
    return is_new


async def open_chat(
    database: Database, chat_id: int, *, now: datetime | None = None
) -> Resumed | None:
    """Go on in a chat that was closed; None where it was not.

    Alerts that have missed a look begin anew.
    """
    if await close_reason(database, chat_id) is None:
        return None
    async with database.writing() as connection:
        await connection.execute(
            update(chats).where(chats.c.chat_id == chat_id).values(closed_why=None, closed_ms=None)
        )
        await _take_all(connection, chat_id)
        of_chat = [
            (table, (table.c.chat_id == chat_id, table.c.paused_why == CHAT_CLOSED))
            for table in SUBSCRIPTIONS
        ]
        now = now or datetime_of(await database_now_ms(connection))
        await forgive_missed(connection, *of_chat[0][1], now=now)
        await begin_anew(connection, *of_chat[1][1], now_ms=ms_of(now))
        resumed = []
        for table, which in of_chat:
            gone_on = await connection.execute(
                update(table).where(*which).values(paused_why=None).returning(table.c.id)
            )
            resumed.append(len(gone_on.all()))
    return Resumed(*resumed)


async def close_topic(database: Database, room: Room) -> None:
    """Pause what belongs to a topic; alerts that wait go to the group itself."""
    async with database.writing() as connection:
        await _take_all(connection, room.chat_id)
        for table in SUBSCRIPTIONS:
            await connection.execute(
                update(table)
                .where(*_in(table, room), table.c.paused_why.is_(None))
                .values(paused_why=TOPIC_CLOSED)
            )
        waiting = (*_in(outbox, room), outbox.c.buried_ms.is_(None))
        await connection.execute(delete(outbox).where(*waiting, outbox.c.kind != "alert"))
        await connection.execute(update(outbox).where(*waiting).values(thread_id=None))


async def open_topic(database: Database, room: Room) -> None:
    """Go on in a topic that was closed, as in a chat."""
    async with database.writing() as connection:
        await _take_all(connection, room.chat_id)
        asleep = [
            (*_in(table, room), table.c.paused_why == TOPIC_CLOSED) for table in SUBSCRIPTIONS
        ]
        now = datetime_of(await database_now_ms(connection))
        await forgive_missed(connection, *asleep[0], now=now)
        await begin_anew(connection, *asleep[1], now_ms=ms_of(now))
        for table, which in zip(SUBSCRIPTIONS, asleep, strict=True):
            await connection.execute(update(table).where(*which).values(paused_why=None))


def _in(table: Table, room: Room) -> tuple[ColumnElement[bool], ...]:
    return table.c.chat_id == room.chat_id, table.c.thread_id == room.thread_id


async def _take_all(connection: AsyncConnection, chat_id: int) -> None:
    for table in (*SUBSCRIPTIONS, outbox):
        await take(connection, table, table.c.chat_id == chat_id)


async def _rewrite(
    connection: AsyncConnection, table: Table, column: Column[int], old: int, new: int
) -> None:
    await connection.execute(update(table).where(column == old).values({column.name: new}))


async def _merge_agreements(connection: AsyncConnection, old: int, new: int) -> None:
    """Where the new chat has agreed on something, that holds; its numbers are not given twice."""
    last, moved = await _last_number(connection, new), await _last_number(connection, old)
    if last is None or moved is None:
        return
    for table in SUBSCRIPTIONS:
        await connection.execute(
            update(table).where(table.c.chat_id == old).values(number=table.c.number + last)
        )
    await connection.execute(delete(chats).where(chats.c.chat_id == old))
    await connection.execute(
        update(chats).where(chats.c.chat_id == new).values(last_number=last + moved)
    )


async def _last_number(connection: AsyncConnection, chat_id: int) -> int | None:
    question = select(chats.c.last_number).where(chats.c.chat_id == chat_id)
    return (await connection.execute(question)).scalar()


async def _merge_books(connection: AsyncConnection, old: int, new: int) -> None:
    known = select(book.c.name).where(book.c.owner_id == new).scalar_subquery()
    await connection.execute(delete(book).where(book.c.owner_id == old, book.c.name.in_(known)))
