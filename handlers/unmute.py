"""/unmute: alerts ring again, at any time."""

import re
from dataclasses import dataclass

from analytics.errors import Correction
from analytics.language import later, tr
from handlers._command import Command, Services
from handlers._errors import UsageError
from handlers._grammar import tidied
from handlers._grammar.clocks import HOUR, clock_of
from handlers._grammar.symbols import COURTESIES, HURRIED
from handlers._muting import agreed, muting_reply
from handlers._reply import Reply
from handlers._room import Quiet

_UNSAID = (
    COURTESIES
    | HURRIED
    | frozenset(
        """
        now all everything me this the group chat alert alerts jetzt alle alles ahora todo todas
        """.split()  # noqa: SIM905 - a column of quoted words is harder to read
    )
)
_LATER = re.compile(rf"(?:me )?(?:at|um|a las?|ab|from) (?P<clock>{HOUR})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UnmuteQuery:
    """End the mute and the quiet hours."""


def parse(text: str) -> UnmuteQuery:
    """Read nothing: all that is muted here is meant."""
    until = _LATER.fullmatch(tidied(text).casefold().strip(" .!?"))
    if until is not None and (clock := clock_of(until["clock"])) is not None:
        right = f"/mute until {clock:%H:%M}"
        raise UsageError(
            tr("`/unmute` ends it now. To be quiet until then: `{right}`", right=right),
            corrections=(Correction(right, right), Correction("/unmute", "/unmute")),
        )
    said = [word.strip(".,;!?") for word in tidied(text).casefold().split()]
    said = [word for word in said if any(map(str.isalnum, word)) and word not in _UNSAID]
    if (number := next((word for word in said if word.lstrip("#").isdecimal()), None)) is not None:
        right = f"/alerts wake {number.lstrip('#')}"
        raise UsageError(
            tr("`/unmute` ends all that is muted here. One alert alone: `{right}`", right=right),
            corrections=(Correction(right, right), Correction("/unmute", "/unmute")),
        )
    if said:
        raise UsageError(
            tr("`/unmute` ends all that is muted here; it takes nothing more."),
            corrections=(Correction("/unmute", "/unmute"),),
        )
    return UnmuteQuery()


async def answer(_query: UnmuteQuery, services: Services) -> Reply:
    """Let alerts ring, and say what was lifted."""
    rooms, asker = agreed(services)
    before = await rooms.quiet(asker.room.chat_id)
    await rooms.set_quiet(asker.room.chat_id, Quiet())
    preferences = await rooms.preferences(asker.room.chat_id)
    return muting_reply("unmute", Quiet(), preferences.time_zone, now=services.now(), lifted=before)


def _always(_query: UnmuteQuery) -> bool:
    return True


COMMAND = Command(
    name="unmute",
    summary=later("alerts ring again"),
    usage="/unmute",
    examples=("/unmute",),
    parse=parse,
    answer=answer,
    menu_place=74,
    is_personal=True,
    changes=_always,
)
