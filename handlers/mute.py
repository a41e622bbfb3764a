"""/mute: when a chat wants no alerts; what fires meanwhile comes as one message afterwards."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from analytics.errors import Correction
from analytics.language import later, tr
from analytics.market.windows import DAY, YEAR, spelled
from handlers._asker import Asker
from handlers._command import Command, Services
from handlers._errors import UsageError
from handlers._grammar import AT, ZONE, tidied
from handlers._grammar.durations import duration_of
from handlers._muting import agreed, muting_reply
from handlers._reply import Reply
from handlers._room import Quiet, Rooms
from handlers._wall_clock import moments
from handlers._zones import zone_of

EXAMPLE = "/mute 22:00-07:00"
LONGEST = YEAR
OFF = frozenset({"off", "none", "no", "never"})
_HOURS = re.compile(r"(\d{1,2}(?::\d\d)?)-(\d{1,2}(?::\d\d)?)")
_ZONE = re.compile(r"(?:tz|zone|timezone)=(\S*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MuteQuery:
    """What is to be quiet: for a while, until a time of day, or every day between two.

    With nothing of it the state is shown; ``zone`` is an IANA name that becomes the chat's clock.
    """

    length: timedelta | None = None
    until: time | None = None
    hours: tuple[time, time] | None = None
    is_off: bool = False
    zone: str | None = None

    @property
    def is_change(self) -> bool:
        """Whether anything is agreed anew."""
        return self != MuteQuery()


def parse(text: str) -> MuteQuery:
    """Read a length, a time of day, or two with a dash between."""
    said = " ".join(tidied(text).split())
    zone = _ZONE.search(said)
    if zone is not None:
        said = f"{said[: zone.start()]} {said[zone.end() :]}".strip()
    read = _read("".join(said.split()) if _HOURS.fullmatch("".join(said.split())) else said)
    return replace(read, zone=_zone_of(zone[1])) if zone else read


async def answer(query: MuteQuery, services: Services) -> Reply:
    """Agree on it, and say what holds now."""
    rooms, asker = agreed(services)
    now = services.now()
    if query.zone is not None:
        await _keep_zone(rooms, asker, query.zone)
    preferences = await rooms.preferences(asker.room.chat_id)
    before = await rooms.quiet(asker.room.chat_id)
    quiet = _changed(before, query, preferences.time_zone, now=now)
    if query.is_change:
        await rooms.set_quiet(asker.room.chat_id, quiet)
    lifted = before if query.is_off else Quiet()
    return muting_reply("mute", quiet, preferences.time_zone, now=now, lifted=lifted)


def _read(said: str) -> MuteQuery:
    if not said:
        return MuteQuery()
    if said.casefold() in OFF:
        return MuteQuery(is_off=True)
    if hours := _HOURS.fullmatch(said):
        return MuteQuery(hours=_between(said, hours[1], hours[2]))
    if (until := AT.read(said)) is not None:
        return MuteQuery(until=until)
    length = duration_of(said)
    if length is None:
        raise _unread(said)
    if length > LONGEST:
        raise UsageError(
            tr("{length} is very long. A year at most: `/mute 1y`", length=spelled(length)),
            corrections=(Correction("1y", "/mute 1y"),),
        )
    return MuteQuery(length=length)


def _unread(said: str) -> UsageError:
    rights = ["8h", "22:00-07:00"]
    if re.fullmatch(r"\d{1,2}", said) and int(said) > 0:
        rights.insert(0, f"{int(said)}h")
        rights.remove("8h")
    return UsageError(
        tr(
            "I can't read `{said}`. How long, or between which times? `/mute 8h` or `{hours}`",
            said=said[:40],
            hours=EXAMPLE,
        ),
        corrections=tuple(Correction(right, f"/mute {right}") for right in rights),
    )


def _between(said: str, begins: str, ends: str) -> tuple[time, time]:
    first, last = (AT.read(end if ":" in end else f"{end}:00") for end in (begins, ends))
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


def _zone_of(typed: str) -> str:
    read = ZONE.read(typed)
    if read is None:
        raise UsageError(
            tr("Which zone? For example `{right}`", right=f"{EXAMPLE} tz=Europe/Berlin"),
            corrections=(Correction("tz=Europe/Berlin", "/mute tz=Europe/Berlin"),),
        )
    return zone_of(read).key


async def _keep_zone(rooms: Rooms, asker: Asker, zone: str) -> None:
    preferences = await rooms.preferences(asker.room.chat_id)
    await rooms.set_preferences(asker.room.chat_id, replace(preferences, zone=zone))


def _changed(quiet: Quiet, query: MuteQuery, zone: ZoneInfo, *, now: datetime) -> Quiet:
    if query.is_off:
        return Quiet()
    if query.hours is not None:
        return replace(quiet, hours=query.hours)
    if query.length is not None:
        return replace(quiet, until=now + query.length)
    if query.until is not None:
        return replace(quiet, until=_next(query.until, zone, now))
    return quiet


def _next(clock: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The next moment at which the chat's clock shows a time."""
    today = now.astimezone(zone).date()
    ahead = (moment for day in (today, today + DAY) for moment in moments(day, clock, zone))
    return next(moment for moment in ahead if moment > now)


def _is_change(query: MuteQuery) -> bool:
    return query.is_change


COMMAND = Command(
    name="mute",
    summary=later("no alerts for a while, or every night"),
    usage="/mute 8h · /mute 22:00-07:00 [tz=Europe/Berlin] · /mute off",
    examples=("/mute", "/mute 8h", "/mute 22:00-07:00"),
    parse=parse,
    answer=answer,
    menu_place=73,
    is_personal=True,
    changes=_is_change,
)
