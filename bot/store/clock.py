"""The time as the tables keep it, and the clock that all processes of a database go by."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, literal_column, text
from sqlalchemy.ext.asyncio import AsyncConnection

MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SERVER_NOW_US: ColumnElement[int] = literal_column(
    "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)", BigInteger
)
SERVER_CLOCK = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)")


BELIEVED_FOR_MS = 30_000.0
"""Clocks that are kept right differ by less than a thousandth of a second after so long."""
SLEPT_MS = 1_000.0


def now_ms() -> int:
    """Milliseconds since 1970 UTC by the clock of this machine."""
    return time.time_ns() // 1_000_000


async def database_now_ms(connection: AsyncConnection) -> int:
    """The time that all processes of this database agree on; SQLite's are on one machine."""
    if connection.dialect.name != "postgresql":
        return now_ms()
    return int((await connection.execute(SERVER_CLOCK)).scalar_one())


@dataclass(slots=True, eq=False)
class SharedClock:
    """The time on which all processes of a database agree, told without asking for it each time.

    PostgreSQL's own: whoever reads it learns how far it is ahead of the seconds that this process
    counts. So a machine whose clock is wrong, or jumps, writes the same moments as all others. A
    SQLite file is on one machine, whose clock is that of all.

    ``wall`` is this machine's clock, in milliseconds; ``counted`` only counts seconds.
    """

    wall: Callable[[], int] = now_ms
    counted: Callable[[], float] = time.monotonic
    _ahead: float | None = None
    """Milliseconds between the database's clock and what is counted; None on SQLite."""
    _read_at: float = 0.0
    _wall_then: int = 0

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self.wall() if self._ahead is None else int(self._ahead + self._counted_ms())

    def now(self) -> datetime:
        """The present, as aware UTC."""
        return datetime_of(self.now_ms())

    def ms_before_now(self, age: timedelta) -> int:
        """The moment that lies so long ago."""
        return self.now_ms() - age // MILLISECOND

    @property
    def is_doubtful(self) -> bool:
        """Whether it was read long ago, or the machine has slept since, which counts no seconds."""
        counted, passed = self._counted_ms() - self._read_at, self.wall() - self._wall_then
        return counted > BELIEVED_FOR_MS or abs(passed - counted) > SLEPT_MS

    async def read(self, connection: AsyncConnection) -> int:
        """Ask the database."""
        before = self._counted_ms()
        theirs = await database_now_ms(connection)
        after = self._counted_ms()
        if connection.dialect.name == "postgresql":
            self._learn(theirs - after, theirs + 1 - before)
            self._read_at, self._wall_then = after, self.wall()
        return theirs

    def _learn(self, least: float, most: float) -> None:
        """Change no more than the answer proves: what took long on its way proves little."""
        known = (least + most) / 2 if self._ahead is None else self._ahead
        self._ahead = min(max(known, least), most)

    def _counted_ms(self) -> float:
        return 1000 * self.counted()


def ms_of(moment: datetime) -> int:
    """An aware time as a column keeps it."""
    return (moment - EPOCH) // MILLISECOND


def datetime_of(milliseconds: int) -> datetime:
    """A column's time as aware UTC."""
    return EPOCH + milliseconds * MILLISECOND
