"""Days as people write them elsewhere: ``1.9.2026``, ``01/09/2026``."""

import re
from datetime import date

_POINTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d\d)")
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[./-]?(\d{1,2})[./-]?(\d{1,2})")


def dates_of(typed: str) -> list[str]:
    """The days that something may spell, as we write them; two where nobody can tell which."""
    if match := _POINTS.fullmatch(typed):
        day, month, year = match.groups()
        return _written((int(year) % 100 + 2000, int(month), int(day)))
    if match := _SLASHES.fullmatch(typed):
        one, other, year = map(int, match.groups())
        return _written((year, other, one), (year, one, other))
    if match := _YEAR_FIRST.fullmatch(typed):
        year, month, day = map(int, match.groups())
        return _written((year, month, day))
    return []


def _written(*days: tuple[int, int, int]) -> list[str]:
    found = []
    for day in days:
        try:
            found.append(date(*day).isoformat())
        except ValueError:
            continue
    return list(dict.fromkeys(found))
