"""What waits in the database and says what this version does not know: a newer one may have kept it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from bot.store.alert_rows import is_readable
from bot.store.database import Database
from bot.store.letters import Kind
from bot.store.replies import UnreadableReplyError, reply_of
from bot.store.tables import alerts, contents, digests, outbox


@dataclass(frozen=True, slots=True)
class Unreadable:
    """How many letters that wait, and digests and alerts that do not sleep, are left to others."""

    letters: int
    digests: int
    alerts: int


async def unreadable(database: Database, reads: Callable[[str], bool]) -> Unreadable:
    """Read all there is; ``reads`` tells whether the question of a digest can be read."""
    async with database.reading() as connection:
        waiting = select(outbox.c.kind, outbox.c.content_id).where(outbox.c.buried_ms.is_(None))
        letters = (await connection.execute(waiting)).all()
        said = select(contents.c.id, contents.c.reply).join(
            outbox, outbox.c.content_id == contents.c.id
        )
        unknown = {
            name for name, text in await connection.execute(said.distinct()) if not _is_known(text)
        }
        awake = select(digests.c.question).where(digests.c.paused_why.is_(None))
        questions = (await connection.execute(awake)).scalars().all()
        kept = select(alerts).where(alerts.c.paused_why.is_(None))
        rows = (await connection.execute(kept)).all()
    known = {question: reads(question) for question in set(questions)}
    return Unreadable(
        letters=sum(kind not in tuple(Kind) or name in unknown for kind, name in letters),
        digests=sum(not known[question] for question in questions),
        # A hundred thousand take some seconds.
        alerts=await asyncio.to_thread(lambda: sum(not is_readable(row) for row in rows)),
    )


def _is_known(text: str) -> bool:
    try:
        reply_of(text, None)
    except UnreadableReplyError:
        return False
    return True
