"""/forget: everything of this chat, for good, once it is confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.errors import Correction
from analytics.language import later, tr
from handlers._asker import Asker
from handlers._command import Command, Services
from handlers._errors import UsageError
from handlers._grammar import tidied
from handlers._memory import FORGET_CONFIRMED, Kept
from handlers._opened import opened
from handlers._privacy.kinds import counted_lines
from handlers._reply import Button, Reply

EVERYTHING, CONFIRMED = "everything", "everything yes"
STANDING = frozenset({"alerts", "digests"})


@dataclass(frozen=True, slots=True)
class ForgetQuery:
    """Ask whether it is meant; ``is_confirmed``: do it.

    ``is_said`` in so many words that nobody is asked again, unless several standing questions would
    be lost by them.
    """

    is_confirmed: bool = False
    is_said: bool = False


def parse(text: str) -> ForgetQuery:
    """Read the word that confirms."""
    said = " ".join(tidied(text).split()).casefold()
    if said in {"", EVERYTHING, CONFIRMED}:
        return ForgetQuery(is_confirmed=said == CONFIRMED, is_said=said == EVERYTHING)
    raise UsageError(
        tr("`/forget` forgets everything of this chat, or nothing. I ask before I do it."),
        corrections=(Correction("/forget", "/forget"),),
    )


async def answer(query: ForgetQuery, services: Services) -> Reply:
    """Name what would go; with the confirmation delete it."""
    memory, asker = opened(services.memory, services)
    if not query.is_confirmed:
        kept = await memory.kept(asker.room.chat_id)
        standing = sum(one.count for one in kept if one.name in STANDING)
        if not query.is_said or standing > 1:
            return _asked(kept, asker)
    await memory.forget(asker)
    return Reply(
        title=tr("Forgotten."),
        answer=tr("Nothing of this chat is left with me."),
        text=(
            tr("Telegram keeps the messages themselves: delete the chat there."),
            tr("Write to me at any time, and we begin anew."),
        ),
        numbers={"command": "forget", "forgotten": True},
    )


def _asked(kept: Sequence[Kept], asker: Asker) -> Reply:
    gone = (
        tr(
            "What you have set in groups stays there as the group's, without your number. "
            "Alerts and digests of this chat end."
        )
        if asker.is_private
        else tr(
            "This group's alerts and digests end. Members' saved positions are their own and stay."
        )
    )
    return Reply(
        title=tr("Forget everything of this chat?"),
        answer=tr("It cannot be undone."),
        text=(gone,),
        facts=(counted_lines(kept),) if kept else (),
        buttons=(
            (Button(tr("Yes, forget everything"), FORGET_CONFIRMED),),
            (Button(tr("Export first"), "/export"),),
        ),
        numbers={"command": "forget", "kept": {one.name: one.count for one in kept}},
    )


def _always(_query: ForgetQuery) -> bool:
    return True


COMMAND = Command(
    name="forget",
    summary=later("delete everything that is kept of this chat"),
    usage="/forget",
    examples=("/forget",),
    parse=parse,
    answer=answer,
    menu_place=84,
    is_personal=True,
    changes=_always,
)
