"""When the clocks of a place show a time: autumn has some twice, and spring leaves some out."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


def moments(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments, in UTC, at which the clocks show a time of a day: two where they show it twice.

    A time that spring leaves out is the end of the gap: then the clocks show a later one.
    """
    wall = datetime.combine(day, clock, zone)
    first, second = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if first < second:
        return first, second
    return (first if first == second else _end_of_gap(wall, second, first),)


def _end_of_gap(wall: datetime, before: datetime, after: datetime) -> datetime:
    shown = wall.replace(tzinfo=None)
    seconds = range((after - before) // SECOND)
    return before + SECOND * bisect_left(
        seconds,
        x=True,
        key=lambda s: (before + SECOND * s).astimezone(wall.tzinfo).replace(tzinfo=None) >= shown,
    )
