"""The time as the tables keep it."""

import time
from datetime import timedelta

MILLISECOND = timedelta(milliseconds=1)


def now_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def ms_before_now(age: timedelta) -> int:
    """The moment that lies so long ago."""
    return now_ms() - age // MILLISECOND
