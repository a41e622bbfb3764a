"""Handles one stored update: asks, answers, edits; crash-safe by keys and ledger."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from telegram import Bot, ForceReply, Update

from bot.answers import Answer, Answers
from bot.store.buttons import Buttons, StoredButton
from bot.store.chats import move_chat, open_chat, open_topic
from bot.store.database import OUR_MISTAKES, DatabaseError
from bot.store.inbox import Inbox, StoredUpdate
from bot.telegram.closing import closed
from bot.telegram.delivery import Delivery
from bot.telegram.incoming import (
    Asked,
    LetIn,
    Migrated,
    Place,
    ShutOut,
    Tapped,
    TopicOpened,
    Unreadable,
    incoming,
)
from bot.telegram.keyboards import keyboard
from bot.telegram.markup import pages, popup_text
from bot.telegram.parcels import Parcel
from bot.telegram.progress import progress
from bot.telegram.questions import question_of
from bot.telegram.refusals import ChatClosed
from handlers import Asker, Reply, Room

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 8
QUICK_S = 4.0
DATABASE_RETRY_S = 2.0
FOREIGN = "Only the person who asked can change this chart. Send your own /corr."
EXPIRED = "This button is too old. Send the question again."
PRIVATE_BOT = "This bot is private. Its operator decides who may ask."
GIVEN_UP = (
    "Sorry, I cannot answer this one: each try ended on my side. My operator can see it. "
    "Another question may well work."
)
TEXT_ONLY = "I read text only. /help shows what you can ask."


@dataclass(frozen=True, slots=True, eq=False)
class Conversation:
    """What happens between an update and its answer.

    A tap whose answer takes longer than ``quick`` seconds is acknowledged before it is there.
    """

    bot: Bot
    inbox: Inbox
    answers: Answers
    buttons: Buttons
    delivery: Delivery
    allowed_chats: frozenset[int] = frozenset()
    operators: frozenset[int] = frozenset()
    quick: float = QUICK_S
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def handle(self, stored: StoredUpdate) -> None:
        """Answer one update and strike it off the inbox.

        While the database does not take a note, nothing goes on: what was not noted is done again
        when it does, and the ledger keeps that from being sent twice.
        """
        while True:
            try:
                if not await self.inbox.begin(stored.update_id):
                    return
                await self._dispatch_fenced(stored)
                await self.inbox.finish(stored.update_id)
            except DatabaseError:
                log.exception("the database takes no notes; update %d waits", stored.update_id)
                await self.sleep(DATABASE_RETRY_S)
            else:
                return

    async def _dispatch_fenced(self, stored: StoredUpdate) -> None:
        if stored.attempts > GIVE_UP_AFTER:
            # Even the excuse ended the process.
            log.error("update %d is set aside without a word", stored.update_id)
            return
        try:
            if stored.attempts == GIVE_UP_AFTER:
                log.error("update %d ended the process too often; set aside", stored.update_id)
                await self._excuse(stored)
            else:
                await self._dispatch(stored)
        except Exception as error:
            # The last fence: one update must not stop its chat, and is not tried for ever.
            if isinstance(error, DatabaseError) and not isinstance(error, OUR_MISTAKES):
                raise
            log.exception("update %d could not be handled", stored.update_id)

    async def _dispatch(self, stored: StoredUpdate) -> None:
        update = Update.de_json(json.loads(stored.payload), self.bot)
        match incoming(update):
            case Asked() as asked:
                # Whoever writes to us can read us.
                await open_chat(self.buttons.database, asked.place.chat_id)
                await self._asked(asked, f"reply:{stored.update_id}")
            case Tapped() as tapped:
                await self._tapped(tapped, f"edit:{stored.update_id}")
            case Unreadable(place):
                refusal = TEXT_ONLY if self._is_allowed(place) else PRIVATE_BOT
                await self.delivery.send(Parcel(f"reply:{stored.update_id}:0", place, refusal))
            case Migrated(old, new):
                await move_chat(self.buttons.database, old, new)
            case LetIn(chat_id):
                await open_chat(self.buttons.database, chat_id)
            case ShutOut(chat_id, why, lacks_rights):
                gone = ChatClosed(why, lacks_rights=lacks_rights)
                await closed(self.buttons.database, chat_id, gone)
            case TopicOpened(chat_id, thread_id):
                await open_topic(self.buttons.database, Room(chat_id, thread_id))
            case None:
                pass

    async def _excuse(self, stored: StoredUpdate) -> None:
        """Say once that there will be no answer; nothing where one may have arrived."""
        match incoming(Update.de_json(json.loads(stored.payload), self.bot)):
            case Asked() as asked if self._is_allowed(asked.place):
                if question_of(asked, self.answers, username=self.bot.username) is not None:
                    parcel = Parcel(f"reply:{stored.update_id}:0", asked.place, GIVEN_UP)
                    await self.delivery.send(parcel)
            case Tapped(place=place) if self._is_allowed(place):
                await self.delivery.send(Parcel(f"edit:{stored.update_id}:0", place, GIVEN_UP))

    async def _asked(self, asked: Asked, key: str) -> None:
        question = question_of(asked, self.answers, username=self.bot.username)
        if question is None:
            return
        if not self._is_allowed(asked.place):
            if asked.place.is_private:
                await self.delivery.send(Parcel(f"{key}:0", asked.place, PRIVATE_BOT))
            return
        if await self.delivery.ledger.entry(f"{key}:0"):
            # Answered, or in doubt, before the process ended.
            return
        note = Parcel(f"progress:{key}", asked.place, "")
        async with self.delivery.at_work(asked.place):
            async with progress(self.delivery, note) as tell:
                answer = await self.answers.answer(
                    question, asker=self._asker(asked.asker_id, asked.place, key), progress=tell
                )
            answer = _with_hint(answer, asked.place)
            await self._send(answer, asked.place, key, owner_id=asked.asker_id)

    async def _tapped(self, tapped: Tapped, key: str) -> None:
        stored = await self.buttons.button(tapped.token)
        if stored is None or stored.chat_id != tapped.place.chat_id:
            await self.delivery.popup(tapped.query_id, EXPIRED)
        elif not self._is_allowed(tapped.place):
            await self.delivery.popup(tapped.query_id, PRIVATE_BOT)
        elif not await self._owns(tapped, stored):
            await self.delivery.popup(tapped.query_id, FOREIGN)
        else:
            await self._tapped_by_owner(tapped, stored, key)

    async def _tapped_by_owner(self, tapped: Tapped, stored: StoredButton, key: str) -> None:
        asker = self._asker(stored.owner_id, tapped.place, key)
        work = asyncio.ensure_future(self.answers.answer(stored.question, asker=asker))
        done, _ = await asyncio.wait([work], timeout=self.quick)
        if done and work.result().is_error:
            await self.delivery.popup(tapped.query_id, popup_text(work.result().reply))
            return
        # The sign of life and the answer do not wait for each other.
        await asyncio.gather(
            self.delivery.popup(tapped.query_id), self._put_in_place(work, tapped, stored, key)
        )

    async def _put_in_place(
        self, work: Awaitable[Answer], tapped: Tapped, stored: StoredButton, key: str
    ) -> None:
        """Edit the message; where it cannot take the new answer, the answer follows it.

        Files always follow: a picture's message cannot hold them.
        """
        answer = await work
        reply = answer.reply
        page, *others = pages(reply)
        fits = (reply.chart is not None or not tapped.shows_picture) and not others
        if fits:
            parcel = Parcel(
                key=key,
                place=tapped.place,
                html=page.html,
                photo=reply.chart,
                keyboard=await keyboard(
                    self.buttons, reply.buttons, chat_id=stored.chat_id, owner_id=stored.owner_id
                ),
            )
            if await self.delivery.edit(parcel, shows_picture=tapped.shows_picture):
                await self._send_all(_filed(reply, tapped.place), key)
                return
        await self._send(answer, tapped.place, key, owner_id=stored.owner_id)

    async def _send(self, answer: Answer, place: Place, key: str, *, owner_id: int) -> None:
        """Send all pages, the buttons under the last one, then the files."""
        reply = answer.reply
        *most, last = (
            Parcel("", place, page.html, photo=None if number else reply.chart)
            for number, page in enumerate(pages(reply))
        )
        buttons = await keyboard(
            self.buttons, reply.buttons, chat_id=place.chat_id, owner_id=owner_id
        )
        last = replace(last, keyboard=buttons or _force_reply(answer, place))
        await self._send_all([*most, last, *_filed(reply, place)], key)

    async def _send_all(self, parcels: Sequence[Parcel], key: str) -> None:
        """Send in order, numbered from the last: number 0 says that all are on their way."""
        for left, parcel in zip(reversed(range(len(parcels))), parcels, strict=True):
            await self.delivery.send(replace(parcel, key=f"{key}:{left}"))

    async def _owns(self, tapped: Tapped, stored: StoredButton) -> bool:
        if tapped.tapper_id == stored.owner_id:
            return True
        # An anonymous admin asks as the group and taps as a person.
        asked_anonymously = stored.owner_id == stored.chat_id
        return asked_anonymously and await self.delivery.is_admin(stored.chat_id, tapped.tapper_id)

    def _asker(self, person_id: int, place: Place, key: str) -> Asker:
        return Asker(
            person_id,
            is_private=place.is_private,
            room=Room(place.chat_id, place.thread_id),
            occasion=key,
            may_change=partial(self._decides, person_id, place),
            is_operator=place.is_private and person_id in self.operators,
        )

    async def _decides(self, person_id: int, place: Place) -> bool:
        # An anonymous admin asks as the group itself.
        if place.is_private or person_id == place.chat_id:
            return True
        return await self.delivery.is_admin(place.chat_id, person_id)

    def _is_allowed(self, place: Place) -> bool:
        return not self.allowed_chats or place.chat_id in self.allowed_chats


def _filed(reply: Reply, place: Place) -> list[Parcel]:
    return [Parcel("", place, "", file=file) for file in reply.files]


def _with_hint(answer: Answer, place: Place) -> Answer:
    """A bare command is answered by buttons, and by what may simply be written instead."""
    if answer.asks_back is None:
        return answer
    how = "Or just write" if place.is_private else "Or reply to this with"
    text = (*answer.reply.text, f"{how} `{answer.asks_back}`.")
    return replace(answer, reply=replace(answer.reply, text=text))


def _force_reply(answer: Answer, place: Place) -> ForceReply | None:
    """Telegram allows one markup a message: the input field's hint where there are no buttons."""
    if answer.asks_back is None or not place.is_private:
        return None
    return ForceReply(input_field_placeholder=answer.asks_back)
