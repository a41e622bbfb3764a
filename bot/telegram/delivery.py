"""Sends messages: each at most once, at Telegram's pace, with every refusal understood."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

from telegram import Bot
from telegram.constants import ChatAction, ChatMemberStatus
from telegram.error import RetryAfter, TelegramError

from bot.store.chats import move_chat
from bot.store.database import DatabaseError
from bot.store.ledger import Ledger, State
from bot.telegram import refusals
from bot.telegram.incoming import Place
from bot.telegram.markup import CAPTION_LIMIT, plain
from bot.telegram.pacing import Pacing
from bot.telegram.parcels import Parcel, post, put

log = logging.getLogger(__name__)

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0
ACTION_EVERY_S = 4.5
"""Telegram shows an action for five seconds."""
POPUP_TIMEOUT_S = 10.0
TOPIC_IS_CLOSED = "\n(The topic of the question is closed.)"


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
            if entry := await self.ledger.entry(parcel.key):
                return entry.state
            await self.pacing.turn(parcel.place.chat_id)
            if not await self._intended(parcel):
                continue
            try:
                message = await post(self.bot, parcel)
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
                confirm = partial(self.ledger.confirm, parcel.key, message_id=message.message_id)
                await self._noted(confirm)
                return State.SENT

    async def edit(self, parcel: Parcel, *, shows_picture: bool) -> bool:
        """Put the parcel in the place of ``parcel.place``'s message; False if that is gone.

        Edits are idempotent: an unknown outcome is simply tried again.
        """
        retry = FIRST_RETRY_S
        while True:
            await self.pacing.turn(parcel.place.chat_id)
            try:
                await put(self.bot, parcel, shows_picture=shows_picture)
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

    async def message_id(self, parcel: Parcel) -> int | None:
        """Which message a parcel became; None where it was never sent for certain."""
        entry = await self.ledger.entry(parcel.key)
        return entry.message_id if entry else None

    async def remove(self, parcel: Parcel) -> None:
        """Take back what has served its purpose; if that fails, nothing is lost."""
        message_id = await self.message_id(parcel)
        if message_id is None:
            return
        try:
            await self.bot.delete_message(parcel.place.chat_id, message_id)
        except TelegramError as error:
            log.info("message %s was not removed: %s", parcel.key, error)

    async def popup(self, query_id: str, text: str | None = None) -> None:
        """Answer a tap; a tap that is too old to be answered does not matter."""
        try:
            await self.bot.answer_callback_query(
                query_id, text=text, show_alert=bool(text), read_timeout=POPUP_TIMEOUT_S
            )
        except TelegramError as error:
            log.info("a tap was not answered: %s", error)

    async def is_admin(self, chat_id: int, user_id: int) -> bool:
        """Whether somebody runs a group; False where Telegram does not say."""
        try:
            member = await self.bot.get_chat_member(chat_id, user_id, read_timeout=POPUP_TIMEOUT_S)
        except TelegramError as error:
            log.info("a member could not be looked up: %s", error)
            return False
        return member.status in {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}

    @asynccontextmanager
    async def at_work(self, place: Place) -> AsyncIterator[None]:
        """Show that work goes on for as long as it does; only a courtesy, nothing waits for it."""
        showing = asyncio.create_task(self._show_work(place))
        try:
            yield
        finally:
            showing.cancel()

    async def _show_work(self, place: Place) -> None:
        while True:
            if not self.pacing.is_paused:
                try:
                    await self.bot.send_chat_action(
                        place.chat_id, ChatAction.UPLOAD_PHOTO, message_thread_id=place.thread_id
                    )
                except RetryAfter as error:
                    self.pacing.pause(refusals.seconds(error))
                except TelegramError as error:
                    log.info("a chat action was not shown: %s", error)
            await asyncio.sleep(ACTION_EVERY_S)

    async def _intended(self, parcel: Parcel) -> bool:
        try:
            return await self.ledger.intend(parcel.key, chat_id=parcel.place.chat_id)
        except asyncio.CancelledError:
            # Nothing was written to Telegram: the next start may do it.
            await self.ledger.withdraw(parcel.key)
            raise

    async def _noted(self, note: Callable[[], Awaitable[None]]) -> None:
        """Write down what Telegram has answered, however long the database does not listen."""
        while True:
            try:
                await note()
            except DatabaseError:
                log.exception("the database takes no notes; a message waits to be noted")
                await self.retry_sleep(FIRST_RETRY_S)
            else:
                return

    async def _next(
        self, parcel: Parcel, verdict: refusals.Verdict, error: TelegramError
    ) -> Parcel | State:
        """What follows a refusal: another try, perhaps of a changed parcel, or the end."""
        match verdict:
            case refusals.NotSent() | refusals.TokenRefused():
                following = parcel
            case refusals.Moved(chat_id):
                old = parcel.place.chat_id
                await self._noted(partial(move_chat, self.ledger.database, old, chat_id))
                following = replace(parcel, place=replace(parcel.place, chat_id=chat_id))
            case refusals.TopicClosed() if parcel.place.thread_id is not None:
                following = _outside_topic(parcel)
            case refusals.OriginalGone() if parcel.place.message_id is not None:
                following = replace(parcel, place=replace(parcel.place, message_id=None))
            case refusals.BadMarkup() if not parcel.is_plain:
                following = self._as_plain(parcel)
            case refusals.Unknown():
                log.warning("message %s is in doubt: %s", parcel.key, error)
                await self._noted(partial(self.ledger.doubt, parcel.key, note=str(error)))
                return State.IN_DOUBT
            case _:
                log.warning("message %s refused: %s", parcel.key, error)
                await self._noted(partial(self.ledger.fail, parcel.key, note=str(error)))
                return State.FAILED
        await self._noted(partial(self.ledger.withdraw, parcel.key))
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


def _outside_topic(parcel: Parcel) -> Parcel:
    """The parcel for the group itself; a reply would end in the topic again."""
    place = replace(parcel.place, thread_id=None, message_id=None)
    fits = len(parcel.html) + len(TOPIC_IS_CLOSED) <= CAPTION_LIMIT
    return replace(parcel, place=place, html=parcel.html + TOPIC_IS_CLOSED * fits)
