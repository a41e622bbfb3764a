"""What /mute is told: a length, a moment, or hours of every day."""

import re
from dataclasses import dataclass, replace
from datetime import time, timedelta

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.windows import YEAR, spelled
from handlers._errors import UsageError
from handlers._grammar import ZONE, tidied
from handlers._grammar.clocks import CLOCK, HOUR, clock_of
from handlers._grammar.lengths import length_of
from handlers._grammar.symbols import COURTESIES
from handlers._mute.days import MORNING, TOMORROW, UNTIL, WEEKDAYS
from handlers._mute.refusals import EXAMPLE, unread
from handlers._zones import is_zone, zone_of

LONGEST = YEAR
OFF = frozenset(
    {"off", "none", "no", "never", "stop", "end", "aus", "ende", "nie", "fin", "nunca", "nada"}
)
_ZONE = re.compile(r"(?:tz|zone|timezone)=(\S*)", re.IGNORECASE)
_BETWEEN = r"\s*(?:-|(?:to|until|till|bis|und|and|a|hasta|y)(?:\s+las?)?\s)\s*"
_HOURS = re.compile(
    rf"(?:(?:from|between|von|zwischen|de|desde|entre)\s+)?(?:las?\s+)?({HOUR}|[\d:]+){_BETWEEN}"
    rf"({HOUR}|[\d:]+)",
    re.IGNORECASE,
)
_EVERY_DAY = re.compile(
    r"\b(?:(?:every|each) (?:day|night)|daily|nightly|jeden (?:tag|abend)|jede nacht|täglich|"
    r"cada (?:día|noche)|todos los días|todas las noches)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(CLOCK, re.IGNORECASE)
_EITHER = re.compile(r"([1-9]|1[0-2])h([0-5]\d)")


@dataclass(frozen=True, slots=True)
class MuteQuery:
    """What is to be quiet: for a while, until a moment, or every day between two times.

    ``weekday`` (0 is Monday) and ``is_tomorrow`` say of which day ``until`` is; else it is the next.
    With nothing of it the state is shown; ``zone`` is an IANA name that becomes the chat's clock.
    """

    length: timedelta | None = None
    until: time | None = None
    hours: tuple[time, time] | None = None
    is_off: bool = False
    zone: str | None = None
    weekday: int | None = None
    is_tomorrow: bool = False

    @property
    def is_change(self) -> bool:
        """Whether anything is agreed anew."""
        return self != MuteQuery()


def mute_query(text: str) -> MuteQuery:
    """Read a length, a time of day or a weekday, or two times with a dash between.

    Raises
    ------
    RequestError
        With what can be tapped instead.

    """
    words = [word.rstrip(".,;!?") for word in tidied(text).split()]
    said = " ".join(word for word in words if _says_something(word))
    zone = _ZONE.search(said)
    if zone is not None:
        said = " ".join(f"{said[: zone.start()]} {said[zone.end() :]}".split())
        return replace(_read(said), zone=_zone_of(zone[1]))
    try:
        return _read(said)
    except UsageError:
        said, city = _with_city(said)
        if city is None:
            raise
    try:
        return replace(_read(said), zone=zone_of(city).key)
    except UsageError:
        raise unread(f"{said} {city}") from None


def _says_something(word: str) -> bool:
    return (any(map(str.isalnum, word)) and word.casefold() not in COURTESIES) or word == "-"


def _read(said: str) -> MuteQuery:
    if not said:
        return MuteQuery()
    if said.casefold() in OFF:
        return MuteQuery(is_off=True)
    if hours := _HOURS.fullmatch(_EVERY_DAY.sub("", said).strip()):
        return MuteQuery(hours=_between(said, hours[1], hours[2]))
    if until := UNTIL.match(said):
        found = _until(said[until.end() :].casefold())
        if found is None:
            raise unread(said)
        return found
    if _EITHER.fullmatch(said.casefold()):
        raise _clock_or_length(said.casefold())
    if _CLOCK.fullmatch(said) and (clock := clock_of(said)) is not None:
        return MuteQuery(until=clock)
    length = length_of(said)
    if length is None:
        raise unread(said)
    if length > LONGEST:
        raise UsageError(
            tr("{length} is very long. A year at most: `/mute 1y`", length=spelled(length)),
            corrections=(Correction("1y", "/mute 1y"),),
        )
    return MuteQuery(length=length)


def _until(said: str) -> MuteQuery | None:
    """``monday 9:00``, ``tomorrow``, ``8``: what stands behind *until*."""
    for day, number in WEEKDAYS.items():
        if re.match(rf"{day}\b", said):
            at = _time_behind(said.removeprefix(day))
            return None if at is None else MuteQuery(until=at, weekday=number)
    tomorrow = TOMORROW.match(said)
    if tomorrow is not None:
        at = _time_behind(said[tomorrow.end() :])
        return None if at is None else MuteQuery(until=at, is_tomorrow=True)
    clock = clock_of(re.sub(r"^(?:las?|um|at)\s+", "", said))
    return None if clock is None else MuteQuery(until=clock)


def _time_behind(said: str) -> time | None:
    """The time of day behind the name of a day; none said is the morning."""
    rest = re.sub(r"^\W*(?:(?:at|um|a|las|früh|morning|morgen|por la mañana)\s*)*", "", said)
    return clock_of(rest) if rest.strip() else MORNING


def _with_city(said: str) -> tuple[str, str | None]:
    """Words that end in a place whose clock is meant, and that place."""
    words = said.split()
    for count in (3, 2, 1):
        name = " ".join(words[-count:])
        if len(words) > count and not any(sign.isdigit() for sign in name) and is_zone(name):
            kept = words[:-count]
            return " ".join(kept[:-1] if kept[-1].casefold() in {"in", "en"} else kept), name
    return said, None


def _between(said: str, begins: str, ends: str) -> tuple[time, time]:
    first, last = clock_of(begins), clock_of(ends)
    usual = Correction("22:00-07:00", EXAMPLE)
    if first is None or last is None:
        raise UsageError(
            tr("`{said}` are no times of day. For example `{right}`", said=said, right=EXAMPLE),
            corrections=(usual,),
        )
    if first == last:
        raise UsageError(
            tr(
                "From {time} to {time} is a whole day or nothing. For a day: `/mute 24h`",
                time=f"{first:%H:%M}",
            ),
            corrections=(Correction("24h", "/mute 24h"), usual),
        )
    return first, last


def _clock_or_length(said: str) -> UsageError:
    hours, minutes = map(int, said.split("h"))
    length, clock = f"{60 * hours + minutes}min", f"{hours:02}:{minutes:02}"
    return UsageError(
        tr("Is {said} a length, or a time of day?", said=said),
        corrections=(
            Correction(length, f"/mute {length}"),
            Correction(tr("until {clock}", clock=clock), f"/mute until {clock}"),
        ),
    )


def _zone_of(typed: str) -> str:
    read = ZONE.read(typed)
    if read is None:
        raise UsageError(
            tr("Which zone? For example `{right}`", right=f"{EXAMPLE} tz=Europe/Berlin"),
            corrections=(Correction("tz=Europe/Berlin", "/mute tz=Europe/Berlin"),),
        )
    return zone_of(read).key
