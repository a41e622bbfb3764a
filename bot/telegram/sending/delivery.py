"""Sends messages: each at most once, at Telegram's pace, with every refusal understood."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from functools import partial

from telegram import Bot
from telegram.error import TelegramError

from bot.store.chats import move_chat
from bot.store.database import DatabaseError
from bot.store.gates import ChatFull, Reserved
from bot.store.ledger import Ledger, State
from bot.store.uploads import Uploads
from bot.telegram import refusals
from bot.telegram.incoming import Place
from bot.telegram.sending.closing import closed
from bot.telegram.sending.courtesies import Courtesies
from bot.telegram.sending.editing import Editing
from bot.telegram.sending.pacing import REPLY, Haste, Pacing
from bot.telegram.sending.parcels import Parcel, outside_topic, photo_of, post, unmarked
from bot.telegram.sending.pictures import Pictures, UploadUnderWayError
from bot.telegram.sending.retries import Retries

log = logging.getLogger(__name__)

COME_AGAIN_S = 15.0
ANOTHERS_S = 1.0
UPLOAD_PATIENCE_S = 3.0
NOTE_RETRY_S = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a parcel ended; without a ``state`` nothing was sent, and ``wait`` says when to try.

    Where it need not wait it is not to be sent as it is: its letter was withdrawn, or reads otherwise by
    now. With both, another process is about to send it. ``is_chat_full`` where the wait is for all
    messages to its chat; ``left_topic`` where it went into the group because its topic is closed.
    """

    state: State | None
    wait: float = 0.0
    is_chat_full: bool = False
    left_topic: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """The way out. ``retry_sleep`` waits between attempts."""

    bot: Bot
    ledger: Ledger
    pacing: Pacing
    retry_sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _pictures: Pictures = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "_pictures", Pictures(Uploads(self.ledger.database), self.ledger.holder)
        )

    async def send(self, parcel: Parcel) -> State:
        """Send unless it was sent before; return how it ended.

        Blocks while Telegram wants silence or cannot be reached: nothing is given up for that. Nor
        while one that was taken for dead is about to send it: it may give that up, and then die.
        """
        while True:
            outcome = await self.deliver(parcel)
            if outcome.state is not None and not outcome.wait:
                return outcome.state
            await self.retry_sleep(outcome.wait)

    async def deliver(self, parcel: Parcel, haste: Haste = REPLY) -> Outcome:
        """Send unless it was sent before, or say when the chat would take it.

        A parcel in no haste waits neither for a chat that is full nor for a server in trouble, nor for
        another chat's upload of its picture where that hangs.
        """
        patience = UPLOAD_PATIENCE_S if haste.gives_way else None
        try:
            async with self._pictures.one_uploads(photo_of(parcel), patience=patience):
                return await self._delivered(parcel, haste)
        except UploadUnderWayError:
            return Outcome(None, wait=ANOTHERS_S)

    async def edit(self, parcel: Parcel, *, shows_picture: bool) -> bool:
        """Put the parcel in the place of ``parcel.place``'s message; False if that is gone.

        Edits are idempotent: an unknown outcome is simply tried again.
        """
        editing = Editing(self.bot, self.pacing, self._pictures)
        return await editing.edit(parcel, self._retries(), shows_picture=shows_picture)

    async def message_id(self, parcel: Parcel) -> int | None:
        """Which message a parcel became; None where it was never sent for certain."""
        entry = await self.ledger.entry(parcel.key)
        return entry.message_id if entry else None

    async def remove(self, parcel: Parcel) -> None:
        """Take back what has served its purpose; if that fails, nothing is lost."""
        message_id = await self.message_id(parcel)
        if message_id is not None:
            await self._courtesies.remove(parcel.place.chat_id, message_id)

    async def popup(
        self, query_id: str, text: str | None = None, *, in_passing: bool = False
    ) -> None:
        """Answer a tap; a tap that is too old to be answered does not matter."""
        await self._courtesies.popup(query_id, text, in_passing=in_passing)

    async def is_admin(self, chat_id: int, user_id: int) -> bool | None:
        """Whether somebody runs a group; None where Telegram does not say."""
        return await self._courtesies.is_admin(chat_id, user_id)

    async def leave(self, chat_id: int) -> None:
        """Leave a group or channel."""
        await self._courtesies.leave(chat_id)

    def at_work(self, place: Place) -> AbstractAsyncContextManager[None]:
        """Show that work goes on for as long as it does; only a courtesy, nothing waits for it."""
        return self._courtesies.at_work(place)

    @property
    def _courtesies(self) -> Courtesies:
        return Courtesies(self.bot, self.pacing)

    async def _delivered(self, parcel: Parcel, haste: Haste) -> Outcome:
        retries, asked = self._retries(), parcel.place
        while True:
            found = await self._tried(parcel, haste)
            if isinstance(found, Outcome):
                return replace(found, left_topic=_has_left(asked, parcel.place))
            if found is None:
                continue
            verdict = refusals.verdict_on(found)
            if isinstance(verdict, refusals.NotSent) and verdict.pause is not None:
                # Others are about to send, and what follows waits for the database.
                self.pacing.hush(verdict.pause)
            following = await self._next(parcel, verdict, found)
            if isinstance(following, State):
                return Outcome(following, note=str(found))
            if following is parcel:
                if haste.gives_way and retries.are_many and not _silences_all(verdict):
                    return Outcome(None, wait=COME_AGAIN_S)
                await retries.wait_after(verdict)
            parcel = following

    async def _tried(self, parcel: Parcel, haste: Haste) -> Outcome | TelegramError | None:
        """One request at most; None where it has to be begun again."""
        if entry := await self.ledger.entry(parcel.key):
            return Outcome(entry.state, ANOTHERS_S if entry.is_anothers else 0.0, note=entry.note)
        photo = photo_of(parcel)
        picture = await self._pictures.to_send(photo)
        match await self._admitted(parcel, haste):
            case Outcome() as outcome:
                return outcome
            case ChatFull(wait) if wait > haste.patience:
                return Outcome(None, wait=wait, is_chat_full=True)
            case ChatFull(wait):
                await self.pacing.sleep(wait)
                return None
            case False:
                return None
        try:
            message = await post(self.bot, parcel, picture)
        except TelegramError as error:
            if isinstance(picture, str) and refusals.verdict_on(error) == refusals.FileGone():
                await self._noted(partial(self._pictures.forget, photo))
                await self._noted(partial(self.ledger.withdraw, parcel.key))
                return None
            return error
        except asyncio.CancelledError:
            await self.ledger.doubt(parcel.key, note="interrupted")
            raise
        confirm = partial(self.ledger.confirm, parcel.key, message_id=message.message_id)
        await self._noted(confirm)
        await self._pictures.sent(photo, picture, message)
        return Outcome(State.SENT)

    async def _admitted(self, parcel: Parcel, haste: Haste) -> ChatFull | Outcome | bool:
        """Whether the message may be written this very moment; its intent then stands."""
        async with self.pacing.passage(haste):
            turn = await self.pacing.next_turn(parcel.place.chat_id, haste)
            if isinstance(turn, ChatFull):
                return turn
            if not await self._intended(parcel):
                is_known = await self.ledger.entry(parcel.key) is not None
                return False if is_known or parcel.letter is None else Outcome(None)
            return await self._arrives(turn, parcel, haste)

    async def _intended(self, parcel: Parcel) -> bool:
        try:
            return await self.ledger.intend(
                parcel.key,
                chat_id=parcel.place.chat_id,
                content_id=parcel.content_id,
                letter=parcel.letter,
            )
        except asyncio.CancelledError:
            # Nothing was written to Telegram: the next start may do it.
            await self.ledger.withdraw(parcel.key)
            raise
        except DatabaseError:
            # It may have been written down, and only the answer was lost.
            await self._noted(partial(self.ledger.withdraw, parcel.key))
            raise

    async def _arrives(self, turn: Reserved, parcel: Parcel, haste: Haste) -> bool:
        """Wait for the moment; where it cannot be used, the intent is undone."""
        arrives = False
        try:
            arrives = await self.pacing.arrives(turn, parcel.place.chat_id, haste)
        finally:
            if not arrives:
                await self._noted(partial(self.ledger.withdraw, parcel.key))
        return arrives

    async def _noted(self, note: Callable[[], Awaitable[None]]) -> None:
        """Write down what Telegram has answered, however long the database does not listen."""
        while True:
            try:
                await note()
            except DatabaseError:
                log.exception("the database takes no notes; a message waits to be noted")
                await self.retry_sleep(NOTE_RETRY_S)
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
                following = outside_topic(parcel)
            case refusals.OriginalGone() if parcel.place.message_id is not None:
                following = replace(parcel, place=replace(parcel.place, message_id=None))
            case refusals.BadMarkup() if not parcel.is_plain:
                following = unmarked(parcel)
            case refusals.PictureRefused() if parcel.photo is not None:
                log.warning("message %s goes without its picture: %s", parcel.key, error)
                following = replace(parcel, photo=None)
            case refusals.Unknown():
                log.warning("message %s is in doubt: %s", parcel.key, error)
                await self._noted(partial(self.ledger.doubt, parcel.key, note=str(error)))
                return State.IN_DOUBT
            case _:
                log.warning("message %s refused: %s", parcel.key, error)
                await self._noted(partial(self.ledger.fail, parcel.key, note=str(error)))
                if isinstance(verdict, refusals.ChatClosed):
                    chat_id, database = parcel.place.chat_id, self.ledger.database
                    await self._noted(partial(closed, database, chat_id, verdict))
                return State.FAILED
        await self._noted(partial(self.ledger.withdraw, parcel.key))
        return following

    def _retries(self) -> Retries:
        return Retries(self.pacing, self.retry_sleep)


def _silences_all(verdict: refusals.Verdict) -> bool:
    """Whether all chats have to wait, not only this one."""
    return isinstance(verdict, refusals.TokenRefused) or (
        isinstance(verdict, refusals.NotSent) and verdict.pause is not None
    )


def _has_left(asked: Place, place: Place) -> bool:
    return asked.thread_id is not None and place.thread_id is None
