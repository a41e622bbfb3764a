"""When each venue had its newest price, whichever process saw it, and before which restart."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from bot.store.clock import datetime_of, ms_of
from bot.store.database import Database
from bot.store.tables import newest_prices


@dataclass(frozen=True, slots=True, eq=False)
class NewestPrices:
    """One row a venue, of whichever of its markets somebody looked at."""

    database: Database
    _noted: dict[str, datetime] = field(default_factory=dict)
    """What this process has written down or read: older prices are no news."""

    async def note(self, venue: str, as_of: datetime) -> None:
        """Write down that the venue had a price then; an older one changes nothing."""
        if as_of <= self._noted.get(venue, as_of - datetime.resolution):
            return
        newer = {"as_of_ms": ms_of(as_of)}
        insert = self.database.insert(newest_prices).values(venue=venue, **newer)
        async with self.database.writing() as connection:
            await connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["venue"],
                    set_=newer,
                    where=newest_prices.c.as_of_ms < newer["as_of_ms"],
                )
            )
        self._noted[venue] = as_of

    async def of(self, venue: str) -> datetime | None:
        """The newest that anybody has seen."""
        question = select(newest_prices.c.as_of_ms).where(newest_prices.c.venue == venue)
        async with self.database.reading() as connection:
            as_of_ms = (await connection.execute(question)).scalar()
        return None if as_of_ms is None else datetime_of(as_of_ms)
