"""One computation of an equal question, however many processes are asked it at the same time.

The first writes the question down and computes; the others wait for what it finds. If it dies, its
row is freed with all it held, and one who waits computes. Failures are nobody else's: the row is
taken back, and the next one tries for itself.
"""

import asyncio
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from bot.store.contents import keep_content, kept_reply
from bot.store.database import Database, DatabaseError
from bot.store.replies import UnreadableReplyError
from bot.store.tables import computations, contents, ledger, outbox
from handlers import Reply

log = logging.getLogger(__name__)
SETS = re.compile(r"frozenset\(\{([^{}]*)\}\)")

LOOK_EVERY_S = 0.1
PATIENCE_S = 60.0
"""Who has waited so long computes without asking: something is wrong with the other one."""
KEEP_FOR = timedelta(minutes=10)

Compute = Callable[[], Awaitable[Reply]]


def computation_key(*words: object) -> str | None:
    """A name for equal words in all processes; None where one says only where it lies in memory."""
    # Sets of words stand in another order in each process.
    said = SETS.sub(lambda found: str(sorted(found[1].split(", "))), repr(words))
    if " at 0x" in said:
        return None
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Computations:
    """What is being computed, and what was found lately."""

    database: Database
    holder: str
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def shared(self, key: str, compute: Compute) -> Reply:
        """The reply that belongs to a key, from whoever computes it."""
        try:
            reply = await self._found_or_begun(key)
        except DatabaseError as error:
            log.warning("a question is answered without asking others: %s", error)
            return await compute()
        return await self._computed(key, compute) if reply is None else reply

    async def is_found(self, key: str) -> bool:
        """Whether somebody has found it lately, so that it costs nothing to be told."""
        try:
            return (await self._row(key))[1] is not None
        except DatabaseError:
            return False

    async def prune(self) -> None:
        """Forget old computations, and those of their replies that no message needs."""
        before = self.database.clock.ms_before_now(KEEP_FOR)
        needed = (
            select(table.c.content_id)
            .where(table.c.content_id == contents.c.id)
            .correlate(contents)
            .exists()
            for table in (computations, outbox, ledger)
        )
        async with self.database.writing() as connection:
            forgotten = await connection.execute(
                delete(computations)
                .where(computations.c.made_ms < before)
                .returning(computations.c.content_id)
            )
            names = [name for name in forgotten.scalars() if name is not None]
            # A reply that was kept again meanwhile is somebody's.
            unneeded = [contents.c.made_ms < before, *(~each for each in needed)]
            await connection.execute(delete(contents).where(contents.c.id.in_(names), *unneeded))

    async def _found_or_begun(self, key: str) -> Reply | None:
        """What another has found; None where it is ours to compute."""
        waited = 0.0
        while waited < PATIENCE_S:
            holder, content_id = await self._row(key)
            if content_id is not None:
                with suppress(UnreadableReplyError):
                    return await kept_reply(self.database, content_id)
                # A newer version has found it: it is computed once more as this one says it.
                return None
            if holder in (None, self.holder):
                if await self._begun(key):
                    return None
            else:
                await self.sleep(LOOK_EVERY_S)
                waited += LOOK_EVERY_S
        log.warning("another process takes too long for a question")
        return None

    async def _computed(self, key: str, compute: Compute) -> Reply:
        try:
            reply = await compute()
        except BaseException:
            with suppress(DatabaseError):
                await self._give_up(key)
            raise
        try:
            await self._keep(key, reply)
        except DatabaseError as error:
            log.warning("a reply is not shared with others: %s", error)
        return reply

    async def _row(self, key: str) -> tuple[str | None, str | None]:
        question = select(computations.c.holder, computations.c.content_id)
        async with self.database.reading() as connection:
            found = await connection.execute(question.where(computations.c.key == key))
            row = found.one_or_none()
        return (row.holder, row.content_id) if row else (None, None)

    async def _begun(self, key: str) -> bool:
        """Whether we are the one who computes; a row of our own is a leftover."""
        values = {"holder": self.holder, "made_ms": self.database.clock.now_ms()}
        is_free = or_(computations.c.holder.is_(None), computations.c.holder == self.holder)
        async with self.database.writing() as connection:
            begun = await connection.execute(
                self.database.insert(computations)
                .values(key=key, **values)
                .on_conflict_do_update(
                    index_elements=["key"],
                    set_=values,
                    where=computations.c.content_id.is_(None) & is_free,
                )
                .returning(computations.c.key)
            )
            return begun.scalar() is not None

    async def _keep(self, key: str, reply: Reply) -> None:
        now = self.database.clock.now_ms()
        async with self.database.writing() as connection:
            name = await keep_content(self.database, connection, reply)
            await connection.execute(
                update(computations)
                .where(computations.c.key == key, computations.c.content_id.is_(None))
                .values(content_id=name, holder=None, made_ms=now)
            )

    async def _give_up(self, key: str) -> None:
        async with self.database.writing() as connection:
            await connection.execute(
                delete(computations).where(
                    computations.c.key == key,
                    computations.c.holder == self.holder,
                    computations.c.content_id.is_(None),
                )
            )
