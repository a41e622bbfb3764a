"""Forgetting somebody for good, however often the process is killed on the way.

The request to be forgotten, its answer and its traces carry the number themselves, and are written
after everything else is gone. So the first transaction leaves a row in ``farewells``; when the
request is answered and nothing of before is under way any more, a second one removes what was left,
the row included. What begins after the answer is a new acquaintance and stays.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Row, Table, case, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.buttons import LIFETIME
from bot.store.clock import MILLISECOND, SharedClock
from bot.store.contents import forget_unneeded
from bot.store.database import Database
from bot.store.personal import belongs, gate_names, personal_tables
from bot.store.tables import (
    alerts,
    buttons,
    chats,
    digests,
    farewells,
    gates,
    inbox,
    ledger,
    outbox,
)
from bot.store.turns import take
from handlers._memory import FORGET_CONFIRMED

log = logging.getLogger(__name__)

LOOK_EVERY_S = 3.0
GATES_WITHIN = timedelta(minutes=10)
"""A limit that is in use for longer belongs to the chat that began anew."""
CLOSED_CHATS_FOR = timedelta(days=90)
AT_ONCE = 100
ANSWER = re.compile(r"(?:progress:)?(?:reply|edit):(\d+)(?::.*)?")
"""The keys of messages that answer an update."""
NOT_HELD = outbox.c.holder.is_(None)
STANDING = (digests, alerts, outbox)
"""Whoever works on a subscription may post its letter: so letters are looked at last."""


async def forget(
    database: Database, connection: AsyncConnection, somebody: int, *, update_id: int = 0
) -> None:
    """Delete everything of a chat or person in the caller's transaction, and promise the rest."""
    await take(connection, chats, chats.c.chat_id == somebody)
    for table in STANDING:
        free = (NOT_HELD,) if table is outbox else ()
        await take(connection, table, belongs(table, somebody), *free)
    for table in STANDING:
        await _hand_over(connection, table, somebody)
    kept = {
        # Somebody is sending these at this moment.
        outbox: NOT_HELD,
        # A tap that a crash makes happen twice must find its button twice.
        buttons: buttons.c.question != FORGET_CONFIRMED,
    }
    others = [table for table in personal_tables() if table not in (*STANDING, ledger, farewells)]
    for table in (*STANDING, *others):
        gone = delete(table).where(belongs(table, somebody))
        await connection.execute(gone.where(kept[table]) if table in kept else gone)
    now = database.clock.now_ms()
    is_held_up = await _is_older_under_way(connection, somebody, update_id, now)
    promise = {"asked_ms": now, "until_ms": now + is_held_up}
    # Two admins may ask at once: both answers belong to what is forgotten.
    newest = case((farewells.c.update_id > update_id, farewells.c.update_id), else_=update_id)
    await connection.execute(
        database.insert(farewells)
        .values(chat_id=somebody, update_id=update_id, **promise)
        .on_conflict_do_update(index_elements=["chat_id"], set_=promise | {"update_id": newest})
    )


@dataclass(frozen=True, slots=True, eq=False)
class Farewells:
    """The loop that removes the last traces."""

    database: Database
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self) -> None:
        """Look every few seconds; a database that does not answer is the caller's to wait for."""
        # The process before may have ended after it had parted, and before the log was emptied.
        is_log_empty = False
        while True:
            parted = await self.look()
            if parted:
                await self.database.rewrite()
            if parted or not is_log_empty:
                is_log_empty = await self.database.truncate_log()
            await self.sleep(LOOK_EVERY_S)

    async def look(self) -> int:
        """Part from everybody whose request is answered; how many that were."""
        async with self.database.reading() as connection:
            waiting = (await connection.execute(select(farewells.c.chat_id))).scalars().all()
        parted = 0
        for somebody in waiting:
            async with self.database.writing() as connection:
                parted += await _parted(connection, somebody, self.database.clock)
        if parted:
            log.info("%d were forgotten", parted)
        return parted

    async def forget_closed(self) -> int:
        """Forget chats that have been closed to us for long; how many that were."""
        long_ago = chats.c.closed_ms < self.database.clock.ms_before_now(CLOSED_CHATS_FOR)
        some = select(chats.c.chat_id).where(long_ago)
        async with self.database.reading() as connection:
            found = (await connection.execute(some.limit(AT_ONCE))).scalars().all()
        gone = 0
        for chat_id in found:
            async with self.database.writing() as connection:
                # Others may be looking too, or somebody may have come back.
                still = some.where(chats.c.chat_id == chat_id).with_for_update()
                if (await connection.execute(still)).scalar() is not None:
                    await forget(self.database, connection, chat_id)
                    gone += 1
        return gone


async def _hand_over(
    connection: AsyncConnection, table: Table, somebody: int, *which: ColumnElement[bool]
) -> None:
    """Give a group what somebody has set in it: it stays there, without their number."""
    # Whoever is sending a letter has read whose it is.
    which = (*which, NOT_HELD) if table is outbox else which
    elsewhere = (table.c.owner_id == somebody, table.c.chat_id != somebody, *which)
    await connection.execute(update(table).where(*elsewhere).values(owner_id=table.c.chat_id))


async def _parted(connection: AsyncConnection, somebody: int, clock: SharedClock) -> bool:
    """Remove what was written until the request was answered; False where it is too early."""
    question = select(farewells).where(farewells.c.chat_id == somebody).with_for_update()
    row = (await connection.execute(question)).one_or_none()
    if row is None:
        return False
    if await _is_older_under_way(connection, somebody, row.update_id, row.asked_ms):
        held_up = update(farewells).where(farewells.c.chat_id == somebody)
        await connection.execute(held_up.values(until_ms=clock.now_ms()))
        return False
    is_open = inbox.c.finished_ms.is_(None) & (inbox.c.update_id == row.update_id)
    if (await connection.execute(select(exists().where(is_open)))).scalar():
        return False
    until = await _answered_ms(connection, row)
    if row.until_ms > row.asked_ms:
        # Something older was under way after the request: its traces are as new as this moment.
        until = max(until, clock.now_ms())
    await _remove_traces(connection, row, until=until)
    if not await _are_gates_gone(connection, row, clock):
        return False
    await connection.execute(delete(farewells).where(farewells.c.chat_id == somebody))
    return True


async def _is_older_under_way(
    connection: AsyncConnection, somebody: int, update_id: int, asked_ms: int
) -> bool:
    """Whether anything from before the request is still being answered or sent."""
    asked_before = select(inbox.c.update_id).where(
        inbox.c.finished_ms.is_(None),
        inbox.c.update_id < update_id,
        # In a group's lane too somebody may wait for an answer, and for its buttons.
        or_(inbox.c.lane == somebody, inbox.c.payload.contains(str(somebody))),
    )
    on_its_way = select(outbox.c.key).where(
        belongs(outbox, somebody), ~NOT_HELD, outbox.c.created_ms <= asked_ms
    )
    found = await connection.execute(select(or_(exists(asked_before), exists(on_its_way))))
    return bool(found.scalar())


async def _answered_ms(connection: AsyncConnection, row: Row[tuple[int, int, int, int]]) -> int:
    question = select(inbox.c.finished_ms).where(inbox.c.update_id == row.update_id)
    finished = (await connection.execute(question)).scalar()
    return int(max(row.asked_ms, finished or 0))


async def _remove_traces(
    connection: AsyncConnection, row: Row[tuple[int, int, int, int]], *, until: int
) -> None:
    """Remove what was written until a moment."""
    await _remove_sent(connection, row, until=until)
    is_old = outbox.c.created_ms <= until
    await take(connection, outbox, belongs(outbox, row.chat_id), is_old, NOT_HELD)
    await _hand_over(connection, outbox, row.chat_id, is_old)
    await connection.execute(delete(outbox).where(belongs(outbox, row.chat_id), is_old, NOT_HELD))
    expires = buttons.c.expires_ms <= until + LIFETIME // MILLISECOND
    await connection.execute(delete(buttons).where(belongs(buttons, row.chat_id), expires))
    await forget_unneeded(connection)


async def _remove_sent(
    connection: AsyncConnection, row: Row[tuple[int, int, int, int]], *, until: int
) -> None:
    """Remove what was sent, but answers to later questions: one on its way must not go twice."""
    sent = select(ledger.c.key).where(ledger.c.chat_id == row.chat_id, ledger.c.created_ms <= until)
    found = await connection.execute(sent.order_by(ledger.c.key))
    keys = [key for key in found.scalars() if not _is_later(key, row)]
    for at in range(0, len(keys), AT_ONCE):
        some = ledger.c.key.in_(keys[at : at + AT_ONCE])
        await take(connection, ledger, some)
        await connection.execute(delete(ledger).where(some))


def _is_later(key: str, row: Row[tuple[int, int, int, int]]) -> bool:
    """Whether a message answers a question that came after the request."""
    update_id = ANSWER.fullmatch(key)
    return update_id is not None and 0 < row.update_id < int(update_id[1])


async def _are_gates_gone(
    connection: AsyncConnection, row: Row[tuple[int, int, int, int]], clock: SharedClock
) -> bool:
    """Delete limits that are open, which changes nothing; False where one is shut just now."""
    names = gates.c.name.in_(gate_names(row.chat_id))
    await connection.execute(delete(gates).where(names, gates.c.due_us < clock.now_ms() * 1000))
    shut = (await connection.execute(select(gates.c.name).where(names).limit(1))).scalar()
    return shut is None or row.asked_ms < clock.ms_before_now(GATES_WITHIN)
