"""Moments as people name them: ``until monday 9:00``, ``bis 1.12.``, ``hasta mañana a las 10``."""

import re
from dataclasses import dataclass
from datetime import date, time

from handlers._grammar.clocks import HOUR, clock_of
from handlers._grammar.holidays import holiday_at
from handlers._grammar.spoken_times import in_figures

MORNING = time(8)
"""When a day begins whose hour nobody says."""
_NAMES = (
    "monday mon montag mo lunes lun",
    "tuesday tues tue dienstag di martes mar",
    "wednesday wed mittwoch mi miércoles miercoles mié",
    "thursday thurs thu donnerstag do jueves jue",
    "friday fri freitag fr viernes vie",
    "saturday sat samstag sonnabend sa sábado sabado sáb",
    "sunday sun sonntag so domingo dom",
)
WEEKDAYS = {
    name: number
    for number, names in enumerate(_NAMES)
    for name in sorted(names.split(), key=len, reverse=True)
}
"""Monday is 0; the longer of two names that begin alike comes first."""
_NEXT_WEEK = re.compile(
    r"(?:next week|(?:die |zur )?(?:nächsten?|kommenden?) woche|(?:la )?(?:próxima semana|semana que viene))\b"
)
LEADING = re.compile(
    r"(?:until|till|til|bis|hasta)\s+(?:(?:zum|el|next(?! week)|am|the|nächsten(?! woche)|den)\s+)*",
    re.IGNORECASE,
)
"""What stands before a moment."""
TOMORROW = re.compile(r"(?:tomorrow|morgen|mañana|manana)\b")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jän enero ene",
            "february feb februar febrero",
            "march mar märz mär marzo",
            "april apr abril abr",
            "may mai mayo",
            "june jun juni junio",
            "july jul juli julio",
            "august aug agosto ago",
            "september sep sept septiembre",
            "october oct oktober okt octubre",
            "november nov noviembre",
            "december dec dezember dez diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?:(?:,|\s+de(?:l)?)?\s+(?P<year>20\d\d))?"
_DATES = tuple(
    re.compile(rf"{pattern}(?![\w.:]*\d)")
    for pattern in (
        r"(?P<year>20\d\d)-(?P<number>\d\d?)-(?P<day>\d\d?)",
        r"(?P<day>\d\d?)\.\s?(?P<number>\d\d?)\.\s?(?P<year>20\d\d)?",
        rf"(?P<day>\d\d?)(?:\.|st|nd|rd|th)?\s*(?:(?:of|de)\s+)?{_MONTH}(?!\w){_YEAR}",
        rf"{_MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?(?!\w){_YEAR}",
    )
)
_CLOCK_FIRST = re.compile(
    rf"(?P<clock>{HOUR})\s+(?:(?:on|am|el|den|le)\s+)?(?P<day>[^\W\d]\w*\.?)", re.IGNORECASE
)
_SLASHED = re.compile(r"(\d\d?)/(\d\d?)(?:/(20\d\d))?")
_END = re.compile(r"(?<!\d\.\d)(?<!\d\.\d\d)\.+$|[,;!?]+$")
_EITHER = re.compile(r"(\d{1,2})\.(\d{1,2})")


_SHORT_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Until:
    """The next moment at which a clock shows a time, on a day if one is named.

    ``weekday`` is 0 for Monday; ``day`` is a month and a day, in the ``year`` or when it comes next.
    """

    clock: time
    weekday: int | None = None
    is_tomorrow: bool = False
    day: tuple[int, int] | None = None
    year: int | None = None

    @property
    def is_of_a_day(self) -> bool:
        """Whether a day is named, not a time alone."""
        return self.is_tomorrow or self.weekday is not None or self.day is not None

    def __str__(self) -> str:
        """In one word, which reads back to an equal value."""
        clock = f"{self.clock:%H:%M}"
        if self.is_tomorrow:
            day = "tomorrow"
        elif self.day is not None:
            month, number = self.day
            dated = f"{self.year}-{month:02}-{number:02}" if self.year else ""
            day = dated or f"{number}{_SHORT_MONTHS[month - 1]}"
        elif self.weekday is not None:
            day = _DAYS[self.weekday]
        else:
            return clock
        return day if self.clock == MORNING else f"{day}_{clock}"


def until_of(said: str) -> Until | None:
    """The moment that stands behind *until*: ``monday 9:00``, ``tomorrow``, ``1.12.``, ``8``."""
    if holidays := holidays_of(said):
        return holidays[0] if len(holidays) == 1 else None
    said = in_figures(f"until {said.casefold().replace('_', ' ')}").removeprefix("until ")
    if (turned := _CLOCK_FIRST.fullmatch(said)) is not None and _is_a_day(turned["day"]):
        said = f"{turned['day']} {turned['clock']}"
    # Before weekdays: ``mar 3`` is a day of March, and ``mar`` a Tuesday in Spanish.
    if (day := next(filter(None, (one.match(said) for one in _DATES)), None)) is not None:
        found = _on(day, said[day.end() :])
        if found is not None:
            return found
    for name, number in WEEKDAYS.items():
        if re.match(rf"{name}\b\.?", said):
            at = _time_behind(said.removeprefix(name))
            return None if at is None else Until(at, weekday=number)
    if (week := _NEXT_WEEK.match(said)) is not None:
        return None if said[week.end() :].strip() else Until(MORNING, weekday=0)
    if (tomorrow := TOMORROW.match(said)) is not None:
        at = _time_behind(said[tomorrow.end() :])
        return None if at is None else Until(at, is_tomorrow=True)
    clock = clock_of(re.sub(r"^(?:las?|um|at|by)\s+", "", said).rstrip("."))
    return None if clock is None else Until(clock)


def _is_a_day(said: str) -> bool:
    return TOMORROW.fullmatch(said) is not None or said.rstrip(".") in WEEKDAYS


def holidays_of(said: str) -> tuple[Until, ...]:
    """The moments that a holiday, or ``5/6``, may mean; more than one where it is two days."""
    if (slashed := _SLASHED.fullmatch(said.strip())) is not None:
        first, second, year = int(slashed[1]), int(slashed[2]), int(slashed[3] or 0) or None
        days = dict.fromkeys(((second, first), (first, second)))
        return tuple(
            Until(MORNING, day=day, year=year) for day in days if _is_day(year or 2024, *day)
        )
    found = holiday_at(said.casefold().replace("_", " ").strip())
    at = _time_behind(in_figures(found[1])) if found else None
    return tuple(Until(at, day=day) for day in found[0]) if found and at else ()


def either_of(said: str) -> tuple[time, tuple[int, int]] | None:
    """Both readings of ``8.10``, a time or a day and a month; None where it has but one."""
    match = _EITHER.fullmatch(said.strip())
    if match is None:
        return None
    clock, (day, month) = clock_of(said.strip()), (int(match[1]), int(match[2]))
    return None if clock is None or not _is_day(2024, month, day) else (clock, (month, day))


def without_end(word: str) -> str:
    """A word without the signs that end a sentence; the point of a date such as 1.12. stays."""
    return _END.sub("", word)


def _on(said: re.Match[str], rest: str) -> Until | None:
    parts = said.groupdict()
    month = _MONTHS[parts["month"]] if parts.get("month") else int(parts["number"])
    year, day = int(parts["year"] or 0) or None, int(parts["day"])
    at = _time_behind(rest)
    if at is None or not _is_day(year or 2024, month, day):
        return None
    return Until(at, day=(month, day), year=year)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _time_behind(said: str) -> time | None:
    """The time of day behind the name of a day; none said is the morning."""
    rest = re.sub(r"^\W*(?:(?:at|um|a|las|früh|morning|morgen|por la mañana)\b\s*)*", "", said)
    return clock_of(rest) if rest.strip() else MORNING
