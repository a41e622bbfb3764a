"""/privacy: what is kept of this chat and for how long, counted now."""

from dataclasses import dataclass

from analytics.language import later, tr
from handlers._asker import Asker
from handlers._command import Command, Services
from handlers._memory import Retention
from handlers._opened import opened, refuse_words
from handlers._privacy.kinds import kept_lines
from handlers._reply import Button, Reply
from handlers._watch.names import lasting


@dataclass(frozen=True, slots=True)
class PrivacyQuery:
    """Look at everything."""


def parse(text: str) -> PrivacyQuery:
    """Read nothing."""
    refuse_words(text, "privacy")
    return PrivacyQuery()


async def answer(_query: PrivacyQuery, services: Services) -> Reply:
    """Count what there is, and say how to have it and how to be rid of it."""
    memory, asker = opened(services.memory, services)
    kept = await memory.kept(asker.room.chat_id)
    return Reply(
        title=tr("What I keep of you:") if asker.is_private else tr("What I keep of this group:"),
        answer=tr("what I was asked to keep, and what I need to answer once."),
        text=_explained(asker, memory.retention),
        facts=(kept_lines(kept, memory.retention),),
        buttons=((Button(tr("Export"), "/export"), Button(tr("Forget everything"), "/forget")),),
        numbers={"command": "privacy", "kept": {one.name: one.count for one in kept}},
    )


def _explained(asker: Asker, retention: Retention) -> tuple[str, ...]:
    whose = (
        tr("It stands under the number that Telegram gave you. I keep no names and no profile.")
        if asker.is_private
        else tr("Members' saved positions are their own: ask /privacy in private.")
    )
    return (
        whose,
        tr(
            "What you write is erased when it is answered; the number of the message stays {days}, "
            "so that it is not answered twice. Venues and logs do not learn who asks.",
            days=lasting(retention.update_ids),
        ),
        tr(
            "/forget deletes all of it, /export hands it over. A chat that has been closed to me "
            "for {days} is forgotten by itself.",
            days=lasting(retention.closed_chats),
        ),
        tr("Telegram keeps the messages themselves, and whoever runs me may keep backups."),
    )


COMMAND = Command(
    name="privacy",
    summary=later("what is kept of this chat, and for how long"),
    usage="/privacy",
    examples=("/privacy",),
    parse=parse,
    answer=answer,
    menu_place=82,
    is_personal=True,
)
