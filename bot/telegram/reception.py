"""Stores every update before Telegram may forget it, then has it handled in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.store.inbox import Inbox, StoredUpdate
from bot.telegram.incoming import line_of
from bot.telegram.lanes import Lanes

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
MOST_WAITING = 20
"""Questions of one person in one chat."""


@dataclass(frozen=True, slots=True, eq=False)
class Reception:
    """The door for polled and pushed updates alike.

    ``excess`` takes what somebody asks who has too many questions waiting; None lets all wait.
    Fleeting updates go ``passing`` the inbox.
    """

    inbox: Inbox
    lanes: Lanes[StoredUpdate]
    excess: Lanes[StoredUpdate] | None = None
    passing: Callable[[StoredUpdate], None] | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self) -> None:
        """Take up what earlier processes left, and what others received for our chats."""
        while True:
            await self.look()
            await self.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Take what nobody handles; have everything handled that is ours and not under way.

        One that comes twice is handled once: the inbox lets only unfinished ones begin.
        """
        if await self.inbox.take():
            log.info("updates that another process left are taken up")
        held = await self.inbox.held()
        excess = self.excess.items if self.excess else []
        under_way = {item.update_id for item in (*self.lanes.items, *excess)}
        for item in held:
            if item.update_id not in under_way:
                self._put(item)

    async def receive(self, updates: Sequence[StoredUpdate]) -> None:
        """Store; once this returns Telegram may be told that they have arrived."""
        for item in await self.inbox.store([one for one in updates if not one.is_fleeting]):
            self._put(item)
        if self.passing is not None:
            for item in updates:
                if item.is_fleeting:
                    self.passing(item)

    async def drain(self, *, within: float) -> None:
        """Let end what is being answered; the rest waits in the inbox."""
        lanes = [self.lanes, self.excess] if self.excess else [self.lanes]
        await asyncio.gather(*(each.drain(within=within) for each in lanes))

    def _put(self, item: StoredUpdate) -> None:
        line = line_of(item)
        is_too_much = self.lanes.waiting(line) >= MOST_WAITING
        if self.excess is not None and is_too_much:
            self.excess.put(line, item)
        else:
            self.lanes.put(line, item)
