"""The time as the tables keep it."""

import time
from datetime import UTC, datetime, timedelta

MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def ms_before_now(age: timedelta) -> int:
    """The moment that lies so long ago."""
    return now_ms() - age // MILLISECOND


def ms_of(moment: datetime) -> int:
    """An aware time as a column keeps it."""
    return (moment - EPOCH) // MILLISECOND


def datetime_of(milliseconds: int) -> datetime:
    """A column's time as aware UTC."""
    return EPOCH + milliseconds * MILLISECOND
