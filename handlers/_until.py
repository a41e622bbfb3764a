"""When a moment that people name comes: by the clock of a chat."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.windows import DAY
from handlers._asker import Asker
from handlers._command import Services
from handlers._errors import UsageError
from handlers._grammar.until import Until
from handlers._room import Preferences
from handlers._wall_clock import moments

LEAP_YEARS = 8


def moment_of(until: Until, zone: ZoneInfo, now: datetime, *, right: str) -> datetime:
    """The next moment at which a clock shows a time, on the day that was named.

    ``right`` is a question with a moment that comes.

    Raises
    ------
    UsageError
        The day has passed.

    """
    ahead = (
        one
        for day in _days(until, now.astimezone(zone).date())
        for one in moments(day, until.clock, zone)
    )
    found = next((moment for moment in ahead if moment > now), None)
    if found is None:
        label = right.rpartition(" ")[2]
        raise UsageError(tr("That day has passed."), corrections=(Correction(label, right),))
    return found


async def zone_of_chat(services: Services, asker: Asker) -> ZoneInfo:
    """The clock that a chat has agreed on."""
    if services.rooms is None:
        return Preferences().time_zone
    return (await services.rooms.preferences(asker.room.chat_id)).time_zone


def _days(until: Until, today: date) -> Iterator[date]:
    """The days that may be meant, the next one first."""
    if until.day is not None:
        years = [until.year] if until.year else range(today.year, today.year + LEAP_YEARS + 1)
        for year in years:
            try:
                yield date(year, *until.day)
            except ValueError:  # the 29th of February
                continue
        return
    first = int(until.is_tomorrow or until.weekday is not None)
    for day in (today + n * DAY for n in range(first, 8)):
        if until.weekday in (None, day.weekday()):
            yield day
