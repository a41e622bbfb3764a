"""Questions that a link brings into the private chat."""

from collections.abc import Awaitable
from typing import Protocol

from analytics.language import tr
from bot.answering.answers import Answer
from bot.store.buttons import Buttons
from bot.telegram.incoming import Asked
from bot.telegram.keyboards import BY_REFERENCE
from handlers import Button, Reply
from handlers._grammar import split_command


class Answering(Protocol):
    """Answers a question."""

    def __call__(self, question: str, *, by_link: bool = False) -> Awaitable[Answer]:
        """Reply to it."""


async def followed(question: str, asked: Asked, buttons: Buttons, answering: Answering) -> Answer:
    """The answer to a question, or to the one that a link's token stands for."""
    split = split_command(question)
    payload = split.rest.strip() if split and split.name == "start" else ""
    if not payload.startswith(BY_REFERENCE):
        return await answering(question)
    kept = await buttons.button(payload.removeprefix(BY_REFERENCE))
    is_theirs = kept is not None and kept.chat_id == asked.place.chat_id == asked.asker_id
    if kept is None or not is_theirs:
        return Answer(_useless())
    return await answering(kept.question, by_link=True)


def _useless() -> Reply:
    return Reply(
        title="",
        answer=tr("This link is too old, or was made for somebody else."),
        text=(tr("Just ask me here, for example `/corr BTC ETH-PERP 30d`."),),
        buttons=(
            (Button("BTC × ETH-PERP", "/corr BTC ETH-PERP 30d"),),
            (Button(tr("What else?"), "/help"),),
        ),
    )
