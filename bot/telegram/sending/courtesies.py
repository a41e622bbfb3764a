"""Small requests that nothing depends on: a popup, a sign of work, a question about a member."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from telegram import Bot
from telegram.constants import ChatAction, ChatMemberStatus
from telegram.error import RetryAfter, TelegramError

from bot.store.database import DatabaseError
from bot.telegram import refusals
from bot.telegram.incoming import Place
from bot.telegram.sending.pacing import Pacing

log = logging.getLogger(__name__)

ACTION_EVERY_S = 4.5
"""Telegram shows an action for five seconds."""
TIMEOUT_S = 10.0
ADMINS = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, eq=False)
class Courtesies:
    """Requests that may fail; they keep Telegram's silences as messages do."""

    bot: Bot
    pacing: Pacing

    async def popup(
        self, query_id: str, text: str | None = None, *, in_passing: bool = False
    ) -> None:
        """Answer a tap; a tap that is too old to be answered does not matter.

        A text has to be closed by the reader unless it is shown ``in_passing``.
        """
        shown = partial(
            self.bot.answer_callback_query,
            query_id,
            text=text,
            show_alert=bool(text) and not in_passing,
            read_timeout=TIMEOUT_S,
        )
        await self._asked(shown, "a tap was not answered")

    async def remove(self, chat_id: int, message_id: int) -> None:
        """Delete a message of ours."""
        deleted = partial(self.bot.delete_message, chat_id, message_id)
        await self._asked(deleted, "a message was not removed")

    async def is_admin(self, chat_id: int, user_id: int) -> bool | None:
        """Whether somebody runs a group; None where Telegram does not say.

        About single members a bot that is no admin itself may not be told; about admins it is.
        """
        asked = partial(self.bot.get_chat_member, chat_id, user_id, read_timeout=TIMEOUT_S)
        member = await self._asked(asked, "a member could not be looked up")
        if member is not None:
            return member.status in ADMINS
        listed = partial(self.bot.get_chat_administrators, chat_id, read_timeout=TIMEOUT_S)
        admins = await self._asked(listed, "the admins could not be looked up")
        return None if admins is None else any(one.user.id == user_id for one in admins)

    async def leave(self, chat_id: int) -> None:
        """Leave a group or channel."""
        await self._asked(partial(self.bot.leave_chat, chat_id), "a chat could not be left")

    @asynccontextmanager
    async def at_work(self, place: Place) -> AsyncIterator[None]:
        """Show that work goes on for as long as it does; nothing waits for it."""
        showing = asyncio.create_task(self._show_work(place))
        try:
            yield
        finally:
            showing.cancel()

    async def _show_work(self, place: Place) -> None:
        shown = partial(
            self.bot.send_chat_action,
            place.chat_id,
            ChatAction.UPLOAD_PHOTO,
            message_thread_id=place.thread_id,
        )
        while True:
            await self._asked(shown, "a chat action was not shown", patience=0.0)
            await asyncio.sleep(ACTION_EVERY_S)

    async def _asked(
        self,
        request: Callable[[], Awaitable[Answer]],
        complaint: str,
        *,
        patience: float = TIMEOUT_S,
    ) -> Answer | None:
        """What Telegram answers; None where it does not, or wants silence for too long."""
        try:
            silent = await self.pacing.silent_for()
            if silent > patience:
                log.info("%s: Telegram wants silence for %.0f s", complaint, silent)
                return None
            if silent > 0:
                await self.pacing.sleep(silent)
            return await request()
        except RetryAfter as error:
            await self.pacing.pause(refusals.seconds(error))
            log.info("%s: %s", complaint, error)
        except (TelegramError, DatabaseError) as error:
            log.info("%s: %s", complaint, error)
        return None
