"""Stores every update before Telegram may forget it, then has it handled in order."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.inbox import Inbox, StoredUpdate
from bot.telegram.lanes import Lanes

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Reception:
    """The door for polled and pushed updates alike."""

    inbox: Inbox
    lanes: Lanes[StoredUpdate]

    async def resume(self) -> None:
        """Take up what an earlier process had received and not finished."""
        waiting = await self.inbox.waiting()
        if waiting:
            log.info("%d updates of an earlier run are taken up", len(waiting))
        for item in waiting:
            self.lanes.put(item.lane, item)

    async def receive(self, updates: Sequence[StoredUpdate]) -> None:
        """Store; once this returns Telegram may be told that they have arrived."""
        for item in await self.inbox.store(updates):
            self.lanes.put(item.lane, item)
