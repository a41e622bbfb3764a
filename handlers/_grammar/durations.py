"""Lengths of time: ``30d``, ``12h``, ``1mo``."""

import re
from datetime import timedelta

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.windows import DAY, HOUR, LONGEST, MINUTE, YEAR, BadWindowError
from handlers._grammar.listing import shortened

_UNITS = {
    "m": MINUTE,
    "min": MINUTE,
    "h": HOUR,
    "d": DAY,
    "w": 7 * DAY,
    "mo": 30 * DAY,
    "y": YEAR,
}
_SPELLED_OUT = {
    f"{name}{plural}": _UNITS[unit]
    for name, unit in (
        ("minute", "min"),
        ("hour", "h"),
        ("day", "d"),
        ("week", "w"),
        ("month", "mo"),
        ("year", "y"),
    )
    for plural in ("", "s")
} | {"mins": MINUTE, "hr": HOUR, "hrs": HOUR}
_ELSEWHERE = {
    **dict.fromkeys(("minuten", "minuto", "minutos"), MINUTE),
    **dict.fromkeys(("stunde", "stunden", "std", "hora", "horas"), HOUR),
    **dict.fromkeys(("tage", "tagen", "día", "días", "dias"), DAY),
    **dict.fromkeys(("woche", "wochen", "semana", "semanas"), 7 * DAY),
    **dict.fromkeys(("monat", "monate", "monaten", "mes", "meses"), 30 * DAY),
    **dict.fromkeys(("jahr", "jahre", "jahren", "año", "años"), YEAR),
}
"""As the languages of the bot write them out; not ``Tag`` and ``dia``, which are also coins."""
_NAMES = {**_UNITS, **_SPELLED_OUT, **_ELSEWHERE}
_DURATION = re.compile(
    rf"(\d+(?:[.,]\d+)?) ?({'|'.join(sorted(_NAMES, key=len, reverse=True))})", re.IGNORECASE
)
_MINUTES = re.compile(r"(\d+)(?:[.,]0+)? ?(?:m|min|minutes?)", re.IGNORECASE)
_BEYOND_REASON = 100 * YEAR


def duration_of(word: str) -> timedelta | None:
    """The length of time that a word spells; None when it spells none.

    Raises
    ------
    BadWindowError
        It is a length of time, but none that anything can be asked about.

    """
    match = _DURATION.fullmatch(word)
    if match is None:
        return None
    number = float(match[1].replace(",", "."))
    unit = _NAMES[match[2].casefold()]
    if number == 0:
        raise _refused(word, tr("is no time at all. For example 30d, or 12h."), "30d")
    if number > _BEYOND_REASON / unit:
        raise _refused(word, tr("is longer than any market is old. I keep 3 years: 3y."), "3y")
    length = number * unit
    if length < MINUTE or length % MINUTE:
        raise _refused(word, tr("is no whole number of minutes. For example 30d, or 12h."), "30d")
    return length


def looks_like_duration(word: str) -> bool:
    """Whether a word is written as a length of time, sensible or not."""
    return _DURATION.fullmatch(word) is not None


def minutes_of(word: str) -> int | None:
    """The number of minutes, when a word spells a length of time in minutes."""
    match = _MINUTES.fullmatch(word)
    return int(match[1]) if match else None


def is_unit(word: str) -> bool:
    """Whether a word alone is a unit of time written out, as in ``30 days``."""
    return word.casefold() in {**_SPELLED_OUT, **_ELSEWHERE}


def is_loose_unit(word: str) -> bool:
    """Whether a word is a unit of time behind a number of its own, ``30 d``; in capitals it is a coin."""
    return is_unit(word) or word in {"h", "d", "w", "mo", "y"}


def capped(length: timedelta, *, longest: timedelta = LONGEST) -> tuple[timedelta, str | None]:
    """A length no longer than is kept, and the sentence that says so when it was cut."""
    if length <= longest:
        return length, None
    years = longest // YEAR
    return longest, tr("I keep {years} years. Used {years}y.", years=years)


def _refused(word: str, why: str, right: str) -> BadWindowError:
    return BadWindowError(f"{shortened(word)} {why}", corrections=(Correction(right, right, word),))
