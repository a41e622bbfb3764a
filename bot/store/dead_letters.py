"""Letters that were given up: what an operator looks at, and may have tried again."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select, update

from bot.store.database import Database
from bot.store.ledger import KEEP_FOR, State
from bot.store.letters import page_keys
from bot.store.tables import ledger, outbox
from bot.store.turns import take

IN_ONE_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Dead:
    """A letter that was given up, and why."""

    key: str
    chat_id: int
    why: str
    attempts: int


@dataclass(frozen=True, slots=True, eq=False)
class DeadLetters:
    """The part of the outbox that nobody claims."""

    database: Database

    async def all(self) -> list[Dead]:
        """Letters that were given up, the newest first."""
        question = (
            select(outbox.c.key, outbox.c.chat_id, outbox.c.buried_why, outbox.c.attempts)
            .where(outbox.c.buried_ms.is_not(None))
            .order_by(outbox.c.buried_ms.desc())
        )
        async with self.database.reading() as connection:
            return [Dead(*row) for row in await connection.execute(question)]

    async def prune(self) -> None:
        """Forget letters that were given up so long ago that nobody knows what of them arrived."""
        async with self.database.writing() as connection:
            long_ago = outbox.c.buried_ms < self.database.clock.ms_before_now(KEEP_FOR)
            await connection.execute(delete(outbox).where(long_ago))

    async def requeue(self, key: str | None = None) -> int:
        """Try given-up letters again, one or all; return how many."""
        chosen: list[ColumnElement[bool]] = [outbox.c.buried_ms.is_not(None)]
        if key is not None:
            chosen.append(outbox.c.key == key)
        waits = {"buried_ms": None, "buried_why": None, "holder": None, "attempts": 0}
        async with self.database.writing() as connection:
            found = await connection.execute(select(outbox.c.key).where(*chosen))
            # A refusal is noted for ever, and would be taken for the answer.
            refused = sorted(page for known in found.scalars() for page in page_keys(known))
            for at in range(0, len(refused), IN_ONE_STATEMENT):
                some = ledger.c.key.in_(refused[at : at + IN_ONE_STATEMENT])
                await take(connection, ledger, some, ledger.c.state == State.FAILED)
                await connection.execute(delete(ledger).where(some, ledger.c.state == State.FAILED))
            await take(connection, outbox, *chosen)
            revived = await connection.execute(
                update(outbox)
                .where(*chosen)
                .values(waits | {"due_ms": self.database.clock.now_ms()})
                .returning(outbox.c.key)
            )
        return len(revived.all())
