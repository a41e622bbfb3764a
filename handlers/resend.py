"""/resend: once more what may not have arrived in this chat, marked."""

from dataclasses import dataclass

from analytics.language import later, tr
from handlers._command import Command, Services
from handlers._opened import opened, refuse_words
from handlers._reply import Button, Reply


@dataclass(frozen=True, slots=True)
class ResendQuery:
    """All of it."""


def parse(text: str) -> ResendQuery:
    """Read nothing: all that is in doubt is meant."""
    refuse_words(text, "resend")
    return ResendQuery()


async def answer(_query: ResendQuery, services: Services) -> Reply:
    """Post it, and say how much; answers to questions are not kept and have to be asked again."""
    mail, asker = opened(services.mail, services)
    lost = (await mail.doubts(asker.room.chat_id)).answers
    n = await mail.resend(asker)
    explained = []
    if n:
        explained.append(tr("They come now, each with a mark; some may have arrived before."))
    if lost:
        explained.append(
            tr("Answers that may not have arrived: {n}. Ask those questions again.", n=lost)
        )
    return Reply(
        title=tr("Sent again: {n}", n=n) if n else tr("Nothing to send again."),
        answer="",
        text=tuple(explained) or (tr("Everything for this chat was seen to arrive."),),
        buttons=((Button(tr("Status"), "/status"),),),
        numbers={"command": "resend", "sent": n, "answers": lost},
    )


def _always(_query: ResendQuery) -> bool:
    return True


COMMAND = Command(
    name="resend",
    summary=later("what may not have arrived here, once more"),
    usage="/resend",
    examples=("/resend",),
    parse=parse,
    answer=answer,
    menu_place=81,
    is_personal=True,
    changes=_always,
)
