"""What somebody asked last in a chat, to be offered where a bare command asks back."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select

from bot.store.database import Database
from bot.store.tables import recents

MOST_KEPT = 4
LONGEST_WORDS = 48
"""What does not fit on a button is no shorter to tap than to type."""


@dataclass(frozen=True, slots=True, eq=False)
class Recents:
    """The last few questions of each person in each chat, without their commands."""

    database: Database

    async def remember(self, chat_id: int, owner_id: int, words: str) -> None:
        """Keep words as the newest, once, and as few as are offered."""
        words = " ".join(words.split())
        if not 0 < len(words) <= LONGEST_WORDS:
            return
        theirs = _theirs(chat_id, owner_id)
        newest = select(recents.c.id).where(*theirs).order_by(recents.c.id.desc()).limit(MOST_KEPT)
        row = {
            "chat_id": chat_id,
            "owner_id": owner_id,
            "words": words,
            "asked_ms": self.database.clock.now_ms(),
        }
        async with self.database.writing() as connection:
            await connection.execute(delete(recents).where(*theirs, recents.c.words == words))
            await connection.execute(insert(recents).values(row))
            kept = (await connection.execute(newest)).scalars().all()
            await connection.execute(delete(recents).where(*theirs, recents.c.id.not_in(kept)))

    async def of(self, chat_id: int, owner_id: int) -> list[str]:
        """What they asked, the newest first."""
        question = select(recents.c.words).where(*_theirs(chat_id, owner_id))
        async with self.database.reading() as connection:
            found = await connection.execute(question.order_by(recents.c.id.desc()))
            return list(found.scalars())


def _theirs(chat_id: int, owner_id: int) -> tuple[ColumnElement[bool], ...]:
    return recents.c.chat_id == chat_id, recents.c.owner_id == owner_id
