"""Sends messages: each at most once, at Telegram's pace, with every refusal understood."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.store.ledger import Ledger, State
from bot.telegram import refusals
from bot.telegram.incoming import Place
from bot.telegram.markup import plain
from bot.telegram.pacing import Pacing

log = logging.getLogger(__name__)

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0
PICTURE_NAME = "hedgebot.png"


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """One message to one place; ``key`` names it for ever."""

    key: str
    place: Place
    html: str
    photo: bytes | None = None
    keyboard: InlineKeyboardMarkup | ForceReply | None = None
    is_plain: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """The way out. ``retry_sleep`` waits between attempts."""

    bot: Bot
    ledger: Ledger
    pacing: Pacing
    retry_sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def send(self, parcel: Parcel) -> State:
        """Send unless it was sent before; return how it ended.

        Blocks while Telegram wants silence or cannot be reached: nothing is given up for that.
        """
        retry = FIRST_RETRY_S
        while True:
            await self.pacing.turn(parcel.place.chat_id)
            if not await self.ledger.intend(parcel.key, chat_id=parcel.place.chat_id):
                entry = await self.ledger.entry(parcel.key)
                return entry.state if entry else State.IN_DOUBT
            try:
                message = await self._post(parcel)
            except TelegramError as error:
                verdict = refusals.verdict_on(error)
                following = await self._next(parcel, verdict, error)
                if isinstance(following, State):
                    return following
                if following is parcel:
                    await self._wait(verdict, retry)
                    retry = min(2 * retry, LONGEST_RETRY_S)
                parcel = following
            except asyncio.CancelledError:
                await self.ledger.doubt(parcel.key, note="interrupted")
                raise
            else:
                await self.ledger.confirm(parcel.key, message_id=message.message_id)
                return State.SENT

    async def edit(self, parcel: Parcel, *, shows_picture: bool) -> bool:
        """Put the parcel in the place of ``parcel.place``'s message; False if that is gone.

        Edits are idempotent: an unknown outcome is simply tried again.
        """
        retry = FIRST_RETRY_S
        while True:
            await self.pacing.turn(parcel.place.chat_id)
            try:
                await self._replace(parcel, shows_picture=shows_picture)
            except TelegramError as error:
                match verdict := refusals.verdict_on(error):
                    case refusals.AlreadyDone():
                        return True
                    case refusals.NotSent() | refusals.Unknown():
                        await self._wait(verdict, retry)
                        retry = min(2 * retry, LONGEST_RETRY_S)
                    case refusals.BadMarkup():
                        parcel = self._as_plain(parcel)
                    case _:
                        log.warning("edit %s refused: %s", parcel.key, error)
                        return False
            else:
                return True

    async def popup(self, query_id: str, text: str | None = None) -> None:
        """Answer a tap; a tap that is too old to be answered does not matter."""
        try:
            await self.bot.answer_callback_query(query_id, text=text, show_alert=bool(text))
        except TelegramError as error:
            log.info("a tap was not answered: %s", error)

    async def announce(self, place: Place, action: str) -> None:
        """Show that work is going on; only a courtesy."""
        if self.pacing.is_paused:
            return
        try:
            await self.bot.send_chat_action(
                place.chat_id, action, message_thread_id=place.thread_id
            )
        except TelegramError as error:
            log.info("a chat action was not shown: %s", error)

    async def _next(
        self, parcel: Parcel, verdict: refusals.Verdict, error: TelegramError
    ) -> Parcel | State:
        """What follows a refusal: another try, perhaps of a changed parcel, or the end."""
        match verdict:
            case refusals.NotSent() | refusals.TokenRefused():
                following = parcel
            case refusals.Moved(chat_id):
                following = replace(parcel, place=replace(parcel.place, chat_id=chat_id))
            case refusals.TopicClosed() if parcel.place.thread_id is not None:
                following = replace(parcel, place=replace(parcel.place, thread_id=None))
            case refusals.OriginalGone() if parcel.place.message_id is not None:
                following = replace(parcel, place=replace(parcel.place, message_id=None))
            case refusals.BadMarkup() if not parcel.is_plain:
                following = self._as_plain(parcel)
            case refusals.Unknown():
                log.warning("message %s is in doubt: %s", parcel.key, error)
                await self.ledger.doubt(parcel.key, note=str(error))
                return State.IN_DOUBT
            case _:
                log.warning("message %s refused: %s", parcel.key, error)
                await self.ledger.fail(parcel.key, note=str(error))
                return State.FAILED
        await self.ledger.withdraw(parcel.key)
        return following

    async def _wait(self, verdict: refusals.Verdict, retry: float) -> None:
        match verdict:
            case refusals.NotSent(pause=float(pause)):
                # All chats wait; a little more than asked, so that not all start at once.
                self.pacing.pause(pause + random.uniform(0, 0.5))  # noqa: S311 - jitter
            case refusals.TokenRefused():
                log.error("Telegram refuses the bot's token; nothing is lost, sending waits")
                await self.retry_sleep(LONGEST_RETRY_S)
            case _:
                await self.retry_sleep(retry * random.uniform(0.5, 1))  # noqa: S311 - jitter

    def _as_plain(self, parcel: Parcel) -> Parcel:
        log.error("our markup of %s was refused", parcel.key)
        return replace(parcel, html=plain(parcel.html), is_plain=True)

    async def _post(self, parcel: Parcel) -> Message:
        place = parcel.place
        reply = (
            ReplyParameters(place.message_id, allow_sending_without_reply=True)
            if place.message_id is not None
            else None
        )
        mode = None if parcel.is_plain else ParseMode.HTML
        if parcel.photo is None:
            return await self.bot.send_message(
                place.chat_id,
                parcel.html,
                parse_mode=mode,
                message_thread_id=place.thread_id,
                reply_parameters=reply,
                reply_markup=parcel.keyboard,
                disable_notification=True,
            )
        return await self.bot.send_photo(
            place.chat_id,
            parcel.photo,
            caption=parcel.html,
            parse_mode=mode,
            message_thread_id=place.thread_id,
            reply_parameters=reply,
            reply_markup=parcel.keyboard,
            disable_notification=True,
            filename=PICTURE_NAME,
        )

    async def _replace(self, parcel: Parcel, *, shows_picture: bool) -> None:
        chat_id, message_id = parcel.place.chat_id, parcel.place.message_id
        mode = None if parcel.is_plain else ParseMode.HTML
        keyboard = parcel.keyboard if isinstance(parcel.keyboard, InlineKeyboardMarkup) else None
        if parcel.photo is not None:
            media = InputMediaPhoto(
                parcel.photo, caption=parcel.html, parse_mode=mode, filename=PICTURE_NAME
            )
            await self.bot.edit_message_media(
                media, chat_id=chat_id, message_id=message_id, reply_markup=keyboard
            )
        elif shows_picture:
            await self.bot.edit_message_caption(
                chat_id, message_id, caption=parcel.html, parse_mode=mode, reply_markup=keyboard
            )
        else:
            await self.bot.edit_message_text(
                parcel.html,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=mode,
                reply_markup=keyboard,
            )
