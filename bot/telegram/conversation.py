"""Handles one stored update: asks, answers, edits; crash-safe by keys and ledger."""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from telegram.constants import ChatAction

from bot.answers import Answer, Answers
from bot.store.buttons import Buttons, StoredButton
from bot.store.database import DatabaseError
from bot.store.inbox import Inbox, StoredUpdate
from bot.telegram.delivery import Delivery, Parcel
from bot.telegram.incoming import Asked, Place, Tapped, incoming
from bot.telegram.markup import Written, pages
from handlers import Button, Reply
from handlers._grammar import split_command

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 8
POPUP_LIMIT = 200
QUICK_S = 4.0
DATABASE_RETRY_S = 2.0
CURRENT = "•"
FOREIGN = "Only the person who asked can change this chart. Send your own /corr."
EXPIRED = "This button is too old. Send the question again."
PRIVATE_BOT = "This bot is private. Its operator decides who may ask."


@dataclass(frozen=True, slots=True, eq=False)
class Conversation:
    """What happens between an update and its answer."""

    bot: Bot
    inbox: Inbox
    answers: Answers
    buttons: Buttons
    delivery: Delivery
    allowed_chats: frozenset[int] = frozenset()

    async def handle(self, stored: StoredUpdate) -> None:
        """Answer one update and strike it off the inbox.

        While the database does not take a note, nothing goes on: what was not noted is done again
        when it does, and the ledger keeps that from being sent twice.
        """
        while True:
            try:
                await self.inbox.begin(stored.update_id)
                await self._dispatch_fenced(stored)
                await self.inbox.finish(stored.update_id)
            except DatabaseError:
                log.exception("the database takes no notes; update %d waits", stored.update_id)
                await asyncio.sleep(DATABASE_RETRY_S)
            else:
                return

    async def _dispatch_fenced(self, stored: StoredUpdate) -> None:
        if stored.attempts >= GIVE_UP_AFTER:
            log.error("update %d ended the process too often; set aside", stored.update_id)
            return
        try:
            await self._dispatch(stored)
        except DatabaseError:
            raise
        except Exception:
            # The last fence: one update must not stop its chat, and is not tried for ever.
            log.exception("update %d could not be handled", stored.update_id)

    async def _dispatch(self, stored: StoredUpdate) -> None:
        update = Update.de_json(json.loads(stored.payload), self.bot)
        match incoming(update):
            case Asked() as asked:
                await self._asked(asked, stored.update_id)
            case Tapped() as tapped:
                await self._tapped(tapped, stored.update_id)
            case None:
                pass

    async def _asked(self, asked: Asked, update_id: int) -> None:
        if not self._is_for_us(asked):
            return
        key = f"reply:{update_id}"
        if not self._is_allowed(asked.place):
            if asked.place.is_private:
                await self.delivery.send(Parcel(f"{key}:0", asked.place, PRIVATE_BOT))
            return
        if await self.delivery.ledger.entry(f"{key}:0"):
            # Answered, or in doubt, before the process ended.
            return
        courtesy = asyncio.create_task(self.delivery.announce(asked.place, ChatAction.UPLOAD_PHOTO))
        answer = await self.answers.answer(asked.text)
        await courtesy
        await self._send(answer, asked, key)

    async def _send(self, answer: Answer, asked: Asked, key: str) -> None:
        owned = _Owned(asked.place.chat_id, asked.asker_id)
        keyboard = await self._keyboard(answer.reply.buttons, owned)
        if answer.asks_back and asked.place.is_private and keyboard is None:
            markup: InlineKeyboardMarkup | ForceReply | None = ForceReply(
                input_field_placeholder=answer.asks_back
            )
        else:
            markup = keyboard
        for number, page in enumerate(written := pages(answer.reply)):
            is_last = number == len(written) - 1
            await self.delivery.send(
                Parcel(
                    key=f"{key}:{number}",
                    place=asked.place,
                    html=page.html,
                    photo=answer.reply.chart if number == 0 else None,
                    keyboard=markup if is_last else None,
                )
            )

    async def _tapped(self, tapped: Tapped, update_id: int) -> None:
        stored = await self.buttons.button(tapped.token)
        if stored is None or stored.chat_id != tapped.place.chat_id:
            await self.delivery.popup(tapped.query_id, EXPIRED)
            return
        if stored.owner_id != tapped.tapper_id:
            await self.delivery.popup(tapped.query_id, FOREIGN)
            return
        work = asyncio.ensure_future(self.answers.answer(stored.question))
        done, _ = await asyncio.wait([work], timeout=QUICK_S)
        if done and work.result().is_error:
            await self.delivery.popup(tapped.query_id, _shortened(work.result().reply))
            return
        # A tap wants its sign of life within seconds, however long the venue takes.
        await self.delivery.popup(tapped.query_id)
        await self._put_in_place(await work, tapped, stored, update_id)

    async def _put_in_place(
        self, answer: Answer, tapped: Tapped, stored: StoredButton, update_id: int
    ) -> None:
        keyboard = await self._keyboard(
            answer.reply.buttons, _Owned(stored.chat_id, stored.owner_id)
        )
        page, *others = pages(answer.reply)
        parcel = Parcel(
            key=f"edit:{update_id}",
            place=tapped.place,
            html=page.html,
            photo=answer.reply.chart,
            keyboard=keyboard,
        )
        fits = (answer.reply.chart is not None or not tapped.shows_picture) and not others
        if fits and await self.delivery.edit(parcel, shows_picture=tapped.shows_picture):
            return
        await self._send_anew(parcel, [page, *others], keyboard)

    async def _send_anew(
        self, parcel: Parcel, written: Sequence[Written], keyboard: InlineKeyboardMarkup | None
    ) -> None:
        """Where a message cannot take the new answer's place, the answer follows it."""
        for number, page in enumerate(written):
            await self.delivery.send(
                replace(
                    parcel,
                    key=f"{parcel.key}:{number}",
                    html=page.html,
                    photo=parcel.photo if number == 0 else None,
                    keyboard=keyboard if number == len(written) - 1 else None,
                )
            )

    async def _keyboard(
        self, rows: Sequence[Sequence[Button]], owned: "_Owned"
    ) -> InlineKeyboardMarkup | None:
        if not rows:
            return None
        tokens = iter(
            await self.buttons.tokens(
                [
                    StoredButton(owned.chat_id, owned.owner_id, button.question)
                    for row in rows
                    for button in row
                ]
            )
        )
        return InlineKeyboardMarkup(
            [
                [
                    InlineKeyboardButton(
                        f"{button.label}{CURRENT}" if button.current else button.label,
                        callback_data=next(tokens),
                    )
                    for button in row
                ]
                for row in rows
            ]
        )

    def _is_for_us(self, asked: Asked) -> bool:
        split = split_command(asked.text)
        if split is None:
            return False
        if split.addressed_to is not None:
            return split.addressed_to.casefold() == self.bot.username.casefold()
        # In a group an unknown command may well be meant for another bot.
        return asked.place.is_private or self.answers.command(split.name) is not None

    def _is_allowed(self, place: Place) -> bool:
        return not self.allowed_chats or place.chat_id in self.allowed_chats


@dataclass(frozen=True, slots=True)
class _Owned:
    """Whose buttons these are, and in which chat."""

    chat_id: int
    owner_id: int


def _shortened(reply: Reply) -> str:
    text = f"{reply.title} {reply.answer}".strip()
    return text if len(text) <= POPUP_LIMIT else f"{text[: POPUP_LIMIT - 1]}…"
