"""Round moments, in UTC, for a time axis."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analytics.language.numbers import month_name, short_date

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_EVEN_STEPS = (
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY for days in (1, 2, 4, 7, 14)),
)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
_MONDAY = 4 * _DAY  # 1970-01-05: weeks start here
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """A tick: milliseconds since 1970 UTC and its words."""

    time: int
    label: str


def moments(first: int, last: int, *, most: int = 7) -> tuple[Moment, ...]:
    """At most ``most`` round moments from ``first`` to ``last``, milliseconds since 1970 UTC."""
    for step in _EVEN_STEPS:
        found = tuple(_even(first, last, step)) if (last - first) // step <= most else ()
        if 1 < len(found) <= most:
            return found
    for months in _MONTH_STEPS:
        found = tuple(_monthly(first, last, months))
        if len(found) <= most:
            return found
    return ()


def _even(first: int, last: int, step: int) -> Iterator[Moment]:
    origin = _MONDAY if step % (7 * _DAY) == 0 else 0
    start = origin - (origin - first) // step * step
    for time in range(start, last + 1, step):
        at = _EPOCH + timedelta(milliseconds=time)
        yield Moment(time, short_date(at, with_year=False) if time % _DAY == 0 else f"{at:%H:%M}")


def _monthly(first: int, last: int, step: int) -> Iterator[Moment]:
    begin = _EPOCH + timedelta(milliseconds=first)
    month = (begin.year * 12 + begin.month - 1) // step * step
    while (time := _start_of_month(month)) <= last:
        if time >= first:
            year, index = divmod(month, 12)
            yield Moment(time, str(year) if step >= 12 else _month(year, index))  # noqa: PLR2004 - a year
        month += step


def _month(year: int, index: int) -> str:
    name = month_name(index + 1)
    return f"{name} {year}" if index == 0 else name


def _start_of_month(month: int) -> int:
    year, index = divmod(month, 12)
    return (datetime(year, index + 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
