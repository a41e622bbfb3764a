"""Forgetting somebody for good, however often the process is killed on the way.

The request to be forgotten, its answer and its traces carry the number themselves, and are written
after everything else is gone. So the first transaction leaves a row in ``farewells``; when the
request is answered and nothing of before is under way any more, a second one removes what was left,
the row included. What begins after the answer is a new acquaintance and stays.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import (
    ColumnElement,
    Row,
    Table,
    and_,
    delete,
    exists,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.buttons import LIFETIME
from bot.store.clock import MILLISECOND, ms_before_now, now_ms
from bot.store.database import Database
from bot.store.personal import belongs, gate_names, personal_tables
from bot.store.tables import (
    alerts,
    buttons,
    chats,
    computations,
    contents,
    digests,
    farewells,
    gates,
    inbox,
    ledger,
    outbox,
)

log = logging.getLogger(__name__)

CONFIRMED = "/forget everything"
"""The button that asks for it; it must be found again where the answer is made twice."""
LOOK_EVERY_S = 3.0
GATES_WITHIN = timedelta(minutes=10)
"""A limit that is in use for longer belongs to the chat that began anew."""
CLOSED_CHATS_FOR = timedelta(days=90)
STANDING = (digests, alerts, outbox)
"""What somebody set in a group is the group's; it stays there without their number."""


async def forget(
    database: Database, connection: AsyncConnection, somebody: int, *, update_id: int = 0
) -> None:
    """Delete everything of a chat or person in the caller's transaction, and promise the rest."""
    for table in STANDING:
        elsewhere = and_(table.c.owner_id == somebody, table.c.chat_id != somebody)
        await connection.execute(update(table).where(elsewhere).values(owner_id=table.c.chat_id))
    await _delete_words(connection, outbox, and_(*_letters(somebody)))
    kept: dict[str, tuple[ColumnElement[bool], ...]] = {
        outbox.name: _letters(somebody),
        buttons.name: (belongs(buttons, somebody), buttons.c.question != CONFIRMED),
    }
    for table in personal_tables():
        if table not in (ledger, farewells):
            whose = kept.get(table.name, (belongs(table, somebody),))
            await connection.execute(delete(table).where(*whose))
    now = now_ms()
    promise = {"update_id": update_id, "asked_ms": now, "until_ms": now}
    await connection.execute(
        database.insert(farewells)
        .values(chat_id=somebody, **promise)
        .on_conflict_do_update(index_elements=["chat_id"], set_=promise)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Farewells:
    """The loop that removes the last traces."""

    database: Database
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self) -> None:
        """Look every few seconds; a database that does not answer is the caller's to wait for."""
        while True:
            await self.look()
            await self.sleep(LOOK_EVERY_S)

    async def look(self) -> int:
        """Part from everybody whose request is answered; how many that were."""
        async with self.database.reading() as connection:
            waiting = (await connection.execute(select(farewells.c.chat_id))).scalars().all()
        parted = 0
        for somebody in waiting:
            async with self.database.writing() as connection:
                parted += await _parted(connection, somebody)
        if parted:
            log.info("%d were forgotten", parted)
            await self.database.truncate_log()
        return parted

    async def forget_closed(self) -> int:
        """Forget chats that have been closed to us for long; how many that were."""
        long_ago = chats.c.closed_ms < ms_before_now(CLOSED_CHATS_FOR)
        async with self.database.writing() as connection:
            gone = (await connection.execute(select(chats.c.chat_id).where(long_ago))).scalars()
            found = gone.all()
            for chat_id in found:
                await forget(self.database, connection, chat_id)
        return len(found)


async def _parted(connection: AsyncConnection, somebody: int) -> bool:
    """Remove what was written until the request was answered; False where it is too early."""
    question = select(farewells).where(farewells.c.chat_id == somebody).with_for_update()
    row = (await connection.execute(question)).one_or_none()
    if row is None:
        return False
    if await _is_under_way(connection, row):
        await connection.execute(
            update(farewells).where(farewells.c.chat_id == somebody).values(until_ms=now_ms())
        )
        return False
    await _remove_traces(connection, somebody, until=await _answered_ms(connection, row))
    if not await _are_gates_gone(connection, row):
        return False
    await connection.execute(delete(farewells).where(farewells.c.chat_id == somebody))
    return True


async def _is_under_way(connection: AsyncConnection, row: Row[tuple[int, int, int, int]]) -> bool:
    """Whether the request, or anything from before it, is still being answered or sent."""
    asked_before = select(inbox.c.update_id).where(
        inbox.c.finished_ms.is_(None),
        or_(
            inbox.c.update_id == row.update_id,
            and_(
                inbox.c.update_id < row.update_id,
                # In a group's lane too somebody may wait for an answer, and for its buttons.
                or_(inbox.c.lane == row.chat_id, inbox.c.payload.contains(str(row.chat_id))),
            ),
        ),
    )
    on_its_way = select(outbox.c.key).where(
        belongs(outbox, row.chat_id),
        outbox.c.holder.is_not(None),
        outbox.c.created_ms <= row.asked_ms,
    )
    found = await connection.execute(select(or_(exists(asked_before), exists(on_its_way))))
    return bool(found.scalar())


async def _answered_ms(connection: AsyncConnection, row: Row[tuple[int, int, int, int]]) -> int:
    question = select(inbox.c.finished_ms).where(inbox.c.update_id == row.update_id)
    finished = (await connection.execute(question)).scalar()
    return int(max(row.asked_ms, row.until_ms, finished or 0))


async def _remove_traces(connection: AsyncConnection, somebody: int, *, until: int) -> None:
    sent = and_(ledger.c.chat_id == somebody, ledger.c.created_ms <= until)
    left = and_(belongs(outbox, somebody), outbox.c.created_ms <= until, outbox.c.holder.is_(None))
    for table, theirs in ((ledger, sent), (outbox, left)):
        await _delete_words(connection, table, theirs)
        await connection.execute(delete(table).where(theirs))
    expires = until + LIFETIME // MILLISECOND
    await connection.execute(
        delete(buttons).where(belongs(buttons, somebody), buttons.c.expires_ms <= expires)
    )


async def _are_gates_gone(connection: AsyncConnection, row: Row[tuple[int, int, int, int]]) -> bool:
    """Delete limits that are open, which changes nothing; False where one is shut just now."""
    names = gates.c.name.in_(gate_names(row.chat_id))
    await connection.execute(delete(gates).where(names, gates.c.due_us < now_ms() * 1000))
    shut = (await connection.execute(select(gates.c.name).where(names).limit(1))).scalar()
    return shut is None or row.asked_ms < ms_before_now(GATES_WITHIN)


async def _delete_words(
    connection: AsyncConnection, table: Table, theirs: ColumnElement[bool]
) -> None:
    """Delete what messages of theirs say, unless messages to others say the same."""
    others = (
        select(outbox.c.content_id).where(~theirs if table is outbox else true()),
        select(ledger.c.content_id).where(~theirs if table is ledger else true()),
        select(computations.c.content_id),
    )
    said = select(table.c.content_id).where(theirs, table.c.content_id.is_not(None))
    names = (await connection.execute(said)).scalars().all()
    unneeded = (
        contents.c.id.not_in(other.where(other.selected_columns[0].is_not(None)))
        for other in others
    )
    await connection.execute(delete(contents).where(contents.c.id.in_(names), *unneeded))


def _letters(somebody: int) -> tuple[ColumnElement[bool], ...]:
    """Letters that nobody is sending at this moment."""
    return belongs(outbox, somebody), outbox.c.holder.is_(None)
