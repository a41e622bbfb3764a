"""/requeue: those who run the bot look at what was given up, and have it tried again."""

from dataclasses import dataclass

from analytics.errors import Correction
from analytics.language import later, tr
from handlers._command import Command, Services
from handlers._errors import UsageError
from handlers._opened import opened
from handlers._reply import Reply
from handlers._requeue.words import listed, revived

ALL = "all"


@dataclass(frozen=True, slots=True)
class RequeueQuery:
    """What to try again: all, one by its name, or with neither nothing, only a look."""

    name: str | None = None
    is_all: bool = False


def parse(text: str) -> RequeueQuery:
    """Read a name as it is listed, or that all are meant."""
    words = text.split()
    if len(words) > 1:
        raise UsageError(
            tr("One name, or all: `/requeue all`"),
            corrections=(Correction("/requeue", "/requeue"),),
        )
    if not words:
        return RequeueQuery()
    return RequeueQuery(is_all=True) if words[0].casefold() == ALL else RequeueQuery(words[0])


async def answer(query: RequeueQuery, services: Services) -> Reply:
    """Show what was given up, or take it up again."""
    mail, _ = opened(services.mail, services)
    if query == RequeueQuery():
        return listed(await mail.dead())
    n = await mail.requeue(query.name)
    if not n and query.name is not None:
        raise UsageError(
            tr("Nothing that was given up is called `{name}`.", name=query.name[:60]),
            corrections=(Correction("/requeue", "/requeue"),),
        )
    return revived(n)


COMMAND = Command(
    name="requeue",
    summary=later("what was given up, and trying it again"),
    usage="/requeue · /requeue NAME · /requeue all",
    examples=("/requeue", "/requeue all", "/requeue digest:12"),
    parse=parse,
    answer=answer,
    menu_place=99,
    is_personal=True,
    is_for_operators=True,
)
