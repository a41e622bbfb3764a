"""Handles one stored update: asks, answers, edits; crash-safe by keys and ledger."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import partial

from telegram import Bot, Update

from analytics.language import ENGLISH, later, speaking, tr
from bot.answering.answers import Answer, Answers
from bot.answering.sentences import not_a_question
from bot.living.quarantine import Quarantine
from bot.store.buttons import Buttons
from bot.store.chats import open_chat, open_topic
from bot.store.database import OUR_MISTAKES, Database, DatabaseError
from bot.store.inbox import Inbox, StoredUpdate
from bot.store.quotas import Quotas
from bot.store.recents import Recents
from bot.telegram.incoming import (
    Asked,
    Incoming,
    LetIn,
    Migrated,
    ShutOut,
    Tapped,
    TopicOpened,
    Unreadable,
    incoming,
)
from bot.telegram.lanes import Places
from bot.telegram.languages import preferences_in
from bot.telegram.refusals import ChatClosed
from bot.telegram.sending.closing import closed
from bot.telegram.sending.delivery import Delivery
from bot.telegram.sending.parcels import Parcel
from bot.telegram.talking.arrivals import Arrivals
from bot.telegram.talking.links import followed
from bot.telegram.talking.progress import progress
from bot.telegram.talking.questions import is_talk, question_of
from bot.telegram.talking.replying import Replying
from bot.telegram.talking.rights import UNITS_A_MINUTE, Rights
from bot.telegram.talking.taps import Taps
from handlers import Preferences, Room

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 8
QUICK_S = 4.0
DATABASE_RETRY_S = 2.0
GIVEN_UP = later(
    "Sorry, I cannot answer this one: each try ended on my side. My operator can see it. "
    "Another question may well work."
)
TEXT_ONLY = later("I read text only. /help shows what you can ask.")
TOO_MUCH = later(
    "You ask faster than I may answer. What you asked first is on its way; please ask the rest "
    "again in a minute."
)


@dataclass(frozen=True, slots=True, eq=False)
class Conversation:
    """What happens between an update and its answer.

    A tap whose answer takes longer than ``quick`` seconds is acknowledged before it is there.
    Without ``quotas`` everybody may ask without end; ``places`` are shared with the lanes.
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
    quotas: Quotas | None = None
    units_a_minute: int = UNITS_A_MINUTE
    places: Places = field(default_factory=Places)
    quarantine: Quarantine = field(default_factory=Quarantine)
    rights: Rights = field(init=False)
    _recents: Recents = field(init=False)
    _arrivals: Arrivals = field(init=False)
    _replying: Replying = field(init=False)
    taps: Taps = field(init=False)

    def __post_init__(self) -> None:
        rights = Rights(
            self.delivery, self.operators, self.quotas, self.units_a_minute, self.places
        )
        replying = Replying(self.buttons, self.delivery, self.bot)
        made = {
            "rights": rights,
            "_recents": Recents(self._database),
            "_arrivals": Arrivals(self._database, replying, self.allowed_chats),
            "_replying": replying,
            "taps": Taps(self.answers, self.buttons, self.delivery, rights, replying, self.quick),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    async def handle(self, stored: StoredUpdate) -> None:
        """Answer one update and strike it off the inbox.

        While the database does not take a note, nothing goes on: what was not noted is done again
        when it does, and the ledger keeps that from being sent twice.
        """
        await self._handled(stored, self._dispatch)

    async def turn_away(self, stored: StoredUpdate) -> None:
        """Strike an update off whose asker has too many waiting; say so once a minute."""
        await self._handled(stored, self._turn_away)

    @property
    def _database(self) -> Database:
        return self.buttons.database

    async def _handled(
        self, stored: StoredUpdate, dispatch: Callable[[StoredUpdate], Awaitable[None]]
    ) -> None:
        while True:
            try:
                async with self.quarantine.admitted(stored.attempts):
                    if not await self.inbox.begin(stored.update_id):
                        return
                    await self._dispatch_fenced(stored, dispatch)
                    await self.inbox.finish(stored.update_id)
            except DatabaseError:
                log.exception("the database takes no notes; update %d waits", stored.update_id)
                await self.sleep(DATABASE_RETRY_S)
            else:
                return

    async def _dispatch_fenced(
        self, stored: StoredUpdate, dispatch: Callable[[StoredUpdate], Awaitable[None]]
    ) -> None:
        if stored.attempts > GIVE_UP_AFTER:
            # Even the excuse ended the process.
            log.error("update %d is set aside without a word", stored.update_id)
            return
        try:
            if stored.attempts == GIVE_UP_AFTER:
                log.error("update %d ended the process too often; set aside", stored.update_id)
                await self._excuse(stored)
            else:
                await dispatch(stored)
        except Exception as error:
            # The last fence: one update must not stop its chat, and is not tried for ever.
            if isinstance(error, DatabaseError) and not isinstance(error, OUR_MISTAKES):
                raise
            log.exception("update %d could not be handled", stored.update_id)

    async def _dispatch(self, stored: StoredUpdate) -> None:
        found = self._incoming(stored)
        if found is None:
            return
        wanted = await self._wanted(found)
        with speaking(wanted.language or ENGLISH):
            await self._answered(found, wanted, stored.update_id)

    async def _answered(self, found: Incoming, wanted: Preferences, number: int) -> None:
        match found:
            case Asked() as asked:
                await self._asked(asked, wanted, f"reply:{number}")
            case Tapped() as tapped:
                is_allowed = await self._arrivals.is_allowed(tapped.place.chat_id)
                await self.taps.tapped(tapped, wanted, f"edit:{number}", is_allowed=is_allowed)
            case Unreadable(place):
                if await self._arrivals.is_allowed(place.chat_id):
                    await self.delivery.send(Parcel(f"reply:{number}:0", place, tr(TEXT_ONLY)))
                else:
                    await self._arrivals.turn_away(place, f"reply:{number}")
            case Migrated() as move:
                await self._arrivals.moved(move)
            case LetIn() as arrival:
                await self._arrivals.let_in(arrival, f"arrival:{number}")
            case ShutOut(chat_id, why, lacks_rights):
                gone = ChatClosed(why, lacks_rights=lacks_rights)
                await closed(self._database, chat_id, gone)
            case TopicOpened(chat_id, thread_id):
                await open_topic(self._database, Room(chat_id, thread_id))

    async def _excuse(self, stored: StoredUpdate) -> None:
        """Say once that there will be no answer; nothing where one may have arrived."""
        found = self._incoming(stored)
        if not isinstance(found, Asked | Tapped):
            return
        if not await self._arrivals.is_allowed(found.place.chat_id):
            return
        kind = "reply" if isinstance(found, Asked) else "edit"
        if isinstance(found, Asked) and self._question(found) is None:
            return
        with speaking((await self._wanted(found)).language or ENGLISH):
            key = f"{kind}:{stored.update_id}:0"
            await self.delivery.send(Parcel(key, found.place, tr(GIVEN_UP)))

    async def _turn_away(self, stored: StoredUpdate) -> None:
        found = self._incoming(stored)
        match found:
            case Asked() as asked:
                is_ours = self._question(asked) is not None
                if is_ours and await self.rights.is_worth_a_word(asked.asker_id):
                    with speaking((await self._wanted(asked)).language or ENGLISH):
                        key = f"reply:{stored.update_id}:0"
                        await self.delivery.send(Parcel(key, asked.place, tr(TOO_MUCH)))
            case Tapped() as tapped:
                with speaking((await self._wanted(tapped)).language or ENGLISH):
                    await self.delivery.popup(tapped.query_id, tr(TOO_MUCH))
            case _:
                await self._dispatch(stored)

    async def _asked(self, asked: Asked, wanted: Preferences, key: str) -> None:
        # Whoever writes to us can read us.
        await open_chat(self._database, asked.place.chat_id)
        question = self._question(asked)
        if question is None:
            return
        place = asked.place
        if not await self._arrivals.is_allowed(place.chat_id):
            await self._arrivals.turn_away(place, key)
            return
        before = await self.delivery.ledger.entry(f"{key}:0")
        if before is not None and not before.is_anothers:
            # Answered, or in doubt, before the process ended.
            return
        note = Parcel(f"progress:{key}", place, "")
        async with AsyncExitStack() as working:
            async with progress(self.delivery, note) as tell:
                asker = self.rights.asker(asked.asker_id, place, key, say=tell)
                await asker.pays(1)
                await working.enter_async_context(self.delivery.at_work(place))
                answering = partial(self.answers.answer, asker=asker, progress=tell, wanted=wanted)
                answer = await followed(question, asked, self.buttons, answering)
                if answer.is_error and is_talk(asked):
                    answer = replace(answer, reply=not_a_question(answer.reply))
            answer = await self._completed(answer, question, asked)
            await self._replying.send(answer, place, key, owner_id=asked.asker_id)

    async def _completed(self, answer: Answer, question: str, asked: Asked) -> Answer:
        """Offer what was asked before where a bare command asks back; remember what may be."""
        place = asked.place
        if answer.words is not None:
            await self._recents.remember(place.chat_id, asked.asker_id, answer.words)
        if answer.asks_back is None:
            return answer
        reply = answer.reply
        before = await self._recents.of(place.chat_id, asked.asker_id)
        again = tuple((button,) for button in self.answers.routing.again(question, before))
        known = {button.question for row in again for button in row}
        others = tuple(row for row in reply.buttons if not {b.question for b in row} <= known)
        hint = (
            tr("Or just write `{words}`.", words=answer.asks_back)
            if place.is_private
            else tr("Or reply to this with `{words}`.", words=answer.asks_back)
        )
        return replace(
            answer, reply=replace(reply, text=(*reply.text, hint), buttons=again + others)
        )

    def _incoming(self, stored: StoredUpdate) -> Incoming | None:
        return incoming(Update.de_json(json.loads(stored.payload), self.bot))

    def _question(self, asked: Asked) -> str | None:
        return question_of(asked, self.answers.routing, username=self.bot.username)

    async def _wanted(self, found: Incoming) -> Preferences:
        rooms = self.answers.services.rooms
        match found:
            case Asked() | Tapped() | Unreadable():
                return await preferences_in(rooms, found.place.chat_id, found.language)
            case Migrated():
                return Preferences()
            case _:
                return await preferences_in(rooms, found.chat_id, None)
