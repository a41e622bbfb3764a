"""The way out, looked at afterwards: by the chat it was for, and by operators."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, select, update

from bot.store.anew import begin_anew
from bot.store.database import Database
from bot.store.dead_letters import DeadLetters
from bot.store.doubts import doubts_of, resend
from bot.store.tables import alerts, digests
from bot.store.turns import take
from handlers import Asker
from handlers._mail import Dead, Doubts

STANDING = {"digest": digests, "alert": alerts}


@dataclass(frozen=True, slots=True, eq=False)
class SqlMail:
    """Reads ledger and outbox; ``poisoned`` are the reasons that say that work was given up."""

    database: Database
    poisoned: Collection[str]

    async def doubts(self, chat_id: int) -> Doubts:
        """What a chat may not have got."""
        return await doubts_of(self.database, chat_id)

    async def resend(self, asker: Asker) -> int:
        """Send a chat again what it may not have got."""
        return await resend(self.database, asker)

    async def dead(self) -> Sequence[Dead]:
        """Letters, then standing questions that ended processes."""
        letters = await DeadLetters(self.database).all()
        found = [Dead(one.key, "letter", one.why, one.attempts) for one in letters]
        async with self.database.reading() as connection:
            for table in STANDING.values():
                question = select(table.c.id, table.c.paused_why, table.c.attempts)
                rows = await connection.execute(
                    question.where(self._is_poisoned(table)).order_by(table.c.id.desc())
                )
                for number, why, attempts in rows:
                    found.append(_standing(table, number, why, attempts))
        return found

    async def requeue(self, name: str | None = None) -> int:
        """Take up again what was given up, one or all; an alert begins anew."""
        kind, _, number = (name or "").partition(":")
        if name is not None and not (kind in STANDING and number.isdecimal()):
            return await DeadLetters(self.database).requeue(name)
        revived = 0 if name else await DeadLetters(self.database).requeue()
        async with self.database.writing() as connection:
            for table in (STANDING[kind],) if name else STANDING.values():
                which = (self._is_poisoned(table), *((table.c.id == int(number),) if name else ()))
                await take(connection, table, *which)
                if table is alerts:
                    await begin_anew(connection, *which, now_ms=self.database.clock.now_ms())
                changed = await connection.execute(
                    update(table)
                    .where(*which)
                    .values(paused_why=None, attempts=0, holder=None)
                    .returning(table.c.id)
                )
                revived += len(changed.all())
        return revived

    def _is_poisoned(self, table: Table) -> ColumnElement[bool]:
        return table.c.paused_why.in_(self.poisoned)


def _standing(table: Table, number: int, why: str, attempts: int) -> Dead:
    if table is digests:
        return Dead(f"digest:{number}", "digest", why, attempts)
    return Dead(f"alert:{number}", "alert", why, attempts)
