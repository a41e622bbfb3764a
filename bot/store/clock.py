"""The time as the tables keep it."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, literal_column, text
from sqlalchemy.ext.asyncio import AsyncConnection

MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SERVER_NOW_US: ColumnElement[int] = literal_column(
    "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)", BigInteger
)
SERVER_CLOCK = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)")


def now_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


async def database_now_ms(connection: AsyncConnection) -> int:
    """The time that all processes of this database agree on; SQLite's are on one machine."""
    if connection.dialect.name != "postgresql":
        return now_ms()
    return int((await connection.execute(SERVER_CLOCK)).scalar_one())


def ms_before_now(age: timedelta) -> int:
    """The moment that lies so long ago."""
    return now_ms() - age // MILLISECOND


def ms_of(moment: datetime) -> int:
    """An aware time as a column keeps it."""
    return (moment - EPOCH) // MILLISECOND


def datetime_of(milliseconds: int) -> datetime:
    """A column's time as aware UTC."""
    return EPOCH + milliseconds * MILLISECOND
