"""Tasks that exactly one process does at a time."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, select

from bot.store.clock import MILLISECOND, database_now_ms
from bot.store.database import Database
from bot.store.tables import executors, leases

LENGTH = timedelta(seconds=30)
"""Of a task that ends with its holder: longer than a busy holder may be silent and yet alive."""


@dataclass(frozen=True, slots=True, eq=False)
class Lease:
    """The right to do a task, for a while, by the database's clock.

    ``ends_with_holder`` where it is free as soon as its holder is no living process any more.
    """

    database: Database
    name: str
    holder: str
    length: timedelta = LENGTH
    ends_with_holder: bool = False

    async def take(self) -> bool:
        """Take or prolong it for its length; False while it is another's."""
        async with self.database.writing() as connection:
            now = await database_now_ms(connection)
            values = {"holder": self.holder, "until_ms": now + self.length // MILLISECOND}
            is_free = [leases.c.holder == self.holder, leases.c.until_ms <= now]
            if self.ends_with_holder:
                is_free.append(leases.c.holder.not_in(select(executors.c.name)))
            answer = await connection.execute(
                self.database.insert(leases)
                .values(name=self.name, **values)
                .on_conflict_do_update(
                    index_elements=["name"],
                    set_=values,
                    where=or_(*is_free),
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
