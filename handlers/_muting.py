"""What a chat's quiet times are called, and the clock they go by."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from analytics.errors import RequestError
from analytics.language import tr
from handlers import _format as text
from handlers._asker import Asker
from handlers._command import Services
from handlers._reply import Button, Json, Reply
from handlers._room import Quiet, Rooms


def agreed(services: Services) -> tuple[Rooms, Asker]:
    """Where agreements of the asker's chat are kept, and who asks.

    Raises
    ------
    RequestError
        Nothing is kept here.

    """
    if services.rooms is None or services.asker is None:
        raise RequestError(tr("Nothing is kept here: what a chat agrees on lives in the bot."))
    return services.rooms, services.asker


def muting_reply(
    command: str, quiet: Quiet, zone: ZoneInfo, *, now: datetime, lifted: Quiet | None = None
) -> Reply:
    """What holds in a chat now, and what can be changed; ``lifted`` is what has just ended."""
    until = quiet.until if quiet.until is not None and quiet.until > now else None
    title, answer = _first_line(until, quiet.hours, zone, now=now)
    again = lifted.hours if lifted is not None else None
    return Reply(
        title=title,
        answer=answer,
        text=_explained(until, quiet.hours, zone),
        buttons=_buttons(until, quiet.hours, again),
        numbers=_numbers(command, until, quiet.hours, zone),
    )


def spelled_hours(hours: tuple[time, time]) -> str:
    """Quiet hours as people type them: ``22:00-07:00``."""
    return "-".join(f"{end:%H:%M}" for end in hours)


def _first_line(
    until: datetime | None, hours: tuple[time, time] | None, zone: ZoneInfo, *, now: datetime
) -> tuple[str, str]:
    if until is not None:
        local = until.astimezone(zone)
        when = f"{local:%H:%M}"
        if local.date() != now.astimezone(zone).date():
            when = f"{text.day(local, seen_from=now)} {when}"
        return tr("Muted until {when}.", when=when), tr("Then alerts ring again.")
    if hours is not None:
        return tr("Quiet hours {hours}.", hours=_shown(hours)), tr("Alerts ring at other times.")
    return tr("Alerts ring at any time."), tr("Nothing is muted.")


def _explained(
    until: datetime | None, hours: tuple[time, time] | None, zone: ZoneInfo
) -> tuple[str, ...]:
    lines = []
    if until is not None and hours is not None:
        lines.append(tr("Quiet hours every day: {hours}.", hours=_shown(hours)))
    if until is not None or hours is not None:
        lines.append(tr("What fires meanwhile waits, and comes as one message."))
    lines.append(
        tr("This chat's clock: {zone}. Another: `/mute tz=Europe/Berlin`", zone=zone.key)
        if zone.key == "UTC"
        else tr("This chat's clock: {zone}. Another: `/mute tz=UTC`", zone=zone.key)
    )
    return tuple(lines)


def _buttons(
    until: datetime | None, hours: tuple[time, time] | None, again: tuple[time, time] | None
) -> tuple[tuple[Button, ...], ...]:
    lengths = tuple(Button(length, f"/mute {length}") for length in ("1h", "8h", "24h"))
    usual = again or hours or (time(22), time(7))
    second = [] if hours is not None else [_nightly(usual)]
    if until is not None or hours is not None:
        second.append(Button(tr("Unmute"), "/unmute"))
    return lengths, tuple(second)


def _nightly(hours: tuple[time, time]) -> Button:
    return Button(_shown(hours), f"/mute {spelled_hours(hours)}")


def _shown(hours: tuple[time, time]) -> str:
    return "–".join(f"{end:%H:%M}" for end in hours)


def _numbers(
    command: str, until: datetime | None, hours: tuple[time, time] | None, zone: ZoneInfo
) -> dict[str, Json]:
    return {
        "command": command,
        "until": None if until is None else until.isoformat(),
        "hours": None if hours is None else [f"{end:%H:%M}" for end in hours],
        "zone": zone.key,
    }


async def muted_now(services: Services) -> str | None:
    """That the asker's chat is muted just now, in a sentence; None where it is not."""
    if services.rooms is None or services.asker is None:
        return None
    chat_id = services.asker.room.chat_id
    quiet, preferences = (
        await services.rooms.quiet(chat_id),
        await services.rooms.preferences(chat_id),
    )
    now = services.now()
    zone = preferences.time_zone
    if quiet.until is not None and quiet.until > now:
        return _first_line(quiet.until, None, zone, now=now)[0]
    if quiet.hours is not None and _is_between(now.astimezone(zone).time(), quiet.hours):
        return tr("Quiet hours {hours}.", hours=_shown(quiet.hours))
    return None


def _is_between(clock: time, hours: tuple[time, time]) -> bool:
    begins, ends = hours
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends
