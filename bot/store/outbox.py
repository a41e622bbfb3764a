"""The outbox: letters that wait, and who may send them."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import database_now_ms, ms_of
from bot.store.database import SOLE, Database
from bot.store.letters import HELD_COLUMNS, Held, Kind, held_of
from bot.store.tables import outbox
from bot.store.turns import take

CLAIM_LOCK = 0x4F5554424F58  # "OUTBOX": PostgreSQL's advisory lock around a claim
A_SECOND_MS = 1000
SUSPECT_AFTER = 2
"""Begun so often without an end, work may be what ends the process."""
OTHERS = tuple(kind for kind in Kind if kind is not Kind.ALERT)


@dataclass(frozen=True, slots=True, eq=False)
class Outbox:
    """Letters on their way: whoever has claimed one is the only one to send it."""

    database: Database
    holder: str = SOLE

    async def claim(self, most: int) -> list[Held]:
        """Take due letters of as many chats, alerts first; a chat has one letter taken at a time.

        A letter that may have ended processes before is left to ``claim_suspect``.
        """
        if not await self._is_any_due():
            return []
        async with self.database.writing() as connection:
            await self._take_turns(connection)
            now = await database_now_ms(connection)
            found: list[Held] = []
            for is_alert in (True, False):
                if len(found) < most:
                    first = _firsts(is_alert=is_alert, now=now).limit(most - len(found))
                    found += await self._taken(connection, first)
            return found

    async def claim_suspect(self) -> Held | None:
        """Take one letter that was held when a process ended more than once."""
        async with self.database.writing() as connection:
            await self._take_turns(connection)
            now = await database_now_ms(connection)
            suspects = _suspects(now).order_by(outbox.c.due_ms)
            taken = await self._taken(connection, suspects.limit(1))
            return taken[0] if taken else None

    async def has_suspects(self) -> bool:
        """Whether such a letter is due."""
        async with self.database.reading() as connection:
            now = await database_now_ms(connection)
            return (await connection.execute(_suspects(now).limit(1))).scalar() is not None

    async def finish(self, key: str) -> None:
        """Strike off a letter of which nothing remains to be done."""
        async with self.database.writing() as connection:
            await connection.execute(delete(outbox).where(outbox.c.key == key))

    async def postpone(self, key: str, wait: float) -> None:
        """Give a letter back for later; it is not the letter's fault."""
        async with self.database.writing() as connection:
            due = await database_now_ms(connection) + math.ceil(1000 * wait)
            await self._change(connection, key, due_ms=due, attempts=outbox.c.attempts - 1)

    async def hold_back(self, chat_id: int, wait: float) -> None:
        """Let no other digest or notice of a chat be claimed before it takes one.

        Alerts are asked for themselves: they wait for their chat where digests are put off.
        """
        async with self.database.writing() as connection:
            now = await database_now_ms(connection)
            theirs = outbox.c.chat_id == chat_id, outbox.c.kind != Kind.ALERT, *_due(outbox, now)
            await take(connection, outbox, *theirs)
            await connection.execute(
                update(outbox).where(*theirs).values(due_ms=now + math.ceil(1000 * wait))
            )

    async def fail(self, key: str, wait: float) -> None:
        """Give a letter back for later, and count it against the letter."""
        async with self.database.writing() as connection:
            due = await database_now_ms(connection) + math.ceil(1000 * wait)
            await self._change(connection, key, due_ms=due)

    async def bury(self, key: str, why: str) -> None:
        """Give a letter up; it stays in the list of the dead."""
        async with self.database.writing() as connection:
            now = self.database.clock.now_ms()
            await self._change(connection, key, buried_ms=now, buried_why=why)

    async def let_go(self, keys: Collection[str]) -> None:
        """Free what we hold beside ``keys``: the database fell silent in between."""
        lost = (
            outbox.c.holder == self.holder,
            outbox.c.key.not_in(keys),
            outbox.c.buried_ms.is_(None),
        )
        async with self.database.writing() as connection:
            await take(connection, outbox, *lost)
            await connection.execute(
                update(outbox).where(*lost).values(holder=None, attempts=outbox.c.attempts - 1)
            )

    async def quieten(self, chat_id: int, until: datetime) -> None:
        """Let all alerts of a chat wait until a moment, and ours for a second at least.

        Whoever takes an ended quiet for one that goes on would else take them at once, and again.
        """
        ours = outbox.c.holder == self.holder
        async with self.database.writing() as connection:
            soon = await database_now_ms(connection) + A_SECOND_MS
            due = max(ms_of(until), soon)
            waiting = (
                outbox.c.chat_id == chat_id,
                outbox.c.kind == Kind.ALERT,
                outbox.c.buried_ms.is_(None),
                or_(ours, and_(outbox.c.holder.is_(None), outbox.c.due_ms < due)),
            )
            await take(connection, outbox, *waiting)
            await connection.execute(
                update(outbox)
                .where(*waiting)
                .values(
                    due_ms=due,
                    holder=None,
                    attempts=case((ours, outbox.c.attempts - 1), else_=outbox.c.attempts),
                )
            )

    async def _is_any_due(self) -> bool:
        async with self.database.reading() as connection:
            now = await database_now_ms(connection)
            question = select(outbox.c.key).where(*_due(outbox, now)).limit(1)
            return (await connection.execute(question)).scalar() is not None

    async def _taken(self, connection: AsyncConnection, keys: Select[Any]) -> list[Held]:
        taken = await connection.execute(
            update(outbox)
            .where(outbox.c.key.in_(keys), outbox.c.holder.is_(None))
            .values(holder=self.holder, attempts=outbox.c.attempts + 1)
            .returning(*HELD_COLUMNS)
        )
        return sorted((held_of(row) for row in taken), key=lambda held: held.letter.due_ms)

    async def _change(self, connection: AsyncConnection, key: str, **values: object) -> None:
        ours = (outbox.c.key == key, outbox.c.holder == self.holder)
        await connection.execute(update(outbox).where(*ours).values(holder=None, **values))

    async def _take_turns(self, connection: AsyncConnection) -> None:
        # Else two processes could each see a chat without a letter on its way.
        if not self.database.turn:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({CLAIM_LOCK})"))


def _due(letters: FromClause, now: int) -> tuple[ColumnElement[bool], ...]:
    waits = letters.c.holder.is_(None), letters.c.buried_ms.is_(None)
    # Another kind is a newer version's, and left to it.
    return letters.c.due_ms <= now, *waits, letters.c.kind.in_(tuple(Kind))


def _is_of(letters: FromClause, *, is_alert: bool) -> ColumnElement[bool]:
    return letters.c.kind == Kind.ALERT if is_alert else letters.c.kind.in_(OTHERS)


def _suspects(now: int) -> Select[Any]:
    return select(outbox.c.key).where(*_due(outbox, now), outbox.c.attempts >= SUSPECT_AFTER)


def _firsts(*, is_alert: bool, now: int) -> Select[Any]:
    """The first due letter of each chat that has none on its way, the longest due first."""
    earlier, taken = outbox.alias("earlier"), outbox.alias("taken")
    is_preceded = exists().where(
        earlier.c.chat_id == outbox.c.chat_id,
        # Said so that only the index of chats helps: PostgreSQL, which has not counted yet a queue
        # that has just come, would read all that is due for each row.
        func.coalesce(earlier.c.holder, "") == "",
        earlier.c.due_ms <= now,
        earlier.c.buried_ms.is_(None),
        _is_of(earlier, is_alert=is_alert),
        earlier.c.attempts < SUSPECT_AFTER,
        tuple_(earlier.c.due_ms, earlier.c.key) < tuple_(outbox.c.due_ms, outbox.c.key),
    )
    is_busy = exists().where(
        taken.c.chat_id == outbox.c.chat_id,
        taken.c.holder.is_not(None),
        taken.c.buried_ms.is_(None),
    )
    return (
        select(outbox.c.key)
        .where(
            *_due(outbox, now),
            _is_of(outbox, is_alert=is_alert),
            outbox.c.attempts < SUSPECT_AFTER,
            ~is_preceded,
            ~is_busy,
        )
        .order_by(outbox.c.due_ms)
    )
