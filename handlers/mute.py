"""/mute: when a chat wants no alerts; what fires meanwhile comes as one message afterwards."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from analytics.language import later
from handlers._asker import Asker
from handlers._command import Command, Services
from handlers._mute.query import MuteQuery, mute_query
from handlers._muting import agreed, muting_reply
from handlers._reply import Reply
from handlers._room import Quiet, Rooms
from handlers._until import moment_of


def parse(text: str) -> MuteQuery:
    """Read a length, a moment, or two times of day with a dash between."""
    return mute_query(text)


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
        return replace(quiet, until=moment_of(query.until, zone, now, right="/mute 8h"))
    return quiet


def _is_change(query: MuteQuery) -> bool:
    return query.is_change


COMMAND = Command(
    name="mute",
    summary=later("no alerts for a while, or every night"),
    usage="/mute 8h · /mute until monday · /mute 22:00-07:00 [tz=Europe/Berlin] · /mute off",
    examples=("/mute", "/mute 8h", "/mute 22:00-07:00"),
    parse=parse,
    answer=answer,
    menu_place=73,
    is_personal=True,
    changes=_is_change,
)
