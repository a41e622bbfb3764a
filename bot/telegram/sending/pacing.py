"""Keeps to Telegram's limits: a message a second a chat, 20 a minute a group, 30 a second in all.

Telegram publishes no window, so the figures hold in every window: a steady rate plus a small
burst that together stay below the limit. Whoever comes late to its moment gives it up, so that no
stall can bunch messages: within ``SLACK_S`` of 24.5 moments a second at most 27 lie in any second,
and 30 where the way to Telegram takes some 0.12 s longer than others.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field

from bot.store.database import DatabaseError
from bot.store.gates import ChatFull, Crowded, Gates, Limit, Rate, Reserved
from bot.telegram.sending.narrows import Narrows

log = logging.getLogger(__name__)

BOT = Limit("bot", Rate(interval=1 / 24.5))
CHAT = Rate(interval=1.2)
GROUP = Rate(interval=3.6, burst=3)
SLACK_S = 0.1
LEAD_S = 0.05
"""So long before its moment a sender is woken: it has something to write down first."""


SOON_S = 0.1
"""Whoever has missed its moment waits no longer for another while its intent stands."""


@dataclass(frozen=True, slots=True)
class Haste:
    """Who goes first: a message joins a queue of at most ``ahead`` seconds.

    Where its chat has to be waited for longer than ``patience``, others are sent meanwhile.
    """

    ahead: float = math.inf
    patience: float = math.inf

    @property
    def gives_way(self) -> bool:
        """Whether others go before."""
        return math.isfinite(self.ahead)


REPLY = Haste()
"""A person waits: it joins the queue, however long that is."""
URGENT = Haste(ahead=1.0, patience=1.0)
"""An alert: before digests, and not held up for ever where replies alone use up the limit."""
UNHURRIED = Haste(ahead=0.2, patience=1.0)
"""A digest: it takes what replies leave, so a reply has no more than 0.2 s of them before it."""


@dataclass(slots=True, eq=False)
class Pacing:
    """Admits outgoing messages, together with all other processes on the same database.

    Whoever is more than ``slack`` seconds late for its moment has to take another.
    """

    gates: Gates
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    slack: float = SLACK_S
    _silent_until: float = -math.inf
    # One asks for all: those who give way would else ask in vain side by side.
    _queue: asyncio.Lock = field(default_factory=asyncio.Lock)
    _letters: Narrows = field(default_factory=Narrows)
    _replies: Narrows = field(default_factory=Narrows)

    async def turn(self, chat_id: int, haste: Haste = REPLY) -> Reserved | ChatFull:
        """Take a moment in which a message to this chat may be sent, and return shortly before it.

        ``ChatFull`` where the chat would have to be waited for longer than patience allows.
        """
        while True:
            found = await self.next_turn(chat_id, haste)
            if isinstance(found, Reserved) or found.wait > haste.patience:
                return found
            await self.sleep(found.wait)

    async def next_turn(self, chat_id: int, haste: Haste = REPLY) -> Reserved | ChatFull:
        """``turn``, where a chat that is full is not waited for."""
        found = await self._reserved(chat_id, haste)
        if isinstance(found, Reserved):
            await self._sleep_until(found.at - LEAD_S)
        return found

    def passage(self, haste: Haste) -> AbstractAsyncContextManager[None]:
        """What one has to be in from ``next_turn`` until one ``arrives``."""
        # Those who give way wait in there for those who do not.
        return (self._letters if haste.gives_way else self._replies).passage()

    async def arrives(self, turn: Reserved, chat_id: int, haste: Haste = REPLY) -> bool:
        """Wait for the moment; whether a message to this chat may be sent right now.

        A moment that was missed is given back for one that comes soon: the intent is written by
        then, so a machine that is too busy still sends. False where there is none, or where
        somebody was told to be silent.
        """
        narrows = self._letters if haste.gives_way else self._replies
        while True:
            await self._sleep_until(turn.at)
            is_silent = await self.gates.silent_for() > 0
            now = self.gates.monotonic()
            if is_silent or self._silent_until > now:
                return False
            if now <= turn.known_from + self.slack:
                narrows.made()
                return True
            narrows.missed()
            found = await self.gates.reserve(
                BOT, _own(chat_id), ahead=min(haste.ahead, SOON_S), instead_of=turn
            )
            if not isinstance(found, Reserved):
                return False
            turn = found

    async def pause(self, seconds: float) -> None:
        """Be silent in all chats and processes: Telegram has said that this bot is too fast."""
        self.hush(seconds)
        try:
            await self.gates.silence(seconds)
        except DatabaseError:
            log.exception("other processes could not be told to be silent")

    def hush(self, seconds: float) -> None:
        """Be silent in this process, at once: the database may take its time."""
        self._silent_until = max(self._silent_until, self.gates.monotonic() + seconds)

    async def silent_for(self) -> float:
        """For how many seconds Telegram wants nothing; 0 where it takes messages."""
        here = self._silent_until - self.gates.monotonic()
        return max(here, await self.gates.silent_for(), 0.0)

    async def _reserved(self, chat_id: int, haste: Haste) -> Reserved | ChatFull:
        async with self._queue if haste.gives_way else nullcontext():
            while True:
                found = await self.gates.reserve(BOT, _own(chat_id), ahead=haste.ahead)
                if not isinstance(found, Crowded):
                    return found
                await self.sleep(found.wait)

    async def _sleep_until(self, at: float) -> None:
        while (wait := at - self.gates.monotonic()) > 0:
            await self.sleep(wait)


def _own(chat_id: int) -> tuple[Limit, ...]:
    chat = Limit(f"chat:{chat_id}", CHAT)
    return (chat,) if chat_id > 0 else (chat, Limit(f"group:{chat_id}", GROUP))
