"""Saved positions in the database."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from analytics.errors import RequestError
from bot.store.database import Database
from bot.store.tables import book
from handlers import SavedPosition, position_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class SqlBook:
    """Keeps the canonical words of each position; they are read again by the grammar."""

    database: Database

    async def positions(self, owner_id: int) -> Mapping[str, SavedPosition]:
        """All positions of an owner by name, in the order of the alphabet."""
        question = (
            select(book.c.name, book.c.position)
            .where(book.c.owner_id == owner_id)
            .order_by(book.c.name)
        )
        async with self.database.reading() as connection:
            rows = (await connection.execute(question)).all()
        found = (_position(name, words) for name, words in rows)
        return {position.name: position for position in found if position is not None}

    async def save(self, owner_id: int, position: SavedPosition) -> None:
        """Keep a position, in place of one with the same name."""
        values = {"position": str(position), "changed_ms": self.database.clock.now_ms()}
        insert = self.database.insert(book).values(owner_id=owner_id, name=position.name, **values)
        async with self.database.writing() as connection:
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["owner_id", "name"], set_=values)
            )

    async def delete(self, owner_id: int, name: str) -> bool:
        """Forget a position; False where there is none of that name."""
        forget = (
            delete(book)
            .where(book.c.owner_id == owner_id, book.c.name == name)
            .returning(book.c.name)
        )
        async with self.database.writing() as connection:
            return (await connection.execute(forget)).scalar() is not None


def _position(name: str, words: str) -> SavedPosition | None:
    try:
        return SavedPosition(name, position_of(words))
    except RequestError:
        # A newer grammar may not read what an older one wrote; the row is kept for its repair.
        log.exception("a saved position cannot be read any more")
        return None
