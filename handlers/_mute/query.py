"""What /mute is told: a length, a moment, or hours of every day."""

import re
from dataclasses import dataclass, replace
from datetime import time, timedelta

from analytics.errors import Correction, RequestError
from analytics.language import tr
from analytics.market.windows import YEAR, BadWindowError, spelled
from handlers._errors import UsageError
from handlers._grammar import ZONE, tidied
from handlers._grammar.clocks import CLOCK, HOUR, clock_of
from handlers._grammar.lengths import length_of
from handlers._grammar.spoken_times import in_figures
from handlers._grammar.symbols import COURTESIES, HURRIED
from handlers._grammar.until import (
    LEADING,
    Until,
    either_of,
    holidays_of,
    until_of,
    without_end,
)
from handlers._mute.refusals import EXAMPLE, either_half, time_or_day, unread, which_day
from handlers._zones import is_zone, zone_of

LONGEST = YEAR
OFF = frozenset(
    """
    off none no never stop end unmute aus ende nie entstummen fin nunca nada
    """.split()  # noqa: SIM905 - a column of quoted words is harder to read
)
_EVERYTHING = frozenset(
    """
    all everything everyone alerts alarms notifications messages this the group chat channel me bot
    alle alles alarme benachrichtigungen nachrichten diesen gruppe mich
    todo todos todas alertas avisos este grupo
    """.split()  # noqa: SIM905 - as above
)
"""What is muted in any case: all of this chat."""
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
_QUIET_HOURS = re.compile(
    r"^(?:quiet (?:hours?|times?)|ruhezeit(?:en)?|horas de silencio)\b:? ?", re.IGNORECASE
)
_FOUR_DIGITS = re.compile(r"([0-2]\d)([0-5]\d) ?- ?([0-2]\d)([0-5]\d)")
_TWO_CLOCKS = re.compile(r"(\d\d?:\d\d) (\d\d?:\d\d)")
_CLOCK = re.compile(CLOCK, re.IGNORECASE)
NOON = time(12)
_EITHER = re.compile(r"([1-9]|1[0-2])h([0-5]\d)")


@dataclass(frozen=True, slots=True)
class MuteQuery:
    """What is to be quiet: for a while, until a moment, or every day between two times.

    With nothing of it the state is shown; ``zone`` is an IANA name that becomes the chat's clock.
    """

    length: timedelta | None = None
    until: Until | None = None
    hours: tuple[time, time] | None = None
    is_off: bool = False
    zone: str | None = None

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
    words = [without_end(word) for word in tidied(text).split()]
    said = _in_hours(in_figures(" ".join(word for word in words if _says_something(word))))
    zone = _ZONE.search(said)
    if zone is not None:
        said = " ".join(f"{said[: zone.start()]} {said[zone.end() :]}".split())
        return replace(_read(said), zone=_zone_of(zone[1]))
    try:
        return _read(said)
    except RequestError as unread_words:
        return _of_less(said, unread_words)


def _in_hours(said: str) -> str:
    """``quiet hours 2200-0700`` and ``22:00 07:00`` as two times with a dash between."""
    said = _QUIET_HOURS.sub("", said)
    if (four := _FOUR_DIGITS.fullmatch(said)) is not None:
        return "{}:{}-{}:{}".format(*four.groups())
    return "-".join(two.groups()) if (two := _TWO_CLOCKS.fullmatch(said)) is not None else said


def _of_less(said: str, error: RequestError) -> MuteQuery:
    """The same without the words that say what is muted, and without the city whose clock is meant."""
    less = _without_everything(said)
    if not less:
        return _refuse_endless()
    words, city = _with_city(less)
    try:
        query = _read(words)
    except RequestError:
        raise error from None
    return query if city is None else replace(query, zone=zone_of(city).key)


def _says_something(word: str) -> bool:
    is_polite = word.casefold() in COURTESIES | HURRIED
    return (any(map(str.isalnum, word)) and not is_polite) or word == "-"


def _without_everything(said: str) -> str:
    """The words without those that say what is muted anyway; *alle 2 Stunden* is something else."""
    words = said.split()
    following = [*words[1:], ""]
    return " ".join(
        word
        for word, behind in zip(words, following, strict=True)
        if word.casefold() not in _EVERYTHING or (word == "alle" and behind[:1].isdigit())
    )


def _refuse_endless() -> MuteQuery:
    raise UsageError(
        tr("How long, or between which times? `/mute 8h` or `{hours}`", hours=EXAMPLE),
        corrections=(Correction("8h", "/mute 8h"), Correction("22:00-07:00", EXAMPLE)),
    )


def _read(said: str) -> MuteQuery:
    if not said:
        return MuteQuery()
    if said.casefold() in OFF:
        return MuteQuery(is_off=True)
    if hours := _HOURS.fullmatch(_EVERY_DAY.sub("", said).strip()):
        return MuteQuery(hours=_between(said, hours[1], hours[2]))
    if until := LEADING.match(said):
        return _until(said, said[until.end() :])
    if _EITHER.fullmatch(said.casefold()):
        raise _clock_or_length(said.casefold())
    if _CLOCK.fullmatch(said) and (clock := clock_of(said)) is not None:
        return MuteQuery(until=Until(clock))
    length = _length(said)
    if length is None:
        raise unread(said)
    if length > LONGEST:
        raise UsageError(
            tr("{length} is very long. A year at most: `/mute 1y`", length=spelled(length)),
            corrections=(Correction("1y", "/mute 1y"),),
        )
    return MuteQuery(length=length)


def _until(said: str, moment: str) -> MuteQuery:
    if (both := either_of(moment)) is not None:
        raise time_or_day(moment, *both)
    if len(days := holidays_of(moment)) > 1:
        raise which_day(moment, days)
    found = until_of(moment)
    if found is None:
        raise unread(said)
    return MuteQuery(until=found)


def _length(said: str) -> timedelta | None:
    try:
        return length_of(said)
    except BadWindowError as error:
        raise UsageError(error.sentence, corrections=(Correction("8h", "/mute 8h"),)) from None


def _with_city(said: str) -> tuple[str, str | None]:
    """Words that end in a place whose clock is meant, and that place."""
    words = said.split()
    if len(words) > 1 and words[-1].casefold() in {"time", "zeit"}:
        words = words[:-1]
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
    if begins.isdecimal() and ends.isdecimal() and last < first <= NOON:
        raise either_half(first, last)
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
