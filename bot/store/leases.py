"""Tasks that exactly one process does at a time."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_

from bot.store.clock import MILLISECOND, database_now_ms
from bot.store.database import Database
from bot.store.tables import leases

LENGTH = timedelta(seconds=6)


@dataclass(frozen=True, slots=True, eq=False)
class Lease:
    """The right to do a task, for a while, by the database's clock."""

    database: Database
    name: str
    holder: str
    length: timedelta = LENGTH

    async def take(self) -> bool:
        """Take or prolong it for its length; False while it is another's."""
        async with self.database.writing() as connection:
            now = await database_now_ms(connection)
            values = {"holder": self.holder, "until_ms": now + self.length // MILLISECOND}
            answer = await connection.execute(
                self.database.insert(leases)
                .values(name=self.name, **values)
                .on_conflict_do_update(
                    index_elements=["name"],
                    set_=values,
                    where=or_(leases.c.holder == self.holder, leases.c.until_ms <= now),
                )
                .returning(leases.c.name)
            )
            return answer.scalar() is not None

    async def release(self) -> None:
        """Leave it to others at once."""
        async with self.database.writing() as connection:
            await connection.execute(
                delete(leases).where(leases.c.name == self.name, leases.c.holder == self.holder)
            )
