"""What somebody's words ask of us: a command, the answer to our question, or nothing."""

import re
from dataclasses import replace

from bot.answering.routing import Routing
from bot.telegram.incoming import Asked
from handlers._alerts.spoken_of import about_alert
from handlers._grammar import split_command
from handlers._zones import is_zone

SHORTEST_CITY = 3
ASKED_BACK = re.compile(r"(?<![^\s`])/([a-z]+)")


def question_of(asked: Asked, routing: Routing, *, username: str) -> str | None:
    """The question with its command; None where the words are not for us.

    In a group an unknown command may well be meant for another bot. In private everything is
    meant for us.
    """
    split = split_command(asked.text)
    if split is None:
        is_command = asked.text.lstrip().startswith("/")
        if not is_command:
            return _without_slash(replace(asked, text=_unaddressed(asked.text, username)), routing)
        return asked.text if asked.place.is_private else None
    if split.addressed_to is not None and not asked.place.is_private:
        is_ours = split.addressed_to.casefold() == username.casefold()
    else:
        known = routing.command(split.name)
        is_offered = known is not None and not known.is_for_operators
        is_ours = asked.place.is_private or is_offered
    return asked.text if is_ours else None


def _unaddressed(text: str, username: str) -> str:
    """Words without our name before or behind them: it need not be said to us."""
    name = rf"@{re.escape(username)}\b"
    found = re.sub(rf"^\s*{name}[\s,:]*|[\s,]*{name}\s*$", "", text, flags=re.IGNORECASE)
    return found or text


def is_talk(asked: Asked) -> bool:
    """Whether somebody just wrote something, which need be no question."""
    return asked.place.is_private and not asked.text.startswith("/")


def _without_slash(asked: Asked, routing: Routing) -> str | None:
    """A bare text answers what we asked back, or says what shall become of the alert it replies to.

    In private it is a question itself.
    """
    for match in ASKED_BACK.finditer(asked.in_reply_to or ""):
        if routing.command(match[1]) is not None:
            return f"/{match[1]} {asked.text}"
    about = about_alert(asked.text, asked.in_reply_to) if asked.in_reply_to else None
    if about is not None and routing.command("alerts") is not None:
        return about
    if not asked.place.is_private:
        return None
    if routing.command("settings") and len(asked.text) >= SHORTEST_CITY and is_zone(asked.text):
        # What somebody writes who was asked for a city; no market is called so.
        return f"/settings tz {asked.text}"
    return routing.routed(asked.text)
