"""When bars open and close: the venues' calendars."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
MONDAY = 4 * DAY  # the epoch was a Thursday

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Grid:
    """Bars of `step` milliseconds opening at whole steps from `offset`, or of whole months."""

    step: int
    offset: int = 0
    months: int = 0

    def floor(self, moment: int) -> int:
        """Opening of the bar that contains `moment`."""
        if self.months:
            return _month_open(_month(moment) // self.months * self.months)
        return (moment - self.offset) // self.step * self.step + self.offset

    def end(self, opening: int) -> int:
        """Opening of the next bar."""
        if self.months:
            return _month_open(_month(opening) + self.months)
        return opening + self.step

    def before(self, opening: int, bars: int) -> int:
        """Opening of the bar `bars` earlier."""
        if self.months:
            return _month_open(_month(opening) - self.months * bars)
        return opening - self.step * bars

    def opens(self, first: int, last: int) -> NDArray[np.int64]:
        """Every opening in [first, last]."""
        start = self.floor(first)
        if start < first:
            start = self.end(start)
        if not self.months:
            return np.arange(start, last + 1, self.step, dtype=np.int64)
        found = []
        while start <= last:
            found.append(start)
            start = self.end(start)
        return np.array(found, dtype=np.int64)


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since the epoch."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def instant(stamp: int) -> datetime:
    """Aware UTC datetime of a millisecond stamp."""
    return EPOCH + timedelta(milliseconds=stamp)


def iso(stamp: int) -> str:
    """ISO 8601 with milliseconds and a Z, as the venues write it."""
    return instant(stamp).strftime("%Y-%m-%dT%H:%M:%S.") + f"{stamp % 1000:03d}Z"


def _month(moment: int) -> int:
    when = instant(moment)
    return when.year * 12 + when.month - 1


def _month_open(month: int) -> int:
    return milliseconds(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC))
