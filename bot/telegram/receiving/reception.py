"""Stores every update before Telegram may forget it, then has it handled in order."""

import asyncio
import logging
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.store.inbox import Inbox, StoredUpdate
from bot.telegram.incoming import is_question, line_of
from bot.telegram.lanes import Lanes

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
MOST_WAITING = 20
"""Questions of one person in one chat."""
HEARD_AGAIN_S = 5.0
"""So often one question of those that are too many comes in, to be refused with a word."""


@dataclass(frozen=True, slots=True, eq=False)
class Reception:
    """The door for polled and pushed updates alike.

    ``excess`` refuses what somebody asks who has too many questions waiting; None lets all wait.
    Of those only one in a while comes in: a note for each would cost others their turn at the disk.
    Fleeting updates go ``passing`` the inbox.
    """

    inbox: Inbox
    lanes: Lanes[StoredUpdate]
    excess: Lanes[StoredUpdate] | None = None
    passing: Callable[[StoredUpdate], None] | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    monotonic: Callable[[], float] = time.monotonic
    _heard: dict[tuple[int, int], float] = field(default_factory=dict)

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
        fresh = [item for item in held if item.update_id not in under_way]
        let_in = [*self._let_in(fresh)]
        if len(let_in) < len(fresh):
            known = {item.update_id for item in let_in}
            await self.inbox.strike_off(
                [item.update_id for item in fresh if item.update_id not in known]
            )
        for item in let_in:
            self._put(item)

    async def receive(self, updates: Sequence[StoredUpdate]) -> int:
        """Store; once this returns Telegram may be told that they have arrived.

        Returns how many were turned away at the door.
        """
        asked = [one for one in updates if not one.is_fleeting]
        let_in = [*self._let_in(asked)]
        for item in await self.inbox.store(let_in):
            self._put(item)
        if self.passing is not None:
            for item in updates:
                if item.is_fleeting:
                    self.passing(item)
        return len(asked) - len(let_in)

    async def drain(self, *, within: float) -> None:
        """Let end what is being answered; the rest waits in the inbox."""
        lanes = [self.lanes, self.excess] if self.excess else [self.lanes]
        await asyncio.gather(*(each.drain(within=within) for each in lanes))

    def _let_in(self, updates: Sequence[StoredUpdate]) -> Iterator[StoredUpdate]:
        """All but most of what is too much."""
        coming = Counter[tuple[int, int]]()
        for item in updates:
            line = line_of(item)
            is_too_much = self.lanes.waiting(line) + coming[line] >= MOST_WAITING
            if self.excess is None or not is_too_much or not is_question(item):
                coming[line] += 1
                yield item
            elif self._hears(line):
                yield item

    def _hears(self, line: tuple[int, int]) -> bool:
        """Whether nothing too much was heard in this line for a while."""
        now = self.monotonic()
        if now < self._heard.get(line, -math.inf) + HEARD_AGAIN_S:
            return False
        for long_ago in [one for one, at in self._heard.items() if now >= at + HEARD_AGAIN_S]:
            del self._heard[long_ago]
        self._heard[line] = now
        log.info("somebody asks far more than can wait; most of it is turned away")
        return True

    def _put(self, item: StoredUpdate) -> None:
        line = line_of(item)
        is_too_much = self.lanes.waiting(line) >= MOST_WAITING
        if self.excess is not None and is_too_much:
            self.excess.put(line, item)
        else:
            self.lanes.put(line, item)
