"""/status: how the bot and its venues are, and what may not have arrived in this chat."""

from dataclasses import dataclass

from analytics.language import later
from handlers._command import Command, Services
from handlers._opened import opened, refuse_words
from handlers._reply import Reply
from handlers._status.seen import Everywhere, Seen
from handlers._status.words import status_reply

QUESTIONS = "inbox"


@dataclass(frozen=True, slots=True)
class StatusQuery:
    """Look at everything."""


def parse(text: str) -> StatusQuery:
    """Read nothing."""
    refuse_words(text, "status")
    return StatusQuery()


async def answer(_query: StatusQuery, services: Services) -> Reply:
    """Look, and say it; to those who run the bot, of all chats."""
    health, asker = opened(services.health, services)
    mail, _ = opened(services.mail, services)
    chat_id = asker.room.chat_id
    waiting = dict(await health.waiting())
    # The question that is just being answered waits as well.
    waiting[QUESTIONS] = max(0, waiting.get(QUESTIONS, 0) - 1)
    seen = Seen(
        version=health.version,
        started=health.started,
        warning=health.origin.warning,
        venues=health.venues(),
        waiting=waiting,
        chat=await health.chat(chat_id),
        doubts=await mail.doubts(chat_id),
        everywhere=Everywhere(await health.overview(), await mail.dead())
        if asker.is_operator
        else None,
    )
    return status_reply(seen, services.now())


COMMAND = Command(
    name="status",
    summary=later("how the bot and its venues are, and what may not have arrived"),
    usage="/status",
    examples=("/status",),
    parse=parse,
    answer=answer,
    menu_place=80,
    is_personal=True,
)
