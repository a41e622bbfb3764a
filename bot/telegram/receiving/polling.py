"""Long polling: an update is acknowledged only after it is stored."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from telegram import Bot
from telegram.error import (
    Conflict,
    EndPointNotFound,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.store.database import DatabaseError
from bot.store.inbox import StoredUpdate
from bot.telegram.incoming import stored_update
from bot.telegram.receiving.reception import Reception
from bot.telegram.refusals import seconds

log = logging.getLogger(__name__)

HOLD_S = 30
ANSWER_MARGIN_S = 10
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 30.0
BREATH_S = 0.05
"""While somebody floods: a flood that comes in handfuls costs less than one that comes in drops."""
UPDATES = ("message", "callback_query", "my_chat_member", "inline_query")
GET_UPDATES = "get__updates"
"""``getUpdates``, spelled so that the library does not warn that it has a method for it.

That method reads a whole batch at once: one update that it cannot read would hold up all.
"""


async def poll(bot: Bot, reception: Reception) -> None:
    """Receive until cancelled; outages are waited out.

    ``Updater`` of python-telegram-bot acknowledges updates that are only in memory, so a crash
    loses them; this loop asks for the next offset after the inbox has them.
    """
    offset: int | None = None
    retry = FIRST_RETRY_S
    while True:
        try:
            updates = await _updates(bot, offset)
            turned_away = await reception.receive([*_stored(updates)])
        except (TelegramError, DatabaseError) as error:
            log.warning("receiving failed: %s", _explained(error))
            await asyncio.sleep(wait_after(error, retry))
            retry = min(2 * retry, LONGEST_RETRY_S)
        else:
            retry = FIRST_RETRY_S
            if updates:
                offset = updates[-1]["update_id"] + 1
            if turned_away:
                await asyncio.sleep(BREATH_S)


def wait_after(error: Exception, retry: float) -> float:
    """Seconds until the next try: as long as Telegram says, else ``retry``."""
    return seconds(error) if isinstance(error, RetryAfter) else retry


async def _updates(bot: Bot, offset: int | None) -> Sequence[Mapping[str, Any]]:
    found = await bot.do_api_request(
        GET_UPDATES,
        {"offset": offset, "timeout": HOLD_S, "allowed_updates": UPDATES},
        read_timeout=HOLD_S + ANSWER_MARGIN_S,
    )
    return found if isinstance(found, list) else []


def _stored(updates: Sequence[Mapping[str, Any]]) -> Iterator[StoredUpdate]:
    for update in updates:
        try:
            yield stored_update(update)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            log.exception("an update that nobody can read is left out")


def _explained(error: Exception) -> str:
    match error:
        case Conflict():
            return f"another process reads this bot's updates ({error})"
        case InvalidToken() | EndPointNotFound():
            return "Telegram refuses the bot's token"
        case _:
            return str(error)
